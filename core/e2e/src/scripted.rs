//! A scripted peer on a real socket: host 1 of the lab, whose secrets the test knows.

use std::net::UdpSocket;
use std::time::{Duration, Instant, SystemTime};

use adit_protocol::{PrivateKey, PublicKey};
use adit_testkit::{Probe, Transport, packet};
use anyhow::{Context as _, ensure};

use crate::lab::Keys;
use crate::namespace::Namespace;
use crate::peering::{Family, Host};

/// The receiver index of the scripted peer's sessions.
const INDEX: u32 = 0x5eed;

/// The scripted peer's end of one conversation with host 2.
pub struct Scripted {
    probe: Probe,
    socket: UdpSocket,
}

impl Scripted {
    /// Creates a peer with new keys at the address of host 1. `other` is the public key of host 2, in base64.
    pub fn bind(namespace: &Namespace, other: &str) -> anyhow::Result<Self> {
        let private: PrivateKey = Keys::generate()?.private.parse()?;
        let mut probe = Probe::new(*private.dangerously_reveal(), *other.parse::<PublicKey>()?.as_bytes());
        probe.ephemeral = *Keys::generate()?.private.parse::<PrivateKey>()?.dangerously_reveal();
        probe.preshared_key = *Keys::generate()?.private.parse::<PrivateKey>()?.dangerously_reveal();
        let socket = namespace.within(|| Ok(UdpSocket::bind(Host(1).endpoint(Family::V4))?))?;
        socket.connect(Host(2).endpoint(Family::V4))?;
        socket.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(Self { probe, socket })
    }

    /// Returns its public key, in base64.
    pub fn public_key(&self) -> String {
        PublicKey::from_bytes(self.probe.public).to_string()
    }

    /// Returns the preshared key.
    pub fn preshared_key(&self) -> [u8; 32] {
        self.probe.preshared_key
    }

    /// Begins a handshake, and uses the session in both directions.
    pub fn start_session(&mut self) -> anyhow::Result<Transport> {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let timestamp = Probe::timestamp(since_1970.as_secs(), since_1970.subsec_nanos());
        let sent = self.probe.initiation(INDEX, timestamp);
        self.socket.send(&sent.message)?;
        let response = self.receive(2)?;
        let mut transport = self.probe.finish(&sent, &response).context("the response does not authenticate")?;
        self.exchange(&mut transport)?;
        Ok(transport)
    }

    /// Answers the next initiation, and uses the session in both directions.
    pub fn answer_session(&mut self) -> anyhow::Result<Transport> {
        let initiation = self.receive(1)?;
        let mut answer = self.probe.answer(&initiation, INDEX).context("the initiation does not authenticate")?;
        self.socket.send(&answer.message)?;
        self.exchange(&mut answer.transport)?;
        Ok(answer.transport)
    }

    /// Sends keepalives of a session for `time`, each from another port, `each_second` per second. Returns their number.
    pub fn roam(
        &self,
        namespace: &Namespace,
        transport: &mut Transport,
        each_second: u32,
        time: Duration,
    ) -> anyhow::Result<u32> {
        let interval = Duration::from_secs(1) / each_second;
        namespace.within(|| {
            let (begun, mut sent) = (Instant::now(), 0);
            while begun.elapsed() < time {
                let socket = UdpSocket::bind((Host(1).outer(Family::V4), 0))?;
                socket.send_to(&transport.data(&[]), Host(2).endpoint(Family::V4))?;
                sent += 1;
                // Keeps the requested rate.
                std::thread::sleep((interval * sent).saturating_sub(begun.elapsed()));
            }
            Ok(sent)
        })
    }

    /// Sends a datagram to a closed port: the ICMP error of the host behind the tunnel is the packet of the other direction.
    fn exchange(&self, transport: &mut Transport) -> anyhow::Result<()> {
        let (own, other) = (Host(1).inner(Family::V4), Host(2).inner(Family::V4));
        self.socket.send(&transport.data(&packet::udp(own, other, 0, b"anybody there?")))?;
        loop {
            let message = self.receive(4)?;
            let (_, inner) = transport.open(&message).context("data does not authenticate")?;
            // The kernel solicits routers on every interface with IPv6 (RFC 4861 section 6.3.7).
            if !inner.is_empty() && inner[0] >> 4 != 6 {
                ensure!(inner[0] >> 4 == 4, "what came through the tunnel is no IPv4: {inner:02x?}");
                return Ok(());
            }
        }
    }

    /// Receives the next message of one type.
    fn receive(&self, kind: u8) -> anyhow::Result<Vec<u8>> {
        let mut buffer = [0; 2048];
        loop {
            let length = self.socket.recv(&mut buffer).with_context(|| format!("waiting for a message of type {kind}"))?;
            if buffer[0] == kind {
                return Ok(buffer[..length].to_vec());
            }
        }
    }
}
