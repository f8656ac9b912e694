//! `adit-simulation`: the service on a computer in memory, for `adit --socket`, for the app (`adit-app --socket`), and for a
//! browser.
#![forbid(unsafe_code)]

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use adit_bridge::Bridge;
use adit_platform::native::control_socket::Trust;
use adit_simulation::{Simulation, page};
use anyhow::Context as _;
use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

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
    /// Folder with the built page (`ui/dist`), to serve it to a browser of this computer
    #[arg(long)]
    page: Option<PathBuf>,
    /// TCP port for the browser [default: a free one]
    #[arg(long, requires = "page", default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let temporary = tempfile::Builder::new().prefix("adit-simulation-").tempdir().context("cannot make a temporary folder")?;
    let folder = arguments.state_dir.clone().unwrap_or_else(|| temporary.path().join("state"));
    let socket = arguments.socket.clone().unwrap_or_else(|| temporary.path().join("adit.sock"));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let simulation = Arc::new(Simulation::start(&folder)?);
    let end = end_signal()?;

    let browser = match arguments.page {
        Some(folder) => {
            anyhow::ensure!(
                folder.join("index.html").is_file(),
                "{} has no index.html: build it with `npm run build`",
                folder.display()
            );
            let listener =
                TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await.context("cannot listen for a browser")?;
            println!("page: http://{}/", listener.local_addr()?);
            let bridge =
                Bridge::new(concat!("adit-simulation ", env!("CARGO_PKG_VERSION")), socket.clone(), Trust::ServiceOrOwnUser);
            Some(tokio::spawn(page::serve(listener, Arc::clone(&simulation), bridge, folder, ended(end.clone()))))
        }
        None => None,
    };
    println!("socket: {}", socket.display());
    adit_simulation::serve(&simulation, &socket, ended(end)).await?;
    if let Some(browser) = browser {
        // An open stream of events has nobody to end it.
        browser.abort();
    }
    Ok(())
}

/// Returns a value that becomes true with SIGINT or SIGTERM.
fn end_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        sender.send_replace(true);
    });
    Ok(receiver)
}

async fn ended(mut end: watch::Receiver<bool>) {
    // Fails only if the sender is gone, which ends the process as well.
    let _ = end.wait_for(|end| *end).await;
}
