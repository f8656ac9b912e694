//! UDP sockets of both address families: runs of datagrams in one system call, sticky sources, ECN, marks.

use std::any::Any;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use adit_protocol::UdpPath;

use self::bind::Pair;
pub(super) use self::bind::set_mark;
use self::send::{MAX_SEGMENTS, Sender, send_message};
use super::poll;
use crate::device::{Datagrams, Offloads, Ready, ReceiveBatch, SendError, Stop, UdpFactory, UdpSocket};
use crate::udp_messages::{MAX_PAYLOAD, canonical, messages};

mod address;
mod bind;
mod control;
pub(super) mod lan;
mod receive;
mod send;

/// The number of runs that are gathered before they are sent together.
const GATHER: usize = 16;

/// Opens UDP sockets on Linux.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinuxUdp {
    /// The offloads to use if the kernel has them.
    pub offloads: Offloads,
}

impl UdpFactory for LinuxUdp {
    fn bind(&self, port: u16, mark: u32) -> io::Result<Arc<dyn UdpSocket>> {
        Ok(Arc::new(Socket::bind(port, mark, self.offloads)?))
    }
}

pub(super) struct Socket {
    families: [Option<OwnedFd>; 2],
    port: u16,
    segmentation: AtomicBool,
    receives_runs: bool,
    /// Which family is readable, as the last wait found.
    readable: [AtomicBool; 2],
    /// Counts receives, so that the families take turns.
    turn: AtomicUsize,
}

/// Returns the index of the socket for the path's family.
fn family(path: &UdpPath) -> usize {
    usize::from(path.remote.is_ipv6())
}

impl Socket {
    fn bind(port: u16, mark: u32, offloads: Offloads) -> io::Result<Self> {
        let Pair { v4, v6, port } = bind::bind_pair(port)?;
        let families = [v4, v6];
        let (mut segmentation, mut receives_runs) = (offloads.udp_segmentation, offloads.udp_receive);
        for socket in families.iter().flatten() {
            segmentation &= bind::knows_segmentation(socket.as_fd());
            receives_runs = receives_runs && bind::ask_for_runs(socket.as_fd());
        }
        let socket = Self {
            families,
            port,
            segmentation: segmentation.into(),
            receives_runs,
            readable: Default::default(),
            turn: AtomicUsize::new(0),
        };
        if mark != 0 {
            socket.set_mark(mark)?;
        }
        Ok(socket)
    }

    fn send_to_family(&self, messages: &[Datagrams<'_>], report: &mut impl FnMut(SendError)) {
        let Some(path) = messages.first().map(|first| first.path) else { return };
        match self.families.get(family(&path)) {
            Some(Some(socket)) => {
                Sender { socket: socket.as_fd(), segmentation: &self.segmentation, system: send_message }
                    .send_all(messages, report);
            }
            _ => report(SendError { path, error: rustix::io::Errno::AFNOSUPPORT.into(), sent: false }),
        }
    }
}

impl Socket {
    /// Blocks until a datagram can be received, `device` can be read, or `stop` is set, for `patience` at most.
    pub(super) fn wait_beside(
        &self,
        device: Option<BorrowedFd<'_>>,
        stop: &dyn Stop,
        patience: Option<Duration>,
    ) -> io::Result<Ready> {
        let [v4, v6] = self.families.each_ref().map(|socket| socket.as_ref().map(AsFd::as_fd));
        let (ready, [v4, v6, _]) = poll::wait([v4, v6, device], stop, patience)?;
        for (flag, found) in self.readable.iter().zip([v4, v6]) {
            if found {
                flag.store(true, Ordering::Relaxed);
            }
        }
        Ok(ready)
    }
}

impl UdpSocket for Socket {
    fn send(&self, runs: &[Datagrams<'_>]) -> Result<(), SendError> {
        let mut outcome = Ok(());
        let mut report = |error| {
            if outcome.is_ok() {
                outcome = Err(error);
            }
        };
        let most = self.max_run().0;
        let mut all = runs.iter().flat_map(|run| messages(canonical(*run), most));
        let Some(first) = all.next() else { return Ok(()) };
        let Some(second) = all.next() else {
            self.send_to_family(&[first], &mut report);
            return outcome;
        };
        let mut gathered = [first; GATHER];
        let mut count = 1;
        for message in std::iter::once(second).chain(all) {
            let full = count == GATHER || family(&gathered[0].path) != family(&message.path);
            if full {
                self.send_to_family(gathered.get(..count).unwrap_or_default(), &mut report);
                count = 0;
            }
            if let Some(place) = gathered.get_mut(count) {
                *place = message;
                count += 1;
            }
        }
        self.send_to_family(gathered.get(..count).unwrap_or_default(), &mut report);
        outcome
    }

    fn recv(&self, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()> {
        batch.received.clear();
        let known = self.readable.each_ref().map(|flag| flag.load(Ordering::Relaxed));
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        for index in [turn % 2, (turn + 1) % 2] {
            // Nothing is known if no thread has waited since both were drained; then both are tried.
            if known != [false; 2] && !known[index] {
                continue;
            }
            let Some(socket) = &self.families[index] else { continue };
            match receive::receive(socket.as_fd(), batch, limit) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.readable[index].store(false, Ordering::Relaxed),
                other => return other,
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        self.wait_beside(None, stop, patience)
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn set_mark(&self, mark: u32) -> io::Result<()> {
        self.families.iter().flatten().try_for_each(|socket| bind::set_mark(socket.as_fd(), mark))
    }

    fn max_run(&self) -> (usize, usize) {
        let segments = if self.segmentation.load(Ordering::Relaxed) { MAX_SEGMENTS } else { 1 };
        (segments, MAX_PAYLOAD)
    }

    fn receives_runs(&self) -> bool {
        self.receives_runs
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
#[path = "udp/tests.rs"]
mod tests;
