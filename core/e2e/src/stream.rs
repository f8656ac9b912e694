//! A stream of numbered datagrams. It reports what happened to each of them, where ping reports only sums.

use std::io::ErrorKind;
use std::net::{IpAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use rustix::net::sockopt::set_socket_recv_buffer_size_force;

use crate::namespace::Namespace;

/// Time without any datagram, after the last was sent, until the missing ones count as lost.
const PATIENCE: Duration = Duration::from_secs(2);

/// The parameters of a stream.
pub struct Stream<'lab> {
    /// The sender and its address.
    pub from: (&'lab Namespace, IpAddr),
    /// The receiver and its address.
    pub to: (&'lab Namespace, IpAddr),
    /// Interval between two datagrams.
    pub every: Duration,
    /// Duration of the whole stream.
    pub length: Duration,
    /// Length of each datagram's payload, bytes, at least 8.
    pub size: usize,
}

/// The outcome of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Number of datagrams sent.
    pub sent: u64,
    /// Numbers of the datagrams that never arrived.
    pub lost: Vec<u64>,
    /// Numbers of the datagrams that arrived more than once.
    pub repeated: Vec<u64>,
}

impl Account {
    /// Returns true if every datagram arrived exactly once.
    pub fn complete(&self) -> bool {
        self.sent > 0 && self.lost.is_empty() && self.repeated.is_empty()
    }
}

impl Stream<'_> {
    /// Sends the stream, waits for the last datagram, and returns the outcome.
    pub fn run(&self) -> anyhow::Result<Account> {
        let receiver = self.to.0.within(|| Ok(UdpSocket::bind((self.to.1, 0))?)).context("the stream's receiver")?;
        // The stream tests the tunnel, not how soon this process is scheduled.
        set_socket_recv_buffer_size_force(&receiver, 8 << 20)?;
        receiver.set_read_timeout(Some(PATIENCE))?;
        let sender = self.from.0.within(|| Ok(UdpSocket::bind((self.from.1, 0))?)).context("the stream's sender")?;
        sender.connect(receiver.local_addr()?)?;
        let all_sent = AtomicBool::new(false);
        thread::scope(|threads| {
            let counting = threads.spawn(|| receive(&receiver, &all_sent));
            let sent = self.send(&sender);
            all_sent.store(true, Ordering::Release);
            let counts = counting.join().map_err(|_| anyhow!("the stream's receiver panicked"))??;
            Ok(account(sent?, &counts))
        })
    }

    fn send(&self, socket: &UdpSocket) -> anyhow::Result<u64> {
        let (start, mut number) = (Instant::now(), 0_u64);
        let mut datagram = vec![0; self.size];
        while start.elapsed() < self.length {
            datagram[..8].copy_from_slice(&number.to_be_bytes());
            socket.send(&datagram).with_context(|| format!("sending number {number}"))?;
            number += 1;
            // Sets the rate of the stream.
            thread::sleep(self.every);
        }
        Ok(number)
    }
}

/// Returns how often each number arrived.
fn receive(socket: &UdpSocket, all_sent: &AtomicBool) -> anyhow::Result<Vec<u8>> {
    let (mut counts, mut buffer) = (Vec::new(), vec![0; 65_536]);
    loop {
        let last_look = all_sent.load(Ordering::Acquire);
        match socket.recv(&mut buffer) {
            Ok(_) => {
                let number = buffer.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
                let at = usize::try_from(number)?;
                counts.resize(counts.len().max(at + 1), 0_u8);
                counts[at] = counts[at].saturating_add(1);
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if last_look {
                    return Ok(counts);
                }
            }
            // Stopping and continuing the process interrupts a read with a timeout (signal(7)).
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn account(sent: u64, counts: &[u8]) -> Account {
    let times = |number: u64| usize::try_from(number).ok().and_then(|at| counts.get(at)).copied().unwrap_or(0);
    let (lost, repeated) = ((0..sent).filter(|n| times(*n) == 0).collect(), (0..sent).filter(|n| times(*n) > 1).collect());
    Account { sent, lost, repeated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_and_repetitions_are_told_by_number() {
        let account = account(5, &[1, 0, 2, 1]);
        assert_eq!(account, Account { sent: 5, lost: vec![1, 4], repeated: vec![2] });
        assert!(!account.complete());
    }
}
