//! Sentences about captive portals.

use adit_api::{PortalEnd, PortalView};

use crate::{Words, visible};

/// What `adit portal` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortalText<'a> {
    /// The system has found a portal, which is shut out.
    Hint {
        /// The interface of the network.
        interface: &'a str,
    },
    /// The exemption has begun.
    Opened {
        /// The longest duration, milliseconds.
        span: u64,
    },
    /// A browser was started.
    Browser {
        /// The program.
        program: &'a str,
    },
    /// The user has to start a browser.
    Proxy {
        /// The address of the proxy.
        proxy: &'a str,
        /// A page that the portal catches.
        url: &'a str,
    },
    /// No browser is installed.
    NoBrowser,
    /// The check got its answer.
    Online,
    /// Another answer came in its place.
    Captive,
    /// No answer came.
    Unknown {
        /// The reason, in English.
        error: &'a str,
    },
    /// The exemption has ended.
    Ended(PortalEnd),
    /// The exemption was ended, if there was one.
    Closed,
}

impl Words {
    /// Returns what `adit portal` says.
    pub fn portal(&self, text: &PortalText<'_>) -> String {
        let with = |id, arguments: &[(&'static str, &str)]| {
            let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, visible(value).into())).collect();
            self.say(id, &arguments)
        };
        match *text {
            PortalText::Hint { interface } => with("portal-hint", &[("interface", interface)]),
            PortalText::Opened { span } => self.say("portal-opened", &[("span", self.span(span).into())]),
            PortalText::Browser { program } => with("portal-browser", &[("program", program)]),
            PortalText::Proxy { proxy, url } => with("portal-proxy", &[("proxy", proxy), ("url", url)]),
            PortalText::NoBrowser => self.say("portal-no-browser", &[]),
            PortalText::Online => self.say("portal-online", &[]),
            PortalText::Captive => self.say("portal-captive", &[]),
            PortalText::Unknown { error } => with("portal-unknown", &[("error", error)]),
            PortalText::Ended(end) => self.say("portal-ended", &[("why", self.portal_end(end).into())]),
            PortalText::Closed => self.say("portal-closed", &[]),
        }
    }

    /// Returns the reason why an exemption ended.
    pub fn portal_end(&self, end: PortalEnd) -> String {
        let id = match end {
            PortalEnd::Asked => "portal-end-asked",
            PortalEnd::TimeOver => "portal-end-time-over",
            PortalEnd::ProgramGone => "portal-end-program-gone",
            PortalEnd::NetworkChanged => "portal-end-network-changed",
            PortalEnd::Passed => "portal-end-passed",
            PortalEnd::ServiceEnded => "portal-end-service-ended",
        };
        self.say(id, &[])
    }

    /// Describes whether there is a portal, and who may reach it.
    pub(crate) fn portal_state(&self, portal: &PortalView) -> String {
        match (&portal.open, &portal.captive) {
            (Some(open), _) => self.say("event-portal-open", &[("by", visible(&open.by).into())]),
            (None, Some(interface)) => self.say("event-portal-captive", &[("interface", visible(interface).into())]),
            (None, None) => self.say("event-portal-none", &[]),
        }
    }
}
