//! Stands in for adapters that this system lacks, so that the service can keep tunnels that it cannot bring up yet. Whatever needs
//! the adapter fails with the error that names it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use adit_config::InterfaceName;

use crate::commands::{Commands, RunningCommand, ShellKind};
use crate::device::{Stop, UdpFactory, UdpSocket};
use crate::devices::Devices;
use crate::native::{self, Unsupported};
use crate::network::{
    Attachment, EndpointRoute, Listener, NameAddresses, Network, NetworkError, NetworkEvents, Picture, Underlay,
};

/// Stands in for [`native::network`].
#[derive(Clone, Copy, Debug)]
pub struct NoNetwork(pub Unsupported);

impl NoNetwork {
    fn fails<T>(self, doing: &str) -> Result<T, NetworkError> {
        Err(NetworkError::kernel(doing)(self.0.into()))
    }
}

impl Network for NoNetwork {
    fn prepare(&self, _: &Picture, _: &Arc<dyn Listener>) -> Result<Box<dyn Attachment>, NetworkError> {
        self.fails("setting the tunnel up")
    }

    fn underlay(&self) -> Arc<dyn Underlay> {
        Arc::new(*self)
    }

    fn events(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        self.fails("noticing changes of the network")
    }

    /// Finds nothing: no process of Adit can have had a tunnel.
    fn recover(&self, _: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        Ok(Vec::new())
    }
}

impl Underlay for NoNetwork {
    fn sockets(&self) -> Arc<dyn UdpFactory> {
        Arc::new(*self)
    }

    fn bind(&self) -> io::Result<Arc<dyn UdpSocket>> {
        Err(self.0.into())
    }

    fn look_up(&self, _: &str) -> io::Result<NameAddresses> {
        Err(self.0.into())
    }

    fn route_to(&self, _: IpAddr) -> Result<Option<EndpointRoute>, NetworkError> {
        self.fails("looking up the route to an endpoint")
    }

    fn path_mtu(&self, _: &[IpAddr]) -> Result<Option<u32>, NetworkError> {
        self.fails("looking up the MTU of a path")
    }
}

impl UdpFactory for NoNetwork {
    fn bind(&self, _: u16, _: u32) -> io::Result<Arc<dyn UdpSocket>> {
        Err(self.0.into())
    }
}

/// Stands in for [`native::devices`].
#[derive(Clone, Copy, Debug)]
pub struct NoDevices;

impl Devices for NoDevices {
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>> {
        native::new_stop
    }
}

/// Stands in for [`native::shell`].
#[derive(Clone, Copy, Debug)]
pub struct NoCommands(pub Unsupported);

impl Commands for NoCommands {
    /// Returns the kind that needs no warning about its syntax: no command runs.
    fn shell(&self) -> ShellKind {
        ShellKind::Bash
    }

    fn start(&self, _: &str) -> io::Result<Box<dyn RunningCommand>> {
        Err(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::Part;

    #[test]
    fn whatever_needs_a_missing_adapter_names_it() {
        let network = NoNetwork(Unsupported(Part::Network));
        let said = network.events().err().unwrap().to_string();
        assert!(said.contains("network configuration") && said.contains("not available"), "{said}");
        let underlay = network.underlay();
        for error in [
            underlay.bind().err().unwrap(),
            underlay.look_up("host").unwrap_err(),
            underlay.sockets().bind(0, 0).err().unwrap(),
            NoCommands(Unsupported(Part::Shell)).start("echo").err().unwrap(),
        ] {
            assert_eq!(error.kind(), io::ErrorKind::Unsupported, "{error}");
        }
        assert!(network.recover(&"wg0".parse().unwrap()).unwrap().is_empty());
    }
}
