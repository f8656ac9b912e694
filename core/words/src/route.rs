//! Sentences for routes and their reasons.

use adit_api::{Route, RouteAnswer, RouteCandidate, RouteReason, TunnelId};
use fluent_bundle::FluentValue;

use crate::{Context, Words, visible};

impl Words {
    /// Describes where packets to an address go, and why, and then each other tunnel that has the address.
    pub fn route(&self, answer: &RouteAnswer, context: &Context<'_>) -> (String, Vec<String>) {
        let ip = ("ip", answer.ip.to_string().into());
        let route = match &answer.route {
            Route::Tunnel { candidate, why } => {
                let [tunnel, peer] = self.candidate(candidate, context);
                self.say("route-through", &[ip, tunnel, peer, ("why", self.route_reason(why).into())])
            }
            Route::Outside { interface: Some(interface), why } => {
                let interface = ("interface", visible(interface).into());
                self.say("route-outside-over", &[ip, interface, ("why", self.route_reason(why).into())])
            }
            Route::Outside { interface: None, why } => self.say("route-outside", &[ip, ("why", self.route_reason(why).into())]),
            Route::NoPeer { tunnel } => self.say("route-no-peer", &[ip, ("tunnel", self.tunnel(*tunnel, context).into())]),
        };
        let other = |candidate: &RouteCandidate| {
            let [tunnel, peer] = self.candidate(candidate, context);
            self.say("route-other", &[tunnel, peer, ("network", candidate.allowed_ip.to_string().into())])
        };
        (route, answer.others.iter().map(other).collect())
    }

    fn candidate(&self, candidate: &RouteCandidate, context: &Context<'_>) -> [(&'static str, FluentValue<'static>); 2] {
        let tunnel = context.tunnels.iter().find(|tunnel| tunnel.id == candidate.tunnel);
        let peer = tunnel.map_or_else(|| candidate.peer.short(), |tunnel| self.peer(tunnel, &candidate.peer));
        [("tunnel", self.tunnel(candidate.tunnel, context).into()), ("peer", peer.into())]
    }

    fn tunnel(&self, id: TunnelId, context: &Context<'_>) -> String {
        context.known(id).map_or_else(|| self.gone_tunnel(), str::to_owned)
    }

    /// Describes why packets take a route.
    pub fn route_reason(&self, reason: &RouteReason) -> String {
        match reason {
            RouteReason::Narrowest { network } => self.say("route-narrowest", &[("network", network.to_string().into())]),
            RouteReason::TakesAll { detail } => self.say("route-takes-all", &[("detail", visible(detail).into())]),
            RouteReason::PrivateNetwork { network } => {
                self.say("route-private-network", &[("network", network.to_string().into())])
            }
            RouteReason::OwnAddress => self.say("route-own-address", &[]),
            RouteReason::NoTunnel => self.say("route-no-tunnel", &[]),
        }
    }

    /// Names a tunnel that a route refers to and that no longer exists.
    pub fn gone_tunnel(&self) -> String {
        self.say("tunnel-gone", &[])
    }
}
