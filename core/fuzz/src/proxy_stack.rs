//! Packets from the tunnel to the IP stack of `adit proxy`.
//!
//! Whatever arrives, every packet that the stack sends is valid and has one of its own addresses as source. Packets for other
//! addresses are not answered.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use adit_platform::device::{Doorbell, MAX_SUPERPACKET, Offload, Ready, Stop, TunQueue, UdpSocket};
use adit_proxy::stack::Stack;
use adit_tunnel::split::{SLACK, Splitter};

use crate::input::Input;
use crate::packets::{Layout, TCP, complete};
use crate::stream::block_on;

const MTU: usize = 1420;
const OWN: [[u8; 4]; 1] = [[10, 0, 0, 1]];
const OWN_V6: [u8; 16] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Checks a sequence of packets, each with a byte of options, a length, and the packet.
pub fn check(bytes: &[u8]) {
    block_on(async {
        let addresses = vec![IpAddr::from(OWN[0]), IpAddr::from(OWN_V6)];
        let (stack, device) = Stack::start(addresses, MTU, Box::new(Silent)).expect("a stack");
        let queue = Arc::clone(&device.queues[0]);
        let mut listener = stack.listen(80).expect("nobody listens yet");
        let port = stack.udp(([0, 0, 0, 0], 53).into()).expect("a port");
        let mut connections = Vec::new();
        let mut input = Input::new(bytes);
        while !input.is_empty() {
            let choices = input.byte();
            let mut packet = input.long().to_vec();
            if choices & 1 == 0 {
                complete(&mut packet);
            }
            if packet.is_empty() {
                continue;
            }
            queue.send(Offload::default(), &packet).expect("the stack takes everything");
            // Connections and the responder are separate tasks; each gets a turn.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if let Ok(Some(incoming)) = tokio::time::timeout(Duration::ZERO, listener.next()).await {
                connections.push(tokio::spawn(incoming.accept()));
            }
            while tokio::time::timeout(Duration::ZERO, port.receive()).await.is_ok() {}
            drain(&*queue, &packet);
        }
        for connection in connections {
            connection.abort();
            drop(connection.await);
        }
        drop((listener, port, stack));
        drain(&*queue, &[]);
    });
}

fn drain(queue: &dyn TunQueue, asked: &[u8]) {
    let mut buffer = vec![0; MAX_SUPERPACKET + SLACK];
    while let Ok((len, offload)) = queue.recv(&mut buffer) {
        let mut splitter = Splitter::new(&mut buffer, len, offload).expect("what the stack sends can be cut");
        while let Some(segment) = splitter.next_segment(|len| len) {
            is_right(&segment.bytes[..segment.len], asked);
        }
    }
}

fn is_right(packet: &[u8], asked: &[u8]) {
    let own = if packet[0] >> 4 == 4 { packet[12..16] == OWN[0] } else { packet[8..24] == OWN_V6 };
    assert!(own, "from an address of its own: {packet:?} after {asked:?}");
    assert!(packet.len() <= MTU, "{} bytes", packet.len());
    assert_eq!(Layout::said(packet), packet.len());
    if let Some(layout) = Layout::of(packet) {
        assert!(layout.has_intact_header(packet));
        assert!(layout.is_intact(packet), "{packet:?} after {asked:?}");
        assert!(layout.protocol != TCP || packet[layout.transport + 13] != 0, "a TCP packet without a flag");
    }
}

/// A bell without effect, because the test polls the queue itself.
struct Silent;

impl Doorbell for Silent {
    fn ring(&self) {}

    fn silence(&self) {}

    fn wait(&self, _: &dyn Stop, _: Option<Duration>) -> io::Result<Ready> {
        Ok(Ready::Nothing)
    }

    fn wait_with(&self, _: &dyn UdpSocket, _: &dyn Stop, _: Option<Duration>) -> io::Result<Ready> {
        Ok(Ready::Nothing)
    }
}
