//! What bringing a tunnel up changes on this computer, as data of the adapter. Programs that show it choose the words.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};

use super::{DnsSpec, ResolverTool};

/// Number of Linux' main routing table, for programs that show an effect.
pub const MAIN_TABLE: u32 = 254;

/// A change of this computer. Systems without routing tables and marks have None there.
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
    /// The tunnel's own packets get a mark.
    Mark(u32),
    /// A route over the interface, beside those of the interface's own networks.
    Route {
        /// Destination.
        network: Cidr,
        /// Number of the routing table.
        table: Option<u32>,
    },
    /// Everything goes into the tunnel.
    All {
        /// Of IPv4.
        ipv4: bool,
        /// Of IPv6.
        ipv6: bool,
        /// The tunnel carries no IPv6, and keeps it from leaving past the tunnel.
        closes_ipv6: bool,
        /// Number of the routing table.
        table: Option<u32>,
        /// Mark of the packets that are exempt, the tunnel's own.
        mark: Option<u32>,
        /// Local networks that stay outside where the computer has a route to them.
        outside: Vec<Cidr>,
    },
    /// Networks that an endpoint may be in go into the tunnel, and the tunnel's own packets do not.
    AroundEndpoints {
        /// Those that no rule for all traffic leads into the tunnel.
        networks: Vec<Cidr>,
        /// Number of the routing table.
        table: Option<u32>,
        /// Mark of the packets that are exempt, the tunnel's own.
        mark: Option<u32>,
    },
    /// Resolvers are set.
    Dns {
        /// Which.
        spec: DnsSpec,
        /// By what; None: nothing can.
        by: Option<ResolverTool>,
    },
    /// Packets for the tunnel's addresses that arrive over other interfaces are dropped.
    GuardAddresses {
        /// The tunnel's own addresses.
        addresses: Vec<IpAddr>,
        /// Mark that the peers' answers get, so that strict reverse path filtering accepts them.
        mark: Option<u32>,
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
