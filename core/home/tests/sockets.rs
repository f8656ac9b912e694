//! An asker and a responder on real sockets of the loopback interface, which is a link like any other.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use adit_home::wire::PROBE;
use adit_home::{Ask, Datagram, Link, Next, NotHome, Responder, Silence, ask, serve};
use adit_platform::device::Stop;
use adit_platform::lan::{FromNeighbour, LanSocket};
use adit_platform::native;
use adit_protocol::{Instant, Now, PrivateKey, PublicKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

const SERVER: &str = "127.0.0.2:0";
const LAPTOP: &str = "127.0.0.1:0";

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// A clock that stands still: nothing is too late.
fn stopped_clock() -> Now {
    Now { instant: Instant::from_nanos(10_000_000_000_000), unix: Duration::from_secs(1_800_000_000) }
}

/// A responder that started an hour ago.
fn responder() -> Responder {
    let (Now { instant, unix }, hour) = (stopped_clock(), Duration::from_secs(3600));
    Responder::new(&key(), Now { instant: instant - hour, unix: unix - hour })
}

fn link() -> Link {
    Link { subnets: vec!["127.0.0.0/8".parse().unwrap()] }
}

fn socket(address: &str) -> Box<dyn LanSocket> {
    native::lan_socket("lo", address.parse().unwrap()).unwrap()
}

fn key() -> PrivateKey {
    PrivateKey::from_bytes([7; 32])
}

/// A responder on a thread of its own. It ends when dropped.
struct Home {
    address: SocketAddr,
    heard: Receiver<Result<(), Silence>>,
    stop: Arc<dyn Stop>,
    thread: Option<JoinHandle<()>>,
}

impl Home {
    fn start() -> Self {
        let socket = socket(SERVER);
        let (address, stop, (tell, heard)) = (socket.local().unwrap(), native::new_stop().unwrap(), channel());
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let responder = Mutex::new(responder());
            let mut tell = |_, result| tell.send(result).unwrap();
            serve(&responder, &*socket, &link, &*stopped, &stopped_clock, &mut rng(1), &mut tell).unwrap();
        });
        Self { address, heard, stop, thread: Some(thread) }
    }

    fn heard(&self) -> Result<(), Silence> {
        self.heard.recv_timeout(Duration::from_secs(60)).unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.stop.stop();
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_some_and(|ended| ended.is_ok()));
    }
}

fn question(home: PublicKey, socket: &dyn LanSocket) -> Ask {
    Ask::new(home, socket.local().unwrap(), link(), stopped_clock().instant)
}

/// Asks at an address until there is an authentic answer.
fn is_home(socket: &dyn LanSocket, to: SocketAddr, seed: u64) -> bool {
    let questions = vec![question(key().public(), socket)];
    let stop = native::new_stop().unwrap();
    let asked = ask(questions, socket, &[to], &*stop, &stopped_clock, &mut rng(seed)).unwrap();
    asked.answered == [key().public()]
}

fn probe(home: PublicKey, socket: &dyn LanSocket, seed: u64) -> (Ask, Vec<u8>) {
    let mut question = question(home, socket);
    match question.next(stopped_clock(), &mut rng(seed)) {
        Next::Send(probe) => (question, probe),
        next => panic!("the first probe is due at once, not {next:?}"),
    }
}

#[test]
fn the_asker_finds_the_responder_and_a_stranger_gets_no_byte() {
    let home = Home::start();
    let stranger = UdpSocket::bind("127.0.0.3:0").unwrap();
    stranger.set_ttl(255).unwrap();
    let laptop = socket(LAPTOP);
    let (_, of_another_home) = probe(PrivateKey::from_bytes([8; 32]).public(), &*laptop, 2);
    for bytes in [&b""[..], b"hello", &[0; PROBE], &[0xff; 1400], &of_another_home] {
        stranger.send_to(bytes, home.address).unwrap();
        assert_eq!(home.heard(), Err(Silence::Stranger));
    }
    assert!(is_home(&*laptop, home.address, 3));
    assert_eq!(home.heard(), Ok(()));
    stranger.set_nonblocking(true).unwrap();
    assert_eq!(stranger.recv(&mut [0; 1500]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_probe_that_came_through_a_router_gets_no_answer() {
    let home = Home::start();
    let (_, bytes) = probe(key().public(), &*socket(LAPTOP), 2);
    let routed = UdpSocket::bind("127.0.0.3:0").unwrap();
    routed.set_ttl(254).unwrap();
    routed.send_to(&bytes, home.address).unwrap();
    assert_eq!(home.heard(), Err(Silence::NotFromThisLink));
    assert!(is_home(&*socket(LAPTOP), home.address, 3));
    routed.set_nonblocking(true).unwrap();
    assert_eq!(routed.recv(&mut [0; 1500]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn answers_that_came_through_a_router_or_were_recorded_are_not_believed() {
    let (laptop, relay) = (socket(LAPTOP), UdpSocket::bind(SERVER).unwrap());
    let mut responder = responder();
    let mut answer = |seed| {
        let (question, bytes) = probe(key().public(), &*laptop, seed);
        let datagram = Datagram { source: laptop.local().unwrap(), hop_limit: Some(255), bytes: &bytes };
        (question, responder.hear(&datagram, &link, stopped_clock(), &mut rng(seed)).unwrap())
    };
    let (_, recorded) = answer(5);
    let (question, fresh) = answer(6);
    let stop = native::new_stop().unwrap();
    for (bytes, hop_limit, expected) in
        [(&recorded, 255, Err(NotHome::Forged)), (&fresh, 254, Err(NotHome::NotFromThisLink)), (&fresh, 255, Ok(()))]
    {
        relay.set_ttl(hop_limit).unwrap();
        relay.send_to(bytes, laptop.local().unwrap()).unwrap();
        let mut buffer = [0; 1500];
        let heard = laptop.receive(&mut buffer, &*stop, Some(Duration::from_secs(60))).unwrap().unwrap();
        let datagram = Datagram { source: heard.source, hop_limit: heard.hop_limit, bytes: &buffer[..heard.len] };
        assert_eq!(question.hear(&datagram, stopped_clock().instant), expected, "hop limit {hop_limit}");
    }
}

/// A socket that sends one datagram and fails from then on.
struct SendsOnce(Box<dyn LanSocket>, AtomicBool);

impl LanSocket for SendsOnce {
    fn local(&self) -> io::Result<SocketAddr> {
        self.0.local()
    }

    fn send(&self, to: SocketAddr, bytes: &[u8]) -> io::Result<()> {
        if self.1.swap(true, Relaxed) { Err(ErrorKind::NetworkUnreachable.into()) } else { self.0.send(to, bytes) }
    }

    fn receive(&self, buffer: &mut [u8], stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<FromNeighbour>> {
        self.0.receive(buffer, stop, patience)
    }
}

#[test]
fn a_probe_that_cannot_be_sent_hides_no_answer_to_another() {
    let home = Home::start();
    let stop = native::new_stop().unwrap();
    let start = stopped_clock();
    let reads = Cell::new(0_u64);
    // Every reading is half a second later than the last but one.
    let clock = || {
        reads.set(reads.get() + 1);
        Now { instant: start.instant + Duration::from_millis(reads.get() / 2 * 500), ..start }
    };
    let ask_on = |socket: &dyn LanSocket| {
        let keys = [key().public(), PrivateKey::from_bytes([8; 32]).public()];
        let questions = keys.map(|key| question(key, socket)).into();
        reads.set(0);
        ask(questions, socket, &[home.address], &*stop, &clock, &mut rng(5))
    };
    let asked = ask_on(&SendsOnce(socket(LAPTOP), AtomicBool::new(false))).unwrap();
    assert_eq!(asked.answered, [key().public()]);
    let error = ask_on(&SendsOnce(socket(LAPTOP), AtomicBool::new(true))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NetworkUnreachable, "nothing was sent");
}
