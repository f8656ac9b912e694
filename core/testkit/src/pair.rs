//! Two engines that know each other: the smallest network, which most tests use.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use adit_protocol::{Engine, Peer, PresharedKey, PrivateKey, PublicKey, Session};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::net::SimNet;
use crate::packet;

/// Two engines on one network: [`Pair::A`], a client that knows the address of [`Pair::B`], and B, a server that does not know
/// the address of A. All methods of [`SimNet`] are available.
pub struct Pair {
    net: SimNet,
    pings: u64,
}

impl Pair {
    /// The client.
    pub const A: usize = 0;
    /// The server.
    pub const B: usize = 1;

    /// Creates a pair without a preshared key, on a network that delivers everything at once.
    pub fn new() -> Self {
        Self::seeded(1)
    }

    /// Creates such a pair with other keys, indices and jitter.
    pub fn seeded(seed: u64) -> Self {
        let mut net = SimNet::new(seed);
        for node in [Self::A, Self::B] {
            net.add(Self::engine(node, seed * 2 + node as u64), Self::address(node));
        }
        let to_b = net[Self::A].engine.find_peer(&Self::public(Self::B)).expect("A knows B");
        net[Self::A].engine.set_endpoint(&to_b, Self::address(Self::B));
        Self { net, pings: 0 }
    }

    /// Creates a new engine for either node, without endpoints, as after a restart.
    pub fn engine(node: usize, seed: u64) -> Engine {
        let mut engine = Engine::new(Box::new(ChaCha20Rng::seed_from_u64(seed)));
        let now = adit_protocol::Now { instant: crate::net::START, unix: std::time::Duration::ZERO };
        engine.set_private_key(Some(&Self::private(node)), now);
        let peer = engine.add_peer(Self::public(1 - node)).expect("the other is not me");
        engine.add_allowed_ip(&peer, Self::ipv4(1 - node), 32);
        engine.add_allowed_ip(&peer, Self::ipv6(1 - node), 128);
        engine.publish();
        engine
    }

    /// Returns the private key of A or B.
    pub fn private(node: usize) -> PrivateKey {
        PrivateKey::from_bytes([0xa0 + node as u8; 32])
    }

    /// Returns the public key of A or B.
    pub fn public(node: usize) -> PublicKey {
        Self::private(node).public()
    }

    /// Returns the initial outer address of A or B.
    pub fn address(node: usize) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1 + node as u8], 51820))
    }

    /// Returns the inner IPv4 address of A or B.
    pub fn ipv4(node: usize) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1 + node as u8))
    }

    /// Returns the inner IPv6 address of A or B.
    pub fn ipv6(node: usize) -> IpAddr {
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1 + node as u16))
    }

    /// Sets the same preshared key, or none, on both engines.
    pub fn set_preshared_key(&mut self, key: &PresharedKey) {
        for node in [Self::A, Self::B] {
            let peer = self.peer(node);
            self.net[node].engine.set_preshared_key(&peer, key.clone());
        }
    }

    /// Returns the other engine as a peer of `node`.
    ///
    /// # Panics
    /// If `node` has removed the other one.
    pub fn peer(&self, node: usize) -> Arc<Peer> {
        self.net[node].engine.find_peer(&Self::public(1 - node)).expect("the two know each other")
    }

    /// Returns the session on which `node` would send.
    pub fn session(&self, node: usize) -> Option<Arc<Session>> {
        let plane = self.net[node].engine.plane();
        self.peer(node).sending(&plane, self.net.now()).and_then(|session| session.as_ref().map(Arc::clone))
    }

    /// Sends a packet that differs from all earlier ones to the other node, and returns it.
    ///
    /// # Panics
    /// If the engine refuses the packet.
    pub fn send_ping(&mut self, node: usize) -> Vec<u8> {
        self.pings += 1;
        let packet = packet::udp(Self::ipv4(node), Self::ipv4(1 - node), 0, &self.pings.to_be_bytes());
        self.net.send(node, &packet).expect("there is a route and an endpoint");
        packet
    }

    /// Returns true if a packet from `node` reaches the other one, including any handshake, before time passes.
    pub fn ping(&mut self, node: usize) -> bool {
        let packet = self.send_ping(node);
        self.net[1 - node].received.last().is_some_and(|(_, received)| *received == packet)
    }

    /// Returns a pair that has exchanged a packet in each direction; A was the initiator.
    ///
    /// # Panics
    /// If the packets do not arrive.
    pub fn connected() -> Self {
        let mut pair = Self::new();
        assert!(pair.ping(Self::A) && pair.ping(Self::B), "two engines and nothing between them talk");
        pair
    }
}

impl Default for Pair {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Pair {
    type Target = SimNet;
    fn deref(&self) -> &SimNet {
        &self.net
    }
}

impl DerefMut for Pair {
    fn deref_mut(&mut self) -> &mut SimNet {
        &mut self.net
    }
}
