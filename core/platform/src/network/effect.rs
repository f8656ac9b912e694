//! The changes that bringing a tunnel up makes on this computer, as data of the adapter. Programs that show them choose the
//! words.
//!
//! A `detail` names, in English and for experts, the means by which the system does it, such as `table 51820`.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};

use super::{DnsSpec, Outside};

/// A change on this computer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// An interface is created.
    Interface {
        /// Name of the interface.
        name: InterfaceName,
        /// MTU of the interface, bytes.
        mtu: u16,
        /// Origin of the MTU.
        mtu_source: MtuSource,
    },
    /// The interface gets an address, with its host bits.
    Address(Cidr),
    /// A route over the interface is added, besides those of the interface's own networks.
    Route {
        /// Destination network.
        network: Cidr,
        /// The means.
        detail: String,
    },
    /// All traffic goes into the tunnel.
    All {
        /// All IPv4 traffic.
        ipv4: bool,
        /// All IPv6 traffic.
        ipv6: bool,
        /// The tunnel carries no IPv6, and keeps IPv6 from leaving outside the tunnel.
        closes_ipv6: bool,
        /// Local networks that stay outside the tunnel if the computer has a route to them.
        outside: Outside,
        /// The means.
        detail: String,
    },
    /// Networks that may contain an endpoint go into the tunnel, and the tunnel's own packets do not.
    AroundEndpoints {
        /// The networks that no rule for all traffic leads into the tunnel.
        networks: Vec<Cidr>,
        /// The means.
        detail: String,
    },
    /// DNS servers are set.
    Dns {
        /// The DNS settings.
        spec: DnsSpec,
        /// The means, or None if this computer has none.
        detail: Option<String>,
    },
    /// Packets for the tunnel's addresses that arrive over other interfaces are dropped, and strict reverse path filtering accepts the
    /// peers' answers.
    GuardAddresses {
        /// The tunnel's own addresses.
        addresses: Vec<IpAddr>,
    },
}

/// Origin of an MTU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MtuSource {
    /// The configuration.
    Configured,
    /// The path to the endpoints.
    Path,
    /// Assumed: without a path to the endpoints, an outer MTU of 1500 bytes.
    Assumed,
}
