use std::net::SocketAddr;

use std::thread::{self, JoinHandle};
use std::time::Duration;

use adit_platform::device::{MAX_SUPERPACKET, Offload, Ready, Stop};
use adit_platform::linux::doorbell::EventDoorbell;
use adit_platform::linux::stop::EventStop;
use adit_tunnel::coalesce::Coalescer;
use adit_tunnel::split::{SLACK, Splitter};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Two stacks connected by a cable, which cuts superpackets and joins packets as a tunnel does, and may lose some.
struct Lab {
    here: Stack,
    there: Stack,
    stop: Arc<EventStop>,
    cables: Vec<JoinHandle<()>>,
}

impl Lab {
    fn new(lost: fn(usize) -> bool) -> Self {
        let stack = |number: u8| {
            let addresses = vec![IpAddr::from([10, 0, 0, number]), format!("fd00::{number}").parse().unwrap()];
            Stack::start(addresses, 1420, Box::new(EventDoorbell::new().unwrap())).unwrap()
        };
        let ((here, one), (there, other)) = (stack(1), stack(2));
        let stop = Arc::new(EventStop::new().unwrap());
        let cable = |from: &TunDevice, to: &TunDevice| {
            let (from, to, stop) = (Arc::clone(&from.queues[0]), Arc::clone(&to.queues[0]), Arc::clone(&stop));
            thread::spawn(move || carry(&*from, &*to, &*stop, lost))
        };
        let cables = vec![cable(&one, &other), cable(&other, &one)];
        Self { here, there, stop, cables }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stop.stop();
        for cable in self.cables.drain(..) {
            assert!(cable.join().is_ok() || thread::panicking());
        }
    }
}

fn carry(
    from: &dyn adit_platform::device::TunQueue,
    to: &dyn adit_platform::device::TunQueue,
    stop: &dyn Stop,
    lost: fn(usize) -> bool,
) {
    let mut buffer = vec![0; MAX_SUPERPACKET + SLACK];
    let mut coalescer = Coalescer::new(to.capabilities());
    let mut number = 0;
    while from.wait(stop, None).unwrap() == Ready::Readable {
        while let Ok((len, offload)) = from.recv(&mut buffer) {
            let mut splitter = Splitter::new(&mut buffer, len, offload).unwrap();
            while let Some(segment) = splitter.next_segment(|len| len) {
                assert!(segment.len <= 1420, "{} bytes", segment.len);
                number += 1;
                if lost(number) {
                    continue;
                }
                coalescer.place(segment.len).unwrap().copy_from_slice(&segment.bytes[..segment.len]);
                if let Some(joined) = coalescer.commit(segment.len) {
                    to.send(joined.offload, joined.bytes).unwrap();
                }
            }
        }
        while let Some(joined) = coalescer.take() {
            to.send(joined.offload, joined.bytes).unwrap();
        }
    }
}

/// Returns both ends of a new connection through both stacks: the one that connected, and the one that accepted.
async fn open(lab: &Lab, to: &str) -> (Connection, Connection) {
    let to = address(to);
    let mut listener = lab.there.listen(to.port()).unwrap();
    let (outgoing, incoming) =
        tokio::join!(lab.here.connect(to, PATIENCE), async { listener.next().await.unwrap().accept().await });
    (outgoing.unwrap(), incoming.unwrap())
}

/// Returns a program's two ends of a connection through both stacks.
async fn connected(lab: &Lab, to: &str) -> (DuplexStream, DuplexStream) {
    let (mut outgoing, mut incoming) = open(lab, to).await;
    let (program, mut end) = duplex(64 * 1024);
    tokio::spawn(async move { outgoing.relay(&mut end).await });
    let (other_program, mut end) = duplex(64 * 1024);
    tokio::spawn(async move { incoming.relay(&mut end).await });
    (program, other_program)
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|number| (number * 31 / 7) as u8).collect()
}

async fn there_and_back(lab: &Lab, to: &str, len: usize) {
    let (mut one, mut other) = connected(lab, to).await;
    let sent = bytes(len);
    let all = async {
        let (mut reads, mut writes) = tokio::io::split(&mut one);
        let mut back = Vec::new();
        let (written, read) = tokio::join!(
            async {
                writes.write_all(&sent).await?;
                writes.shutdown().await
            },
            reads.read_to_end(&mut back)
        );
        written.unwrap();
        read.unwrap();
        assert!(back == sent, "{} of {} bytes came back", back.len(), sent.len());
    };
    let echo = async {
        let (mut reads, mut writes) = tokio::io::split(&mut other);
        tokio::io::copy(&mut reads, &mut writes).await.unwrap();
        writes.shutdown().await.unwrap();
    };
    tokio::join!(all, echo);
}

fn run(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), story).await.expect("the story comes to an end") });
}

#[test]
fn bytes_come_back_whole_and_each_half_closes_by_itself() {
    run(async {
        let lab = Lab::new(|_| false);
        there_and_back(&lab, "10.0.0.2:80", 20_000_000).await;
        there_and_back(&lab, "[fd00::2]:80", 20_000_000).await;
    });
}

#[test]
fn what_is_lost_on_the_way_is_sent_again() {
    run(async {
        let lab = Lab::new(|number| number % 1009 == 1008);
        let (mut one, mut other) = connected(&lab, "10.0.0.2:80").await;
        let sent = bytes(6_000_000);
        let mut arrived = Vec::new();
        let (written, read) = tokio::join!(
            async {
                one.write_all(&sent).await?;
                one.shutdown().await
            },
            other.read_to_end(&mut arrived)
        );
        written.unwrap();
        read.unwrap();
        assert!(arrived == sent);
    });
}

#[test]
fn a_thousand_connections_at_once_and_none_is_left_over() {
    run(async {
        let lab = Arc::new(Lab::new(|_| false));
        let mut listener = lab.there.listen(7).unwrap();
        tokio::spawn(async move {
            while let Some(incoming) = listener.next().await {
                tokio::spawn(async move {
                    let mut connection = incoming.accept().await.unwrap();
                    let (mut program, mut end) = duplex(4096);
                    tokio::spawn(async move {
                        let (mut reads, mut writes) = tokio::io::split(&mut program);
                        let _ = tokio::io::copy(&mut reads, &mut writes).await;
                        let _ = writes.shutdown().await;
                    });
                    connection.relay(&mut end).await
                });
            }
        });
        let everybody = Arc::new(tokio::sync::Barrier::new(1000));
        let mut all = tokio::task::JoinSet::new();
        for number in 0..1000usize {
            let (lab, everybody) = (Arc::clone(&lab), Arc::clone(&everybody));
            all.spawn(async move {
                let mut connection = lab.here.connect(address("10.0.0.2:7"), PATIENCE).await.unwrap();
                everybody.wait().await;
                let (mut program, mut end) = duplex(4096);
                let sent = bytes(1000 + number);
                let (relayed, back) = tokio::join!(connection.relay(&mut end), async {
                    program.write_all(&sent).await.unwrap();
                    program.shutdown().await.unwrap();
                    let mut back = Vec::new();
                    program.read_to_end(&mut back).await.unwrap();
                    back
                });
                relayed.unwrap();
                assert!(back == sent);
            });
        }
        while let Some(result) = all.join_next().await {
            result.unwrap();
        }
        assert_eq!(lab.here.connections(), 0);
    });
}

#[test]
fn a_port_where_nobody_listens_refuses_at_once() {
    run(async {
        let lab = Lab::new(|_| false);
        for to in ["10.0.0.2:9", "[fd00::2]:9"] {
            let refused = lab.here.connect(address(to), PATIENCE).await;
            assert_eq!(refused.map(drop), Err(ConnectError::Refused), "{to}");
        }
    });
}

#[test]
fn silence_ends_in_time_and_addresses_of_nobody_are_refused() {
    run(async {
        let lab = Lab::new(|_| true);
        let brief = Duration::from_millis(50);
        let silent = lab.here.connect(address("10.0.0.2:9"), brief).await;
        assert_eq!(silent.map(drop), Err(ConnectError::TimedOut(brief)));
        for nobody in ["0.0.0.0:80", "127.0.0.1:80", "224.0.0.1:80", "255.255.255.255:80", "[::]:80", "10.0.0.2:0"] {
            let refused = lab.here.connect(address(nobody), PATIENCE).await;
            assert_eq!(refused.map(drop), Err(ConnectError::Unreachable), "{nobody}");
        }
    });
}

#[test]
fn a_program_that_hangs_up_resets_the_other_end() {
    run(async {
        let lab = Lab::new(|_| false);
        let (outgoing, mut incoming) = open(&lab, "10.0.0.2:80").await;
        drop(outgoing);
        let (_program, mut end) = duplex(16);
        assert!(matches!(incoming.relay(&mut end).await, Err(RelayError::Reset)));
    });
}

#[test]
fn a_slow_program_reads_everything_after_both_ends_have_closed() {
    run(async {
        let lab = Lab::new(|_| false);
        let (mut outgoing, mut incoming) = open(&lab, "10.0.0.2:80").await;
        let sent = bytes(1000);
        let (mut program, mut end) = duplex(16);
        let mut relay = tokio::spawn(async move { outgoing.relay(&mut end).await });
        let (mut other_program, mut other_end) = duplex(64 * 1024);
        let other_relay = tokio::spawn(async move { incoming.relay(&mut other_end).await });
        other_program.write_all(&sent).await.unwrap();
        other_program.shutdown().await.unwrap();
        let while_closing = Duration::from_millis(100);
        assert!(tokio::time::timeout(while_closing, &mut relay).await.is_err(), "one half is open");
        program.shutdown().await.unwrap();
        other_relay.await.unwrap().unwrap();
        assert!(tokio::time::timeout(while_closing, &mut relay).await.is_err(), "bytes are still to be read");
        let mut arrived = Vec::new();
        program.read_to_end(&mut arrived).await.unwrap();
        assert!(arrived == sent, "{} of {} bytes arrived", arrived.len(), sent.len());
        relay.await.unwrap().unwrap();
    });
}

#[test]
fn datagrams_arrive_and_their_port_is_free_afterwards() {
    run(async {
        let lab = Lab::new(|_| false);
        for (own, any) in [("10.0.0.1", "0.0.0.0:0"), ("fd00::1", "[::]:0")] {
            let (here, there) = (lab.here.udp(address(any)).unwrap(), lab.there.udp(address(any)).unwrap());
            here.send_to(b"ping", there.local()).unwrap();
            let (payload, from) = there.receive().await;
            assert_eq!((&payload[..], from), (&b"ping"[..], here.local()));
            assert_eq!(from.ip().to_string(), own);
            assert!(here.send_to(&[0; 1420], there.local()).is_err(), "longer than the MTU");
        }
        let gone = lab.here.udp(address("0.0.0.0:0")).unwrap().local();
        assert!(lab.here.shared.table.udp(&gone).is_none());
    });
}

#[test]
fn packets_for_others_and_garbage_are_dropped_and_a_ping_is_answered() {
    run(async {
        let (stack, device) = Stack::start(vec![[10, 0, 0, 1].into()], 1420, Box::new(EventDoorbell::new().unwrap())).unwrap();
        let queue = &device.queues[0];
        let mut seed = 1u32;
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        for round in 0..20_000 {
            let mut packet: Vec<u8> = (0..round % 90).map(|_| random()).collect();
            if let Some(first) = packet.first_mut() {
                *first = if round % 2 == 0 { 0x45 } else { 0x60 };
            }
            if packet.len() > 20 && round % 3 == 0 {
                let len = (packet.len() as u16).to_be_bytes();
                packet[2..4].copy_from_slice(&len);
                packet[9] = [1, 6, 17, 58][round / 3 % 4];
                packet[16..20].copy_from_slice(&[10, 0, 0, 1]);
            }
            let _ = queue.send(Offload::default(), &packet);
        }
        let ping = |to: u8| {
            let mut packet = vec![0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 9, 10, 0, 0, to, 8, 0, 0, 0, 0, 1, 0, 7];
            let sum = adit_tunnel::checksum::Sum::of(&packet[..20]).checksum().to_be_bytes();
            packet[10..12].copy_from_slice(&sum);
            let sum = adit_tunnel::checksum::Sum::of(&packet[20..]).checksum().to_be_bytes();
            packet[22..24].copy_from_slice(&sum);
            packet
        };
        queue.send(Offload::default(), &ping(2)).unwrap();
        queue.send(Offload::default(), &ping(1)).unwrap();
        let mut buffer = vec![0; MAX_SUPERPACKET];
        let answer = loop {
            match queue.recv(&mut buffer) {
                Ok((len, _)) if len == 28 && buffer[9] == 1 && buffer[20] == 0 => break &buffer[..28],
                Ok(_) => {}
                Err(_) => tokio::task::yield_now().await,
            }
        };
        assert_eq!((&answer[12..20], answer[20], answer[27]), (&[10, 0, 0, 1, 10, 0, 0, 9][..], 0, 7));
        assert_eq!(stack.connections(), 0);
    });
}

#[test]
fn a_stack_needs_addresses_that_one_can_have() {
    let start = |addresses: &[&str], mtu| {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        Stack::start(addresses, mtu, Box::new(EventDoorbell::new().unwrap())).map(drop).unwrap_err().to_string()
    };
    assert!(start(&[], 1420).contains("Address = ..."));
    assert!(start(&["10.0.0.1", "224.0.0.1"], 1420).contains("224.0.0.1"));
    assert!(start(&["fd00::1"], 1279).contains("1280"));
    assert!(start(&["10.0.0.1"], 100).contains("IPv4"));
}
