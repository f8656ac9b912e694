//! Announcements of the system: changes of the network, and changes of a tunnel's settings by other programs.

use std::io;
use std::time::Duration;

use adit_config::InterfaceName;

use super::NetworkError;
use crate::device::Stop;

/// Changes of the network, in order.
pub trait NetworkEvents: Send {
    /// Blocks until the next change, for `patience` at most (`None`: for ever). `None` when `stop` is set or nothing changed meanwhile.
    fn next(&mut self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<NetworkChange>>;
}

/// A change of the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NetworkChange {
    /// An interface is gone from this network namespace: it was removed, or moved to another one.
    InterfaceRemoved(String),
    /// An interface was set down. One that is new, and not yet up, was not.
    InterfaceDown(String),
    /// An interface was set up.
    InterfaceUp(String),
    /// A link, an address or a route changed: the way to an endpoint may be another.
    Paths,
}

/// Changes of our settings by other programs, in order.
pub trait TamperingEvents: Send {
    /// Blocks until the next one; `None` when `stop` is set.
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<Tampering>>;
}

/// Something that somebody else did.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Tampering {
    /// The kill switch of this interface was changed, or removed.
    KillSwitch(InterfaceName),
    /// The packet filter of this interface was.
    Filter(InterfaceName),
    /// Routes, rules or addresses went that may be ours; [`put_back`](super::Network::put_back) finds out.
    Ways,
    /// A cable was plugged in, a network was joined, or a route was added: what could not be reached may be by now.
    WayOut,
    /// The computer is in other networks than before.
    LocalNetworks,
    /// Something was missed: it may have been any of the others.
    Unknown,
}

/// Settings that are put back together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protected {
    /// The kill switch.
    KillSwitch,
    /// The packet filter.
    Filter,
    /// Addresses, routes and the rules that lead to them.
    Ways,
}

/// Parts of a tunnel that other programs can change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The rules that let no packet pass by it.
    KillSwitch,
    /// Its packet filter.
    Filter,
    /// Its interface's addresses.
    Addresses,
    /// Its routes.
    Routes,
    /// The rules that lead to them.
    Rules,
}

/// Hears that the system's resolver configuration was changed by another program: the tunnel whose resolvers were set again, or why not.
pub type ResolversOverwritten = Box<dyn Fn(Option<&InterfaceName>, Result<(), NetworkError>) + Send + Sync>;
