//! UDP ports of the tunnel's address.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use adit_platform::device::Offload;

use super::arrival::{self, Arrival};
use super::checksum::{UDP, complete_udp, is_intact};
use super::inbox::Inbox;
use super::{Shared, Stack};

/// Maximum bytes of datagrams that wait to be received.
const ROOM: usize = 256 * 1024;

const HEADER: usize = 8;
const HOP_LIMIT: u8 = 64;

/// A UDP port. It is released when it is dropped.
pub struct UdpPort {
    shared: Arc<Shared>,
    inbox: Arc<Inbox>,
    local: SocketAddr,
}

impl Stack {
    /// Opens a UDP port at the first own address of `like`'s family, with the port number of `like`, or any for 0.
    ///
    /// # Errors
    /// `AddrNotAvailable`: there is no address of this family. `AddrInUse`: the port, or every port, is in use.
    pub fn udp(&self, like: SocketAddr) -> io::Result<UdpPort> {
        let own = self.shared.own_address(like.ip()).ok_or(io::ErrorKind::AddrNotAvailable)?;
        let inbox = Arc::new(Inbox::new(ROOM));
        let wanted = SocketAddr::new(own, like.port());
        let local = self.shared.table.add_udp(wanted, &inbox).ok_or(io::ErrorKind::AddrInUse)?;
        Ok(UdpPort { shared: Arc::clone(&self.shared), inbox, local })
    }
}

impl UdpPort {
    /// Returns the port's address.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Sends a datagram, which may be lost like any other.
    ///
    /// # Errors
    /// `InvalidInput`: the datagram is longer than the MTU allows, or `to` has the other address family.
    pub fn send_to(&self, payload: &[u8], to: SocketAddr) -> io::Result<()> {
        let packet = packet(self.local, to, payload).ok_or(io::ErrorKind::InvalidInput)?;
        if packet.len() > self.shared.mtu {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if self.shared.outbox.has_room() {
            self.shared.outbox.push(packet, Offload::default());
        }
        Ok(())
    }

    /// Waits for the next datagram and returns it with its sender.
    pub async fn receive(&self) -> (Vec<u8>, SocketAddr) {
        loop {
            let packet = self.inbox.next().await;
            if !packet.verified && !is_intact(&packet.bytes) {
                continue;
            }
            let Some((_, Arrival::Udp { remote, header, .. })) = arrival::read(&packet.bytes) else { continue };
            let len =
                packet.bytes.get(header + 4..).and_then(|rest| rest.first_chunk()).map_or(0, |len| u16::from_be_bytes(*len));
            if let Some(payload) = packet.bytes.get(header + HEADER..header + usize::from(len)) {
                return (payload.to_vec(), remote);
            }
        }
    }
}

impl Drop for UdpPort {
    fn drop(&mut self) {
        self.shared.table.remove_udp(&self.local);
    }
}

fn packet(from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Option<Vec<u8>> {
    let len = u16::try_from(HEADER + payload.len()).ok()?;
    let mut packet = Vec::with_capacity(40 + usize::from(len));
    match (from, to) {
        (SocketAddr::V4(from), SocketAddr::V4(to)) => {
            let total = len.checked_add(20)?;
            packet.extend_from_slice(&[0x45, 0]);
            packet.extend_from_slice(&total.to_be_bytes());
            packet.extend_from_slice(&[0, 0, 0x40, 0, HOP_LIMIT, UDP, 0, 0]);
            packet.extend_from_slice(&from.ip().octets());
            packet.extend_from_slice(&to.ip().octets());
            let sum = adit_tunnel::checksum::Sum::of(&packet).checksum();
            packet[10..12].copy_from_slice(&sum.to_be_bytes());
        }
        (SocketAddr::V6(from), SocketAddr::V6(to)) => {
            packet.extend_from_slice(&[0x60, 0, 0, 0]);
            packet.extend_from_slice(&len.to_be_bytes());
            packet.extend_from_slice(&[UDP, HOP_LIMIT]);
            packet.extend_from_slice(&from.ip().octets());
            packet.extend_from_slice(&to.ip().octets());
        }
        (SocketAddr::V4(_), SocketAddr::V6(_)) | (SocketAddr::V6(_), SocketAddr::V4(_)) => return None,
    }
    packet.extend_from_slice(&from.port().to_be_bytes());
    packet.extend_from_slice(&to.port().to_be_bytes());
    packet.extend_from_slice(&len.to_be_bytes());
    packet.extend_from_slice(&[0; 2]);
    packet.extend_from_slice(payload);
    complete_udp(&mut packet)?;
    Some(packet)
}
