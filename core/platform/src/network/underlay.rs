//! The network past every tunnel, as the packets of one tunnel's engine see it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::NetworkError;
use crate::device::{UdpFactory, UdpSocket};

/// Sockets, look-ups and paths past every tunnel. How packets are kept out of the tunnels is the adapter's: a mark, a binding to an
/// interface, or a call that exempts each socket.
pub trait Underlay: Send + Sync + 'static {
    /// Opens the engine's sockets.
    fn sockets(&self) -> Arc<dyn UdpFactory>;

    /// A socket on a port that the system chooses, whose packets take the paths of the engine's.
    fn bind(&self) -> io::Result<Arc<dyn UdpSocket>>;

    /// The addresses of a name, asked for outside of all tunnels; none where it has none. May take seconds.
    fn look_up(&self, host: &str) -> io::Result<NameAddresses>;

    /// The route to `endpoint` at this moment; None where there is none, or its link has no carrier.
    fn route_to(&self, endpoint: IpAddr) -> Result<Option<EndpointRoute>, NetworkError>;

    /// Smallest MTU, bytes, of the routes to `endpoints` (that of the default route when there are none); None without a route.
    fn path_mtu(&self, endpoints: &[IpAddr]) -> Result<Option<u32>, NetworkError>;
}

/// The route to an endpoint outside of the tunnel, and the state of the link that it leads over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndpointRoute {
    /// Name of the interface.
    pub interface: String,
    /// Number of the interface, which another one of that name does not have.
    pub index: u32,
    /// None on a network that the computer is in.
    pub gateway: Option<IpAddr>,
    /// The address that the system sends from.
    pub source: Option<IpAddr>,
    /// How often the link has lost or found its carrier since it is there.
    pub carrier_changes: u32,
    /// Bytes: what the system has learnt of the path, else the route's own, else the link's.
    pub mtu: Option<u32>,
}

impl EndpointRoute {
    /// Whether packets take the same path through the network as by `other`, however large they may be.
    pub fn is_same_path(&self, other: &Self) -> bool {
        Self { mtu: None, ..self.clone() } == Self { mtu: None, ..other.clone() }
    }
}

/// The addresses of a name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NameAddresses {
    /// The preferred one first.
    pub addresses: Vec<IpAddr>,
    /// How long they are valid; None where nobody said so.
    pub ttl: Option<Duration>,
}
