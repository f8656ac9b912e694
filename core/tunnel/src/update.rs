//! What the outside may ask of a tunnel and see of it: the common ground of the UAPI socket, the CLI and the configuration file.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};

/// An IP network: `address` with all bits behind `prefix` zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AllowedIp {
    /// Network address.
    pub address: IpAddr,
    /// Bits, 0–32 or 0–128.
    pub prefix: u8,
}

/// A change of one tunnel; applied whole or not at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeviceUpdate {
    /// `Some(None)` removes the key.
    pub private_key: Option<Option<PrivateKey>>,
    /// 0 lets the system choose.
    pub listen_port: Option<u16>,
    /// 0 removes the mark.
    pub fwmark: Option<u32>,
    /// Remove all peers, with their sessions, before those in `peers` are added.
    pub replace_peers: bool,
    /// In order.
    pub peers: Vec<PeerUpdate>,
}

/// A change of one peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerUpdate {
    /// Which peer; made if it is not there, unless `update_only`.
    pub public_key: PublicKey,
    /// Remove it.
    pub remove: bool,
    /// Do nothing if it is not there.
    pub update_only: bool,
    /// [`PresharedKey::none`] removes it.
    pub preshared_key: Option<PresharedKey>,
    /// New endpoint.
    pub endpoint: Option<SocketAddr>,
    /// Seconds; 0 turns it off.
    pub persistent_keepalive: Option<u16>,
    /// Forget all allowed IPs before adding.
    pub replace_allowed_ips: bool,
    /// In order: `false` removes, `true` adds (and takes from whichever peer has it).
    pub allowed_ips: Vec<(AllowedIp, bool)>,
}

impl PeerUpdate {
    /// A change that changes nothing yet.
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

/// Which of the system's offloads a tunnel uses: those it was started with that the kernel has and that have not failed since.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataPathView {
    /// Of the TUN device.
    pub queues: usize,
    /// Superpackets of TCP between the kernel and the tunnel.
    pub tun_segmentation: bool,
    /// Superpackets of UDP there.
    pub tun_udp_segmentation: bool,
    /// Runs of datagrams in one send.
    pub udp_segmentation: bool,
    /// Runs of datagrams in one receive.
    pub udp_receive: bool,
    /// The interface was moved to another network namespace.
    pub in_other_namespace: bool,
    /// Encrypted packets of the tunnel that a route has led back into it, and that were dropped, since it began.
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

/// What a tunnel looks like.
#[derive(Clone, Debug, Default)]
pub struct DeviceView {
    /// None until set.
    pub private_key: Option<PrivateKey>,
    /// The bound port; 0 when down.
    pub listen_port: u16,
    /// 0 for none.
    pub fwmark: u32,
    /// In the order they were added.
    pub peers: Vec<PeerView>,
}

/// What a peer looks like.
#[derive(Clone, Debug)]
pub struct PeerView {
    /// Who.
    pub public_key: PublicKey,
    /// [`PresharedKey::none`] when unset.
    pub preshared_key: PresharedKey,
    /// Last known.
    pub endpoint: Option<SocketAddr>,
    /// Since 1970; zero when there was none.
    pub last_handshake: Duration,
    /// From the last initiation of ours that was answered to its response. None before the first, and where it is not known.
    pub round_trip: Option<Duration>,
    /// Bytes of authenticated datagrams, as `wg` counts.
    pub rx_bytes: u64,
    /// Bytes of datagrams sent.
    pub tx_bytes: u64,
    /// Seconds; 0 is off.
    pub persistent_keepalive: u16,
    /// In the order they were added.
    pub allowed_ips: Vec<AllowedIp>,
}

impl PeerView {
    /// A peer of which only the key is known: no preshared key, no endpoint, no handshake, no traffic, no allowed IPs.
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

/// Why an update was refused; nothing of it was applied.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The port could not be bound.
    #[error("listen port {port}: {error}")]
    Bind {
        /// Which.
        port: u16,
        /// Why.
        error: std::io::Error,
    },
    /// The mark could not be set.
    #[error("fwmark {mark:#x}: {error}")]
    Mark {
        /// Which.
        mark: u32,
        /// Why.
        error: std::io::Error,
    },
    /// More peers than [`MAX_PEERS`].
    #[error("more than 65,536 peers")]
    TooManyPeers,
}

/// As many as the cross-platform reference allows.
pub const MAX_PEERS: usize = 1 << 16;

/// What can be done to a running tunnel; implemented by the tunnel itself and driven by the UAPI socket.
pub trait Control: Send + Sync + 'static {
    /// Applies all of `update` or nothing.
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError>;
    /// The whole state now.
    fn view(&self) -> DeviceView;
}
