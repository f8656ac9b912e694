//! Where a packet would go, and why.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::{PublicKey, TunnelId};

/// Where packets to an address go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RouteAnswer {
    /// The address that was asked about.
    pub ip: IpAddr,
    /// Where they go as things are.
    pub route: Route,
    /// Tunnels that are down (or not preferred) and have the address among their allowed IPs, the narrowest network first.
    pub others: Vec<RouteCandidate>,
}

/// A way for packets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Route {
    /// Through a tunnel.
    Tunnel {
        /// Which.
        candidate: RouteCandidate,
        /// Why.
        why: RouteReason,
    },
    /// Past all tunnels.
    Outside {
        /// Over which interface.
        interface: Option<String>,
        /// Why.
        why: RouteReason,
    },
    /// Into a tunnel's interface, where no peer has the address: the packet is dropped and its sender told.
    NoPeer {
        /// Which.
        tunnel: TunnelId,
    },
    /// Nowhere: there is no route.
    NoRoute,
}

/// Why packets go that way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RouteReason {
    /// It is the narrowest network with that address.
    Narrowest {
        /// Which.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// A policy rule sends everything to that routing table.
    PolicyRule {
        /// Number of the table.
        table: u32,
    },
    /// It is a local network, private or with a permanent address, which stays outside while the tunnel takes everything else.
    PrivateNetwork {
        /// Which.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// It is an address of this computer.
    OwnAddress,
    /// No tunnel wants it.
    NoTunnel,
}

/// A tunnel that would take the packets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RouteCandidate {
    /// Which.
    pub tunnel: TunnelId,
    /// Its interface.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// Whose the address is.
    pub peer: PublicKey,
    /// The network of that peer's that has it.
    #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
    pub allowed_ip: Cidr,
}
