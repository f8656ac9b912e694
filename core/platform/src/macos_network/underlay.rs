//! The underlay: sockets that are bound to the interface of the default route, past every tunnel.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use super::computer::Computer;
use crate::device::{UdpFactory, UdpSocket};
use crate::network::{EndpointRoute, NameAddresses, NetworkError, Underlay};

pub(super) struct Outside(pub(super) Arc<Computer>);

impl Underlay for Outside {
    fn sockets(&self) -> Arc<dyn UdpFactory> {
        self.0.kernel.sockets()
    }

    fn bind(&self) -> io::Result<Arc<dyn UdpSocket>> {
        self.0.kernel.sockets().bind(0, 0)
    }

    fn look_up(&self, host: &str) -> io::Result<NameAddresses> {
        self.0.kernel.look_up(host, &self.0.resolvers_inside())
    }

    fn route_to(&self, endpoint: IpAddr) -> Result<Option<EndpointRoute>, NetworkError> {
        self.0.route_outside(endpoint)
    }

    fn path_mtu(&self, endpoints: &[IpAddr]) -> Result<Option<u32>, NetworkError> {
        self.0.path_mtu(endpoints)
    }
}
