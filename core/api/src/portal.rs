//! Captive portals: the page of a network that wants its users to sign in, and the short exemption from kill switch and tunnels for
//! the program that shows it.

use serde::{Deserialize, Serialize};

/// Whether there is a captive portal, and who may reach it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PortalView {
    /// The interface of the network whose portal the system has found; none if there is none, or nobody knows of one.
    pub captive: Option<String>,
    /// True if a closed kill switch keeps programs from the portal.
    pub is_shut_out: bool,
    /// The exemption.
    pub open: Option<PortalExemption>,
    /// How the last exemption ended; none if there has been none since the service started.
    pub last_end: Option<PortalEnd>,
}

/// The exemption.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PortalExemption {
    /// The user whose program it is for, such as `uid 1000`.
    pub by: String,
    /// The time at which it ends at the latest, Unix milliseconds.
    pub until: u64,
}

/// The reason why an exemption ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PortalEnd {
    /// A user asked for it.
    Asked,
    /// Its time is over.
    TimeOver,
    /// The program that it was for has gone.
    ProgramGone,
    /// The computer is in another network, or nobody knows.
    NetworkChanged,
    /// The network lets traffic through.
    Passed,
    /// The service ended.
    ServiceEnded,
}

impl PortalEnd {
    /// All reasons.
    pub const ALL: [Self; 6] =
        [Self::Asked, Self::TimeOver, Self::ProgramGone, Self::NetworkChanged, Self::Passed, Self::ServiceEnded];
}

/// The way of a program to its exemption.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PortalTicket {
    /// The word with which a program of the same user begins the exemption, once and within ten seconds, at the service's portal
    /// channel.
    pub token: String,
    /// The path of the channel.
    pub channel: String,
}
