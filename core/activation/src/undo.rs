//! What has been done, as data: each step has its way back.

use adit_platform::network;

/// A step that was begun and has to be taken back. In the order in which they are done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Commands before the interface is made; taken back by those for after.
    PreUp,
    /// The interface.
    Interface,
    /// WireGuard on it.
    Engine,
    /// The packet filter.
    Firewall,
    /// Routes and rules.
    Routes,
    /// Resolvers.
    Dns,
    /// Commands after everything is up; taken back by those for before it goes down.
    PostUp,
}

impl From<network::Step> for Step {
    fn from(step: network::Step) -> Self {
        match step {
            network::Step::Interface => Self::Interface,
            network::Step::Firewall => Self::Firewall,
            network::Step::Routes => Self::Routes,
            network::Step::Dns => Self::Dns,
        }
    }
}
