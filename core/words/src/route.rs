//! Why packets take a route.

use adit_api::RouteReason;

use crate::{Words, visible};

impl Words {
    /// Why.
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

    /// A tunnel that a route names and that is no more.
    pub fn gone_tunnel(&self) -> String {
        self.say("tunnel-gone", &[])
    }
}
