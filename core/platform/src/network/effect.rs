//! What bringing a tunnel up changes on this computer, as data of the adapter. Programs that show it choose the words.
//!
//! A `detail` says in English, for experts, by which means the system does it, such as `table 51820`.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};

use super::{DnsSpec, Outside};

/// A change of this computer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// An interface is made.
    Interface {
        /// Its name.
        name: InterfaceName,
        /// Its MTU, bytes.
        mtu: u16,
        /// Where that comes from.
        mtu_source: MtuSource,
    },
    /// The interface gets an address, with its host bits.
    Address(Cidr),
    /// A route over the interface, beside those of the interface's own networks.
    Route {
        /// Destination.
        network: Cidr,
        /// The means.
        detail: String,
    },
    /// Everything goes into the tunnel.
    All {
        /// Of IPv4.
        ipv4: bool,
        /// Of IPv6.
        ipv6: bool,
        /// The tunnel carries no IPv6, and keeps it from leaving past the tunnel.
        closes_ipv6: bool,
        /// Local networks that stay outside where the computer has a route to them.
        outside: Outside,
        /// The means.
        detail: String,
    },
    /// Networks that an endpoint may be in go into the tunnel, and the tunnel's own packets do not.
    AroundEndpoints {
        /// Those that no rule for all traffic leads into the tunnel.
        networks: Vec<Cidr>,
        /// The means.
        detail: String,
    },
    /// Resolvers are set.
    Dns {
        /// Which.
        spec: DnsSpec,
        /// The means; None: nothing can.
        detail: Option<String>,
    },
    /// Packets for the tunnel's addresses that arrive over other interfaces are dropped, and strict reverse path filtering accepts the
    /// peers' answers.
    GuardAddresses {
        /// The tunnel's own addresses.
        addresses: Vec<IpAddr>,
    },
}

/// Where an MTU comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MtuSource {
    /// The configuration.
    Configured,
    /// The path to the endpoints.
    Path,
    /// There is no path to them: 1500 bytes outside are assumed.
    Assumed,
}
