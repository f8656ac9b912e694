//! A scripted peer on a real socket: host 1 of the lab, of which the test knows every secret.

use std::net::UdpSocket;
use std::time::{Duration, Instant, SystemTime};

use adit_protocol::{PrivateKey, PublicKey};
use adit_testkit::{Probe, Transport, packet};
use anyhow::{Context as _, ensure};

use crate::lab::Keys;
use crate::namespace::Namespace;
use crate::peering::{Family, Host};

/// The index that the scripted peer gives its sessions.
const INDEX: u32 = 0x5eed;

/// One end of one conversation, as host 1, with host 2.
pub struct Scripted {
    probe: Probe,
    socket: UdpSocket,
}

impl Scripted {
    /// A peer with new keys on the lab's place for host 1; `other`: the public key of host 2, in base64.
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

    /// Its public key, in base64.
    pub fn public_key(&self) -> String {
        PublicKey::from_bytes(self.probe.public).to_string()
    }

    /// What it shares with the other beyond their keys.
    pub fn preshared_key(&self) -> [u8; 32] {
        self.probe.preshared_key
    }

    /// Starts a handshake, and uses the session in both directions.
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

    /// Sends keepalives of a session for a while, each from another port, so many each second. Returns how many.
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
                // The rate that was asked for.
                std::thread::sleep((interval * sent).saturating_sub(begun.elapsed()));
            }
            Ok(sent)
        })
    }

    /// A datagram to a port where nobody listens: the host behind the tunnel says so, and that is the other direction.
    fn exchange(&self, transport: &mut Transport) -> anyhow::Result<()> {
        let (own, other) = (Host(1).inner(Family::V4), Host(2).inner(Family::V4));
        self.socket.send(&transport.data(&packet::udp(own, other, 0, b"anybody there?")))?;
        loop {
            let message = self.receive(4)?;
            let (_, inner) = transport.open(&message).context("data does not authenticate")?;
            // The kernel solicits routers on every interface that speaks IPv6 (RFC 4861 section 6.3.7).
            if !inner.is_empty() && inner[0] >> 4 != 6 {
                ensure!(inner[0] >> 4 == 4, "what came through the tunnel is no IPv4: {inner:02x?}");
                return Ok(());
            }
        }
    }

    /// The next message of one type.
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
