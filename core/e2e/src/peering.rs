//! The basic test: two hosts that know each other's key, and one of them begins.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context as _, ensure};

use crate::lab::{Keys, Lab};
use crate::namespace::Namespace;

/// Number of a host in the lab's address plan: outer addresses 10.77.0.N and fd77::N, inner 10.99.0.N and fd99::N, port 51800 +
/// N.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Host(pub u8);

impl Host {
    /// Returns the address on the link.
    pub fn outer(self, family: Family) -> IpAddr {
        match family {
            Family::V4 => Ipv4Addr::new(10, 77, 0, self.0).into(),
            Family::V6 => Ipv6Addr::new(0xfd77, 0, 0, 0, 0, 0, 0, self.0.into()).into(),
        }
    }

    /// Returns the address in the tunnel.
    pub fn inner(self, family: Family) -> IpAddr {
        match family {
            Family::V4 => Ipv4Addr::new(10, 99, 0, self.0).into(),
            Family::V6 => Ipv6Addr::new(0xfd99, 0, 0, 0, 0, 0, 0, self.0.into()).into(),
        }
    }

    /// Returns the UDP port that it listens on.
    pub fn port(self) -> u16 {
        51800 + u16::from(self.0)
    }

    /// Returns the endpoint for its peers.
    pub fn endpoint(self, family: Family) -> SocketAddr {
        SocketAddr::new(self.outer(family), self.port())
    }

    /// Returns both outer addresses with their prefix lengths, separated by a space.
    pub fn outer_networks(self) -> String {
        format!("{}/24 {}/64", self.outer(Family::V4), self.outer(Family::V6))
    }

    /// Returns both inner addresses with their prefix lengths, separated by a space.
    pub fn inner_networks(self) -> String {
        format!("{}/24 {}/64", self.inner(Family::V4), self.inner(Family::V6))
    }

    /// Returns both inner addresses as AllowedIPs.
    pub fn allowed_ips(self) -> String {
        format!("{}/32, {}/128", self.inner(Family::V4), self.inner(Family::V6))
    }
}

/// The IP version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// One end of a tunnel, whatever it runs on.
pub trait Side {
    /// Returns its number in the address plan.
    fn host(&self) -> Host;
    /// Runs `wg setconf` with this text.
    fn setconf(&self, text: &str) -> anyhow::Result<()>;
    /// Returns one field of `wg show` for the peer with this public key.
    fn show(&self, field: &str, peer: &str) -> anyhow::Result<String>;
    /// Returns true if it reports a handshake with the peer with this public key.
    fn reports_a_handshake(&self, peer: &str) -> anyhow::Result<bool> {
        Ok(self.show("latest-handshakes", peer)? != "0")
    }
    /// Pings an address. Fails if a reply is missing.
    fn ping_all_answered(&self, address: IpAddr) -> anyhow::Result<()>;
}

/// The keys of two ends.
pub struct Ends {
    /// Keys of the end that begins.
    pub initiator: Keys,
    /// Keys of the other end.
    pub responder: Keys,
    /// The preshared key, if there is one.
    pub preshared: Option<String>,
}

impl Ends {
    /// Generates new keys.
    pub fn generate(preshared: bool) -> anyhow::Result<Self> {
        Ok(Self {
            initiator: Keys::generate()?,
            responder: Keys::generate()?,
            preshared: if preshared { Some(Keys::preshared()?) } else { None },
        })
    }

    /// Configures both ends. Only the initiator gets an endpoint, so that it is the one that must begin.
    pub fn configure(&self, initiator: &dyn Side, responder: &dyn Side, outer: Family) -> anyhow::Result<()> {
        let (from, to) = (initiator.host(), responder.host());
        responder.setconf(&self.conf(&self.responder, to, &self.initiator, from, None))?;
        initiator.setconf(&self.conf(&self.initiator, from, &self.responder, to, Some(to.endpoint(outer))))
    }

    /// Returns the configuration of one end.
    pub fn conf(&self, own: &Keys, host: Host, peer: &Keys, peer_host: Host, endpoint: Option<SocketAddr>) -> String {
        let mut text = format!(
            "[Interface]\nPrivateKey = {}\nListenPort = {}\n\n[Peer]\nPublicKey = {}\nAllowedIPs = {}\n",
            own.private,
            host.port(),
            peer.public,
            peer_host.allowed_ips()
        );
        if let Some(key) = &self.preshared {
            text += &format!("PresharedKey = {key}\n");
        }
        if let Some(endpoint) = endpoint {
            text += &format!("Endpoint = {endpoint}\n");
        }
        text
    }
}

/// The initiator begins, over this outer family. Then both families pass through the tunnel in both directions, and both ends
/// report the same.
pub fn they_talk(initiator: &dyn Side, responder: &dyn Side, outer: Family, preshared: bool) -> anyhow::Result<()> {
    let ends = Ends::generate(preshared)?;
    ends.configure(initiator, responder, outer)?;
    let (from, to) = (initiator.host(), responder.host());
    let story = || format!("{from:?} starts, {to:?} answers, outside {outer:?}, preshared key {preshared}");
    initiator.ping_all_answered(to.inner(Family::V4)).with_context(story)?;
    initiator.ping_all_answered(to.inner(Family::V6)).with_context(story)?;
    responder.ping_all_answered(from.inner(Family::V4)).with_context(story)?;
    for (side, peer) in [(initiator, &ends.responder), (responder, &ends.initiator)] {
        ensure!(side.reports_a_handshake(&peer.public)?, "{}: {:?} reports no handshake", story(), side.host());
        let transfer = side.show("transfer", &peer.public)?;
        ensure!(!transfer.split_whitespace().any(|bytes| bytes == "0"), "{}: {:?} counted {transfer}", story(), side.host());
    }
    let learned = responder.show("endpoints", &ends.initiator.public)?;
    ensure!(learned == from.endpoint(outer).to_string(), "{}: the responder learned {learned}", story());
    Ok(())
}

/// Runs [`they_talk`] with each end as initiator, with and without a preshared key, over one outer family.
pub fn they_talk_in_every_way(one: &dyn Side, other: &dyn Side, outer: Family) -> anyhow::Result<()> {
    for preshared in [false, true] {
        they_talk(one, other, outer, preshared)?;
        they_talk(other, one, outer, preshared)?;
    }
    Ok(())
}

impl Lab {
    /// Creates two hosts, numbers 1 and 2, joined by a link from `eth0` to `eth0`.
    pub fn two_hosts(&self) -> anyhow::Result<(Namespace, Namespace)> {
        let (one, two) = (self.namespace("one")?, self.namespace("two")?);
        one.link("eth0", &Host(1).outer_networks(), &two, "eth0", &Host(2).outer_networks())?;
        // A new link drops IPv6 neighbour solicitations for about a second, longer on a busy machine, and the requests that
        // wait for the answers overflow a short queue. Tests begin after that.
        for family in [Family::V4, Family::V6] {
            let address = Host(2).outer(family).to_string();
            let carries = (0..20).try_fold(false, |carries, _| anyhow::Ok(carries || one.reaches(&address)?))?;
            ensure!(carries, "the cable carries no {family:?}");
        }
        Ok((one, two))
    }
}
