//! Answers packets that belong to no connection: pings, attempts to reach a closed port, packets that arrive after a connection's
//! end.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use smoltcp::iface::{Config, Interface, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, RxToken, TxToken};
use smoltcp::wire::{HardwareAddress, IpCidr};

use adit_platform::device::Offload;

use super::arrival::{self, Arrival};
use super::checksum::is_intact;
use super::inbox::Packet;
use super::wire::capabilities;
use super::{Shared, add_default_route};

/// Runs as long as the stack.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut card = Card { shared: Arc::clone(&shared), packet: None };
    let mut faces: Vec<(IpAddr, Interface)> =
        shared.addresses.iter().map(|address| (*address, interface(*address, &mut card))).collect();
    let mut nobody = SocketSet::new(Vec::new());
    loop {
        let packet = shared.unclaimed.next().await;
        let Some((address, arrival)) = arrival::read(&packet.bytes) else { continue };
        let is_transport = matches!(arrival, Arrival::Tcp { .. } | Arrival::Udp { .. });
        if is_transport && !packet.verified && !is_intact(&packet.bytes) {
            continue;
        }
        let Some((_, face)) = faces.iter_mut().find(|(own, _)| *own == address) else { continue };
        card.packet = Some(packet);
        face.poll_ingress_single(Instant::now().into(), &mut card, &mut nobody);
    }
}

fn interface(address: IpAddr, card: &mut Card) -> Interface {
    let mut interface = Interface::new(Config::new(HardwareAddress::Ip), card, Instant::now().into());
    interface.update_ip_addrs(|addresses| {
        // There is always room for the first address.
        let _ = addresses.push(IpCidr::new(address.into(), if address.is_ipv4() { 32 } else { 128 }));
    });
    add_default_route(&mut interface, address);
    interface
}

struct Card {
    shared: Arc<Shared>,
    packet: Option<Packet>,
}

impl Device for Card {
    type RxToken<'a> = Incoming;
    type TxToken<'a> = Outgoing<'a>;

    fn receive(&mut self, _: smoltcp::time::Instant) -> Option<(Incoming, Outgoing<'_>)> {
        Some((Incoming(self.packet.take()?), Outgoing(&self.shared)))
    }

    fn transmit(&mut self, _: smoltcp::time::Instant) -> Option<Outgoing<'_>> {
        Some(Outgoing(&self.shared))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = capabilities(self.shared.mtu, false);
        // Verified earlier, and no longer verifiable after packets were joined.
        capabilities.checksum.tcp = smoltcp::phy::Checksum::Tx;
        capabilities.checksum.udp = smoltcp::phy::Checksum::Tx;
        capabilities
    }
}

struct Incoming(Packet);

impl RxToken for Incoming {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0.bytes)
    }
}

struct Outgoing<'a>(&'a Shared);

impl TxToken for Outgoing<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut packet = vec![0; len];
        let result = write(&mut packet);
        self.0.outbox.push(packet, Offload::default());
        result
    }
}
