//! A program that sends about a thousand packets per second all the time, whatever happens to the network.

use std::net::{IpAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::anyhow;

use super::probe::CANARY;
use crate::namespace::Namespace;

/// Interval between two rounds; a round is a packet to each address.
const INTERVAL: Duration = Duration::from_millis(1);
const PORT: u16 = 4242;

/// Sends canaries to `targets` while `meanwhile` runs. Returns the number of attempts, and the result of `meanwhile`.
pub fn sing<T>(
    client: &Namespace,
    targets: &[IpAddr],
    meanwhile: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<(usize, T)> {
    let (ends, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let singer = scope.spawn(|| sing_until(client, targets, &ends, &count));
        let outcome = wait_for_first(&count, targets.len()).and_then(|()| meanwhile());
        ends.store(true, Ordering::Relaxed);
        singer.join().map_err(|_| anyhow!("the canary panicked"))??;
        Ok((count.load(Ordering::Relaxed), outcome?))
    })
}

/// Sends canaries to `targets` until `ends` is set, and counts them.
pub fn sing_until(client: &Namespace, targets: &[IpAddr], ends: &AtomicBool, count: &AtomicUsize) -> anyhow::Result<()> {
    client.within(|| send_until(targets, ends, count))
}

fn wait_for_first(count: &AtomicUsize, packets: usize) -> anyhow::Result<()> {
    crate::process::wait_for("the canary's first packets", Duration::from_secs(10), || {
        (count.load(Ordering::Relaxed) >= packets).then_some(())
    })
}

fn send_until(targets: &[IpAddr], ends: &AtomicBool, count: &AtomicUsize) -> anyhow::Result<()> {
    let sockets = (UdpSocket::bind("0.0.0.0:0")?, UdpSocket::bind("[::]:0")?);
    for socket in [&sockets.0, &sockets.1] {
        socket.set_nonblocking(true)?;
    }
    while !ends.load(Ordering::Relaxed) {
        for target in targets {
            let socket = if target.is_ipv4() { &sockets.0 } else { &sockets.1 };
            // A packet that cannot be sent counts like one that is dropped.
            let _ = socket.send_to(CANARY, (*target, PORT));
            count.fetch_add(1, Ordering::Relaxed);
        }
        // Sets the rate of the canary.
        std::thread::sleep(INTERVAL);
    }
    Ok(())
}
