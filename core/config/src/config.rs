//! What a `.conf` file means, as types: the result of [`crate::parse::config`] and the source of [`crate::write::config`].

use std::net::IpAddr;

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};

use crate::value::{Cidr, Endpoint, FwMark, Hook, Keepalive, Mtu, PeerName, SearchDomain, Table};

/// A whole configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// This end.
    pub interface: Interface,
    /// The other ends, in the order of the file, each public key once.
    pub peers: Vec<Peer>,
}

/// The `[Interface]` section.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interface {
    /// None where a command (`PostUp = wg set %i private-key FILE`) sets it later.
    pub private_key: Option<PrivateKey>,
    /// Whose private half is given each time that the tunnel comes up, and is not in the file: from a comment `# AskForKey = …`. None
    /// where the file has the private key.
    pub asks_for: Option<PublicKey>,
    /// None or 0: the system chooses.
    pub listen_port: Option<u16>,
    /// None: not given, so that policy routing may choose one.
    pub fwmark: Option<FwMark>,
    /// With their host bits.
    pub addresses: Vec<Cidr>,
    /// In order of preference.
    pub dns_servers: Vec<IpAddr>,
    /// In order of preference.
    pub dns_search: Vec<SearchDomain>,
    /// None: found out from the route to the endpoints.
    pub mtu: Option<Mtu>,
    /// Where routes go.
    pub table: Table,
    /// Whether bringing the tunnel down writes its state back into the file.
    pub save_config: bool,
    /// Commands.
    pub hooks: Hooks,
}

/// Commands to run around bringing a tunnel up and down. Run only after an administrator approved exactly this text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hooks {
    /// Before the interface is made.
    pub pre_up: Vec<Hook>,
    /// After everything is up.
    pub post_up: Vec<Hook>,
    /// Before anything is undone.
    pub pre_down: Vec<Hook>,
    /// After everything is undone.
    pub post_down: Vec<Hook>,
}

/// A `[Peer]` section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// From a comment `# Name = …`.
    pub name: Option<PeerName>,
    /// Who.
    pub public_key: PublicKey,
    /// None: no additional symmetric key.
    pub preshared_key: Option<PresharedKey>,
    /// None: waits until the peer calls.
    pub endpoint: Option<Endpoint>,
    /// Networks (no host bits), in the order of the file. A network that a later peer names as well belongs to the later one.
    pub allowed_ips: Vec<Cidr>,
    /// None: not given, which is off.
    pub persistent_keepalive: Option<Keepalive>,
}

impl Config {
    /// The peers without one that has this interface's own key: WireGuard ignores such a peer, so that a mesh can give all its
    /// members the same list.
    pub fn remote_peers(&self) -> impl Iterator<Item = &Peer> {
        let own = self.interface.public_key();
        self.peers.iter().filter(move |peer| Some(peer.public_key) != own)
    }
}

impl Interface {
    /// Who this end is, whether its private key is in the file or asked for; None where a command sets the key.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.private_key.as_ref().map(PrivateKey::public).or(self.asks_for)
    }

    /// Whether a command may set what `wg set` calls so, such as `private-key` or `preshared-key`.
    pub fn commands_set(&self, what: &str) -> bool {
        let whole = ["setconf", "addconf", "syncconf"];
        self.hooks.iter().any(|hook| hook.as_str().contains(what) || whole.iter().any(|verb| hook.as_str().contains(verb)))
    }
}

impl Hooks {
    /// Whether there is no command at all.
    pub fn is_empty(&self) -> bool {
        let Self { pre_up, post_up, pre_down, post_down } = self;
        pre_up.is_empty() && post_up.is_empty() && pre_down.is_empty() && post_down.is_empty()
    }

    /// All of them, in the order they would run.
    pub fn iter(&self) -> impl Iterator<Item = &Hook> {
        self.pre_up.iter().chain(&self.post_up).chain(&self.pre_down).chain(&self.post_down)
    }
}

impl Peer {
    /// A peer of which nothing else is known.
    pub const fn new(public_key: PublicKey) -> Self {
        Self { name: None, public_key, preshared_key: None, endpoint: None, allowed_ips: Vec::new(), persistent_keepalive: None }
    }
}
