//! One engine with the probe as its peer, for messages that only a scripted peer can send.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};

use adit_protocol::{Dropped, Engine};
use adit_testkit::net::{COOKIE_REPLY, DATA, INITIATION, RESPONSE};
use adit_testkit::probe::Sent;
use adit_testkit::{Pair, Probe, SimNet, Transport, packet};

/// The engine takes the place of [`Pair::B`], the probe that of [`Pair::A`]. All methods of [`SimNet`] are available.
pub(crate) struct Stage {
    net: SimNet,
    pub(crate) probe: Probe,
    ticks: u32,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with_engine(Pair::engine(Pair::B, 77))
    }

    pub(crate) fn with_engine(engine: Engine) -> Self {
        let mut net = SimNet::new(7);
        net.add(engine, Pair::address(Pair::B));
        let private = *Pair::private(Pair::A).dangerously_reveal();
        Self { net, probe: Probe::new(private, *Pair::public(Pair::B).as_bytes()), ticks: 0 }
    }

    /// Creates a stage whose engine knows the probe's endpoint.
    pub(crate) fn knowing_endpoint() -> Self {
        let mut stage = Self::new();
        let peer = stage.peer();
        stage.net[0].engine.set_endpoint(&peer, Self::probe_address());
        stage
    }

    pub(crate) fn probe_address() -> SocketAddr {
        Pair::address(Pair::A)
    }

    pub(crate) fn peer(&self) -> std::sync::Arc<adit_protocol::Peer> {
        self.net[0].engine.find_peer(&Pair::public(Pair::A)).expect("the engine knows the probe")
    }

    /// Returns a timestamp greater than all earlier ones.
    pub(crate) fn timestamp(&mut self) -> [u8; 12] {
        self.ticks += 1;
        Probe::timestamp(1_600_000_000, self.ticks)
    }

    /// Returns a new initiation of the probe, not yet sent.
    pub(crate) fn initiation(&mut self, sender: u32) -> Sent {
        let timestamp = self.timestamp();
        self.probe.initiation(sender, timestamp)
    }

    /// Sends a datagram from the probe's address to the engine.
    pub(crate) fn say(&mut self, payload: &[u8]) -> Result<(), Dropped> {
        self.net.inject(Self::probe_address(), 0, payload)
    }

    /// Establishes a session with the probe as initiator, not yet confirmed by any data.
    pub(crate) fn probe_initiates(&mut self, sender: u32) -> Transport {
        let sent = self.initiation(sender);
        self.say(&sent.message).expect("a fresh initiation is accepted");
        let response = self.net.last(0, RESPONSE);
        self.probe.finish(&sent, &response).expect("the engine's response is right")
    }

    /// Establishes a session with the probe as initiator, and confirms it so that the engine may use it.
    pub(crate) fn probe_initiates_and_confirms(&mut self, sender: u32) -> Transport {
        let mut transport = self.probe_initiates(sender);
        let keepalive = transport.data(&[]);
        self.say(&keepalive).expect("the first message on a session is accepted");
        transport
    }

    /// Answers the engine's last initiation.
    pub(crate) fn probe_answers(&mut self, sender: u32) -> Transport {
        let initiation = self.net.last(0, INITIATION);
        let answer = self.probe.answer(&initiation, sender).expect("the engine's initiation is right");
        self.say(&answer.message).expect("a true response is accepted");
        answer.transport
    }

    /// Establishes a session with the engine as initiator; the engine has sent its key confirmation.
    pub(crate) fn engine_initiates(&mut self) -> Transport {
        let peer = self.peer();
        self.net.with(0, |engine, now| engine.initiate(&peer, now));
        self.probe_answers(0xabcd)
    }

    /// Returns a packet from the probe's inner address to the engine's.
    pub(crate) fn inward(text: &str) -> Vec<u8> {
        packet::udp(Pair::ipv4(Pair::A), Pair::ipv4(Pair::B), 0, text.as_bytes())
    }

    /// Returns a packet from the engine's inner address to the probe's.
    pub(crate) fn outward(text: &str) -> Vec<u8> {
        packet::udp(Pair::ipv4(Pair::B), Pair::ipv4(Pair::A), 0, text.as_bytes())
    }

    /// Sends [`Stage::outward`] from the engine's host.
    pub(crate) fn send_outward(&mut self, text: &str) {
        self.net.send(0, &Self::outward(text)).expect("there is a route and an endpoint");
    }

    pub(crate) fn initiations(&self) -> usize {
        self.net.count(0, INITIATION)
    }

    pub(crate) fn responses(&self) -> usize {
        self.net.count(0, RESPONSE)
    }

    pub(crate) fn cookies(&self) -> usize {
        self.net.count(0, COOKIE_REPLY)
    }

    pub(crate) fn datas(&self) -> usize {
        self.net.count(0, DATA)
    }
}

impl Deref for Stage {
    type Target = SimNet;
    fn deref(&self) -> &SimNet {
        &self.net
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut SimNet {
        &mut self.net
    }
}
