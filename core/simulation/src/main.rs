//! `adit-simulation`: the service on a computer in memory, for `adit --socket`, for the app (`adit-app --socket`), and for a
//! browser.
#![forbid(unsafe_code)]

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use adit_bridge::Bridge;
use adit_platform::native::control_socket::Trust;
use adit_simulation::{Simulation, page};
use anyhow::{Context as _, ensure};
use clap::Parser;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

const PROGRAM: &str = concat!("adit-simulation ", env!("CARGO_PKG_VERSION"));

/// Runs the service on a simulated computer. Nothing of this computer's network is changed, and no packet leaves it.
#[derive(Parser, Debug)]
#[command(version)]
struct Arguments {
    /// The control socket to listen on [default: in a temporary folder]
    #[arg(long)]
    socket: Option<PathBuf>,
    /// Folder in which the tunnels are kept [default: a temporary folder]
    #[arg(long)]
    state_dir: Option<PathBuf>,
    /// Folder with the built page (`ui/dist`), to serve it to browsers of this computer, whoever uses them
    #[arg(long)]
    page: Option<PathBuf>,
    /// TCP port for the browser [default: a free one]
    #[arg(long, requires = "page", default_value_t = 0)]
    port: u16,
    /// End when standard input is closed, as when the program that started this one has ended
    #[arg(long)]
    until_eof: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let end = end_signal(arguments.until_eof)?;
    let mut temporary = Temporary::default();
    let folder = temporary.unless_given(arguments.state_dir, "state")?;
    let socket = temporary.unless_given(arguments.socket, "adit.sock")?;
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let simulation = Arc::new(Simulation::start(&folder)?);
    let listener = adit_simulation::listen(&socket)?;

    let browser = match arguments.page {
        Some(folder) => {
            ensure!(folder.join("index.html").is_file(), "{} has no index.html: build it with `npm run build`", folder.display());
            let listener =
                TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await.context("cannot listen for a browser")?;
            println!("page: http://{}/", listener.local_addr()?);
            let bridge = Bridge::new(PROGRAM, socket.clone(), Trust::ServiceOrOwnUser);
            Some(tokio::spawn(page::serve(listener, Arc::clone(&simulation), bridge, folder, ended(end.clone()))))
        }
        None => None,
    };
    println!("socket: {}", socket.display());
    adit_simulation::serve(&simulation, listener, ended(end)).await;
    if let Some(browser) = browser {
        // An open stream of events has nobody to end it. The error says that it was aborted.
        browser.abort();
        let _ = browser.await;
    }
    // Before its folder is removed.
    simulation.end();
    drop(temporary);
    // The runtime would wait for the thread that reads standard input.
    std::process::exit(0);
}

/// A folder that is made if it is needed, and removed at the end.
#[derive(Default)]
struct Temporary(Option<TempDir>);

impl Temporary {
    /// Returns `given`, or else this path in the folder.
    fn unless_given(&mut self, given: Option<PathBuf>, name: &str) -> anyhow::Result<PathBuf> {
        if let Some(given) = given {
            return Ok(given);
        }
        if self.0.is_none() {
            let made = tempfile::Builder::new().prefix("adit-simulation-").tempdir();
            self.0 = Some(made.context("cannot make a temporary folder")?);
        }
        Ok(self.0.as_ref().context("no temporary folder")?.path().join(name))
    }
}

/// Returns a value that becomes true with SIGINT or SIGTERM, and if `until_eof` at the end of standard input.
fn end_signal(until_eof: bool) -> anyhow::Result<watch::Receiver<bool>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        let input = async {
            if !until_eof {
                std::future::pending::<()>().await;
            }
            // An error is an end as well.
            let _ = tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = input => {}
        }
        sender.send_replace(true);
    });
    Ok(receiver)
}

async fn ended(mut end: watch::Receiver<bool>) {
    // Fails only if the sender is gone, which ends the process as well.
    let _ = end.wait_for(|end| *end).await;
}
