//! `adit proxy`: a tunnel for whoever is not root. It runs in this process from end to end, and programs reach it through SOCKS5, HTTP
//! or forwarded ports.

mod arguments;
mod passwords;
mod tell;
mod tunnel;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use adit_activation::{End, Lookup, Resolver as EndpointResolver, Shutdown, SystemResolver, greet};
use adit_platform::native::process_limits;
use adit_proxy::{Bound, Dialer, Names, Plan, Resolver, Teller};
use anyhow::{Context, anyhow, bail};
use tokio::runtime::Runtime;

pub(crate) use arguments::ProxyArgs;
use tunnel::Tunnelled;

use crate::up::{self, Source, Terminal, outcome, warn};

/// For the last packets, such as those that tell the other ends that it is over.
const FAREWELL: Duration = Duration::from_millis(200);

/// `adit proxy`: 0 when it was asked to end, 1 when it could not begin or, with `--stdio`, could not connect.
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
    let shutdown = up::listen()?;
    let resolver: Arc<dyn EndpointResolver> = Arc::new(SystemResolver);
    let lookup = Lookup { resolver: &resolver, patience: up::patience(), shutdown: &shutdown, reporter: &Terminal };
    let endpoints = lookup.endpoints(&config)?;
    // Each connection of a program is a descriptor. With too few, connections wait for each other.
    process_limits::raise_descriptors();

    let runtime = runtime()?;
    let tunnel = Tunnelled::start(&runtime, &config, &endpoints, &shutdown)?;
    let stack = Arc::clone(&tunnel.stack);
    let resolver = Arc::new(Resolver::new(Arc::clone(&stack), names(arguments, &config)));
    let dialer = Dialer::new(stack, resolver, Arc::new(Teller::new(|line| warn(line), tunnel.ails(&config))));
    let plan = Plan {
        socks5: arguments.socks5.clone(),
        http: arguments.http.clone(),
        local: arguments.local.clone(),
        remote: arguments.remote.clone(),
        credentials,
    };
    let bound = runtime.block_on(plan.bind(dialer.clone()))?;
    tell::what_listens(&bound, arguments, &config, tunnel.mtu)?;
    let outcome = serve(arguments, &runtime, bound, &dialer, &shutdown, || greet(&config, &tunnel, &shutdown, &Terminal));
    tunnel.say_goodbye(FAREWELL);
    runtime.shutdown_background();
    outcome
}

fn serve(
    arguments: &ProxyArgs,
    runtime: &Runtime,
    bound: Bound,
    dialer: &Dialer,
    shutdown: &Shutdown,
    greet: impl FnOnce() -> Option<End>,
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
            let end = shutdown.wait();
            Arc::into_inner(done).and_then(OnceLock::into_inner).unwrap_or_else(|| ended(end))
        }
        None => ended(greet().unwrap_or_else(|| shutdown.wait())),
    };
    served.abort();
    outcome
}

/// Names are asked for where the file says, unless they are wanted from here.
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
    /// More would wait for the tunnel's own threads.
    const MOST: usize = 4;
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(threads).thread_name("proxy").enable_all().build().context("cannot start the threads")
}
