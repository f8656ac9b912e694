//! Announcements of the system: changes of the network, and changes of a tunnel's settings by other programs.

use std::io;
use std::time::Duration;

use adit_config::InterfaceName;

use super::NetworkError;
use crate::device::Stop;

/// A subscription to changes of the network, in order.
pub trait NetworkEvents: Send {
    /// Blocks until the next change, for `patience` at most (`None`: for ever). `None` if `stop` is set or nothing changed in
    /// time.
    fn next(&mut self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<NetworkChange>>;
}

/// A change of the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NetworkChange {
    /// An interface is gone from this network namespace: it was removed, or moved to another one.
    InterfaceRemoved(String),
    /// An interface was set down. A new interface that is not yet up does not count.
    InterfaceDown(String),
    /// An interface was set up.
    InterfaceUp(String),
    /// A link, an address or a route changed, so the path to an endpoint may be another.
    Paths,
}

/// A subscription to changes of Adit's settings by other programs, in order.
pub trait TamperingEvents: Send {
    /// Blocks until the next change; `None` if `stop` is set.
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<Tampering>>;
}

/// A change by another program, or one that may need new settings.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Tampering {
    /// The kill switch of this interface was changed, or removed.
    KillSwitch(InterfaceName),
    /// The packet filter of this interface was changed, or removed.
    Filter(InterfaceName),
    /// Routes, rules or addresses were removed that may be Adit's; [`put_back`](super::Network::put_back) checks.
    Ways,
    /// A cable was plugged in, a network was joined, or a route was added: unreachable addresses may be reachable now.
    WayOut,
    /// The computer is connected to other networks than before.
    LocalNetworks,
    /// Announcements were lost: any of the other changes may have happened.
    Unknown,
}

/// Settings that are restored together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protected {
    /// The kill switch.
    KillSwitch,
    /// The packet filter.
    Filter,
    /// Addresses, routes and the rules for them.
    Ways,
}

/// Parts of a tunnel that other programs can change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The kill switch.
    KillSwitch,
    /// The packet filter.
    Filter,
    /// The interface's addresses.
    Addresses,
    /// The routes.
    Routes,
    /// The rules for the routes.
    Rules,
}

/// Called after another program changed the resolver configuration, with the tunnel whose resolvers were set again, or the error.
pub type ResolversOverwritten = Box<dyn Fn(Option<&InterfaceName>, Result<(), NetworkError>) + Send + Sync>;
