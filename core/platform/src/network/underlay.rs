//! The underlay: the network outside all tunnels, as the packets of one tunnel's engine see it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::NetworkError;
use crate::device::{UdpFactory, UdpSocket};

/// Sockets, look-ups and paths outside all tunnels. The adapter decides how packets stay out of the tunnels: by a mark, a
/// binding to an interface, or a call that exempts each socket.
pub trait Underlay: Send + Sync + 'static {
    /// Returns the factory of the engine's sockets.
    fn sockets(&self) -> Arc<dyn UdpFactory>;

    /// Opens a socket on a port that the system chooses. Its packets take the same paths as the engine's.
    fn bind(&self) -> io::Result<Arc<dyn UdpSocket>>;

    /// Looks up the addresses of a name outside all tunnels. Empty if the name has none. May take seconds.
    fn look_up(&self, host: &str) -> io::Result<NameAddresses>;

    /// Returns the current route to `endpoint`. None if there is no route, or its link has no carrier.
    fn route_to(&self, endpoint: IpAddr) -> Result<Option<EndpointRoute>, NetworkError>;

    /// Returns the smallest MTU, bytes, of the routes to `endpoints` (of the default route if `endpoints` is empty). None
    /// without a route.
    fn path_mtu(&self, endpoints: &[IpAddr]) -> Result<Option<u32>, NetworkError>;
}

/// The route to an endpoint outside the tunnel, and the state of the link that it leads over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndpointRoute {
    /// Name of the interface.
    pub interface: String,
    /// Index of the interface. Another interface with the same name has another index.
    pub index: u32,
    /// The gateway. None if the endpoint is on a network of this computer.
    pub gateway: Option<IpAddr>,
    /// The source address that the system uses.
    pub source: Option<IpAddr>,
    /// The number of carrier changes of the link since it was created.
    pub carrier_changes: u32,
    /// Path MTU that the system has learned, otherwise the MTU of the route, otherwise that of the link. Bytes.
    pub mtu: Option<u32>,
}

impl EndpointRoute {
    /// Returns true if packets take the same path through the network as by `other`. The MTU is not compared.
    pub fn is_same_path(&self, other: &Self) -> bool {
        Self { mtu: None, ..self.clone() } == Self { mtu: None, ..other.clone() }
    }
}

/// The addresses of a name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NameAddresses {
    /// The addresses, the preferred one first.
    pub addresses: Vec<IpAddr>,
    /// The time for which they are valid, or None if unknown.
    pub ttl: Option<Duration>,
}
