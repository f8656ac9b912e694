//! A tunnel as clients see it: its properties and its state.

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, Conflict, Health, HooksView, KillSwitch, OnDemand, PeerStatus, PeerView, PreviewWarning, PublicKey, RotationView,
    TunnelId, TunnelName,
};

/// The properties and the state of a tunnel, without its keys and its earlier versions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TunnelView {
    /// The id, for programs; never changes.
    pub id: TunnelId,
    /// The name, for people.
    pub name: TunnelName,
    /// The name of its network interface.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// The state.
    pub state: TunnelState,
    /// The place of its configuration.
    pub source: Source,
    /// Counts the changes of the configuration, from 1.
    pub version: u64,
    /// True if the configuration is valid; if not, `check_config` says why.
    pub usable: bool,
    /// This end's public key; None if a command sets the private key.
    pub public_key: Option<PublicKey>,
    /// True if the private key is not stored: it must be given whenever the tunnel is brought up.
    pub asks_for_key: bool,
    /// The latest time at which the key can have been made, Unix milliseconds: when it was imported or made here. None if
    /// unknown.
    pub key_since: Option<u64>,
    /// The age in days from which on a key is reported as old; None: never.
    pub key_reminder_days: Option<u32>,
    /// A new key that waits to replace the present one.
    pub rotation: Option<RotationView>,
    /// This end's addresses inside the tunnel.
    #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
    pub addresses: Vec<Cidr>,
    /// The first configured peers, at most [`PEERS_IN_VIEW`]. The method `peers` returns all.
    pub peers: Vec<PeerView>,
    /// The number of configured peers.
    pub peer_count: u32,
    /// True if it comes up when the computer starts.
    pub start_at_boot: bool,
    /// The strength of its kill switch.
    pub kill_switch: KillSwitch,
    /// True if the private networks that the computer is connected to stay reachable while the kill switch is closed.
    pub allow_lan: bool,
    /// True if IPv6 may leave outside the tunnel when it takes all of IPv4 and none of IPv6.
    pub allow_ipv6_outside: bool,
    /// Its commands, and the approval that they have.
    pub hooks: HooksView,
    /// The part of the on-demand rules; None if they do not govern it.
    #[serde(default)]
    pub on_demand: Option<OnDemand>,
}

/// The most peers in a tunnel's view: a tunnel may have 65,536 peers, and all of them would not fit into one answer.
pub const PEERS_IN_VIEW: usize = 16;

/// Some of the tunnels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TunnelPage {
    /// The tunnels, sorted by name in any case.
    pub tunnels: Vec<TunnelView>,
    /// True if there is another page: its `after` is the name of the last tunnel.
    pub more: bool,
}

/// The place of a tunnel's configuration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Source {
    /// In Adit's own store.
    Store,
    /// In a file that stays where it is: it is read anew each time, and changes are written to it.
    File {
        /// The file's path, such as `/etc/wireguard/wg0.conf`.
        path: String,
    },
}

/// The state of a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TunnelState {
    /// The tunnel has no interface.
    Down {
        /// The reason; None if it was never up since the service started.
        reason: Option<DownReason>,
        /// When the next attempt is made, Unix milliseconds; None: no attempt.
        retry_at: Option<u64>,
    },
    /// The tunnel is being brought up.
    Connecting {
        /// The present step.
        step: Step,
        /// Since when, Unix milliseconds.
        since: u64,
    },
    /// The interface exists. `health` says whether peers answer.
    Up(UpState),
    /// The tunnel is being taken down.
    Disconnecting {
        /// Since when, Unix milliseconds.
        since: u64,
    },
    /// The tunnel is down for some time, and comes up again by itself.
    Paused {
        /// End of the pause, Unix milliseconds; None: until it is resumed.
        until: Option<u64>,
    },
    /// The tunnel is down although it should be up, or it is under lockdown; its kill switch is closed.
    Blocked {
        /// The reason.
        cause: Box<ApiError>,
        /// Since when, Unix milliseconds.
        since: u64,
        /// When the next attempt is made, Unix milliseconds; None: no attempt.
        retry_at: Option<u64>,
    },
}

impl TunnelState {
    /// Returns the state while the tunnel is up.
    pub fn up(&self) -> Option<&UpState> {
        match self {
            Self::Up(up) => Some(up),
            Self::Down { .. }
            | Self::Connecting { .. }
            | Self::Disconnecting { .. }
            | Self::Paused { .. }
            | Self::Blocked { .. } => None,
        }
    }
}

/// A tunnel that is up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UpState {
    /// When it came up, Unix milliseconds.
    pub since: u64,
    /// The worst health of its peers.
    pub health: Health,
    /// Size of the largest inner packet, bytes.
    pub mtu: u16,
    /// UDP port on this computer.
    pub listen_port: u16,
    /// The traffic with all peers.
    pub counters: Counters,
    /// When the last handshake with any peer was completed, Unix milliseconds.
    pub last_handshake: Option<u64>,
    /// Some peers, sorted by public key: at most [`PEERS_IN_VIEW`], those of `TunnelView::peers` first. A peer that another
    /// program added has no `PeerView`. The method `peers` returns all.
    pub peers: Vec<PeerStatus>,
    /// The number of peers of the running tunnel.
    pub peer_count: u32,
    /// True if the running tunnel differs from its configuration, because another program changed it or a saved change needs a
    /// restart.
    pub differs: bool,
    /// The conflicts despite which it was brought up.
    pub conflicts: Vec<Conflict>,
    /// Settings of the configuration that this computer does not support.
    #[serde(default)]
    pub warnings: Vec<PreviewWarning>,
    /// The data path of the tunnel: its TUN queues and the offloads that it uses.
    pub data_path: DataPath,
    /// True if its interface was moved to another network namespace, where Adit sets no addresses and routes. Encrypted packets
    /// still leave from this one.
    #[serde(default)]
    pub in_other_namespace: bool,
    /// The number of the tunnel's encrypted packets, since it came up, that a route led back into the tunnel and that were
    /// dropped. Above 0, the route to a peer leads through the tunnel itself, which then carries nothing.
    #[serde(default)]
    pub routing_loops: u64,
}

/// The kernel's offloads that the data path uses: the kernel supports them, and they have not failed since.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DataPath {
    /// Queues of the tunnel's interface.
    pub queues: u32,
    /// True if the kernel and the tunnel exchange superpackets of TCP.
    pub tun_segmentation: bool,
    /// True if the kernel and the tunnel exchange superpackets of UDP.
    pub tun_udp_segmentation: bool,
    /// True if one system call sends several datagrams.
    pub udp_segmentation: bool,
    /// True if one system call receives several datagrams.
    pub udp_receive: bool,
}

/// The traffic since the tunnel came up, bytes.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Counters {
    /// Bytes from the peers.
    pub received: u64,
    /// Bytes to the peers.
    pub sent: u64,
}

/// The reason why a tunnel is down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DownReason {
    /// A user took it down.
    Asked,
    /// It could not be brought up, and everything was undone.
    Failed {
        /// The reason.
        error: Box<ApiError>,
    },
    /// Another program removed its interface.
    InterfaceRemoved,
    /// Its engine ended by itself.
    EngineStopped,
}

/// A step of bringing a tunnel up, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Step {
    /// Checks for conflicts, and that everything that the tunnel needs is present.
    Check,
    /// Resolves the endpoints' names.
    Resolve,
    /// Sets the packet filter.
    Firewall,
    /// Runs the configuration's commands `PreUp`.
    PreUp,
    /// Makes the interface, with its keys and peers.
    Interface,
    /// Sets its addresses and MTU.
    Addresses,
    /// Sets routes and routing rules.
    Routes,
    /// Sets DNS servers.
    Dns,
    /// Runs the configuration's commands `PostUp`.
    PostUp,
}
