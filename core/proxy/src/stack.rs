//! An IP stack in this process, with a TUN device for the tunnel at its lower end.
//!
//! There is no common stack: each TCP connection has its own (`smoltcp`, which is the state machine), driven by the task that
//! also moves its bytes. Connections therefore share no lock except that of the outgoing queue, a packet finds its connection
//! with one table lookup however many there are, nothing is polled, and a fault in one connection does not affect the others. TCP
//! passes between the stack and the tunnel in superpackets of up to 64 KiB, in both directions.
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

/// Maximum bytes of packets without a connection that wait to be answered.
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
    /// Packets for the responder.
    unclaimed: Inbox,
}

/// The reason why a stack cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// No address was given.
    #[error("the tunnel has no address of its own: the configuration needs `Address = ...` in [Interface]")]
    NoAddress,
    /// The address cannot be a host's own address.
    #[error("{0} cannot be anybody's own address; put the address that the other end gave you in `Address = ...`")]
    Address(IpAddr),
    /// The MTU is too small.
    #[error("an MTU of {mtu} is too small for {family}, which needs {least}", family = if *.least > 1000 { "IPv6" } else { "IPv4" })]
    Mtu {
        /// The given MTU in bytes.
        mtu: usize,
        /// The minimum MTU in bytes.
        least: usize,
    },
    /// The system provides no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(io::Error),
}

impl Stack {
    /// Starts a stack with these addresses in a `tokio` runtime, and returns the device for a tunnel. `bell` wakes that tunnel.
    ///
    /// # Errors
    /// See [`StackError`].
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

    /// Returns the stack's own addresses.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.shared.addresses
    }

    /// Returns true if packets wait to be read by the tunnel.
    pub fn has_packets_to_send(&self) -> bool {
        !self.shared.outbox.is_empty()
    }

    /// Returns the number of TCP connections.
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
    /// Returns the first own address of the same family as `like`.
    fn own_address(&self, like: IpAddr) -> Option<IpAddr> {
        self.addresses.iter().find(|own| own.is_ipv4() == like.is_ipv4()).copied()
    }

    /// Delivers a packet from the tunnel. `verified` means that its transport checksum is known to be correct.
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

/// Returns true if another computer can have this address.
pub(crate) fn may_be_somebody(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !address.is_unspecified() && !address.is_multicast() && !address.is_broadcast() && !address.is_loopback()
        }
        IpAddr::V6(address) => !address.is_unspecified() && !address.is_multicast() && !address.is_loopback(),
    }
}

/// Routes everything into the tunnel; the gateway address is irrelevant.
fn add_default_route(interface: &mut Interface, address: IpAddr) {
    // The routing table has room for two routes.
    let _ = match address {
        IpAddr::V4(address) => interface.routes_mut().add_default_ipv4_route(address).map(drop),
        IpAddr::V6(address) => interface.routes_mut().add_default_ipv6_route(address).map(drop),
    };
}
