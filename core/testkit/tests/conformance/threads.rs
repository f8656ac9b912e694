//! Uses the data plane on several threads at once, while the engine renews keys and changes routes: no counter is used twice, and
//! every sealed packet is opened once.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, RwLock, mpsc};
use std::time::Duration;

use adit_protocol::{DataPlane, Ecn, Engine, Instant, Now, PrivateKey, UdpPath, wire};
use adit_testkit::net::START;
use adit_testkit::{Pair, packet};

const SEALERS: usize = 2;
const OPENERS: usize = 2;
const PACKETS: usize = 8_000;
/// Maximum number of packets in transit. It is far below the replay window, so that a sleeping thread does not lose its packet
/// while others continue.
const UNDER_WAY: usize = 1_000;
const REKEYS: usize = 6;

struct Shared {
    /// Current time in nanoseconds.
    now: AtomicU64,
    planes: [Arc<DataPlane>; 2],
    sealed: AtomicUsize,
    opened: AtomicUsize,
    renewals: AtomicUsize,
    seen: Mutex<HashSet<(u32, u64)>>,
    delivered: Mutex<Vec<u64>>,
    paused: AtomicBool,
    /// Each thread holds a read lock while it seals, so that a thread with the write lock knows that no other one is sealing.
    gate: RwLock<()>,
    stop: AtomicBool,
}

/// Stops the other threads when one has failed.
struct StopOnPanic<'a>(&'a AtomicBool);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, SeqCst);
        }
    }
}

impl Shared {
    fn now(&self) -> Instant {
        Instant::from_nanos(self.now.load(SeqCst))
    }
}

#[test]
fn several_threads_seal_and_open_while_keys_and_routes_change() {
    let mut engines = [Pair::engine(Pair::A, 1), Pair::engine(Pair::B, 2)];
    for node in [Pair::A, Pair::B] {
        let peer = engines[node].find_peer(&Pair::public(1 - node)).unwrap();
        engines[node].set_endpoint(&peer, Pair::address(1 - node));
        engines[node].initiate(&peer, clocks(START));
        exchange(&mut engines, START);
    }
    let shared = Shared {
        now: AtomicU64::new(START.as_nanos()),
        planes: [engines[0].plane(), engines[1].plane()],
        sealed: AtomicUsize::new(0),
        opened: AtomicUsize::new(0),
        renewals: AtomicUsize::new(0),
        seen: Mutex::default(),
        delivered: Mutex::default(),
        paused: AtomicBool::new(false),
        gate: RwLock::new(()),
        stop: AtomicBool::new(false),
    };
    let (sender, receiver) = mpsc::channel::<Vec<u8>>();
    let receiver = Mutex::new(receiver);
    std::thread::scope(|scope| {
        for sealer in 0..SEALERS {
            let (shared, sender) = (&shared, sender.clone());
            scope.spawn(move || seal(shared, sealer, &sender));
        }
        drop(sender);
        for _ in 0..OPENERS {
            scope.spawn(|| open(&shared, &receiver));
        }
        own(&shared, &mut engines);
    });
    let mut delivered = shared.delivered.into_inner().unwrap();
    delivered.sort_unstable();
    assert_eq!(delivered, (0..(SEALERS * PACKETS) as u64).collect::<Vec<_>>(), "each packet once");
    let indices: HashSet<u32> = shared.seen.into_inner().unwrap().into_iter().map(|(index, _)| index).collect();
    assert!(indices.len() > REKEYS / 2, "on {} sessions", indices.len());
}

fn clocks(instant: Instant) -> Now {
    Now { instant, unix: Duration::from_secs(1_700_000_000) + instant.since(START) }
}

/// An outbound worker: routes, seals, notes.
fn seal(shared: &Shared, sealer: usize, wire: &mpsc::Sender<Vec<u8>>) {
    let _stop = StopOnPanic(&shared.stop);
    let plane = &shared.planes[Pair::A];
    let mut number = 0;
    while number < PACKETS && !shared.stop.load(SeqCst) {
        let _open = shared.gate.read().unwrap();
        // Each session has its share of the packets, however seldom this machine lets the owner run.
        let has_had_its_share = number * (REKEYS + 1) > PACKETS * (shared.renewals.load(SeqCst) + 1);
        if has_had_its_share || shared.paused.load(SeqCst) || shared.sealed.load(SeqCst) > shared.opened.load(SeqCst) + UNDER_WAY
        {
            std::thread::yield_now();
            continue;
        }
        let serial = (sealer * PACKETS + number) as u64;
        let inner = packet::udp(Pair::ipv4(Pair::A), Pair::ipv4(Pair::B), 0, &serial.to_be_bytes());
        let peer = Arc::clone(plane.routes().peer_for(Pair::ipv4(Pair::B)).expect("this route never changes"));
        let now = shared.now();
        let Some(session) = peer.sending(plane, now) else {
            std::thread::yield_now();
            continue;
        };
        let session = session.as_ref().expect("there is one where `sending` says so");
        let counter = session.next_counter().expect("counters do not run out here");
        let mut message = vec![0; inner.len() + wire::DATA_OVERHEAD];
        session.seal(counter, &inner, 0, &mut message);
        peer.note_sent(plane, now, message.len(), true);
        let index = u32::from_le_bytes(message[4..8].try_into().unwrap());
        assert!(shared.seen.lock().unwrap().insert((index, counter)), "counter {counter} is used twice on session {index:#x}");
        shared.sealed.fetch_add(1, SeqCst);
        if wire.send(message).is_err() {
            return;
        }
        number += 1;
    }
}

/// An inbound worker: finds the session, opens, notes, checks the inner packet.
fn open(shared: &Shared, wire: &Mutex<mpsc::Receiver<Vec<u8>>>) {
    let _stop = StopOnPanic(&shared.stop);
    let plane = &shared.planes[Pair::B];
    loop {
        let Ok(message) = wire.lock().unwrap().recv() else { return };
        let index = u32::from_le_bytes(message[4..8].try_into().unwrap());
        let session = plane.session(index).expect("at most one rekey is under way");
        let mut inner = vec![0; message.len() - wire::DATA_OVERHEAD];
        let len = session.open(&message, &mut inner).expect("sealed by the other end and never seen before");
        session.peer().note_received(plane, &session, UdpPath::to(Pair::address(Pair::A)), shared.now(), message.len(), true);
        let len = plane.routes().admit(session.peer(), &mut inner[..len], Ecn::NotEct).expect("its source is A's");
        assert!(session.open(&message, &mut [0; 100]).is_err(), "a replay");
        let serial = u64::from_be_bytes(packet::payload(&inner[..len]).try_into().unwrap());
        shared.delivered.lock().unwrap().push(serial);
        if shared.opened.fetch_add(1, SeqCst) + 1 == SEALERS * PACKETS {
            shared.stop.store(true, SeqCst);
        }
    }
}

/// The owner of both engines: handles handshakes when workers ask for them, and changes routes all the time.
fn own(shared: &Shared, engines: &mut [Engine; 2]) {
    let mut renewed = true;
    let peer = engines[Pair::A].find_peer(&Pair::public(Pair::B)).expect("they know each other");
    let strangers: Vec<_> = (60..70).map(|byte| PrivateKey::from_bytes([byte; 32]).public()).collect();
    let mut round = 0;
    let _stop = StopOnPanic(&shared.stop);
    while !shared.stop.load(SeqCst) {
        round += 1;
        let now = shared.now();
        for engine in engines.iter_mut() {
            let key = strangers[round % strangers.len()];
            match engine.find_peer(&key) {
                Some(_) => engine.remove_peer(&key),
                None => {
                    let peer = engine.add_peer(key).unwrap();
                    engine.add_allowed_ip(&peer, [172, 16, round as u8, 0].into(), 24);
                    engine.publish();
                }
            }
            if engine.plane().wants_attention() {
                engine.handle_timeout(clocks(now));
            }
        }
        exchange(engines, now);
        let opened = shared.opened.load(SeqCst);
        let current =
            peer.sending(&shared.planes[Pair::A], now).and_then(|session| session.as_ref().map(|session| session.created()));
        renewed |= current.is_some_and(|created| created == now);
        let renewals = shared.renewals.load(SeqCst);
        let due = opened * (REKEYS + 1) >= SEALERS * PACKETS * (renewals + 1);
        if renewed && due && renewals < REKEYS {
            // Only two older keys are kept, so the packets sealed before them must have arrived before the next keys are used.
            shared.paused.store(true, SeqCst);
            let _closed = shared.gate.write().unwrap();
            if shared.opened.load(SeqCst) == shared.sealed.load(SeqCst) {
                shared.renewals.store(renewals + 1, SeqCst);
                renewed = false;
                shared.now.fetch_add(125_000_000_000, SeqCst);
                shared.paused.store(false, SeqCst);
            }
        }
        std::thread::yield_now();
    }
}

/// Carries handshakes and keepalives between the engines; the workers carry the data.
fn exchange(engines: &mut [Engine; 2], now: Instant) {
    for from in [0, 1, 0, 1, 0] {
        while let Some(mut transmit) = engines[from].poll_transmit(now) {
            let source = UdpPath::to(Pair::address(from));
            // A datagram that a worker has overtaken is dropped and counted.
            let _ = engines[1 - from].handle_datagram(source, Ecn::NotEct, &mut transmit.payload, clocks(now));
        }
    }
}
