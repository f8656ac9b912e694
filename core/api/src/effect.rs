//! What a tunnel changes on the computer while it is up, beside its interface.

use std::net::IpAddr;

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

use crate::HookPhase;

/// One change that a tunnel makes on the computer, and undoes when it goes down. A `detail` says in English, for experts, by which means
/// this system does it, such as `table 51820`; it is empty where there is only one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Effect {
    /// Packets for a network are routed into the tunnel.
    Route {
        /// Which.
        #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
        network: Cidr,
        /// The means.
        detail: String,
    },
    /// All packets of a family are routed into the tunnel, but those for the networks that stay outside.
    TakesAll {
        /// IPv6; else IPv4.
        ipv6: bool,
        /// Private networks stay outside as far as the computer is in them.
        except_private: bool,
        /// Other networks that stay outside.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        except: Vec<Cidr>,
        /// The means.
        detail: String,
    },
    /// Networks that a peer's endpoint may be in are routed into the tunnel, and encrypted packets are kept out of it.
    EndpointsOutside {
        /// Which.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        networks: Vec<Cidr>,
        /// The means.
        detail: String,
    },
    /// DNS servers are set.
    Dns {
        /// In order of preference.
        servers: Vec<IpAddr>,
        /// Search domains, in order of preference.
        search: Vec<String>,
        /// The servers are asked for the names in these domains and in the search domains alone; empty: for all names.
        only: Vec<String>,
        /// The means. None: nothing on this computer can set DNS servers, and bringing the tunnel up will fail.
        detail: Option<String>,
    },
    /// Packets for the tunnel's addresses that arrive over other interfaces are dropped.
    AddressesGuarded {
        /// The tunnel's addresses.
        addresses: Vec<IpAddr>,
    },
    /// The peers' answers are accepted where the system checks that a packet arrives over the interface that its answer would leave by.
    AnswersAccepted,
    /// Nothing leaves the computer past the tunnel.
    KillSwitch,
    /// A command of the configuration runs.
    Command {
        /// When.
        phase: HookPhase,
        /// With the interface's name in place of `%i`. None for callers who may not administer: commands may hold secrets.
        command: Option<String>,
        /// Whether it is allowed to.
        runs: bool,
    },
}
