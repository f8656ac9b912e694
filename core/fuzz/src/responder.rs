//! An engine that receives datagrams, and its one peer as a script that shares no line with the engine.

use std::net::SocketAddr;
use std::time::Duration;

use adit_protocol::{Dropped, Ecn, Engine, Instant, Now, Transmit, UdpPath};
use adit_testkit::{Pair, Probe};

/// Number of the peer that the engine knows, for [`Pair`]'s keys.
pub(crate) const PEER: usize = 0;
/// The engine under test.
pub(crate) const OWN: usize = 1;

/// The engine and the virtual time.
pub(crate) struct Responder {
    pub(crate) engine: Engine,
    now: Duration,
}

impl Responder {
    pub(crate) fn new() -> Self {
        Self { engine: Pair::engine(OWN, 1), now: Duration::from_secs(1000) }
    }

    /// Returns the peer that the engine knows.
    pub(crate) fn peer() -> Probe {
        Probe::new(*Pair::private(PEER).dangerously_reveal(), *Pair::public(OWN).as_bytes())
    }

    /// Returns a sender that the engine does not know.
    pub(crate) fn stranger() -> Probe {
        Probe::new([0x77; 32], *Pair::public(OWN).as_bytes())
    }

    /// Returns one of the peer's addresses, chosen by `number`.
    pub(crate) fn place(number: u8) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 10 + number % 4], 51820))
    }

    pub(crate) fn now(&self) -> Now {
        Now { instant: Instant::from_nanos(u64::try_from(self.now.as_nanos()).unwrap_or(u64::MAX)), unix: self.now }
    }

    /// Returns a TAI64N label of the current time.
    pub(crate) fn timestamp(&self) -> [u8; 12] {
        Probe::timestamp(self.now.as_secs(), self.now.subsec_nanos())
    }

    /// Lets time pass, and lets the engine fire its due timers.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        let now = self.now();
        if self.engine.poll_timeout().is_some_and(|due| due <= now.instant) {
            self.engine.handle_timeout(now);
        }
    }

    /// Delivers a datagram to the engine.
    pub(crate) fn receive(&mut self, from: SocketAddr, ecn: Ecn, datagram: &[u8]) -> Result<(), Dropped> {
        let now = self.now();
        self.engine.handle_datagram(UdpPath::to(from), ecn, &mut datagram.to_vec(), now)
    }

    /// Returns everything that the engine sends.
    pub(crate) fn sent(&mut self) -> Vec<Transmit> {
        let now = self.now().instant;
        std::iter::from_fn(|| self.engine.poll_transmit(now)).collect()
    }
}
