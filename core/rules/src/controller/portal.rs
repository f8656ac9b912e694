//! Captive portals: a short exemption that the user asks for, whether the system has found the portal or not.

use adit_protocol::time::Instant;

use super::{Command, Controller, PortalEnd};
use crate::facts::{Facts, Link, Portal};

/// The exemption for a captive portal.
#[derive(Clone, Debug)]
pub(super) struct Exemption {
    /// True if the system said from the beginning that there is no portal, so that this says nothing later.
    was_passed: bool,
    pub(super) until: Instant,
}

impl Exemption {
    /// Returns why these facts end it, if they do.
    pub(super) fn end(&self, facts: &Facts) -> Option<PortalEnd> {
        match (is_passed(facts), self.was_passed) {
            _ if facts.deciding_links().next().is_none() => Some(PortalEnd::NetworkChanged),
            (true, false) => Some(PortalEnd::Passed),
            (true, true) | (false, _) => None,
        }
    }
}

/// Returns true if all networks let traffic through.
fn is_passed(facts: &Facts) -> bool {
    let mut links = facts.deciding_links().peekable();
    links.peek().is_some() && links.all(|link| link.portal == Portal::None)
}

impl Controller {
    /// Returns the first link with a captive portal.
    pub fn captive_link(&self) -> Option<&Link> {
        self.facts.as_ref()?.deciding_links().find(|link| link.portal == Portal::Captive)
    }

    pub(super) fn open_portal(&mut self, until: Instant, commands: &mut Vec<Command>) {
        match &mut self.exemption {
            Some(exemption) => exemption.until = until,
            None => {
                let was_passed = self.facts.as_ref().is_some_and(is_passed);
                self.exemption = Some(Exemption { was_passed, until });
                commands.push(Command::OpenPortal);
            }
        }
    }

    pub(super) fn close_portal(&mut self, end: PortalEnd, commands: &mut Vec<Command>) {
        if self.exemption.take().is_some() {
            commands.push(Command::ClosePortal(end));
        }
    }
}
