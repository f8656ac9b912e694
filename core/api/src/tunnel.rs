//! A tunnel as it is seen from outside: what it is, and how it is.

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, Conflict, Health, HooksView, KillSwitch, PeerStatus, PeerView, PreviewWarning, PublicKey, RotationView, TunnelId,
    TunnelName,
};

/// Everything about a tunnel but its keys and its past.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TunnelView {
    /// For programs; never changes.
    pub id: TunnelId,
    /// For people.
    pub name: TunnelName,
    /// What its network interface is called while it is up.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// How it is.
    pub state: TunnelState,
    /// Where its configuration lives.
    pub source: Source,
    /// Counts the changes of the configuration, from 1.
    pub version: u64,
    /// Whether the configuration can be used at all; where it cannot, `check_config` says why.
    pub usable: bool,
    /// This end's public key; None where a command sets the private key.
    pub public_key: Option<PublicKey>,
    /// Whether the private key is not kept: it has to be given each time that the tunnel is brought up.
    pub asks_for_key: bool,
    /// Since when at least the tunnel has this key, Unix milliseconds: when it was imported or made here. None where that is not known.
    pub key_since: Option<u64>,
    /// After how many days a key is called old; None: never.
    pub key_reminder_days: Option<u32>,
    /// A key that is about to replace it.
    pub rotation: Option<RotationView>,
    /// This end's addresses inside the tunnel.
    #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
    pub addresses: Vec<Cidr>,
    /// The first of the other ends, as configured: [`PEERS_IN_VIEW`] at most. The method `peers` gives all.
    pub peers: Vec<PeerView>,
    /// How many there are in the configuration.
    pub peer_count: u32,
    /// Whether it comes up when the computer starts.
    pub start_at_boot: bool,
    /// How strictly traffic is kept inside it.
    pub kill_switch: KillSwitch,
    /// Whether the private networks that the computer is in stay reachable while the kill switch is closed.
    pub allow_lan: bool,
    /// Whether IPv6 may leave past it, where it takes all of IPv4 and none of IPv6.
    pub allow_ipv6_outside: bool,
    /// Whether its commands may run.
    pub hooks: HooksView,
}

/// So many peers, and no more, are in a tunnel's view: a tunnel may have 65,536, and all of them together would be larger than what
/// can be carried in one answer.
pub const PEERS_IN_VIEW: usize = 16;

/// Some of the tunnels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TunnelPage {
    /// By name, whatever the capitals.
    pub tunnels: Vec<TunnelView>,
    /// Whether more follow: ask again with the last one's name as `after`.
    pub more: bool,
}

/// Where a tunnel's configuration lives.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Source {
    /// In Adit's own store.
    Store,
    /// In a file that stays where it is: it is read afresh each time, and changes are written there.
    File {
        /// Such as `/etc/wireguard/wg0.conf`.
        path: String,
    },
}

/// How a tunnel is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TunnelState {
    /// Not there.
    Down {
        /// Why; None when it was never up since the daemon started.
        reason: Option<DownReason>,
        /// When it is tried again, Unix milliseconds; None: not by itself.
        retry_at: Option<u64>,
    },
    /// Being set up.
    Connecting {
        /// What is being done.
        step: Step,
        /// Since when, Unix milliseconds.
        since: u64,
    },
    /// The interface is there. Whether anybody answers is said by `health`.
    Up(UpState),
    /// Being taken down.
    Disconnecting {
        /// Since when, Unix milliseconds.
        since: u64,
    },
    /// Taken down for a while; comes back by itself.
    Paused {
        /// End of the pause, Unix milliseconds; None: until it is resumed.
        until: Option<u64>,
    },
    /// Could not be set up or kept up, and what belongs into it is not let out another way.
    Blocked {
        /// Why.
        cause: Box<ApiError>,
        /// Since when, Unix milliseconds.
        since: u64,
        /// When it is tried again, Unix milliseconds; None: not by itself.
        retry_at: Option<u64>,
    },
}

impl TunnelState {
    /// What is known of it while it is up.
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
    /// Since when, Unix milliseconds.
    pub since: u64,
    /// The worst of its peers'.
    pub health: Health,
    /// Largest inner packet, bytes.
    pub mtu: u16,
    /// UDP port on this computer.
    pub listen_port: u16,
    /// All peers' together.
    pub counters: Counters,
    /// When the last handshake with any peer was completed, Unix milliseconds.
    pub last_handshake: Option<u64>,
    /// Some peers, by public key: [`PEERS_IN_VIEW`] at most, those of `TunnelView::peers` first. One that was added from outside has no
    /// `PeerView`. The method `peers` gives all.
    pub peers: Vec<PeerStatus>,
    /// How many peers the running tunnel has.
    pub peer_count: u32,
    /// Whether the running tunnel differs from its configuration, because another program changed it or a saved change needs
    /// a restart.
    pub differs: bool,
    /// With whom it is at odds, where it was brought up nevertheless.
    pub conflicts: Vec<Conflict>,
    /// What the configuration asks for and this computer does not do.
    #[serde(default)]
    pub warnings: Vec<PreviewWarning>,
    /// How packets are carried.
    pub data_path: DataPath,
    /// Its interface was moved to another network namespace, where Adit sets no addresses and routes. Encrypted packets
    /// still leave from this one.
    #[serde(default)]
    pub in_other_namespace: bool,
    /// Encrypted packets of the tunnel that a route has led back into it, and that were dropped, since it came up. More than none: the route
    /// to a peer leads through the tunnel itself, which then carries nothing.
    #[serde(default)]
    pub routing_loops: u64,
}

/// How packets are carried: the system's offloads that are in use, which the kernel has and that have not failed since.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DataPath {
    /// Queues of the tunnel's interface.
    pub queues: u32,
    /// Superpackets of TCP between the kernel and the tunnel.
    pub tun_segmentation: bool,
    /// Superpackets of UDP there.
    pub tun_udp_segmentation: bool,
    /// Runs of datagrams in one send.
    pub udp_segmentation: bool,
    /// Runs of datagrams in one receive.
    pub udp_receive: bool,
}

/// What went through, bytes, since the tunnel came up.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Counters {
    /// From the peers.
    pub received: u64,
    /// To the peers.
    pub sent: u64,
}

/// Why a tunnel is down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DownReason {
    /// Somebody asked for it.
    Asked,
    /// It could not be set up, and everything was undone.
    Failed {
        /// Why not.
        error: Box<ApiError>,
    },
    /// Its interface was removed from outside.
    InterfaceRemoved,
    /// Its engine ended by itself.
    EngineStopped,
}

/// A step of bringing a tunnel up, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Step {
    /// Checks for conflicts, and that everything that will be needed is there.
    Check,
    /// Asks for the addresses of endpoints that are given by name.
    Resolve,
    /// Sets the packet filter.
    Firewall,
    /// Runs the configuration's commands `PreUp`.
    PreUp,
    /// Makes the interface, with its keys and peers.
    Interface,
    /// Sets its addresses and MTU.
    Addresses,
    /// Sets routes and the rules that lead to them.
    Routes,
    /// Sets resolvers.
    Dns,
    /// Runs the configuration's commands `PostUp`.
    PostUp,
}
