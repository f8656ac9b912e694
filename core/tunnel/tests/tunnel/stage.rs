//! Machines on one fake network, each running a tunnel, and the packets that they exchange.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use adit_platform::device::{Offload, Offloads, Stop, TunCapabilities, TunQueue, UdpFactory};
use adit_platform::fake::{FakeHost, FakeNet, FakeStop, FakeTun};
use adit_platform::network::NetworkEvents;
use adit_protocol::{Event, PrivateKey, PublicKey, Timing};
use adit_tunnel::split::{SLACK, Splitter};
use adit_tunnel::{AllowedIp, Control, DeviceUpdate, Handle, Options, PeerUpdate, Tunnel};

/// Longer than any operation takes on the slowest machine. A failing test waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Timers short enough to wait for in a test.
pub(crate) const QUICK: Timing = Timing {
    rekey_after: Duration::from_secs(120),
    reject_after: Duration::from_secs(180),
    rekey_timeout: Duration::from_millis(50),
    rekey_attempt: Duration::from_secs(90),
    keepalive: Duration::from_secs(10),
};

pub(crate) const EVERYTHING: TunCapabilities = TunCapabilities { tcp_segmentation: true, udp_segmentation: true };

pub(crate) fn new_stop() -> io::Result<Arc<dyn Stop>> {
    Ok(Arc::new(FakeStop::new()))
}

/// A log of things that happen on other threads; a test can wait for entries.
pub(crate) struct Log<T> {
    entries: Mutex<Vec<T>>,
    grown: Condvar,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self { entries: Mutex::default(), grown: Condvar::new() }
    }
}

impl<T> Log<T> {
    pub(crate) fn add(&self, entry: T) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        self.grown.notify_all();
    }

    /// Blocks until `count` entries are of the wanted kind.
    pub(crate) fn wait_for(&self, count: usize, wanted: impl Fn(&T) -> bool) {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let too_few = |entries: &mut Vec<T>| entries.iter().filter(|entry| wanted(entry)).count() < count;
        let waited = self.grown.wait_timeout_while(entries, PATIENCE, too_few).unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.1.timed_out(), "did not happen {count} times");
    }

    pub(crate) fn count(&self, wanted: impl Fn(&T) -> bool) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|entry| wanted(entry)).count()
    }
}

type Wrap<T> = Box<dyn Fn(Arc<T>) -> Arc<T>>;

/// The differences of a machine from the default.
pub(crate) struct Setup {
    pub(crate) offloads: Offloads,
    pub(crate) capabilities: TunCapabilities,
    pub(crate) queues: usize,
    pub(crate) share_always: bool,
    pub(crate) timing: Option<Timing>,
    pub(crate) network: Option<Box<dyn NetworkEvents>>,
    pub(crate) wrap_queue: Wrap<dyn TunQueue>,
    pub(crate) wrap_factory: Wrap<dyn UdpFactory>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            offloads: Offloads::ALL,
            capabilities: EVERYTHING,
            queues: 1,
            share_always: false,
            timing: None,
            network: None,
            wrap_queue: Box::new(|queue| queue),
            wrap_factory: Box::new(|factory| factory),
        }
    }
}

/// A computer with the outer addresses 192.0.2.N and 2001:db8::N, and 10.0.0.N and fd00::N inside the tunnel.
pub(crate) struct Machine {
    pub(crate) number: u8,
    pub(crate) tunnel: Option<Tunnel>,
    pub(crate) handle: Handle,
    pub(crate) kernel: FakeTun,
    pub(crate) host: FakeHost,
    pub(crate) events: Arc<Log<Event>>,
}

pub(crate) fn outer(number: u8, v6: bool) -> IpAddr {
    if v6 {
        IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, number.into()))
    } else {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, number))
    }
}

pub(crate) fn inner(number: u8, v6: bool) -> IpAddr {
    if v6 {
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, number.into()))
    } else {
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, number))
    }
}

pub(crate) fn key(number: u8) -> PrivateKey {
    PrivateKey::from_bytes([number; 32])
}

/// Returns a packet that differs from all others.
pub(crate) fn packet(from: u8, to: u8, v6: bool) -> Vec<u8> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let payload = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let (mut packet, addresses) = match (inner(from, v6), inner(to, v6)) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let mut header = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 253, 0, 0];
            header[2..4].copy_from_slice(&24u16.to_be_bytes());
            (header, [from.octets().to_vec(), to.octets().to_vec()])
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            (vec![0x60, 0, 0, 0, 0, 4, 253, 64], [from.octets().to_vec(), to.octets().to_vec()])
        }
        _ => unreachable!("both are of one family"),
    };
    packet.extend(addresses.concat());
    packet.extend(payload);
    packet
}

impl Machine {
    pub(crate) fn start(net: &FakeNet, number: u8) -> Self {
        Self::with(net, number, Setup::default())
    }

    pub(crate) fn with(net: &FakeNet, number: u8, setup: Setup) -> Self {
        let host = net.host(&[outer(number, false), outer(number, true)], setup.offloads);
        let (mut device, kernel) = FakeTun::new("adit0", setup.queues, setup.capabilities);
        device.queues = device.queues.into_iter().map(setup.wrap_queue).collect();
        let events = Arc::new(Log::default());
        let log = Arc::clone(&events);
        let options = Options {
            new_stop,
            observer: Box::new(move |event: &Event| log.add(event.clone())),
            network: setup.network,
            timestamp_floor: None,
            share_always: setup.share_always,
            moved: Box::new(|_| ()),
            danger_timing: setup.timing,
        };
        let factory = (setup.wrap_factory)(Arc::new(host.clone()));
        let tunnel = Tunnel::start(device, factory, options).expect("start");
        let handle = tunnel.handle();
        let machine = Self { number, tunnel: Some(tunnel), handle, kernel, host, events };
        machine.apply(DeviceUpdate { private_key: Some(Some(key(number))), ..DeviceUpdate::default() });
        machine
    }

    pub(crate) fn apply(&self, update: DeviceUpdate) {
        self.handle.apply(update).expect("apply");
    }

    pub(crate) fn apply_peer(&self, peer: PeerUpdate) {
        self.apply(DeviceUpdate { peers: vec![peer], ..DeviceUpdate::default() });
    }

    pub(crate) fn port(&self) -> u16 {
        self.handle.view().listen_port
    }

    /// Returns the address at which the machine is reached from outside.
    pub(crate) fn endpoint(&self, v6: bool) -> SocketAddr {
        SocketAddr::new(outer(self.number, v6), self.port())
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        self.handle.view().private_key.expect("a key").public()
    }

    /// Returns this machine as a peer for others, without an endpoint.
    pub(crate) fn as_peer(&self) -> PeerUpdate {
        let allowed = |v6| (AllowedIp { address: inner(self.number, v6), prefix: if v6 { 128 } else { 32 } }, true);
        PeerUpdate { allowed_ips: vec![allowed(false), allowed(true)], ..PeerUpdate::new(self.public_key()) }
    }

    /// Configures both machines so that this one can reach `other`, which knows only this one's key.
    pub(crate) fn dials(&self, other: &Self, v6: bool) {
        other.apply_peer(self.as_peer());
        self.apply_peer(PeerUpdate { endpoint: Some(other.endpoint(v6)), ..other.as_peer() });
    }

    pub(crate) fn sends(&self, packet: &[u8]) {
        self.kernel.inject(0, Offload::default(), packet);
    }

    /// Blocks until `packet` comes out of the tunnel.
    pub(crate) fn receives(&self, packet: &[u8]) {
        while let Some((_, received)) = self.kernel.take_within(PATIENCE) {
            if received == packet {
                return;
            }
        }
        panic!("machine {} did not receive a packet", self.number);
    }

    /// Sends one packet of each IP version to `other` and waits for it.
    pub(crate) fn tells(&self, other: &Self) {
        for v6 in [false, true] {
            let packet = packet(self.number, other.number, v6);
            self.sends(&packet);
            other.receives(&packet);
        }
    }

    /// Sends packets in both directions.
    pub(crate) fn pings(&self, other: &Self) {
        self.tells(other);
        other.tells(self);
    }

    /// Returns the view as text, for comparison.
    pub(crate) fn picture(&self) -> String {
        format!("{:?}", self.handle.view())
    }
}

/// Starts two machines that already communicate.
pub(crate) fn pair(net: &FakeNet) -> (Machine, Machine) {
    let (a, b) = (Machine::start(net, 1), Machine::start(net, 2));
    a.dials(&b, false);
    a.pings(&b);
    (a, b)
}

/// Returns at least `count` packets that left a tunnel, with superpackets cut again.
pub(crate) fn received(kernel: &FakeTun, count: usize) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let next = |enough: bool| if enough { kernel.take() } else { kernel.take_within(PATIENCE) };
    while let Some((offload, mut bytes)) = next(packets.len() >= count) {
        let len = bytes.len();
        bytes.resize(len + SLACK, 0);
        let mut splitter = Splitter::new(&mut bytes, len, offload).expect("a superpacket that can be cut");
        while let Some(segment) = splitter.next_segment(|len| len) {
            packets.push(segment.bytes.to_vec());
        }
    }
    packets
}

/// Blocks until `done` returns true, calling it repeatedly.
pub(crate) fn wait_until(what: &str, done: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

/// Runs `work` and fails if it takes too long.
pub(crate) fn in_time<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, outcome) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(work()));
    outcome.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{what}: {error}"))
}
