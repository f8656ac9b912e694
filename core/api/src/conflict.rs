//! What two things on one computer cannot both have.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::TunnelId;

/// Why a tunnel and something else are at odds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Conflict {
    /// Another tunnel that is up has a peer with the same network.
    SameNetwork {
        /// The other.
        other: TunnelId,
        /// Which.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// Another tunnel that is up takes all traffic too.
    BothTakeAll {
        /// The other.
        other: TunnelId,
    },
    /// Another tunnel that is up has the same address.
    SameAddress {
        /// The other.
        other: TunnelId,
        /// Which.
        address: IpAddr,
    },
    /// Another tunnel that is up listens on the same port.
    SamePort {
        /// The other.
        other: TunnelId,
        /// UDP.
        port: u16,
    },
    /// Another tunnel that is up sets the computer's resolvers too.
    BothSetDns {
        /// The other.
        other: TunnelId,
    },
    /// An interface of that name exists and is not Adit's.
    InterfaceExists {
        /// Which.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    },
    /// The network that this computer is in has the same addresses.
    LocalNetwork {
        /// The local interface.
        interface: String,
        /// The network on it.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
    },
    /// Another program's VPN takes all traffic.
    OtherVpn {
        /// Its interface, or what else is known of it.
        interface: String,
    },
}
