//! Rule Q2 in bytes: measures the memory that a flood from strangers leaves in a process. It is the only test in its program,
//! because memory is shared.
#![forbid(unsafe_code)]

use std::net::SocketAddr;

use adit_protocol::UdpPath;
use adit_testkit::{Pair, Probe, SimNet};

const PACKETS: u32 = 10_000_000;
const PAGE: u64 = 4096;
const ALLOWED: u64 = 1 << 20;

#[test]
fn q02_ten_million_packets_of_strangers_leave_less_than_a_mebibyte() {
    let mut net = SimNet::new(1);
    net.add(Pair::engine(Pair::B, 2), Pair::address(Pair::B));
    let mut stranger = Probe::new([78; 32], *Pair::public(Pair::B).as_bytes());
    // The sender's identity is unknown but its MACs are correct: the farthest that a stranger gets.
    let initiation = stranger.initiation(1, Probe::timestamp(1, 0)).message;
    let now = net.clocks(0);
    let engine = &mut net[0].engine;
    let mut flood = |packets: u32| {
        for round in 0..packets {
            let [_, high, middle, low] = round.to_be_bytes();
            let source = UdpPath::to(SocketAddr::from(([198, high, middle, low], 1000)));
            let mut message = if round % 1024 == 0 { initiation.clone() } else { vec![(round % 7) as u8; 148] };
            message[1..4].fill(0);
            let _ = engine.handle_datagram(source, Default::default(), &mut message, now);
            while engine.poll_transmit(now.instant).is_some() {}
            while engine.poll_event().is_some() {}
        }
    };
    // The memory that the first packets need is needed only once.
    flood(PACKETS / 100);
    let Some(before) = resident() else {
        eprintln!("SKIPPED: q02 in bytes: this system has no /proc/self/statm");
        return;
    };
    flood(PACKETS);
    let grown = resident().expect("it was there before").saturating_sub(before);
    assert!(grown < ALLOWED, "{grown} bytes more");
}

/// Returns the resident memory of this process in bytes.
fn resident() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split_whitespace().nth(1)?.parse::<u64>().ok()? * PAGE)
}
