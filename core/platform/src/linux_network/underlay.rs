//! The underlay as packets with a tunnel's mark, or with none, see it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use super::host::Host;
use crate::device::{UdpFactory, UdpSocket};
use crate::network::{EndpointRoute, NameAddresses, NetworkError, Underlay};

pub(super) struct Marked {
    pub(super) host: Arc<dyn Host>,
    /// Firewall mark of the packets; 0 for none.
    pub(super) mark: u32,
    /// DNS servers that are reached through the tunnel.
    pub(super) inside: Vec<IpAddr>,
}

impl Underlay for Marked {
    fn sockets(&self) -> Arc<dyn UdpFactory> {
        self.host.sockets()
    }

    fn bind(&self) -> io::Result<Arc<dyn UdpSocket>> {
        self.host.sockets().bind(0, self.mark)
    }

    fn look_up(&self, host: &str) -> io::Result<NameAddresses> {
        self.host.look_up_outside(host, self.mark, &self.inside)
    }

    fn route_to(&self, endpoint: IpAddr) -> Result<Option<EndpointRoute>, NetworkError> {
        self.host.route_to(endpoint, self.mark)
    }

    fn path_mtu(&self, endpoints: &[IpAddr]) -> Result<Option<u32>, NetworkError> {
        self.host.route_mtu(endpoints, self.mark)
    }
}
