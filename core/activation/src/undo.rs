//! The steps of bringing a tunnel up, as data: each can be undone.

use adit_platform::network;

/// A step that was begun and must be undone, in the order of execution.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Commands that run before the interface is created; undone by `PostDown`.
    PreUp,
    /// The interface.
    Interface,
    /// WireGuard on the interface.
    Engine,
    /// The packet filter.
    Firewall,
    /// Routes and rules.
    Routes,
    /// DNS servers.
    Dns,
    /// Commands that run after everything is up; undone by `PreDown`.
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
