//! Tests of real interfaces, each in a network namespace that the test creates.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, LazyLock};

use adit_protocol::{Ecn, UdpPath};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkMessage};
use rustix::net::netdevice::name_to_index;

use super::{Queue, TunError, control_socket, create, create_queue, from_fd, ioctl, open};
use crate::device::{
    Checksum, Datagrams, InterfaceState, MAX_SUPERPACKET, Offload, Offloads, Ready, Segmentation, Stop, TunCapabilities,
    TunDevice, TunQueue, UdpFactory,
};
use crate::linux::namespace::{alone, ip};
use crate::linux::netlink::Netlink;
use crate::linux::stop::EventStop;
use crate::linux::udp::LinuxUdp;

const NAME: &str = "adit0";

fn up(address: &str, offloads: Offloads) -> TunDevice {
    let device = open(NAME, 1420, 1, offloads).expect("open");
    ip(&format!("addr add {address} dev {NAME} nodad"));
    ip(&format!("link set {NAME} up"));
    device
}

/// Returns the next packet that the kernel did not send by itself (router solicitations and so on).
fn next(queue: &dyn TunQueue, buffer: &mut [u8]) -> (usize, Offload) {
    let stop = EventStop::new().expect("stop");
    loop {
        match queue.recv(buffer) {
            Ok((len, offload)) if !is_chatter(&buffer[..len]) => return (len, offload),
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
                assert_eq!(queue.wait(&stop, None).expect("wait"), Ready::Readable);
            }
        }
    }
}

/// Returns true for packets to a multicast address of either IP version.
fn is_chatter(packet: &[u8]) -> bool {
    match packet[0] >> 4 {
        4 => packet[16] >= 224,
        _ => packet[24] == 0xff,
    }
}

/// Builds an IPv4 UDP packet to port 7000 with valid checksums.
fn datagram(from: [u8; 4], to: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let udp_len = (8 + payload.len()) as u16;
    let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0];
    packet.extend(from.into_iter().chain(to));
    packet.extend([9u16, 7000, udp_len, 0].iter().flat_map(|field| field.to_be_bytes()));
    packet.extend(payload);
    let total = (packet.len() as u16).to_be_bytes();
    packet[2..4].copy_from_slice(&total);
    let ip_sum = !sum(0, &packet[..20]);
    packet[10..12].copy_from_slice(&ip_sum.to_be_bytes());
    let udp_sum = !sum(pseudo(&packet), &packet[20..]);
    packet[26..28].copy_from_slice(&udp_sum.to_be_bytes());
    packet
}

fn pseudo(packet: &[u8]) -> u16 {
    sum(17 + (packet.len() - 20) as u16, &packet[12..20])
}

fn sum(start: u16, bytes: &[u8]) -> u16 {
    let mut sum = u32::from(start);
    for pair in bytes.chunks(2) {
        sum += u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

fn run<'a>(to: &str, segment_size: usize, bytes: &'a [u8]) -> Datagrams<'a> {
    Datagrams { path: UdpPath::to(to.parse().expect("address")), ecn: Ecn::NotEct, dscp: 0, segment_size, bytes }
}

fn listener() -> UdpSocket {
    let socket = UdpSocket::bind("0.0.0.0:7000").expect("bind");
    socket.set_read_timeout(Some(std::time::Duration::from_millis(500))).expect("timeout");
    socket
}

#[test]
fn a_datagram_goes_out_and_its_answer_comes_in() {
    for offloads in [Offloads::ALL, Offloads::NONE] {
        alone(|| {
            let device = up("10.9.0.1/24", offloads);
            let queue = device.queues[0].as_ref();
            let socket = listener();
            socket.send_to(b"ping", "10.9.0.2:5").expect("send");
            let mut buffer = vec![0; MAX_SUPERPACKET];
            let (len, offload) = next(queue, &mut buffer);
            assert_eq!(&buffer[len - 4..len], b"ping");
            assert_eq!((len, offload.segmentation), (32, Segmentation::None));
            queue.send(Offload::default(), &datagram([10, 9, 0, 2], [10, 9, 0, 1], b"pong")).expect("send");
            let mut answer = [0; 16];
            let (len, from) = socket.recv_from(&mut answer).expect("receive");
            assert_eq!((&answer[..len], from.ip()), (&b"pong"[..], Ipv4Addr::new(10, 9, 0, 2).into()));
        });
    }
}

#[test]
fn the_kernel_completes_a_partial_checksum_and_refuses_a_wrong_one() {
    alone(|| {
        let device = up("10.9.0.1/24", Offloads::ALL);
        let socket = listener();
        let mut packet = datagram([10, 9, 0, 2], [10, 9, 0, 1], b"sum");
        let mut answer = [0; 16];
        let partial = pseudo(&packet).to_be_bytes();
        packet[26..28].copy_from_slice(&partial);
        let offload = Offload { checksum: Checksum::Partial { start: 20, offset: 6 }, ..Offload::default() };
        device.queues[0].send(offload, &packet).expect("send");
        assert_eq!(socket.recv(&mut answer).expect("accepted"), 3);
        device.queues[0].send(Offload::default(), &packet).expect("send");
        assert_eq!(socket.recv(&mut answer).expect_err("dropped").kind(), ErrorKind::WouldBlock);
    });
}

/// Joins two kernels by a wire that keeps superpackets whole, and sends a TCP stream over it. Returns the size of the largest
/// packet that crossed.
fn stream_between_two_kernels(addresses: [&str; 2], server: &str, offloads: Offloads) -> Option<usize> {
    const BYTES: usize = 4 << 20;
    let stop = EventStop::new().expect("stop");
    let largest = AtomicUsize::new(0);
    let (to_wire, ends) = mpsc::channel();
    let (to_client, connect) = mpsc::channel();
    std::thread::scope(|scope| {
        let received = scope.spawn({
            let to_wire = to_wire.clone();
            move || {
                alone(|| {
                    let device = up(addresses[0], offloads);
                    let listener = TcpListener::bind("[::]:0").expect("listen");
                    to_wire.send(Arc::clone(&device.queues[0])).expect("wire");
                    to_client.send(listener.local_addr().expect("address").port()).expect("client");
                    let (mut stream, _) = listener.accept().expect("accept");
                    let mut all = Vec::new();
                    stream.read_to_end(&mut all).expect("read");
                    stream.write_all(&all).expect("write");
                    all.len()
                })
            }
        });
        let echoed = scope.spawn(move || {
            alone(move || {
                let device = up(addresses[1], offloads);
                to_wire.send(Arc::clone(&device.queues[0])).expect("wire");
                let port = connect.recv().expect("port");
                let mut stream = TcpStream::connect(SocketAddr::new(server.parse().expect("address"), port)).expect("connect");
                stream.write_all(&vec![42; BYTES]).expect("write");
                stream.shutdown(std::net::Shutdown::Write).expect("shutdown");
                let mut all = Vec::new();
                stream.read_to_end(&mut all).expect("read");
                assert!(all.iter().all(|&byte| byte == 42));
                all.len()
            })
        });
        let (stop, largest) = (&stop, &largest);
        if let (Ok(one), Ok(other)) = (ends.recv(), ends.recv()) {
            for (from, to) in [(Arc::clone(&one), Arc::clone(&other)), (other, one)] {
                scope.spawn(move || carry(from.as_ref(), to.as_ref(), stop, largest));
            }
        }
        let (received, echoed) = (received.join(), echoed.join());
        stop.stop();
        let (received, echoed) = (received.expect("server"), echoed.expect("client"));
        assert_eq!(received, echoed);
        received.map(|received| {
            assert_eq!(received, BYTES);
            largest.load(Ordering::Relaxed)
        })
    })
}

fn carry(from: &dyn TunQueue, to: &dyn TunQueue, stop: &dyn Stop, largest: &AtomicUsize) {
    let mut buffer = vec![0; MAX_SUPERPACKET];
    while from.wait(stop, None).expect("wait") == Ready::Readable {
        while let Ok((len, offload)) = from.recv(&mut buffer) {
            largest.fetch_max(len, Ordering::Relaxed);
            // The other interface may be gone when the last packets of a connection arrive.
            let _ = to.send(offload, &buffer[..len]);
        }
        if from.recv(&mut buffer).is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            return;
        }
    }
}

#[test]
fn superpackets_cross_between_two_kernels_over_ipv4() {
    let largest = stream_between_two_kernels(["10.9.0.1/24", "10.9.0.2/24"], "10.9.0.1", Offloads::ALL);
    assert!(largest.is_none_or(|largest| largest > 10_000), "{largest:?}");
}

#[test]
fn superpackets_cross_between_two_kernels_over_ipv6() {
    let largest = stream_between_two_kernels(["fd09::1/64", "fd09::2/64"], "fd09::1", Offloads::ALL);
    assert!(largest.is_none_or(|largest| largest > 10_000), "{largest:?}");
}

#[test]
fn without_offloads_no_packet_is_longer_than_the_mtu() {
    let largest = stream_between_two_kernels(["10.9.0.1/24", "10.9.0.2/24"], "10.9.0.1", Offloads::NONE);
    assert!(largest.is_none_or(|largest| largest <= 1420), "{largest:?}");
}

#[test]
fn a_run_of_datagrams_is_one_superpacket_where_the_kernel_can() {
    for tun_udp_segmentation in [true, false] {
        alone(|| {
            let device = up("10.9.0.1/24", Offloads { tun_udp_segmentation, ..Offloads::ALL });
            let queue = device.queues[0].as_ref();
            let socket = LinuxUdp::default().bind(0, 0).expect("bind");
            socket.send(&[run("10.9.0.2:5", 1000, &[5; 3500])]).expect("send");
            let mut buffer = vec![0; MAX_SUPERPACKET];
            let (len, offload) = next(queue, &mut buffer);
            if queue.capabilities().udp_segmentation {
                let partial = Checksum::Partial { start: 20, offset: 6 };
                let expected = Offload { segmentation: Segmentation::Udp, segment_size: 1000, header_len: 28, checksum: partial };
                assert_eq!((len, offload), (3528, expected));
            } else {
                assert_eq!((len, offload.segmentation), (1028, Segmentation::None));
            }
            if !tun_udp_segmentation {
                assert_eq!(queue.capabilities(), TunCapabilities { tcp_segmentation: true, udp_segmentation: false });
            }
        });
    }
}

#[test]
fn under_bulk_the_queue_towards_the_tunnel_becomes_short() {
    alone(|| {
        let device = up("10.9.0.1/24", Offloads::ALL);
        let queue = device.queues[0].as_ref();
        if !queue.capabilities().udp_segmentation {
            println!("SKIPPED: a kernel before 6.2 makes no superpackets of UDP");
            return;
        }
        let socket = LinuxUdp::default().bind(0, 0).expect("bind");
        let bytes = vec![0; 60_000];
        let mut buffer = vec![0; MAX_SUPERPACKET];
        for _ in 0..600 {
            socket.send(&[run("10.9.0.2:5", 1000, &bytes)]).expect("send");
            next(queue, &mut buffer);
        }
        let shown = Command::new("ip").args(["-o", "link", "show", NAME]).output().expect("iproute2 is installed");
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        let length: u32 = shown
            .split_whitespace()
            .skip_while(|&word| word != "qlen")
            .nth(1)
            .and_then(|word| word.trim_end_matches('\\').parse().ok())
            .expect(&shown);
        assert!((24..=27).contains(&length), "{shown}");
        socket.send(&[run("10.9.0.2:5", 4, b"last")]).expect("send");
        assert_eq!(next(queue, &mut buffer).0, 32, "the interface still works");
    });
}

#[test]
fn an_interface_that_is_down_is_no_reason_to_end() {
    alone(|| {
        let device = up("10.9.0.1/24", Offloads::ALL);
        let queue = device.queues[0].as_ref();
        let packet = datagram([10, 9, 0, 2], [10, 9, 0, 1], b"x");
        ip(&format!("link set {NAME} down"));
        assert_eq!(queue.send(Offload::default(), &packet).expect_err("down").kind(), ErrorKind::NetworkDown);
        let mut buffer = vec![0; MAX_SUPERPACKET];
        while queue.recv(&mut buffer).is_ok() {}
        let nothing = queue.recv(&mut buffer).expect_err("nothing there").kind();
        assert!(matches!(nothing, ErrorKind::WouldBlock | ErrorKind::NetworkDown), "{nothing}");
        ip(&format!("link set {NAME} up"));
        queue.send(Offload::default(), &packet).expect("up again");
    });
}

#[test]
fn an_interface_that_was_removed_ends_waits_and_tells_so() {
    alone(|| {
        let device = up("10.9.0.1/24", Offloads::ALL);
        let queue = Arc::clone(&device.queues[0]);
        let waiter = std::thread::spawn({
            let queue = Arc::clone(&queue);
            move || loop {
                queue.wait(&EventStop::new().expect("stop"), None).expect("wait");
                match queue.recv(&mut [0; MAX_SUPERPACKET]) {
                    Err(error) if error.kind() != ErrorKind::WouldBlock => return error.kind(),
                    _ => {}
                }
            }
        });
        ip(&format!("link delete {NAME}"));
        assert_eq!(waiter.join().expect("thread"), ErrorKind::BrokenPipe);
        assert_eq!(queue.send(Offload::default(), &[0x45; 20]).expect_err("gone").kind(), ErrorKind::BrokenPipe);
        assert_eq!(queue.mtu(), 1420, "the last one known");
    });
}

#[test]
fn a_malformed_packet_is_refused_and_the_device_goes_on() {
    alone(|| {
        let device = up("10.9.0.1/24", Offloads::ALL);
        let queue = device.queues[0].as_ref();
        assert_eq!(queue.send(Offload::default(), &[0xff; 40]).expect_err("no IP").kind(), ErrorKind::InvalidInput);
        assert_eq!(queue.send(Offload::default(), &[]).expect_err("empty").kind(), ErrorKind::InvalidInput);
        queue.send(Offload::default(), &datagram([10, 9, 0, 2], [10, 9, 0, 1], b"x")).expect("a packet");
    });
}

/// Runs the test as [`up`] does, once with a kernel that takes several writes at once and once with one that does not.
fn with_and_without_submission(test: impl Fn(&Queue) + Send + Sync) {
    for known in [true, false] {
        alone(|| {
            let mut queue =
                Queue::new(create(NAME, true).expect("create"), control_socket().expect("socket"), NAME, true, Offloads::ALL)
                    .expect("set up");
            ip(&format!("addr add 10.9.0.1/24 dev {NAME}"));
            ip(&format!("link set {NAME} up"));
            if known {
                assert!(queue.submission.is_some());
            } else {
                queue.submission = LazyLock::new(|| None);
            }
            test(&queue);
        });
    }
}

#[test]
fn several_packets_are_written_at_once_in_their_order() {
    with_and_without_submission(|queue| {
        let socket = listener();
        let packets = Vec::from_iter((0..20u8).map(|number| datagram([10, 9, 0, 2], [10, 9, 0, 1], &[number; 1000])));
        let all = Vec::from_iter(packets.iter().map(|packet| (Offload::default(), &packet[..])));
        queue.send_all(&all).expect("send");
        for number in 0..20 {
            let mut received = [0xff; 1001];
            assert_eq!(socket.recv(&mut received).expect("received"), 1000);
            assert_eq!(received[..1000], [number; 1000]);
        }
    });
}

#[test]
fn one_of_several_that_is_refused_takes_no_other_with_it() {
    with_and_without_submission(|queue| {
        let socket = listener();
        let [one, two] = [b"1", b"2"].map(|text| datagram([10, 9, 0, 2], [10, 9, 0, 1], text));
        let lie = Offload { segmentation: Segmentation::Tcp4 { ecn: false }, segment_size: 0, ..Offload::default() };
        for wrong in [(Offload::default(), &[0xff; 40][..]), (lie, &one[..])] {
            let error =
                queue.send_all(&[(Offload::default(), &one), wrong, (Offload::default(), &two)]).expect_err("one is wrong");
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            for text in [b"1", b"2"] {
                let mut received = [0; 2];
                assert_eq!((socket.recv(&mut received).expect("received"), received[0]), (1, text[0]));
            }
        }
    });
}

#[test]
fn several_writes_to_a_removed_interface_tell_that_it_is_gone() {
    with_and_without_submission(|queue| {
        let packet = datagram([10, 9, 0, 2], [10, 9, 0, 1], b"x");
        ip(&format!("link delete {NAME}"));
        let error = queue.send_all(&[(Offload::default(), &packet), (Offload::default(), &packet)]).expect_err("gone");
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_sender_is_told_when_the_interface_is_full_instead_of_losing_what_it_sent() {
    alone(|| {
        let device = up("10.9.0.1/24", Offloads::ALL);
        let socket = UdpSocket::bind("10.9.0.1:0").expect("bind");
        let on = 1i32;
        // SAFETY: the option's value is the four bytes of `on`.
        let set = unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_IP, libc::IP_RECVERR, (&raw const on).cast(), 4) };
        assert_eq!(set, 0, "a program that wants to know of losses");
        let refused = (0..2000).find_map(|_| socket.send_to(b"x", "10.9.0.2:9").err()).and_then(|error| error.raw_os_error());
        assert_eq!(refused, Some(libc::ENOBUFS), "nobody reads the interface");
        drop(device);
    });
}

#[test]
fn a_taken_name_is_refused_before_anything_changes() {
    alone(|| {
        let device = up("10.9.0.1/24", Offloads::ALL);
        for name in ["lo", NAME] {
            for queues in [1, 2] {
                assert!(matches!(open(name, 1280, queues, Offloads::ALL), Err(TunError::Taken(taken)) if taken == name));
            }
        }
        assert_eq!(device.queues[0].mtu(), 1420);
    });
}

#[test]
fn names_that_linux_does_not_take_are_refused() {
    for name in ["", ".", "..", "a/b", "a b", "tun%d", "a:1", "sixteen-bytes-xx"] {
        assert!(matches!(open(name, 1420, 1, Offloads::ALL), Err(TunError::Name(refused)) if refused == name), "{name:?}");
    }
    assert!(matches!(open("adit-none", 1420, 0, Offloads::ALL), Err(TunError::Queues(0))));
}

#[test]
fn several_queues_serve_one_interface() {
    for offloads in [Offloads::ALL, Offloads::NONE] {
        alone(|| {
            let device = open(NAME, 1420, 3, offloads).expect("open");
            ip(&format!("addr add 10.9.0.1/24 dev {NAME}"));
            ip(&format!("link set {NAME} up"));
            let socket = listener();
            assert_eq!(device.queues.len(), 3);
            for queue in &device.queues {
                queue.send(Offload::default(), &datagram([10, 9, 0, 2], [10, 9, 0, 1], b"x")).expect("send");
                assert_eq!(socket.recv(&mut [0; 4]).expect("receive"), 1);
            }
        });
    }
}

#[test]
fn the_mtu_is_the_interfaces_own_even_after_a_rename() {
    alone(|| {
        let device = open(NAME, 1380, 1, Offloads::ALL).expect("open");
        assert_eq!(device.queues[0].mtu(), 1380);
        ip(&format!("link set {NAME} mtu 1300 name other0"));
        assert_eq!(device.queues[0].mtu(), 1300);
    });
}

/// Returns the largest number of segments of a superpacket, as the kernel reports it.
fn most_segments() -> u32 {
    let mut netlink = Netlink::open().expect("netlink");
    let mut message = LinkMessage::default();
    message.attributes.push(LinkAttribute::IfName(NAME.to_owned()));
    let answer = netlink.request(RouteNetlinkMessage::GetLink(message), 0).expect("the interface");
    let Some(RouteNetlinkMessage::NewLink(link)) = answer else { panic!("not a link: {answer:?}") };
    let most =
        link.attributes.iter().find_map(|each| if let LinkAttribute::GsoMaxSegs(most) = each { Some(*most) } else { None });
    most.expect("the kernel tells the most segments")
}

#[test]
fn superpackets_are_as_long_as_one_send_takes_unless_others_traffic_is_forwarded() {
    alone(|| {
        let device = open(NAME, 1420, 1, Offloads::ALL).expect("open");
        let unbounded = most_segments();
        device.queues[0].prefer_segments(45);
        assert_eq!(most_segments(), 45);
        fs::write("/proc/sys/net/ipv4/ip_forward", "1").expect("forwarding on");
        device.queues[0].prefer_segments(45);
        assert_eq!(most_segments(), unbounded);
        fs::write("/proc/sys/net/ipv4/ip_forward", "0").expect("forwarding off");
        device.queues[0].prefer_segments(45);
        assert_eq!(most_segments(), 45);
    });
}

#[test]
fn an_interface_moved_to_another_namespace_keeps_its_queue_and_tells_its_state() {
    let (tell, told) = mpsc::channel();
    let (command, commands) = mpsc::channel::<(String, mpsc::Sender<()>)>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            alone(move || {
                tell.send(format!("/proc/{}/task/{}/ns/net", std::process::id(), rustix::thread::gettid())).expect("path");
                // The namespace lives as long as this thread.
                while let Ok((arguments, done)) = commands.recv() {
                    ip(&arguments);
                    done.send(()).expect("done");
                }
            })
        });
        let Ok(elsewhere) = told.recv() else { return };
        let there = |arguments: String| {
            let (done, wait) = mpsc::channel();
            command.send((arguments, done)).expect("send");
            wait.recv().expect("done");
        };
        alone(|| {
            let home = format!("/proc/{}/task/{}/ns/net", std::process::id(), rustix::thread::gettid());
            let device = open(NAME, 1420, 1, Offloads::ALL).expect("open");
            let queue = device.queues[0].as_ref();
            let state = |name: &str, is_up, is_elsewhere| InterfaceState { name: name.to_owned(), is_up, is_elsewhere };
            assert_eq!(queue.interface().expect("state"), state(NAME, false, false));
            ip(&format!("link set {NAME} up"));
            assert_eq!(queue.interface().expect("state"), state(NAME, true, false));
            // Occupies the interface's index in the other namespace, so that the interface gets a new one there.
            let index = name_to_index(control_socket().expect("socket"), NAME).expect("index");
            there("link add taken type veth peer name cable".to_owned());
            assert!(index <= 3, "two numbers are taken there, besides that of the loopback interface");
            ip(&format!("link set {NAME} netns {elsewhere}"));
            let impostor = open(NAME, 1300, 1, Offloads::ALL).expect("the name is free again");
            ip(&format!("link set {NAME} up"));
            assert_eq!(queue.interface().expect("state"), state(NAME, false, true));
            assert_eq!(queue.mtu(), 1420);
            assert_eq!(queue.send(Offload::default(), &[0x45; 20]).expect_err("down there").kind(), ErrorKind::NetworkDown);
            there(format!("link set {NAME} mtu 1280 name other0"));
            there("link set other0 up".to_owned());
            assert_eq!(queue.interface().expect("state"), state("other0", true, true));
            assert_eq!(queue.mtu(), 1280);
            there(format!("link set other0 netns {home}"));
            assert_eq!(queue.interface().expect("state"), state("other0", false, false));
            ip("link set other0 mtu 1350 up");
            assert_eq!(queue.interface().expect("state"), state("other0", true, false));
            assert_eq!(queue.mtu(), 1350);
            drop(impostor);
            ip(&format!("link set other0 netns {elsewhere}"));
            there("link delete other0".to_owned());
            assert_eq!(queue.interface().expect_err("removed").kind(), ErrorKind::BrokenPipe);
        });
        drop(command);
    });
}

#[test]
fn a_descriptor_from_elsewhere_is_taken_over_as_it_is() {
    alone(|| {
        let plain = from_fd(create("plain0", false).expect("create"), Offloads::ALL).expect("plain");
        assert_eq!((plain.name.as_str(), plain.queues[0].capabilities()), ("plain0", TunCapabilities::default()));
        let able = from_fd(create_queue("able0", 0, true).expect("create"), Offloads::ALL).expect("able");
        assert!(able.queues[0].capabilities().tcp_segmentation);
        let file = std::fs::File::open("/dev/null").expect("open");
        assert!(matches!(from_fd(file.into(), Offloads::ALL), Err(TunError::NotTun(_))));
        let idle = std::fs::File::open("/dev/net/tun").expect("open");
        assert!(matches!(from_fd(idle.into(), Offloads::ALL), Err(TunError::NotTun(_))));
        let tap = std::fs::File::options().read(true).write(true).open("/dev/net/tun").expect("open");
        ioctl::attach(tap.as_fd(), "tap0", libc::IFF_TAP | libc::IFF_NO_PI).expect("tap");
        assert!(matches!(from_fd(tap.into(), Offloads::ALL), Err(TunError::Mode(name)) if name == "tap0"));
    });
}

#[test]
fn without_the_right_to_create_interfaces_the_error_says_what_is_missing() {
    alone(|| {
        const NOBODY: libc::c_long = 65534;
        // SAFETY: the bare system call changes the user of this thread only.
        assert_eq!(unsafe { libc::syscall(libc::SYS_setresuid, NOBODY, NOBODY, NOBODY) }, 0);
        for queues in [1, 2] {
            let error = open(NAME, 1420, queues, Offloads::ALL).map(drop).expect_err("no right");
            assert!(matches!(error, TunError::NotPermitted(_) | TunError::DriverClosed), "{error}");
            assert!(error.to_string().contains("CAP_NET_ADMIN"));
        }
    });
}
