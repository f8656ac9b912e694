//! Sentences for the reasons of a route.

use adit_api::RouteReason;

use crate::{Words, visible};

impl Words {
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
