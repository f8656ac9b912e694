//! `adit proxy`: a tunnel for users other than root. It runs entirely in this process, and programs reach it through SOCKS5, HTTP
//! or forwarded ports.

mod arguments;
mod passwords;
mod tell;
mod tunnel;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use adit_activation::{Active, End, Mailbox, Platform, Reporter, RootlessRequest, Shutdown, SystemResolver, start_rootless};
use adit_foreground::Source;
use adit_foreground::words::Terminal;
use adit_platform::native::{self, process_limits};
use adit_proxy::{Bound, Dialer, Names, Plan, Resolver, Teller};
use anyhow::{Context, anyhow, bail};
use tokio::runtime::Runtime;

use crate::exit::outcome;
use crate::output::warn;
pub(crate) use arguments::ProxyArgs;
use tunnel::ProxyEngine;

/// The time for the last packets, such as those that close connections, to leave.
const FAREWELL: Duration = Duration::from_millis(200);

/// `adit proxy`. Exit code 0: it was asked to end; 1: it could not start or, with `--stdio`, could not connect.
pub(crate) fn proxy(arguments: &ProxyArgs) -> ExitCode {
    outcome(run(arguments))
}

fn run(arguments: &ProxyArgs) -> anyhow::Result<()> {
    let credentials = passwords::read(arguments.auth_file.as_deref())?;
    let source = Source::read_without_root(&arguments.config)?;
    let mut config = source.understand()?;
    if let Some(public) = config.interface.asks_for {
        let found = arguments.key.find_for_file(source.name.as_str(), &public.into());
        config.interface.private_key = Some(found.map_err(|failure| anyhow!(failure.sentence().unwrap_or_default()))?);
    }
    let shutdown = adit_foreground::listen()?;
    // Each connection of a program needs a file descriptor. With too few, connections wait for each other.
    process_limits::raise_descriptors();

    let runtime = runtime()?;
    let platform = Platform {
        network: native::network()?,
        engine: Arc::new(ProxyEngine),
        commands: native::shell()?,
        resolver: Arc::new(SystemResolver),
    };
    let mtu = config.interface.mtu.unwrap_or(tunnel::MTU);
    let (stack, device) = {
        let _in_runtime = runtime.enter();
        tunnel::stack(&config, mtu)?
    };
    let request =
        RootlessRequest { config: config.clone(), name: source.name.clone(), mtu, patience: adit_foreground::patience() };
    let reporter: Arc<dyn Reporter> = Arc::new(Terminal);
    let mailbox = Mailbox::new(&shutdown);
    let mut active = start_rootless(request, device, &platform, &shutdown, &reporter, mailbox.observer())?;
    adit_foreground::watch_sleep(mailbox.clone());
    let running = active.running().context("the tunnel has ended")?;
    let resolver = Arc::new(Resolver::new(Arc::clone(&stack), names(arguments, &config)));
    let teller = Teller::new(|line| warn(line), tunnel::ails(running, &config));
    let dialer = Dialer::new(Arc::clone(&stack), resolver, Arc::new(teller));
    let plan = Plan {
        socks5: arguments.socks5.clone(),
        http: arguments.http.clone(),
        local: arguments.local.clone(),
        remote: arguments.remote.clone(),
        credentials,
    };
    let bound = runtime.block_on(plan.bind(dialer.clone()))?;
    tell::what_listens(&bound, arguments, &config, mtu)?;
    let outcome = serve(arguments, &runtime, bound, &dialer, &shutdown, &mut active, &mailbox);
    tunnel::say_goodbye(&stack, FAREWELL);
    runtime.shutdown_background();
    outcome
}

fn serve(
    arguments: &ProxyArgs,
    runtime: &Runtime,
    bound: Bound,
    dialer: &Dialer,
    shutdown: &Shutdown,
    active: &mut Active,
    mailbox: &Mailbox,
) -> anyhow::Result<()> {
    let served = runtime.spawn(bound.serve());
    let outcome = match &arguments.stdio {
        Some(target) => {
            let (dialer, target) = (dialer.clone(), target.clone());
            let (done, over) = (Arc::new(OnceLock::new()), shutdown.clone());
            let told = Arc::clone(&done);
            runtime.spawn(async move {
                let _ = told.set(stdio(&dialer, &target).await);
                drop(told);
                over.end(End::Asked);
            });
            let end = active.keep_up_silently(mailbox);
            Arc::into_inner(done).and_then(OnceLock::into_inner).unwrap_or_else(|| ended(end))
        }
        None => ended(active.keep_up(mailbox)),
    };
    served.abort();
    outcome
}

/// Returns the resolver for names: the DNS servers of the file, or with `--resolve-here` this computer's resolver.
fn names(arguments: &ProxyArgs, config: &adit_config::Config) -> Names {
    if arguments.resolve_here {
        return Names::Here;
    }
    let search = config.interface.dns_search.iter().map(ToString::to_string).collect();
    Names::Tunnel { servers: config.interface.dns_servers.clone(), search }
}

async fn stdio(dialer: &Dialer, target: &adit_proxy::Target) -> anyhow::Result<()> {
    let mut connection = dialer.dial(target).await.with_context(|| format!("cannot connect to {target}"))?;
    let mut program = tokio::io::join(tokio::io::stdin(), tokio::io::stdout());
    connection.relay(&mut program).await.with_context(|| target.to_string())
}

fn ended(end: End) -> anyhow::Result<()> {
    match end {
        End::Interrupted | End::Asked => Ok(()),
        End::InterfaceRemoved | End::SocketRemoved => bail!("the tunnel ended by itself"),
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    /// The most runtime threads; more would compete with the tunnel's own threads.
    const MOST: usize = 4;
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(threads).thread_name("proxy").enable_all().build().context("cannot start the threads")
}
