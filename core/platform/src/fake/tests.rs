//! The fake devices keep the promises of the real ones.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use adit_protocol::{Ecn, Local, UdpPath};

use super::{FakeDatagram, FakeNet, FakeStop, FakeTun, Fate, TunState};
use crate::device::{
    Datagrams, MAX_SUPERPACKET, Offload, Offloads, Ready, ReceiveBatch, Stop, TunCapabilities, UdpFactory, UdpSocket,
};

const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));
const C: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 3));

fn run(path: UdpPath, segment_size: usize, bytes: &[u8]) -> Datagrams<'_> {
    Datagrams { path, ecn: Ecn::Ect0, dscp: 0, segment_size, bytes }
}

fn arrived(socket: &dyn UdpSocket) -> Vec<Vec<u8>> {
    let mut batch = ReceiveBatch::new(3);
    let mut all = Vec::new();
    while socket.recv(&mut batch, 3).is_ok() {
        for (buffer, received) in batch.buffers.iter().zip(&batch.received) {
            all.extend(buffer[..received.len].chunks(received.segment_size).map(<[u8]>::to_vec));
        }
    }
    all
}

#[test]
fn a_run_arrives_as_a_run_and_can_be_answered() {
    let net = FakeNet::new();
    let (a, b) = (net.host(&[A], Offloads::ALL), net.host(&[B, C], Offloads::ALL));
    let (client, server) = (a.bind(0, 7).expect("bind"), b.bind(51820, 0).expect("bind"));
    assert_eq!(a.mark_of(client.port()), Some(7));
    client.send(&[run(UdpPath::to(SocketAddr::new(C, 51820)), 4, b"aaaabbbbcc")]).expect("send");
    let mut batch = ReceiveBatch::new(1);
    server.recv(&mut batch, 1).expect("receive");
    let received = batch.received[0];
    assert_eq!((&batch.buffers[0][..received.len], received.segment_size), (&b"aaaabbbbcc"[..], 4));
    assert_eq!((received.path.local, received.ecn), (Some(Local { ip: C, interface: 1 }), Ecn::Ect0));
    server.send(&[run(received.path, 2, b"ok")]).expect("answer");
    client.recv(&mut batch, 1).expect("receive");
    assert_eq!(batch.received[0].path.remote.ip(), C);
}

#[test]
fn without_offloads_datagrams_come_one_by_one() {
    let net = FakeNet::new();
    let (a, b) = (net.host(&[A], Offloads::NONE), net.host(&[B], Offloads::NONE));
    let (client, server) = (a.bind(0, 0).expect("bind"), b.bind(1, 0).expect("bind"));
    assert_eq!(client.max_run().0, 1);
    client.send(&[run(UdpPath::to(SocketAddr::new(B, 1)), 1, b"xyz")]).expect("send");
    let mut batch = ReceiveBatch::new(8);
    server.recv(&mut batch, 8).expect("receive");
    assert_eq!(batch.received.len(), 3);
}

#[test]
fn the_weather_drops_doubles_delays_and_changes() {
    let net = FakeNet::new();
    let (a, b) = (net.host(&[A], Offloads::ALL), net.host(&[B], Offloads::ALL));
    let (client, server) = (a.bind(0, 0).expect("bind"), b.bind(1, 0).expect("bind"));
    net.set_weather(|datagram: &mut FakeDatagram| match datagram.bytes[0] {
        b'd' => Fate::Drop,
        b't' => Fate::Duplicate,
        b'l' => Fate::Late(2),
        b'c' => {
            datagram.bytes[0] = b'C';
            Fate::Deliver
        }
        _ => Fate::Deliver,
    });
    client.send(&[run(UdpPath::to(SocketAddr::new(B, 1)), 1, b"adltcz")]).expect("send");
    assert_eq!(arrived(server.as_ref()).concat(), b"attClz");
}

#[test]
fn a_host_that_moved_has_lost_its_sticky_source() {
    let net = FakeNet::new();
    let (a, b) = (net.host(&[A], Offloads::ALL), net.host(&[B], Offloads::ALL));
    let (client, server) = (a.bind(0, 0).expect("bind"), b.bind(1, 0).expect("bind"));
    let path = UdpPath { local: Some(Local { ip: A, interface: 1 }), ..UdpPath::to(SocketAddr::new(B, 1)) };
    client.send(&[run(path, 1, b"1")]).expect("send");
    a.move_to(&[C]);
    let error = client.send(&[run(path, 1, b"2")]).expect_err("reported");
    assert!(error.sent);
    assert_eq!(arrived(server.as_ref()).concat(), b"12");
    a.move_to(&[]);
    assert!(!client.send(&[run(path, 1, b"3")]).expect_err("no address").sent);
}

#[test]
fn a_port_is_taken_until_its_socket_is_gone() {
    let host = FakeNet::new().host(&[A], Offloads::ALL);
    let first = host.bind(5, 0).expect("bind");
    assert_eq!(host.bind(5, 0).map(drop).expect_err("busy").kind(), ErrorKind::AddrInUse);
    drop(first);
    host.bind(5, 0).expect("free again");
}

#[test]
fn waits_end_by_packets_and_by_a_stop() {
    let (device, kernel) = FakeTun::new("adit0", 1, TunCapabilities::default());
    let stop = Arc::new(FakeStop::new());
    let reader = std::thread::spawn({
        let (queue, stop) = (Arc::clone(&device.queues[0]), Arc::clone(&stop));
        move || {
            let mut seen = 0;
            while queue.wait(stop.as_ref(), None).expect("wait") == Ready::Readable {
                let (len, offload) = queue.recv(&mut [0; MAX_SUPERPACKET]).expect("receive");
                queue.send(offload, &[0x45; 20][..len]).expect("send");
                seen += 1;
            }
            seen
        }
    });
    for _ in 0..3 {
        kernel.inject(0, Offload::default(), &[0x45; 20]);
        assert!(kernel.take_within(Duration::from_secs(10)).is_some());
    }
    stop.stop();
    assert_eq!(reader.join().expect("thread"), 3);
    assert!(kernel.take().is_none());
}

#[test]
fn a_tun_device_goes_down_and_away() {
    let (device, kernel) = FakeTun::new("adit0", 2, TunCapabilities::default());
    let queue = device.queues[1].as_ref();
    let send = || queue.send(Offload::default(), &[0x60; 40]).map_err(|error| error.kind());
    assert_eq!(send(), Ok(()));
    kernel.set_state(TunState::Down);
    assert_eq!(send(), Err(ErrorKind::NetworkDown));
    kernel.set_state(TunState::Up);
    assert_eq!(send(), Ok(()));
    kernel.set_state(TunState::Removed);
    assert_eq!(send(), Err(ErrorKind::BrokenPipe));
    assert_eq!(queue.wait(&FakeStop::new(), None).expect("wait"), Ready::Readable);
    assert_eq!(queue.recv(&mut [0; 9]).expect_err("gone").kind(), ErrorKind::BrokenPipe);
}
