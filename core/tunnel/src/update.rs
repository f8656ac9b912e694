//! Updates and views of a tunnel, shared by the UAPI socket, the CLI and the configuration file.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};

/// An IP network: `address` with all bits after `prefix` zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AllowedIp {
    /// Network address.
    pub address: IpAddr,
    /// Prefix length in bits, 0–32 or 0–128.
    pub prefix: u8,
}

/// An update of one tunnel. It is applied completely or not at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeviceUpdate {
    /// The new private key; `Some(None)` removes it.
    pub private_key: Option<Option<PrivateKey>>,
    /// The new UDP port; 0 lets the system choose.
    pub listen_port: Option<u16>,
    /// The new firewall mark; 0 removes it.
    pub fwmark: Option<u32>,
    /// Removes all peers, with their sessions, before those in `peers` are added.
    pub replace_peers: bool,
    /// Updates of peers, applied in this order.
    pub peers: Vec<PeerUpdate>,
}

/// An update of one peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerUpdate {
    /// The peer's public key. The peer is created if it does not exist, unless `update_only` is set.
    pub public_key: PublicKey,
    /// Removes the peer.
    pub remove: bool,
    /// Does nothing if the peer does not exist.
    pub update_only: bool,
    /// The new preshared key; [`PresharedKey::none`] removes it.
    pub preshared_key: Option<PresharedKey>,
    /// The new endpoint.
    pub endpoint: Option<SocketAddr>,
    /// The new interval in seconds; 0 turns it off.
    pub persistent_keepalive: Option<u16>,
    /// Removes all allowed IPs before adding the new ones.
    pub replace_allowed_ips: bool,
    /// Applied in this order: `false` removes the network, `true` adds it (and takes it from the peer that has it).
    pub allowed_ips: Vec<(AllowedIp, bool)>,
}

impl PeerUpdate {
    /// Returns an update that changes nothing yet.
    pub const fn new(public_key: PublicKey) -> Self {
        Self {
            public_key,
            remove: false,
            update_only: false,
            preshared_key: None,
            endpoint: None,
            persistent_keepalive: None,
            replace_allowed_ips: false,
            allowed_ips: Vec::new(),
        }
    }
}

/// The system offloads that a tunnel uses: those it was started with that the kernel supports and that have not failed since.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataPathView {
    /// Number of queues of the TUN device.
    pub queues: usize,
    /// True if the kernel and the tunnel exchange TCP superpackets.
    pub tun_segmentation: bool,
    /// True if the kernel and the tunnel exchange UDP superpackets.
    pub tun_udp_segmentation: bool,
    /// True if one send takes a run of datagrams.
    pub udp_segmentation: bool,
    /// True if one receive returns a run of datagrams.
    pub udp_receive: bool,
    /// True if the interface was moved to another network namespace.
    pub in_other_namespace: bool,
    /// Number of the tunnel's encrypted packets that a route led back into it and that were dropped, since the tunnel started.
    pub routing_loops: u64,
}

impl fmt::Display for DataPathView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queues, tun_segmentation, tun_udp_segmentation, udp_segmentation, udp_receive, .. } = *self;
        let parts = [
            (tun_segmentation, "tun-segmentation"),
            (tun_udp_segmentation, "tun-udp-segmentation"),
            (udp_segmentation, "udp-segmentation"),
            (udp_receive, "udp-receive"),
        ];
        write!(f, "queues={queues}")?;
        parts.iter().filter(|(on, _)| *on).try_for_each(|(_, name)| write!(f, " {name}"))
    }
}

/// The state of a tunnel.
#[derive(Clone, Debug, Default)]
pub struct DeviceView {
    /// The private key; `None` until it is set.
    pub private_key: Option<PrivateKey>,
    /// The bound UDP port; 0 when down.
    pub listen_port: u16,
    /// The firewall mark; 0 for none.
    pub fwmark: u32,
    /// The peers, in the order in which they were added.
    pub peers: Vec<PeerView>,
}

/// The state of a peer.
#[derive(Clone, Debug)]
pub struct PeerView {
    /// The peer's public key.
    pub public_key: PublicKey,
    /// The preshared key; [`PresharedKey::none`] if unset.
    pub preshared_key: PresharedKey,
    /// The last known endpoint.
    pub endpoint: Option<SocketAddr>,
    /// Time of the last handshake since 1970; zero if there was none.
    pub last_handshake: Duration,
    /// Time from our last answered initiation to its response. `None` before the first one, and if it is not known.
    pub round_trip: Option<Duration>,
    /// Bytes of authenticated datagrams received, as `wg` counts them.
    pub rx_bytes: u64,
    /// Bytes of datagrams sent.
    pub tx_bytes: u64,
    /// Interval in seconds; 0 is off.
    pub persistent_keepalive: u16,
    /// The allowed IPs, in the order in which they were added.
    pub allowed_ips: Vec<AllowedIp>,
}

impl PeerView {
    /// Returns a peer of which only the key is known: no preshared key, no endpoint, no handshake, no traffic, no allowed IPs.
    #[must_use]
    pub fn new(public_key: PublicKey) -> Self {
        Self {
            public_key,
            preshared_key: PresharedKey::none(),
            endpoint: None,
            last_handshake: Duration::ZERO,
            round_trip: None,
            rx_bytes: 0,
            tx_bytes: 0,
            persistent_keepalive: 0,
            allowed_ips: Vec::new(),
        }
    }
}

/// The reason why an update was refused. Nothing of it was applied.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The port could not be bound.
    #[error("listen port {port}: {error}")]
    Bind {
        /// The port.
        port: u16,
        /// The error of the system.
        error: std::io::Error,
    },
    /// The mark could not be set.
    #[error("fwmark {mark:#x}: {error}")]
    Mark {
        /// The mark.
        mark: u32,
        /// The error of the system.
        error: std::io::Error,
    },
    /// More peers than [`MAX_PEERS`].
    #[error("more than 65,536 peers")]
    TooManyPeers,
}

/// Maximum number of peers, the same as in the cross-platform reference implementation.
pub const MAX_PEERS: usize = 1 << 16;

/// The control of a running tunnel. The tunnel implements it; the UAPI socket uses it.
pub trait Control: Send + Sync + 'static {
    /// Applies all of `update` or nothing.
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError>;
    /// Returns the whole current state.
    fn view(&self) -> DeviceView;
}
