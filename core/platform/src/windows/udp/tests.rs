//! Tests of real sockets on the loopback interface.

use std::net::SocketAddr;

use adit_protocol::{Ecn, Local};

use super::*;
use crate::windows::stop::EventStop;

const BOTH: [&str; 2] = ["127.0.0.1", "::1"];

fn socket(offloads: Offloads) -> Socket {
    Socket::bind(0, offloads, None).expect("bind")
}

fn to(ip: &str, port: u16) -> UdpPath {
    UdpPath::to(SocketAddr::new(ip.parse().expect("address"), port))
}

fn run(path: UdpPath, segment_size: usize, bytes: &[u8]) -> Datagrams<'_> {
    Datagrams { path, ecn: Ecn::NotEct, dscp: 0, segment_size, bytes }
}

/// Waits for `count` datagrams, in runs of whatever length. Returns them and the metadata of the last run.
fn receive_all(socket: &Socket, count: usize) -> (Vec<Vec<u8>>, crate::device::Received) {
    let (mut batch, stop) = (ReceiveBatch::new(4), EventStop::new().expect("stop"));
    let (mut all, mut last) = (Vec::new(), None);
    while all.len() < count {
        match socket.recv(&mut batch, 4) {
            Ok(()) => {}
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
                assert_eq!(socket.wait(&stop, None).expect("wait"), Ready::Readable);
            }
        }
        for (buffer, received) in batch.buffers.iter().zip(&batch.received) {
            all.extend(buffer[..received.len].chunks(received.segment_size.max(1)).map(<[u8]>::to_vec));
            last = Some(*received);
        }
    }
    (all, last.expect("received"))
}

fn numbered(segments: usize, size: usize) -> Vec<u8> {
    (0..segments).flat_map(|index| std::iter::repeat_n(index as u8, size)).collect()
}

#[test]
fn a_run_arrives_complete_and_in_order_over_both_families_with_and_without_offloads() {
    for (ip, offloads) in BOTH.into_iter().flat_map(|ip| [(ip, Offloads::ALL), (ip, Offloads::NONE)]) {
        let (sender, receiver) = (socket(offloads), socket(offloads));
        let mut sent = numbered(40, 1000);
        sent.truncate(sent.len() - 1);
        sender.send(&[run(to(ip, receiver.port()), 1000, &sent)]).expect("send");
        let (datagrams, last) = receive_all(&receiver, 40);
        assert_eq!(datagrams.concat(), sent, "{ip} {offloads:?}");
        assert_eq!(datagrams.last().map(Vec::len), Some(999));
        assert_eq!(last.path.remote, SocketAddr::new(ip.parse().unwrap(), sender.port()));
        assert!(offloads != Offloads::NONE || (sender.max_run().0 == 1 && !receiver.receives_runs()));
    }
}

#[test]
fn a_datagram_tells_the_address_at_which_it_arrived() {
    for ip in BOTH {
        let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
        sender.send(&[run(to(ip, receiver.port()), 3, b"abc")]).expect("send");
        let (_, received) = receive_all(&receiver, 1);
        assert_eq!(received.path.local.map(|local| local.ip), Some(ip.parse().unwrap()));
    }
}

#[test]
fn an_answer_goes_back_from_the_address_that_was_asked() {
    let (one, other) = (socket(Offloads::ALL), socket(Offloads::ALL));
    let asked = UdpPath { local: None, ..to("127.0.0.2", other.port()) };
    one.send(&[run(asked, 1, b"?")]).expect("send");
    let (_, question) = receive_all(&other, 1);
    assert_eq!(question.path.local.map(|local| local.ip), Some("127.0.0.2".parse().unwrap()));
    other.send(&[run(question.path, 1, b"!")]).expect("answer");
    let (_, answer) = receive_all(&one, 1);
    assert_eq!(answer.path.remote.ip().to_string(), "127.0.0.2");
}

#[test]
fn a_sticky_source_that_this_computer_lacks_is_given_up() {
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    let local = Some(Local { ip: "192.0.2.1".parse().unwrap(), interface: 0 });
    let failure = sender.send(&[run(UdpPath { local, ..to("127.0.0.1", receiver.port()) }, 1, b"x")]).unwrap_err();
    assert!(failure.sent, "{failure}");
    assert_eq!(receive_all(&receiver, 1).0, [b"x"]);
}

#[test]
fn ecn_bits_arrive() {
    for ip in BOTH {
        let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
        sender.send(&[Datagrams { ecn: Ecn::Ect0, ..run(to(ip, receiver.port()), 1, b"x") }]).expect("send");
        assert_eq!(receive_all(&receiver, 1).1.ecn, Ecn::Ect0, "{ip}");
    }
}

#[test]
fn a_closed_port_at_the_other_end_does_not_stop_the_receipt_of_others() {
    let (one, other) = (socket(Offloads::ALL), socket(Offloads::ALL));
    let closed = socket(Offloads::ALL).port();
    for _ in 0..10 {
        one.send(&[run(to("127.0.0.1", closed), 1, b"x")]).expect("send");
    }
    other.send(&[run(to("127.0.0.1", one.port()), 1, b"y")]).expect("send");
    assert_eq!(receive_all(&one, 1).0, [b"y"]);
}

#[test]
fn a_batch_that_is_smaller_than_what_waits_leaves_the_rest_and_the_next_wait_finds_it() {
    let (sender, receiver) = (socket(Offloads::NONE), socket(Offloads::NONE));
    let path = to("127.0.0.1", receiver.port());
    for byte in 0..10 {
        sender.send(&[run(path, 1, &[byte])]).expect("send");
    }
    let (mut batch, stop) = (ReceiveBatch::new(1), EventStop::new().expect("stop"));
    for byte in 0..10 {
        assert_eq!(receiver.wait(&stop, None).expect("wait"), Ready::Readable);
        receiver.recv(&mut batch, 1).expect("receive");
        assert_eq!((batch.received.len(), batch.buffers[0][0]), (1, byte));
    }
    assert_eq!(receiver.wait(&stop, Some(Duration::ZERO)).expect("wait"), Ready::Nothing);
    assert_eq!(receiver.recv(&mut batch, 1).unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn a_port_that_is_taken_is_named_and_marks_are_refused() {
    let taken = socket(Offloads::ALL);
    let error = Socket::bind(taken.port(), Offloads::ALL, None).err().expect("the port is taken");
    assert!(error.to_string().contains(&taken.port().to_string()), "{error}");
    let error = WindowsUdp::default().bind(0, 7).err().expect("there are no marks");
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
    assert!(taken.set_mark(0).is_ok() && taken.set_mark(1).is_err());
}

#[test]
fn datagrams_past_a_tunnel_arrive() {
    let (sender, receiver) = (Socket::bind(0, Offloads::ALL, Some(Tunnel(u64::MAX))).expect("bind"), socket(Offloads::ALL));
    sender.send(&[run(to("127.0.0.1", receiver.port()), 1, b"x")]).expect("send");
    assert_eq!(receive_all(&receiver, 1).0, [b"x"]);
}

#[test]
fn a_stop_flag_ends_a_wait() {
    let (socket, stop) = (socket(Offloads::ALL), Arc::new(EventStop::new().expect("stop")));
    let waits = std::thread::spawn({
        let stop = Arc::clone(&stop);
        move || socket.wait(&*stop, None)
    });
    stop.stop();
    assert_eq!(waits.join().expect("no panic").expect("wait"), Ready::Stopped);
}
