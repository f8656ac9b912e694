//! `adit route IP`: prints which tunnel and which peer packets to an address go to, and why.

use std::net::IpAddr;

use adit_api::{RouteAnswer, TunnelView};
use adit_words::Context;

use super::{Daemon, Failure, Options};
use crate::output::words;

/// The arguments of `adit route`.
#[derive(clap::Args, Debug)]
pub(crate) struct RouteArgs {
    /// Destination address
    ip: IpAddr,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit route`.
pub(crate) fn route(arguments: &RouteArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let answer = daemon.ask(|client| client.route(arguments.ip))?;
    if options.json {
        return options.show_json(&answer);
    }
    options.show(&text(&answer, &daemon.tunnels()?))
}

fn text(answer: &RouteAnswer, tunnels: &[TunnelView]) -> String {
    let (route, others) = words().route(answer, &Context { tunnels, tunnel: None });
    let others = others.into_iter().map(|other| format!("  {other}\n"));
    [route, "\n".to_owned()].into_iter().chain(others).collect()
}
