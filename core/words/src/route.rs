//! Why packets take a route.

use adit_api::WayReason;

use crate::{Words, visible};

impl Words {
    /// Why.
    pub fn route_reason(&self, reason: &WayReason) -> String {
        match reason {
            WayReason::Narrowest { network } => self.say("route-narrowest", &[("network", network.to_string().into())]),
            WayReason::TakesAll { detail } => self.say("route-takes-all", &[("detail", visible(detail).into())]),
            WayReason::PrivateNetwork { network } => {
                self.say("route-private-network", &[("network", network.to_string().into())])
            }
            WayReason::OwnAddress => self.say("route-own-address", &[]),
            WayReason::NoTunnel => self.say("route-no-tunnel", &[]),
        }
    }

    /// A tunnel that a route names and that is no more.
    pub fn gone_tunnel(&self) -> String {
        self.say("tunnel-gone", &[])
    }
}
