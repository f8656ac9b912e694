//! Tests of real sockets on the loopback interface.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::Arc;

use adit_protocol::{Ecn, Local, UdpPath};
use rustix::io::Errno;

use super::send::{Sender, send_message};
use super::{LinuxUdp, MAX_PAYLOAD, Socket, bind};
use crate::device::{Datagrams, Offloads, Ready, ReceiveBatch, Received, Stop, UdpFactory, UdpSocket};
use crate::linux::namespace::{alone, ip, tool};
use crate::linux::stop::EventStop;

const V4: &str = "127.0.0.1";
const V6: &str = "::1";

fn socket(offloads: Offloads) -> Socket {
    Socket::bind(0, 0, offloads).expect("bind")
}

fn to(ip: &str, port: u16) -> UdpPath {
    UdpPath::to(SocketAddr::new(ip.parse().expect("address"), port))
}

fn run(path: UdpPath, segment_size: usize, bytes: &[u8]) -> Datagrams<'_> {
    Datagrams { path, ecn: Ecn::NotEct, dscp: 0, segment_size, bytes }
}

/// Waits for the next runs.
fn receive(socket: &dyn UdpSocket, batch: &mut ReceiveBatch, limit: usize) {
    let stop = EventStop::new().expect("stop");
    loop {
        match socket.recv(batch, limit) {
            Ok(()) => return,
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "{error}"),
        }
        assert_eq!(socket.wait(&stop, None).expect("wait"), Ready::Readable);
    }
}

/// Waits for `count` datagrams. Returns them, the number of runs that they came in, and the metadata of the last.
fn receive_all(socket: &dyn UdpSocket, count: usize) -> (Vec<Vec<u8>>, usize, Received) {
    let mut batch = ReceiveBatch::new(4);
    let (mut all, mut runs, mut last) = (Vec::new(), 0, None);
    while all.len() < count {
        receive(socket, &mut batch, 4);
        for (buffer, received) in batch.buffers.iter().zip(&batch.received) {
            all.extend(buffer[..received.len].chunks(received.segment_size.max(1)).map(<[u8]>::to_vec));
            if received.len == 0 {
                all.push(Vec::new());
            }
            runs += 1;
            last = Some(*received);
        }
    }
    (all, runs, last.expect("received"))
}

fn numbered(segments: usize, size: usize) -> Vec<u8> {
    (0..segments).flat_map(|index| std::iter::repeat_n(index as u8, size)).collect()
}

#[test]
fn a_run_arrives_whole_and_in_order_over_both_families() {
    for ip in [V4, V6] {
        let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
        let (count, bytes) = sender.max_run();
        let count = count.min(bytes / 1452);
        let sent = numbered(count, 1452);
        sender.send(&[run(to(ip, receiver.port()), 1452, &sent)]).expect("send");
        let (datagrams, runs, received) = receive_all(&receiver, count);
        assert_eq!(datagrams.concat(), sent);
        assert_eq!(datagrams.len(), count);
        assert_eq!(runs, 1, "the kernel keeps the run together on loopback");
        assert_eq!(received.path.remote.port(), sender.port());
    }
}

#[test]
fn every_fallback_delivers_the_same_datagrams() {
    for udp_segmentation in [false, true] {
        for udp_receive in [false, true] {
            let offloads = Offloads { udp_segmentation, udp_receive, ..Offloads::ALL };
            let (sender, receiver) = (socket(offloads), socket(offloads));
            let mut sent = numbered(40, 1000);
            sent.truncate(sent.len() - 1);
            sender.send(&[run(to(V4, receiver.port()), 1000, &sent)]).expect("send");
            let (datagrams, runs, _) = receive_all(&receiver, 40);
            assert_eq!(datagrams.concat(), sent);
            assert_eq!(datagrams.last().map(Vec::len), Some(999));
            assert_eq!(sender.max_run().0 > 1, udp_segmentation);
            assert!(runs == 40 || (udp_segmentation && udp_receive), "{runs} runs with {offloads:?}");
        }
    }
}

#[test]
fn a_run_longer_than_the_kernel_takes_is_sent_in_pieces() {
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    let sent = numbered(200, 16);
    sender.send(&[run(to(V4, receiver.port()), 16, &sent)]).expect("send");
    assert_eq!(receive_all(&receiver, 200).0.concat(), sent);
}

#[test]
fn datagrams_of_every_size_survive() {
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    for ip in [V4, V6] {
        for size in [0, 1, 31, 32, 148, 1280, 1452, 9000, MAX_PAYLOAD - 1, MAX_PAYLOAD] {
            let sent = vec![7; size];
            sender.send(&[run(to(ip, receiver.port()), size, &sent)]).expect("send");
            let (datagrams, _, received) = receive_all(&receiver, 1);
            assert_eq!(datagrams, [sent], "{size} bytes");
            assert_eq!((received.len, received.segment_size), (size, size));
        }
    }
}

#[test]
fn an_oversized_datagram_is_an_error_and_the_rest_still_goes() {
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    let path = to(V4, receiver.port());
    let (long, short) = (vec![0; MAX_PAYLOAD + 1], [1; 10]);
    let error = sender.send(&[run(path, 10, &short), run(path, long.len(), &long), run(path, 10, &short)]).expect_err("too long");
    assert!(!error.sent);
    assert_eq!(error.path, path);
    assert_eq!(receive_all(&receiver, 2).0, [short, short]);
}

#[test]
fn runs_to_many_peers_of_both_families_go_in_one_call() {
    let sender = socket(Offloads::ALL);
    let receivers: Vec<_> = (0..6).map(|_| socket(Offloads::ALL)).collect();
    let bytes = numbered(3, 100);
    let ips = [V4, V6, "::ffff:127.0.0.1"];
    let runs: Vec<_> = (0..60).map(|index| run(to(ips[index % 3], receivers[index % 6].port()), 100, &bytes)).collect();
    sender.send(&runs).expect("send");
    for receiver in &receivers {
        assert_eq!(receive_all(receiver, 30).0.len(), 30);
    }
}

#[test]
fn ecn_and_dscp_cross_both_ways() {
    for ip in [V4, V6] {
        let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
        for ecn in [Ecn::NotEct, Ecn::Ect0, Ecn::Ect1, Ecn::Ce] {
            for (dscp, segments) in [(0, 1), (0x88, 1), (0, 5)] {
                let bytes = numbered(segments, 50);
                sender.send(&[Datagrams { ecn, dscp, ..run(to(ip, receiver.port()), 50, &bytes) }]).expect("send");
                assert_eq!(receive_all(&receiver, segments).2.ecn, ecn, "{ip} {dscp:#x} {segments}");
            }
        }
    }
}

#[test]
fn an_answer_leaves_from_the_address_that_was_written_to() {
    let (client, server) = (socket(Offloads::ALL), socket(Offloads::ALL));
    client.send(&[run(to("127.0.0.9", server.port()), 3, b"ask")]).expect("send");
    let asked = receive_all(&server, 1).2.path;
    assert_eq!(asked.local.map(|local| local.ip), Some("127.0.0.9".parse::<IpAddr>().expect("address")));
    assert_ne!(asked.local.map(|local| local.interface), Some(0));
    for segments in [1, 4] {
        server.send(&[run(asked, 3, &numbered(segments, 3))]).expect("send");
        assert_eq!(receive_all(&client, segments).2.path.remote.ip().to_string(), "127.0.0.9");
    }
}

#[test]
fn a_sticky_source_that_vanished_is_given_up_and_the_datagram_still_goes() {
    for (ip, gone) in [(V4, "192.0.2.77"), (V6, "2001:db8::77")] {
        let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
        let local = Some(Local { ip: gone.parse().expect("address"), interface: 1 });
        for segments in [1, 4] {
            let bytes = numbered(segments, 100);
            let path = UdpPath { local, ..to(ip, receiver.port()) };
            let error = sender.send(&[run(path, 100, &bytes)]).expect_err("reported");
            assert!(error.sent, "{error}");
            let (datagrams, _, received) = receive_all(&receiver, segments);
            assert_eq!(datagrams.concat(), bytes);
            assert_eq!(received.path.remote.ip().to_string(), ip);
        }
        assert!(sender.max_run().0 > 1, "a lost source is no reason to give up segmentation");
    }
}

#[test]
fn a_kernel_that_refuses_a_run_gets_its_datagrams_one_by_one() {
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    for fd in sender.families.iter().flatten() {
        // Without UDP checksums the kernel refuses to segment.
        bind::set(fd.as_fd(), libc::SOL_SOCKET, libc::SO_NO_CHECK, 1).expect("option");
    }
    let bytes = numbered(30, 700);
    sender.send(&[run(to(V4, receiver.port()), 700, &bytes)]).expect("send");
    assert_eq!(receive_all(&receiver, 30).0.concat(), bytes);
}

#[test]
fn a_card_that_cannot_cut_runs_is_asked_once() {
    fn card(socket: BorrowedFd<'_>, message: &Datagrams<'_>) -> Result<(), Errno> {
        if message.bytes.len() > message.segment_size { Err(Errno::IO) } else { send_message(socket, message) }
    }
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    let bytes = numbered(5, 9);
    let fd = sender.families[0].as_ref().expect("IPv4").as_fd();
    let bad = Sender { socket: fd, segmentation: &sender.segmentation, system: card };
    bad.send_one(run(to(V4, receiver.port()), 9, &bytes)).expect("sent one by one");
    assert_eq!(receive_all(&receiver, 5).0.concat(), bytes);
    assert_eq!(sender.max_run().0, 1, "given up for this socket");
}

#[test]
fn segments_longer_than_the_mtu_are_fragmented_and_segmentation_stays() {
    alone(|| {
        ip("link set lo mtu 1300");
        let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
        for address in [V4, V6] {
            let bytes = numbered(20, 1452);
            sender.send(&[run(to(address, receiver.port()), 1452, &bytes)]).expect("send");
            assert_eq!(receive_all(&receiver, 20).0.concat(), bytes);
        }
        assert!(sender.max_run().0 > 1);
    });
}

#[test]
fn a_system_without_ipv6_still_has_ipv4() {
    alone(|| {
        std::fs::write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1").expect("sysctl");
        let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
        sender.send(&[run(to(V4, receiver.port()), 2, b"v4")]).expect("send");
        assert_eq!(receive_all(&receiver, 1).0, [b"v4"]);
        let error = sender.send(&[run(to(V6, receiver.port()), 2, b"v6")]).expect_err("no way there");
        assert!(!error.sent);
    });
}

#[test]
fn a_full_socket_buffer_delays_and_does_not_drop() {
    alone(|| {
        tool("tc", "qdisc add dev lo root tbf rate 80mbit burst 64kb limit 1mb");
        let (sender, receiver) = (socket(Offloads::NONE), socket(Offloads::ALL));
        let fd = sender.families[0].as_ref().expect("IPv4").as_fd();
        bind::set(fd, libc::SOL_SOCKET, libc::SO_SNDBUF, 1).expect("option");
        let bytes = numbered(250, 1000);
        sender.send(&[run(to(V4, receiver.port()), 1000, &bytes)]).expect("send");
        assert_eq!(receive_all(&receiver, 250).0.concat(), bytes);
    });
}

#[test]
fn an_icmp_error_about_earlier_datagrams_does_not_end_the_loop() {
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    for fd in sender.families.iter().flatten() {
        let (level, option) = (libc::IPPROTO_IP, libc::IP_RECVERR);
        // Makes the kernel report errors that it would otherwise drop; only one of the families takes the option.
        let _ = bind::set(fd.as_fd(), level, option, 1);
    }
    let nobody = socket(Offloads::ALL).port();
    for _ in 0..3 {
        let _ = sender.send(&[run(to(V4, nobody), 1, b"x")]);
    }
    receiver.send(&[run(to(V4, sender.port()), 5, b"hello")]).expect("send");
    assert_eq!(receive_all(&sender, 1).0, [b"hello"]);
}

#[test]
fn a_busy_port_is_told_by_number() {
    let first = socket(Offloads::ALL);
    let Err(error) = LinuxUdp::default().bind(first.port(), 0) else { panic!("port {} bound twice", first.port()) };
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    assert!(error.to_string().contains(&first.port().to_string()), "{error}");
}

#[test]
fn a_port_that_is_free_for_one_family_only_is_busy() {
    let v6 = std::net::UdpSocket::bind((V6, 0)).expect("bind");
    let port = v6.local_addr().expect("address").port();
    assert_eq!(Socket::bind(port, 0, Offloads::ALL).map(drop).expect_err("busy").kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn the_mark_is_set_where_that_is_allowed() {
    let socket = socket(Offloads::ALL);
    match socket.set_mark(0xca6c) {
        Ok(()) => {
            for fd in socket.families.iter().flatten() {
                assert_eq!(mark_of(fd), 0xca6c);
            }
            socket.set_mark(0).expect("clear");
        }
        Err(error) => {
            assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
            println!("SKIPPED: setting a mark needs CAP_NET_ADMIN");
        }
    }
}

#[test]
fn a_stop_ends_a_wait_from_another_thread() {
    let socket = Arc::new(socket(Offloads::ALL));
    let stop = Arc::new(EventStop::new().expect("stop"));
    let waiter = std::thread::spawn({
        let (socket, stop) = (Arc::clone(&socket), Arc::clone(&stop));
        move || socket.wait(stop.as_ref(), None)
    });
    stop.stop();
    assert_eq!(waiter.join().expect("thread").expect("wait"), Ready::Stopped);
    assert!(stop.is_stopped());
}

#[test]
fn neither_family_starves_the_other() {
    let (sender, receiver) = (socket(Offloads::ALL), socket(Offloads::ALL));
    for _ in 0..8 {
        sender.send(&[run(to(V4, receiver.port()), 1, b"4"), run(to(V6, receiver.port()), 1, b"6")]).expect("send");
    }
    let mut batch = ReceiveBatch::new(1);
    let mut seen = [0, 0];
    for _ in 0..4 {
        receive(&receiver, &mut batch, 1);
        seen[usize::from(batch.received[0].path.remote.is_ipv6())] += 1;
    }
    assert_eq!(seen, [2, 2]);
}

fn mark_of(socket: &impl AsRawFd) -> u32 {
    let (mut mark, mut len) = (0u32, 4);
    // SAFETY: pointer and length are those of one number, which outlives the call.
    let result =
        unsafe { libc::getsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_MARK, (&raw mut mark).cast(), &raw mut len) };
    assert_eq!(result, 0);
    mark
}
