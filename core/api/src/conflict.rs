//! Conflicts: resources of the computer that only one tunnel or program can have.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::TunnelId;

/// A conflict between a tunnel and another tunnel or another part of the computer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Conflict {
    /// Another tunnel that is up has a peer with the same network.
    SameNetwork {
        /// The other tunnel.
        other: TunnelId,
        /// The network.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// Another tunnel that is up takes all traffic too.
    BothTakeAll {
        /// The other tunnel.
        other: TunnelId,
    },
    /// Another tunnel that is up has the same address.
    SameAddress {
        /// The other tunnel.
        other: TunnelId,
        /// The address.
        address: IpAddr,
    },
    /// Another tunnel that is up listens on the same port.
    SamePort {
        /// The other tunnel.
        other: TunnelId,
        /// The UDP port.
        port: u16,
    },
    /// Another tunnel that is up sets the computer's DNS servers too.
    BothSetDns {
        /// The other tunnel.
        other: TunnelId,
    },
    /// An interface of this name exists that does not belong to Adit.
    InterfaceExists {
        /// The interface.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    },
    /// A network that this computer is connected to has the same addresses.
    LocalNetwork {
        /// The local interface.
        interface: String,
        /// The network on it.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// Another program's VPN takes all traffic.
    OtherVpn {
        /// The other VPN's interface, or another description of it.
        interface: String,
    },
}
