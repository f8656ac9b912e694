//! Captive portals: a short exemption that the user asks for.

use adit_protocol::time::Instant;

use super::{Command, Controller, PORTAL_TIME};
use crate::facts::{Facts, Link, Portal};

/// The exemption for a captive portal.
#[derive(Clone, Debug)]
pub(super) struct Exemption {
    pub(super) interface: String,
    pub(super) until: Instant,
}

impl Exemption {
    /// Returns true if the network lets traffic through, or the link is gone.
    pub(super) fn is_over(&self, facts: &Facts) -> bool {
        !facts.deciding_links().any(|link| link.interface == self.interface && link.portal != Portal::None)
    }
}

impl Controller {
    /// Returns the first link with a captive portal.
    pub(super) fn captive_link(&self) -> Option<&Link> {
        self.facts.as_ref()?.deciding_links().find(|link| link.portal == Portal::Captive)
    }

    pub(super) fn open_portal(&mut self, now: Instant, commands: &mut Vec<Command>) {
        let Some(interface) = self.captive_link().map(|link| link.interface.clone()) else { return };
        commands.push(Command::OpenPortal { interface: interface.clone() });
        self.exemption = Some(Exemption { interface, until: now + PORTAL_TIME });
    }

    pub(super) fn close_portal(&mut self, commands: &mut Vec<Command>) {
        if self.exemption.take().is_some() {
            commands.push(Command::ClosePortal);
        }
    }
}
