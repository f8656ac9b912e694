//! Programs on the simulated computer, which use the tunnels that are up.

use std::io;
use std::net::Ipv4Addr;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use adit_api::{Caller, TunnelState};
use adit_manager::manager::Manager;
use adit_platform::device::Offload;
use adit_platform::fake::FakeDevices;

use crate::samples::samples;

/// Time between two bursts through a tunnel.
const PAUSE: Duration = Duration::from_millis(500);
/// Packets in the bursts, again and again.
const BURSTS: [usize; 29] = [0, 1, 1, 2, 3, 5, 8, 9, 12, 14, 17, 20, 19, 17, 13, 11, 12, 9, 6, 7, 5, 4, 3, 3, 2, 2, 1, 1, 0];
/// Bytes of a packet.
const SIZE: u16 = 1_200;

/// The thread that sends. Dropping this ends it.
pub(crate) struct Traffic {
    /// None while it is dropped. The thread ends with it.
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Traffic {
    /// Starts a thread that sends packets through each example tunnel that is up.
    pub(crate) fn start(manager: &Manager, devices: &FakeDevices) -> io::Result<Self> {
        let (manager, devices) = (manager.clone(), devices.clone());
        let (alive, end) = channel::<()>();
        let thread = thread::Builder::new().name("traffic".into()).spawn(move || {
            for burst in BURSTS.iter().cycle() {
                if end.recv_timeout(PAUSE) == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
                send(&manager, &devices, *burst);
            }
        })?;
        Ok(Self { alive: Some(alive), thread: Some(thread) })
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was printed.
            let _ = thread.join();
        }
    }
}

fn send(manager: &Manager, devices: &FakeDevices, burst: usize) {
    let tunnels = adit_api::all_tunnels(|after| {
        use adit_api::Service as _;
        manager.tunnels(&Caller::ourselves(), after)
    });
    let up = tunnels.into_iter().flatten().filter(|tunnel| matches!(tunnel.state, TunnelState::Up(_)));
    for tunnel in up {
        let sample = samples().iter().find(|sample| sample.interface == tunnel.interface.as_str());
        let Some((sample, tun)) = sample.zip(devices.tun(&tunnel.interface)) else { continue };
        // Nobody else reads what arrives.
        while tun.take().is_some() {}
        let (server, own) = sample.inner_addresses();
        (0..burst).for_each(|_| tun.inject(0, Offload::default(), &datagram(own, server)));
    }
}

/// Builds a UDP datagram without a UDP checksum, which IPv4 allows (RFC 768).
fn datagram(from: Ipv4Addr, to: Ipv4Addr) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0];
    packet[2..4].copy_from_slice(&SIZE.to_be_bytes());
    packet.extend(from.octets());
    packet.extend(to.octets());
    let sum: u32 = packet.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum();
    packet[10..12].copy_from_slice(&(!((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes());
    for word in [40_000, 7, SIZE - 20, 0] {
        packet.extend(u16::to_be_bytes(word));
    }
    packet.resize(usize::from(SIZE), 0);
    packet
}
