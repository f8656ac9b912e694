//! The system as this adapter uses it: messages and texts in the system's own formats. The tests implement it in memory.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use crate::device::{TunDevice, UdpFactory};
use crate::network::{NameAddresses, NetworkError, NetworkEvents};

/// A program of the system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Program {
    /// `/sbin/ifconfig`: addresses and the MTU of an interface.
    Ifconfig,
    /// `/sbin/pfctl`: the packet filter.
    Pfctl,
}

impl Program {
    /// Returns the path. It is in a folder that only the system can change.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Ifconfig => "/sbin/ifconfig",
            Self::Pfctl => "/sbin/pfctl",
        }
    }
}

/// A Mac, or a fake one in memory.
pub(crate) trait Kernel: Send + Sync + 'static {
    /// Makes the interface `utunNUMBER`, or the first free one (`None`). `ResourceBusy`: the number is taken.
    fn open_utun(&self, number: Option<u32>) -> io::Result<TunDevice>;

    /// Runs a program of the system to its end, with `input` at its standard input, and returns its output and its messages, one
    /// after the other.
    fn run(&self, program: Program, arguments: &[&str], input: &str) -> Result<String, NetworkError>;

    /// Sends a message to a routing socket and returns the kernel's answer, in which `rtm_errno` is the outcome.
    fn route(&self, message: &[u8]) -> io::Result<Vec<u8>>;

    /// Returns the routing table (`NET_RT_DUMP2`).
    fn routes(&self) -> io::Result<Vec<u8>>;

    /// Returns all interfaces with their addresses (`NET_RT_IFLIST`).
    fn interfaces(&self) -> io::Result<Vec<u8>>;

    /// Sets a value of the dynamic store for as long as this process lives, or removes it (`None`).
    fn set_value(&self, key: &str, property_list: Option<&str>) -> io::Result<()>;

    /// Returns the opener of UDP sockets that follow the way out past the tunnels.
    fn sockets(&self) -> Arc<dyn UdpFactory>;

    /// Resolves a name outside all tunnels. Servers that are `inside` a tunnel are not asked.
    fn look_up(&self, host: &str, inside: &[IpAddr]) -> io::Result<NameAddresses>;

    /// Announces changes of links, addresses and routes from now on.
    fn watch(&self) -> io::Result<Box<dyn NetworkEvents>>;
}
