//! Reports of an adapter about its work.

use adit_config::Cidr;

use super::{DnsSpec, NetworkError};

/// Receives the reports of an attachment, on any thread.
pub trait Listener: Send + Sync {
    /// Receives a report about an event that happens now.
    fn hear(&self, report: Report);
}

/// An event of an attachment. Steps are reported when they begin.
#[derive(Debug)]
pub enum Report {
    /// This setting is made.
    Sets(Setting),
    /// This step is undone.
    TakesBack(Step),
    /// A setting could not be undone, or not be made again; the others still are.
    NotTakenBack(NetworkError),
    /// The interface was moved to another network namespace, and settings that lead into it are undone; or it came back, and they
    /// are made again.
    Moved {
        /// True if it is in another network namespace now.
        elsewhere: bool,
    },
}

/// A part of a picture that is established.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Setting {
    /// The addresses of the interface.
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
    /// Set if all traffic goes into the tunnel.
    pub all: Option<AllTraffic>,
    /// The means that keeps encrypted packets outside a tunnel that takes its endpoints' networks, such as `table 51820`.
    pub keeps_endpoints_outside: Option<String>,
}

/// The means that sends all traffic into the tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllTraffic {
    /// True for IPv4.
    pub ipv4: bool,
    /// True for IPv6.
    pub ipv6: bool,
    /// The means in the terms of this system, such as `table 51820`.
    pub by: String,
    /// Networks that stay outside.
    pub outside: Outside,
}

/// Networks that stay outside a tunnel that takes all traffic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outside {
    /// All private networks that the computer has a route to, and these public ones.
    PrivateAnd(Vec<Cidr>),
    /// Only these networks.
    Only(Vec<Cidr>),
}

/// A step of an attachment; the variants are in the order of the steps.
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
