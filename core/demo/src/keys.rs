//! The two configurations of a demo, with fresh keys and addresses from a private network.

use std::net::{Ipv4Addr, SocketAddrV4};

use adit_config::config::{Config, Interface, Peer};
use adit_config::{Cidr, Endpoint, Host};
use adit_protocol::{PresharedKey, PrivateKey};
use anyhow::Context;
use zeroize::Zeroizing;

/// Your address in the tunnel.
pub(crate) const YOU: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
/// The peer's address in the tunnel.
pub(crate) const PEER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
/// The web page behind the peer.
pub(crate) const WEB: SocketAddrV4 = SocketAddrV4::new(PEER, 80);
/// The prefix length of the network of both addresses.
const PREFIX: u8 = 24;

/// A private key for each end, and the preshared key.
pub(crate) struct Keys {
    you: PrivateKey,
    peer: PrivateKey,
    both: PresharedKey,
}

impl Keys {
    /// Makes fresh keys.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            you: PrivateKey::from_bytes(*random()?),
            peer: PrivateKey::from_bytes(*random()?),
            both: PresharedKey::from_bytes(*random()?),
        })
    }

    /// Returns the configuration of the peer, which listens on any port and waits for you to initiate.
    pub(crate) fn peer(&self) -> anyhow::Result<Config> {
        let you = Peer { allowed_ips: vec![Cidr::host(YOU.into())], ..self.remote(&self.you) };
        config(&self.peer, PEER, you)
    }

    /// Returns your configuration; your end initiates.
    pub(crate) fn you(&self, endpoint: SocketAddrV4) -> anyhow::Result<Config> {
        let endpoint = Endpoint { host: Host::Ip((*endpoint.ip()).into()), port: endpoint.port() };
        let name = Some("demo".parse().context("a name for the peer")?);
        let allowed_ips = vec![Cidr::host(PEER.into())];
        config(&self.you, YOU, Peer { name, endpoint: Some(endpoint), allowed_ips, ..self.remote(&self.peer) })
    }

    fn remote(&self, of: &PrivateKey) -> Peer {
        Peer { preshared_key: Some(self.both.clone()), ..Peer::new(of.public()) }
    }
}

fn config(key: &PrivateKey, address: Ipv4Addr, peer: Peer) -> anyhow::Result<Config> {
    let addresses = vec![Cidr::new(address.into(), PREFIX)?];
    let interface = Interface { private_key: Some(key.clone()), addresses, ..Interface::default() };
    Ok(Config { interface, peers: vec![peer] })
}

fn random() -> anyhow::Result<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).context("the system has no random numbers")?;
    Ok(bytes)
}
