//! A network of engines in virtual time. Loss, duplication, reordering, delay and roaming come from a seed, and every datagram is
//! captured.
//!
//! ```text
//! net.send(a, &packet); net.advance(REKEY_AFTER_TIME); net.send(a, &packet); assert_eq!(net.count(a, INITIATION), 2);
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::{Index, IndexMut};
use std::time::Duration;

use adit_protocol::{Dropped, Ecn, Engine, Event, Instant, Now, UdpPath};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Type of a handshake initiation: the first byte of its datagram.
pub const INITIATION: u8 = 1;
/// Type of a handshake response.
pub const RESPONSE: u8 = 2;
/// Type of a cookie reply.
pub const COOKIE_REPLY: u8 = 3;
/// Type of a transport message.
pub const DATA: u8 = 4;

/// Start of the virtual clock.
pub const START: Instant = Instant::from_nanos(1_000_000_000_000);
/// Wall-clock time at [`START`] in seconds since 1970.
pub const START_UNIX: u64 = 1_700_000_000;

/// Engines with addresses, and the network between them.
pub struct SimNet {
    now: Instant,
    rng: ChaCha20Rng,
    nodes: Vec<Node>,
    /// The treatment of each datagram from now on.
    pub weather: Weather,
    blocked: BTreeSet<(usize, usize)>,
    in_flight: BTreeMap<(Instant, u64), Datagram>,
    serial: u64,
    /// Every datagram that an engine sent, including lost ones, in order.
    pub capture: Vec<Datagram>,
}

/// An engine at an address.
pub struct Node {
    /// The engine. After direct calls, [`SimNet::settle`] delivers what it has to send.
    pub engine: Engine,
    /// The address from which it sends and at which it can be reached.
    pub address: SocketAddr,
    /// Inner packets that it has delivered, with their times.
    pub received: Vec<(Instant, Vec<u8>)>,
    /// Its events, with their time.
    pub events: Vec<(Instant, Event)>,
    /// The lead of its wall clock, in seconds.
    pub wall_clock_error: i64,
}

/// One datagram on the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Datagram {
    /// Time of sending.
    pub at: Instant,
    /// Source address.
    pub from: SocketAddr,
    /// Destination address.
    pub to: SocketAddr,
    /// ECN bits of the outer header.
    pub ecn: Ecn,
    /// DSCP of the outer header, in the upper six bits.
    pub dscp: u8,
    /// The WireGuard message.
    pub payload: Vec<u8>,
}

/// The treatment of a datagram by a network. The default changes nothing and takes no time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Weather {
    /// Percentage of datagrams that are lost.
    pub loss: u32,
    /// Percentage of datagrams that arrive twice.
    pub duplication: u32,
    /// Minimum time in transit.
    pub delay: Duration,
    /// Maximum additional time in transit, drawn for each datagram. More than the time between two datagrams reorders them.
    pub jitter: Duration,
}

impl Datagram {
    /// Returns the type: [`INITIATION`], [`RESPONSE`], [`COOKIE_REPLY`] or [`DATA`].
    pub fn kind(&self) -> u8 {
        self.payload.first().copied().unwrap_or(0)
    }
}

impl SimNet {
    /// Creates a network without engines that delivers everything at once.
    pub fn new(seed: u64) -> Self {
        Self {
            now: START,
            rng: ChaCha20Rng::seed_from_u64(seed),
            nodes: Vec::new(),
            weather: Weather::default(),
            blocked: BTreeSet::new(),
            in_flight: BTreeMap::new(),
            serial: 0,
            capture: Vec::new(),
        }
    }

    /// Adds an engine at `address` and returns its number.
    pub fn add(&mut self, engine: Engine, address: SocketAddr) -> usize {
        self.nodes.push(Node { engine, address, received: Vec::new(), events: Vec::new(), wall_clock_error: 0 });
        self.nodes.len() - 1
    }

    /// Returns the virtual time.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Returns the time since the network was created.
    pub fn elapsed(&self) -> Duration {
        self.now.since(START)
    }

    /// Returns both clocks as a node sees them.
    pub fn clocks(&self, node: usize) -> Now {
        let wall = START_UNIX.saturating_add_signed(self.nodes[node].wall_clock_error);
        Now { instant: self.now, unix: Duration::from_secs(wall) + self.elapsed() }
    }

    /// Sends an inner packet from a program on a node.
    ///
    /// # Errors
    /// The errors of the engine.
    pub fn send(&mut self, node: usize, packet: &[u8]) -> Result<(), Dropped> {
        self.with(node, |engine, now| engine.handle_packet(packet, now))
    }

    /// Calls `act` on an engine and lets the network deliver what the engine sends.
    pub fn with<T>(&mut self, node: usize, act: impl FnOnce(&mut Engine, Now) -> T) -> T {
        let now = self.clocks(node);
        let result = act(&mut self.nodes[node].engine, now);
        self.drain(node);
        self.settle();
        result
    }

    /// Delivers a datagram to a node at once, whatever the weather, as an attacker or a probe would.
    ///
    /// # Errors
    /// The errors of the engine.
    pub fn inject(&mut self, from: SocketAddr, to: usize, payload: &[u8]) -> Result<(), Dropped> {
        self.inject_marked(from, to, Ecn::NotEct, payload)
    }

    /// [`SimNet::inject`] with the ECN bits of the outer header.
    ///
    /// # Errors
    /// The errors of the engine.
    pub fn inject_marked(&mut self, from: SocketAddr, to: usize, ecn: Ecn, payload: &[u8]) -> Result<(), Dropped> {
        let mut payload = payload.to_vec();
        self.with(to, |engine, now| engine.handle_datagram(UdpPath::to(from), ecn, &mut payload, now))
    }

    /// Blocks all datagrams from one node to another.
    pub fn block(&mut self, from: usize, to: usize) {
        self.blocked.insert((from, to));
    }

    /// Ends all blocks and the bad weather. Datagrams in transit still arrive.
    pub fn heal(&mut self) {
        self.blocked.clear();
        self.weather = Weather { delay: self.weather.delay, ..Weather::default() };
    }

    /// Lets time pass: every datagram arrives and every timer fires at its time.
    ///
    /// # Panics
    /// If an engine's next deadline is not later than its last one, or the deadlines never end.
    pub fn advance(&mut self, duration: Duration) {
        let target = self.now + duration;
        let mut moments = 0;
        self.settle();
        while let Some(next) = self.next_moment().filter(|next| *next <= target) {
            self.now = self.now.max(next);
            self.settle();
            for node in 0..self.nodes.len() {
                self.drain(node);
            }
            self.settle();
            moments += 1;
            assert!(moments < 1_000_000, "timers fire without end");
        }
        self.now = target;
    }

    /// [`SimNet::advance`] by seconds.
    pub fn advance_secs(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// Delivers everything that is due by now, and everything that results from it.
    pub fn settle(&mut self) {
        (0..self.nodes.len()).for_each(|node| self.drain(node));
        while let Some(entry) = self.in_flight.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let mut datagram = entry.remove();
            let Some(node) = self.node_at(datagram.to) else { continue };
            let now = self.clocks(node);
            // The engine counts dropped datagrams.
            let _ = self.nodes[node].engine.handle_datagram(UdpPath::to(datagram.from), datagram.ecn, &mut datagram.payload, now);
            self.drain(node);
        }
    }

    /// Returns the datagrams of one type that `node` has sent from its current address.
    pub fn sent(&self, node: usize, kind: u8) -> impl Iterator<Item = &Datagram> {
        let address = self.nodes[node].address;
        self.capture.iter().filter(move |datagram| datagram.from == address && datagram.kind() == kind)
    }

    /// Returns the number of datagrams in [`SimNet::sent`].
    pub fn count(&self, node: usize, kind: u8) -> usize {
        self.sent(node, kind).count()
    }

    /// Returns the last datagram of one type that `node` sent.
    ///
    /// # Panics
    /// If there is none.
    pub fn last(&self, node: usize, kind: u8) -> Vec<u8> {
        self.sent(node, kind).last().expect("such a datagram was sent").payload.clone()
    }

    fn next_moment(&self) -> Option<Instant> {
        let arrival = self.in_flight.keys().next().map(|(at, _)| *at);
        self.nodes.iter().filter_map(|node| node.engine.poll_timeout()).chain(arrival).min()
    }

    fn node_at(&self, address: SocketAddr) -> Option<usize> {
        self.nodes.iter().position(|node| node.address == address)
    }

    /// Collects the engine's output as its owner would: polls everything, then calls `handle_timeout` if the engine asks for it
    /// at once.
    fn drain(&mut self, node: usize) {
        for _ in 0..5 {
            self.poll(node);
            if self.nodes[node].engine.poll_timeout().is_none_or(|deadline| deadline > self.now) {
                return;
            }
            let clocks = self.clocks(node);
            self.nodes[node].engine.handle_timeout(clocks);
        }
        panic!("a deadline that has passed stays armed");
    }

    fn poll(&mut self, node: usize) {
        let now = self.now;
        loop {
            let Node { engine, received, events, address, .. } = &mut self.nodes[node];
            received.extend(std::iter::from_fn(|| engine.poll_received()).map(|packet| (now, packet)));
            events.extend(std::iter::from_fn(|| engine.poll_event()).map(|event| (now, event)));
            let Some(transmit) = engine.poll_transmit(now) else { return };
            let (to, ecn, dscp) = (transmit.path.remote, transmit.ecn, transmit.dscp);
            let datagram = Datagram { at: now, from: *address, to, ecn, dscp, payload: transmit.payload };
            self.capture.push(datagram.clone());
            self.carry(node, datagram);
        }
    }

    fn carry(&mut self, from: usize, datagram: Datagram) {
        let blocked = self.node_at(datagram.to).is_some_and(|to| self.blocked.contains(&(from, to)));
        if blocked || self.chance(self.weather.loss) {
            return;
        }
        let copies = 1 + usize::from(self.chance(self.weather.duplication));
        for _ in 0..copies {
            let jitter = match self.weather.jitter.as_nanos() as u64 {
                0 => 0,
                jitter => self.rng.next_u64() % jitter,
            };
            let arrival = self.now + self.weather.delay + Duration::from_nanos(jitter);
            self.serial += 1;
            self.in_flight.insert((arrival, self.serial), datagram.clone());
        }
    }

    fn chance(&mut self, percent: u32) -> bool {
        percent > 0 && self.rng.next_u32() % 100 < percent
    }
}

impl Index<usize> for SimNet {
    type Output = Node;
    fn index(&self, node: usize) -> &Node {
        &self.nodes[node]
    }
}

impl IndexMut<usize> for SimNet {
    fn index_mut(&mut self, node: usize) -> &mut Node {
        &mut self.nodes[node]
    }
}
