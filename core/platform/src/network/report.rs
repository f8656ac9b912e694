//! Reports of an adapter while it works.

use adit_config::Cidr;

use super::{DnsSpec, NetworkError};

/// Hears what happens with an attachment, on whichever thread it happens.
pub trait Listener: Send + Sync {
    /// This happens now.
    fn hear(&self, report: Report);
}

/// Something that happens with an attachment. Steps are reported as they begin.
#[derive(Debug)]
pub enum Report {
    /// This is set.
    Sets(Setting),
    /// This is taken back.
    TakesBack(Step),
    /// Something could not be taken back, or not be set again; the rest still is.
    NotTakenBack(NetworkError),
    /// The interface was moved to another network namespace: what leads into it here is taken back. Or it came back, and all is set again.
    Moved {
        /// It is in another network namespace now.
        elsewhere: bool,
    },
}

/// A part of a picture that is made true.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Setting {
    /// The interface gets these addresses.
    Addresses(Vec<Cidr>),
    /// The packet filter.
    Firewall,
    /// Routes and rules.
    Routes(RoutesSet),
    /// Resolvers.
    Dns(DnsSpec),
}

/// Routes as they are set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoutesSet {
    /// Destinations of all routes.
    pub networks: Vec<Cidr>,
    /// Set where everything goes into the tunnel.
    pub all: Option<AllTraffic>,
    /// The means to keep encrypted packets outside of the tunnel that takes the networks of its endpoints, such as `table 51820`.
    pub keeps_endpoints_outside: Option<String>,
}

/// How everything goes into the tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllTraffic {
    /// Of IPv4.
    pub ipv4: bool,
    /// Of IPv6.
    pub ipv6: bool,
    /// In words of this system, such as `table 51820`.
    pub by: String,
    /// Networks that stay outside.
    pub outside: Outside,
}

/// Networks that stay outside of a tunnel that takes all traffic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outside {
    /// All private ones that the computer has a route to, and these public ones.
    PrivateAnd(Vec<Cidr>),
    /// These alone.
    Only(Vec<Cidr>),
}

/// A step of an attachment, in the order in which they are done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// The interface.
    Interface,
    /// The packet filter.
    Firewall,
    /// Routes and rules.
    Routes,
    /// Resolvers.
    Dns,
}
