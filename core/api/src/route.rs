//! The destination of a packet, and the reason for it.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::{PublicKey, TunnelId};

/// The destination of packets to an address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RouteAnswer {
    /// The address.
    pub ip: IpAddr,
    /// The present destination.
    pub route: Route,
    /// Tunnels that are down (or not preferred) whose allowed IPs contain the address, the narrowest network first.
    pub others: Vec<RouteCandidate>,
}

/// A destination of packets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Route {
    /// Through a tunnel.
    Tunnel {
        /// The tunnel.
        candidate: RouteCandidate,
        /// The reason.
        why: RouteReason,
    },
    /// Outside all tunnels.
    Outside {
        /// The interface that they leave by.
        interface: Option<String>,
        /// The reason.
        why: RouteReason,
    },
    /// Into a tunnel's interface, although no peer has the address: the packet is dropped, and its sender gets an ICMP error.
    NoPeer {
        /// The tunnel.
        tunnel: TunnelId,
    },
}

/// The reason for a destination.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RouteReason {
    /// This network is the narrowest one that contains the address.
    Narrowest {
        /// The network.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// The tunnel takes all traffic.
    TakesAll {
        /// The setting of this system that directs the packets there, in English, for experts, such as `routing table 51820`.
        detail: String,
    },
    /// The address is in a local network, private or with a permanent address, which stays outside while the tunnel takes all
    /// other traffic.
    PrivateNetwork {
        /// The network.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// The address belongs to this computer.
    OwnAddress,
    /// No tunnel takes packets to the address.
    NoTunnel,
}

/// A tunnel that takes, or would take, the packets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RouteCandidate {
    /// The tunnel.
    pub tunnel: TunnelId,
    /// Its interface.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// The peer that has the address.
    pub peer: PublicKey,
    /// The peer's allowed IP that contains the address.
    #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
    pub allowed_ip: Cidr,
}
