//! An IP stack in this process (`smoltcp`), for computers where nobody may make interfaces. The tunnel sees it as a TUN device, the
//! demo as [`Sockets`](super::sockets::Sockets).

use std::net::Ipv4Addr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{io, mem};

use adit_platform::device::TunDevice;
use smoltcp::iface::{Config, Interface, SocketSet};
use smoltcp::wire::{HardwareAddress, IpCidr};

use self::queue::Queue;
use self::wire::Wire;

mod queue;
mod stream;
mod wire;

/// A running stack with one interface. Dropping it ends it.
pub(super) struct Stack {
    shared: Arc<Shared>,
    driver: Option<JoinHandle<()>>,
}

struct Shared {
    inside: Mutex<Inside>,
    /// The driver waits here for packets and for bytes to send.
    work: Condvar,
    /// The tunnel waits here for packets.
    packets: Condvar,
    /// Those with connections wait here for them to move.
    progress: Condvar,
}

struct Inside {
    interface: Interface,
    sockets: SocketSet<'static>,
    wire: Wire,
    next_port: u16,
    ended: bool,
}

impl Stack {
    /// Starts a stack with one address, and gives the device by which a tunnel serves it.
    pub(super) fn start(address: Ipv4Addr, prefix: u8, mtu: usize) -> io::Result<(Self, TunDevice)> {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).map_err(io::Error::other)?;
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = u64::from_ne_bytes(seed);
        let mut wire = Wire::new(mtu);
        let mut interface = Interface::new(config, &mut wire, Instant::now().into());
        let mut has_room = true;
        interface.update_ip_addrs(|addresses| has_room = addresses.push(IpCidr::new(address.into(), prefix)).is_ok());
        if !has_room {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let sockets = SocketSet::new(Vec::new());
        let shared = Arc::new(Shared {
            inside: Mutex::new(Inside { interface, sockets, wire, next_port: FIRST_PORT, ended: false }),
            work: Condvar::new(),
            packets: Condvar::new(),
            progress: Condvar::new(),
        });
        let queue = Arc::new(Queue::new(Arc::clone(&shared), mtu));
        let driven = Arc::clone(&shared);
        let driver = thread::Builder::new().name("ip-stack".into()).spawn(move || driven.drive())?;
        Ok((Self { shared, driver: Some(driver) }, TunDevice { name: "smoltcp".into(), queues: vec![queue] }))
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.work.notify_all();
        self.shared.packets.notify_all();
        self.shared.progress.notify_all();
        // A driver that panicked has ended too.
        let _ = self.driver.take().map(JoinHandle::join);
    }
}

/// Start of the range for dynamic ports (RFC 6335 section 6).
const FIRST_PORT: u16 = 49152;
/// Between two looks at a stack where nothing is due.
const IDLE: Duration = Duration::from_secs(1);
/// Pause where the stack would go on at once, so that the others get at it.
const BREATH: Duration = Duration::from_micros(50);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The driver's life.
    fn drive(&self) {
        let mut inside = self.lock();
        while !inside.ended {
            let now = Instant::now().into();
            let Inside { interface, sockets, wire, .. } = &mut *inside;
            interface.poll(now, wire, sockets);
            let delay = interface.poll_delay(now, sockets).map_or(IDLE, Duration::from).max(BREATH);
            if mem::take(&mut wire.has_sent) {
                self.packets.notify_one();
            }
            self.progress.notify_all();
            inside = self.work.wait_timeout(inside, delay).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests;
