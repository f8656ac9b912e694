//! Sends datagrams of every size and in any number from strangers: none of them disturbs the peers that communicate (rule P4).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use adit_platform::fake::{FakeDatagram, FakeNet, Fate};
use adit_protocol::{CookieJar, Dropped, Ecn, Event};

use crate::stage::{Machine, QUICK, Setup, pair, wait_until};

/// Longest UDP payload over IPv4, in bytes.
const LONGEST: usize = 65_507;

/// Builds a datagram to `to` that appears to come from `from`.
fn datagram(from: SocketAddr, to: SocketAddr, bytes: Vec<u8>) -> FakeDatagram {
    FakeDatagram { from, to, ecn: Ecn::NotEct, dscp: 0, bytes }
}

/// Makes `machine` process everything that it has not read yet.
fn settle(machine: &Machine, other: &Machine) {
    other.tells(machine);
}

#[test]
fn junk_of_every_size_stops_nobody() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let real: Arc<Mutex<Vec<u8>>> = Arc::default();
    let (seen, to) = (Arc::clone(&real), b.endpoint(false));
    net.set_weather(move |datagram| {
        if datagram.to == to && datagram.bytes.first() == Some(&4) {
            seen.lock().expect("lock").clone_from(&datagram.bytes);
        }
        Fate::Deliver
    });
    a.tells(&b);
    let real = real.lock().expect("lock").clone();
    net.set_weather(|_| Fate::Deliver);
    for size in 0..=LONGEST {
        // In turn: a datagram unlike any message, each type of message, and a real one with bytes appended or cut off.
        let mut bytes = if size % 6 == 5 { real.clone() } else { vec![(size % 6) as u8, 0, 0, 0] };
        bytes.resize(size, 0xa5);
        net.throw(datagram(a.endpoint(false), b.endpoint(false), bytes));
        if size % 512 == 0 {
            settle(&b, &a);
        }
    }
    a.pings(&b);
    let drops = b.handle.plane();
    assert!(drops.drops.get(Dropped::MessageType) > 1_000 && drops.drops.get(Dropped::MessageLength) > 1_000);
    assert!(drops.drops.get(Dropped::Decrypt) > 1_000 && drops.drops.get(Dropped::UnknownIndex) > 1_000);
    assert_eq!(b.events.count(|event| matches!(event, Event::HandshakeCompleted { .. })), 1);
}

#[test]
fn junk_between_real_datagrams_of_the_same_size_takes_none_of_them_away() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let to = b.endpoint(false);
    // Every second datagram is corrupted and followed by its original, so that GRO joins both kinds into one run.
    let again = net.clone();
    let (spoiled, spoils) = std::sync::mpsc::channel::<FakeDatagram>();
    net.set_weather(move |datagram| {
        if datagram.to == to && counter.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            let mut spoil = datagram.clone();
            let at = counter.load(Ordering::Relaxed) % spoil.bytes.len();
            spoil.bytes[at] ^= 1;
            spoiled.send(spoil).expect("send");
        }
        Fate::Deliver
    });
    let sent: Vec<Vec<u8>> = (0..200).map(|_| crate::stage::packet(1, 2, true)).collect();
    for packet in &sent {
        a.sends(packet);
        spoils.try_iter().for_each(|spoil| again.throw(spoil));
    }
    for packet in &sent {
        b.receives(packet);
    }
}

#[test]
fn a_flood_of_handshakes_is_answered_with_cookies_and_does_not_disturb_who_talks() {
    const FLOOD: usize = 12_000;
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let cookies = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&cookies);
    net.set_weather(move |datagram| {
        counter.fetch_add(usize::from(datagram.bytes.len() == 64 && datagram.bytes[0] == 3), Ordering::Relaxed);
        Fate::Deliver
    });
    let mut jar = CookieJar::new(&b.public_key());
    for number in 0..FLOOD {
        let stranger = SocketAddr::new(IpAddr::V4(Ipv4Addr::from(0xc633_6400 + number as u32)), 9);
        let mut message = [0x5a; 148];
        message[..4].copy_from_slice(&[1, 0, 0, 0]);
        message[4..8].copy_from_slice(&(number as u32).to_le_bytes());
        jar.stamp(&mut message, adit_platform::clock::instant());
        net.throw(datagram(stranger, b.endpoint(false), message.to_vec()));
        if number % 1_000 == 0 {
            a.pings(&b);
        }
    }
    a.pings(&b);
    wait_until("cookies are asked for", || cookies.load(Ordering::Relaxed) > 0);
    // An initiator that proves its address still succeeds: the first initiation of `c` gets a cookie, the next one a session.
    let c = Machine::with(&net, 3, Setup { timing: Some(QUICK), ..Setup::default() });
    c.dials(&b, false);
    c.pings(&b);
    let plane = b.handle.plane();
    let answered = plane.drops.get(Dropped::CookieRequired) + plane.drops.get(Dropped::Handshake);
    assert!(answered <= FLOOD as u64 + 1, "{answered} answers to {FLOOD} messages");
    assert_eq!(a.events.count(|event| matches!(event, Event::HandshakeStarted { .. })), 1);
}
