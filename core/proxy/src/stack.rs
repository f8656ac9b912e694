//! An IP stack in this process, and a TUN device for the tunnel at its lower end.
//!
//! There is no stack for all: each TCP connection has one of its own (`smoltcp`, which is the state machine), driven by the task
//! that also moves its bytes. So connections share no lock but that of the way out, a packet finds its connection by one look into
//! a table however many there are, nothing is polled, and a fault in one connection is no fault of the others. TCP travels
//! between here and the tunnel in superpackets of up to 64 KiB, in both directions.
//!
//! ```text
//! tunnel --TunQueue::send--> arrival::read -> table -> Inbox of one connection, wakes its task -> smoltcp -> the program's socket
//! tunnel <--TunQueue::recv-- Outbox, rings its bell if the tunnel sleeps <- smoltcp <- the program's socket
//! ```

mod arrival;
mod checksum;
mod inbox;
mod outbox;
mod pool;
mod queue;
mod relay;
mod responder;
mod table;
mod tcp;
mod time_wait;
mod udp;
mod window;
mod wire;

#[cfg(test)]
mod tests;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use adit_platform::device::{Doorbell, TunDevice};
use smoltcp::iface::Interface;
use tokio::task::AbortHandle;

pub use self::relay::RelayError;
pub use self::tcp::{ConnectError, Connection, Incoming, Listener};
pub use self::udp::UdpPort;

use self::arrival::Arrival;
use self::inbox::{Inbox, Packet};
use self::outbox::Outbox;
use self::pool::Pool;
use self::queue::Queue;
use self::table::Table;
use self::window::Windows;

/// Bytes of packets without a receiver that may wait for an answer.
const UNCLAIMED: usize = 256 * 1024;

/// A running stack. Connections may outlive it.
pub struct Stack {
    shared: Arc<Shared>,
    responder: AbortHandle,
}

struct Shared {
    addresses: Vec<IpAddr>,
    mtu: usize,
    table: Table,
    outbox: Outbox,
    pool: Pool,
    windows: Arc<Windows>,
    /// For the responder.
    unclaimed: Inbox,
}

/// Why there can be no stack.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// No address is given.
    #[error("the tunnel has no address of its own: the configuration needs `Address = ...` in [Interface]")]
    NoAddress,
    /// Nobody can have this address.
    #[error("{0} cannot be anybody's own address; put the address that the other end gave you in `Address = ...`")]
    Address(IpAddr),
    /// Packets would be too short.
    #[error("an MTU of {mtu} is too small for {family}, which needs {least}", family = if *.least > 1000 { "IPv6" } else { "IPv4" })]
    Mtu {
        /// Wanted, bytes.
        mtu: usize,
        /// Possible, bytes.
        least: usize,
    },
    /// No random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(io::Error),
}

impl Stack {
    /// Starts a stack that has these addresses, in a runtime of `tokio`; the device is for a tunnel. `bell` wakes that tunnel.
    ///
    /// # Errors
    /// As [`StackError`] says.
    pub fn start(addresses: Vec<IpAddr>, mtu: usize, bell: Box<dyn Doorbell>) -> Result<(Self, TunDevice), StackError> {
        if addresses.is_empty() {
            return Err(StackError::NoAddress);
        }
        if let Some(address) = addresses.iter().find(|address| !may_be_somebody(address)) {
            return Err(StackError::Address(*address));
        }
        let least = if addresses.iter().any(IpAddr::is_ipv6) { 1280 } else { 576 };
        if mtu < least {
            return Err(StackError::Mtu { mtu, least });
        }
        let seed = getrandom::u32().map_err(|error| StackError::Random(io::Error::other(error)))?;
        let shared = Arc::new(Shared {
            addresses,
            mtu,
            table: Table::new((seed >> 16) as u16),
            outbox: Outbox::new(bell),
            pool: Pool::default(),
            windows: Arc::default(),
            unclaimed: Inbox::new(UNCLAIMED),
        });
        let responder = tokio::spawn(responder::run(Arc::clone(&shared))).abort_handle();
        let queue = Arc::new(Queue::new(Arc::clone(&shared)));
        Ok((Self { shared, responder }, TunDevice { name: "userspace".into(), queues: vec![queue] }))
    }

    /// Its own addresses.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.shared.addresses
    }

    /// Whether anything is on its way to the tunnel.
    pub fn has_packets_to_send(&self) -> bool {
        !self.shared.outbox.is_empty()
    }

    /// How many TCP connections there are.
    pub fn connections(&self) -> usize {
        self.shared.table.flows()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.responder.abort();
    }
}

impl Shared {
    /// The first address of this one's family.
    fn own_address(&self, like: IpAddr) -> Option<IpAddr> {
        self.addresses.iter().find(|own| own.is_ipv4() == like.is_ipv4()).copied()
    }

    /// A packet from the tunnel; `verified`: its transport checksum is known to be right.
    fn deliver(&self, bytes: &[u8], verified: bool) {
        let Some((destination, arrival)) = arrival::read(bytes) else { return };
        if !self.addresses.contains(&destination) {
            return;
        }
        let inbox = match arrival {
            Arrival::Tcp { flow, begins } => match self.table.flow(&flow) {
                Some(inbox) => Some(inbox),
                None if begins && self.table.is_listening(flow.local.port()) => {
                    let inbox = Arc::new(Inbox::new(tcp::INBOX));
                    inbox.push(Packet { bytes: bytes.to_vec(), verified });
                    return self.table.begin(flow, inbox);
                }
                None => {
                    let last_word = self.table.time_wait().last_word(&flow, Instant::now()).map(<[u8]>::to_vec);
                    if let Some(mut packet) = last_word {
                        let offload = checksum::hand_over(&mut packet, u16::MAX);
                        return self.outbox.push(packet, offload);
                    }
                    None
                }
            },
            Arrival::Udp { local, .. } => self.table.udp(&local),
            Arrival::IcmpError { flow, icmp_error } => {
                if let Some(inbox) = self.table.flow(&flow) {
                    inbox.complain(icmp_error);
                }
                return;
            }
            Arrival::Other => None,
        };
        let packet = Packet { bytes: self.pool.copy(bytes), verified };
        match inbox {
            Some(inbox) => inbox.push(packet),
            None => self.unclaimed.push(packet),
        }
    }
}

/// Whether another computer can have this address.
pub(crate) fn may_be_somebody(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !address.is_unspecified() && !address.is_multicast() && !address.is_broadcast() && !address.is_loopback()
        }
        IpAddr::V6(address) => !address.is_unspecified() && !address.is_multicast() && !address.is_loopback(),
    }
}

/// Everything goes into the tunnel; the gateway is of no consequence.
fn add_default_route(interface: &mut Interface, address: IpAddr) {
    // Its table has room for two.
    let _ = match address {
        IpAddr::V4(address) => interface.routes_mut().add_default_ipv4_route(address).map(drop),
        IpAddr::V6(address) => interface.routes_mut().add_default_ipv6_route(address).map(drop),
    };
}
