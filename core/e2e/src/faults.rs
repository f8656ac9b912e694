//! Bad networks, simulated with the kernel's packet filter: loss, duplication, and links that drop large packets.

use crate::namespace::Namespace;

/// Controls the faults of one interface of a namespace. They apply to the packets that it sends.
pub struct Faults<'lab> {
    namespace: &'lab Namespace,
    interface: String,
}

impl<'lab> Faults<'lab> {
    /// Creates the controls, without a fault yet.
    pub fn on(namespace: &'lab Namespace, interface: &str) -> Self {
        Self { namespace, interface: interface.to_owned() }
    }

    /// Drops this percentage of UDP datagrams, at random.
    pub fn lose(&self, percent: u8) -> anyhow::Result<()> {
        self.rule(&format!("meta l4proto udp numgen random mod 100 < {percent} drop"))
    }

    /// Duplicates this percentage of UDP datagrams, at random.
    pub fn duplicate(&self, percent: u8) -> anyhow::Result<()> {
        self.rule(&format!("meta l4proto udp numgen random mod 100 < {percent} dup to {}", self.interface))
    }

    /// Silently drops UDP datagrams longer than this (UDP header included): a path MTU black hole.
    pub fn swallow_larger_than(&self, bytes: u16) -> anyhow::Result<()> {
        self.rule(&format!("udp length > {bytes} drop"))
    }

    /// Drops every UDP datagram.
    pub fn cut(&self) -> anyhow::Result<()> {
        self.rule("meta l4proto udp drop")
    }

    /// Removes all faults.
    pub fn heal(&self) -> anyhow::Result<()> {
        self.namespace.shell("nft 'table netdev adit_faults {}; delete table netdev adit_faults'").map(drop)
    }

    fn rule(&self, rule: &str) -> anyhow::Result<()> {
        self.namespace
            .shell(&format!(
                "nft 'table netdev adit_faults {{ chain out {{ type filter hook egress device {} priority 0; {rule}; }}; }}'",
                self.interface
            ))
            .map(drop)
    }
}
