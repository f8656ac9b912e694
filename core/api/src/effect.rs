//! The changes that a tunnel makes on the computer while it is up, besides its interface.

use std::net::IpAddr;

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

use crate::HookPhase;

/// One change that a tunnel makes on the computer, and undoes when it goes down. `detail` describes in English, for experts, how
/// this system does it, such as `table 51820`; it is empty if there is only one way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Effect {
    /// Packets for a network are routed into the tunnel.
    Route {
        /// The network.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
        /// The means of this system, in English.
        detail: String,
    },
    /// All packets of an address family are routed into the tunnel, except those to the networks that stay outside.
    TakesAll {
        /// True for IPv6, false for IPv4.
        ipv6: bool,
        /// True if the private networks that the computer is connected to stay outside.
        except_private: bool,
        /// Other networks that stay outside.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        except: Vec<Cidr>,
        /// The means of this system, in English.
        detail: String,
    },
    /// Networks that may contain a peer's endpoint are routed into the tunnel, and encrypted packets are kept out of it.
    EndpointsOutside {
        /// The networks.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        networks: Vec<Cidr>,
        /// The means of this system, in English.
        detail: String,
    },
    /// DNS servers are set.
    Dns {
        /// DNS servers, in order of preference.
        servers: Vec<IpAddr>,
        /// Search domains, in order of preference.
        search: Vec<String>,
        /// The domains whose names the servers resolve, besides the search domains; empty if they resolve all names.
        only: Vec<String>,
        /// The means of this system, in English. None: nothing on this computer can set DNS servers, and bringing the tunnel up
        /// will fail.
        detail: Option<String>,
    },
    /// Packets for the tunnel's addresses that arrive over other interfaces are dropped.
    AddressesGuarded {
        /// The tunnel's addresses.
        addresses: Vec<IpAddr>,
    },
    /// The peers' answers are accepted although the system drops packets that arrive over another interface than their answer
    /// would leave by.
    AnswersAccepted,
    /// No traffic leaves the computer outside the tunnel.
    KillSwitch,
    /// A command of the configuration runs.
    Command {
        /// The time at which it runs.
        phase: HookPhase,
        /// The command, with the interface's name in place of `%i`. None for callers who are not administrators: commands may
        /// contain secrets.
        command: Option<String>,
        /// True if it is approved, and so runs.
        runs: bool,
    },
}
