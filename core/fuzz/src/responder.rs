//! An engine with one peer, and that peer as a script that shares no line with the engine: what datagrams are sent to.

use std::net::SocketAddr;
use std::time::Duration;

use adit_protocol::{Dropped, Ecn, Engine, Instant, Now, Transmit, UdpPath};
use adit_testkit::{Pair, Probe};

/// The peer's static private key, and that of somebody whom the engine does not know.
pub(crate) const PEER: usize = 0;
/// The engine under test.
pub(crate) const OWN: usize = 1;

/// The engine, and the time.
pub(crate) struct Responder {
    pub(crate) engine: Engine,
    now: Duration,
}

impl Responder {
    pub(crate) fn new() -> Self {
        Self { engine: Pair::engine(OWN, 1), now: Duration::from_secs(1000) }
    }

    /// The peer that the engine knows.
    pub(crate) fn peer() -> Probe {
        Probe::new(*Pair::private(PEER).dangerously_reveal(), *Pair::public(OWN).as_bytes())
    }

    /// Somebody whom it does not know.
    pub(crate) fn stranger() -> Probe {
        Probe::new([0x77; 32], *Pair::public(OWN).as_bytes())
    }

    /// Where the peer is, `number` of its places.
    pub(crate) fn place(number: u8) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 10 + number % 4], 51820))
    }

    pub(crate) fn now(&self) -> Now {
        Now { instant: Instant::from_nanos(u64::try_from(self.now.as_nanos()).unwrap_or(u64::MAX)), unix: self.now }
    }

    /// A TAI64N label for this moment.
    pub(crate) fn timestamp(&self) -> [u8; 12] {
        Probe::timestamp(self.now.as_secs(), self.now.subsec_nanos())
    }

    /// Time passes, and the engine does what is due.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        let now = self.now();
        if self.engine.poll_timeout().is_some_and(|due| due <= now.instant) {
            self.engine.handle_timeout(now);
        }
    }

    /// A datagram arrives.
    pub(crate) fn receive(&mut self, from: SocketAddr, ecn: Ecn, datagram: &[u8]) -> Result<(), Dropped> {
        let now = self.now();
        self.engine.handle_datagram(UdpPath::to(from), ecn, &mut datagram.to_vec(), now)
    }

    /// All that the engine sends.
    pub(crate) fn sent(&mut self) -> Vec<Transmit> {
        let now = self.now().instant;
        std::iter::from_fn(|| self.engine.poll_transmit(now)).collect()
    }
}
