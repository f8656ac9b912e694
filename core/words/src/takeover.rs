//! Phrases for the tunnels of wg-quick.

use adit_api::TakeoverView;

use crate::Words;

impl Words {
    /// Describes the state of a tunnel of wg-quick, and whether it comes up at boot. `service` is the unit of systemd that brings
    /// it up.
    pub fn takeover(&self, tunnel: &TakeoverView, service: &str) -> String {
        let id = match (tunnel.active, tunnel.by_service, tunnel.starts_at_boot) {
            (false, _, false) => "takeover-off",
            (false, _, true) => "takeover-off-boots",
            (true, false, false) => "takeover-up",
            (true, false, true) => "takeover-up-boots",
            (true, true, false) => "takeover-by-service",
            (true, true, true) => "takeover-by-service-boots",
        };
        self.say(id, &[("service", service.to_owned().into())])
    }
}
