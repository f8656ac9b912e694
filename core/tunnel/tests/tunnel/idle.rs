//! Tests that no thread wakes without cause whatever fails, that nothing unneeded is kept, and that a flood blocks nothing else.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use adit_platform::device::{Offload, ReceiveBatch, Received, SendError, UdpSocket};
use adit_platform::fake::{FakeNet, Fate, TunState};
use adit_protocol::{Ecn, Event, Session, UdpPath};
use adit_tunnel::PeerUpdate;

use crate::devices::{OddFactory, OddQueue};
use crate::stage::{Log, Machine, QUICK, Setup, packet, pair, wait_until};

/// The time in which nothing may happen. Calls are counted for this time, after an equal wait for earlier work to end.
const QUIET: Duration = Duration::from_millis(300);
/// Number of calls in that time that do not indicate a busy loop.
const FEW: usize = 40;

/// Counts the calls of devices.
#[derive(Clone, Default)]
struct Meter(Arc<AtomicUsize>);

impl Meter {
    fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn assert_quiet(&self) {
        thread::sleep(QUIET);
        let before = self.0.load(Ordering::Relaxed);
        thread::sleep(QUIET);
        let calls = self.0.load(Ordering::Relaxed) - before;
        assert!(calls < FEW, "{calls} calls while nothing happened");
    }
}

/// A switch: while it is set, operations fail.
#[derive(Clone, Default)]
struct Failing(Arc<AtomicBool>);

impl Failing {
    fn check(&self, kind: io::ErrorKind) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(kind.into()) } else { Ok(()) }
    }

    fn set(&self, fails: bool) {
        self.0.store(fails, Ordering::Relaxed);
    }
}

fn measured(net: &FakeNet, number: u8, meter: &Meter, tun: &Failing, send: &Failing, receive: &Failing) -> Machine {
    let (queue_meter, socket_meter) = (meter.clone(), meter.clone());
    let (tun, send, receive) = (tun.clone(), send.clone(), receive.clone());
    let setup = Setup {
        wrap_queue: Box::new(move |queue| {
            let (mut odd, meter, failing) = (OddQueue::new(queue), queue_meter.clone(), tun.clone());
            odd.receive = Box::new(move |inner, buffer| {
                meter.count();
                failing.check(io::ErrorKind::NetworkDown)?;
                inner.recv(buffer)
            });
            Arc::new(odd)
        }),
        wrap_factory: Box::new(move |factory| {
            let mut odd = OddFactory::new(factory);
            let (meter, failing) = (socket_meter.clone(), receive.clone());
            odd.receive = Arc::new(move |inner, batch, limit| {
                meter.count();
                failing.check(io::ErrorKind::OutOfMemory)?;
                inner.recv(batch, limit)
            });
            let (meter, failing) = (socket_meter.clone(), send.clone());
            odd.send = Arc::new(move |inner, runs| {
                meter.count();
                let path = runs[0].path;
                failing.check(io::ErrorKind::NetworkUnreachable).map_err(|error| SendError { path, error, sent: false })?;
                inner.send(runs)
            });
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    Machine::with(net, number, setup)
}

#[test]
fn no_thread_wakes_while_nothing_arrives_or_all_calls_fail() {
    let net = FakeNet::new();
    let meter = Meter::default();
    let [tun, send, receive] = [(); 3].map(|()| Failing::default());
    let (a, b) = (measured(&net, 1, &meter, &tun, &send, &receive), Machine::start(&net, 2));
    a.dials(&b, false);
    a.pings(&b);
    meter.assert_quiet();

    a.kernel.set_state(TunState::Down);
    b.sends(&packet(2, 1, false));
    meter.assert_quiet();
    a.kernel.set_state(TunState::Up);

    send.set(true);
    a.sends(&packet(1, 2, false));
    meter.assert_quiet();
    send.set(false);

    for failing in [&tun, &receive] {
        failing.set(true);
        a.sends(&packet(1, 2, false));
        b.sends(&packet(2, 1, false));
        meter.assert_quiet();
        failing.set(false);
    }
    a.pings(&b);
}

/// Returns the session on which `machine` receives, observed in the datagrams that `sends` causes.
pub(crate) fn session_of(machine: &Machine, net: &FakeNet, sends: impl FnOnce()) -> Weak<Session> {
    let indices = Arc::new(Mutex::new(Vec::new()));
    let (seen, to) = (Arc::clone(&indices), machine.endpoint(false));
    net.set_weather(move |datagram| {
        if let ([4, 0, 0, 0, a, b, c, d], true) = (&datagram.bytes[..8], datagram.to == to) {
            seen.lock().expect("lock").push(u32::from_le_bytes([*a, *b, *c, *d]));
        }
        Fate::Deliver
    });
    sends();
    let index = *indices.lock().expect("lock").last().expect("data was sent");
    Arc::downgrade(&machine.handle.plane().session(index).expect("a session"))
}

#[test]
fn ended_sessions_leave_no_keys_with_idle_workers() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let of_b = session_of(&b, &net, || a.tells(&b));
    let of_a = session_of(&a, &net, || b.tells(&a));
    for (machine, session) in [(&a, of_a), (&b, of_b)] {
        assert!(session.upgrade().is_some());
        machine.handle.end_sessions();
        wait_until("the keys are gone", || session.upgrade().is_none());
    }
}

#[test]
fn ended_sessions_leave_no_keys_with_a_worker_that_is_never_idle() {
    let net = FakeNet::new();
    let setup = Setup {
        wrap_factory: Box::new(|factory| {
            let mut odd = OddFactory::new(factory);
            odd.receive = Arc::new(|inner, batch, limit| match inner.recv(batch, limit) {
                Err(_) => junk(batch, &[0xff]),
                received => received,
            });
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    let (a, b) = (Machine::with(&net, 1, setup), Machine::start(&net, 2));
    b.dials(&a, false);
    b.pings(&a);
    let session = session_of(&a, &net, || b.tells(&a));
    a.handle.end_sessions();
    wait_until("the keys are gone", || session.upgrade().is_none());
}

fn junk(batch: &mut ReceiveBatch, bytes: &[u8]) -> io::Result<()> {
    let path = UdpPath::to(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)), 9));
    batch.buffers[0][..bytes.len()].copy_from_slice(bytes);
    batch.received.clear();
    batch.received.push(Received { path, ecn: Ecn::NotEct, segment_size: bytes.len(), len: bytes.len() });
    Ok(())
}

/// Receives one handshake initiation from an unknown sender after the other, and the real datagrams in between.
pub(crate) fn endless_initiations(inner: &dyn UdpSocket, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()> {
    let mut message = [0; 148];
    message[0] = 1;
    inner.recv(batch, limit).or_else(|_| junk(batch, &message))
}

#[test]
fn a_flood_of_handshake_messages_does_not_stop_the_timers() {
    let net = FakeNet::new();
    let setup = Setup {
        timing: Some(QUICK),
        wrap_factory: Box::new(|factory| {
            let mut odd = OddFactory::new(factory);
            odd.receive = Arc::new(endless_initiations);
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    let (a, b) = (Machine::with(&net, 1, setup), Machine::start(&net, 2));
    // No answer comes, because `b` does not know `a`.
    a.apply_peer(PeerUpdate { endpoint: Some(b.endpoint(false)), ..b.as_peer() });
    a.sends(&packet(1, 2, false));
    a.events.wait_for(1, |event| matches!(event, Event::HandshakeStarted { attempt: 3, .. }));
}

/// Starts a machine whose kernel never stops sending packets to machine 2, and returns it with a log of the answers.
fn flooding(net: &FakeNet) -> (Machine, Arc<Log<Vec<u8>>>) {
    let answers = Arc::new(Log::default());
    let log = Arc::clone(&answers);
    let flood = packet(1, 2, false);
    let setup = Setup {
        wrap_queue: Box::new(move |queue| {
            let (mut odd, flood, log) = (OddQueue::new(queue), flood.clone(), Arc::clone(&log));
            odd.receive = Box::new(move |_, buffer| {
                buffer[..flood.len()].copy_from_slice(&flood);
                Ok((flood.len(), Offload::default()))
            });
            odd.send = Box::new(move |_, _, packet| {
                if log.count(|_| true) < 1_000 {
                    log.add(packet.to_vec());
                }
                Ok(())
            });
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    (Machine::with(net, 1, setup), answers)
}

#[test]
fn a_flooding_peer_still_gets_a_session() {
    let net = FakeNet::new();
    let (a, _) = flooding(&net);
    let b = Machine::start(&net, 2);
    a.dials(&b, false);
    b.events.wait_for(1, |event| matches!(event, Event::HandshakeCompleted { .. }));
    assert!(b.kernel.take_within(crate::stage::PATIENCE).is_some());
}

#[test]
fn a_flood_without_a_session_is_answered_with_icmp_while_it_lasts() {
    let net = FakeNet::new();
    let (_a, answers) = flooding(&net);
    answers.wait_for(500, |answer| answer[9] == 1);
}
