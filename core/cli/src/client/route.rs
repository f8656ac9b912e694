//! `adit route IP`: prints which tunnel and which peer packets to an address go to, and why.

use std::net::IpAddr;

use adit_api::{Route, RouteAnswer, RouteCandidate, TunnelId, TunnelView};

use super::{Daemon, Failure, Options};
use crate::output::{visible, words};

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
    let ip = answer.ip;
    let names = Names(tunnels);
    let mut text = match &answer.route {
        Route::Tunnel { candidate, why } => {
            format!("{ip} goes through {}: {}\n", names.candidate(candidate), words().route_reason(why))
        }
        Route::Outside { interface, why } => {
            let over = interface.as_ref().map(|interface| format!(" over {}", visible(interface))).unwrap_or_default();
            format!("{ip} goes past all tunnels{over}: {}\n", words().route_reason(why))
        }
        Route::NoPeer { tunnel } => {
            format!("{ip} goes into {} and is dropped there: no peer has it in its AllowedIPs\n", names.tunnel(*tunnel))
        }
    };
    for candidate in &answer.others {
        text.push_str(&format!("  could go through {}, which has {}\n", names.candidate(candidate), candidate.allowed_ip));
    }
    text
}

struct Names<'a>(&'a [TunnelView]);

impl Names<'_> {
    fn find(&self, id: TunnelId) -> Option<&TunnelView> {
        self.0.iter().find(|tunnel| tunnel.id == id)
    }

    fn tunnel(&self, id: TunnelId) -> String {
        self.find(id).map_or_else(|| words().gone_tunnel(), |tunnel| tunnel.name.to_string())
    }

    fn candidate(&self, candidate: &RouteCandidate) -> String {
        let peer =
            self.find(candidate.tunnel).map_or_else(|| candidate.peer.short(), |tunnel| words().peer(tunnel, &candidate.peer));
        format!("{} to its peer {peer}", self.tunnel(candidate.tunnel))
    }
}
