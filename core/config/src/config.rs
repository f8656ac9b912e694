//! The meaning of a `.conf` file as types: the result of [`crate::parse::config`] and the input of [`crate::write::config`].

use std::net::IpAddr;

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};

use crate::value::{Cidr, Endpoint, FwMark, Hook, Keepalive, Mtu, PeerName, SearchDomain, Table};

/// A whole configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The `[Interface]` section, which describes this end.
    pub interface: Interface,
    /// The `[Peer]` sections in the order of the file, each public key once.
    pub peers: Vec<Peer>,
}

/// The `[Interface]` section.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interface {
    /// The private key; `None` if a command (`PostUp = wg set %i private-key FILE`) sets it later.
    pub private_key: Option<PrivateKey>,
    /// Public key of a private key that is not in the file and is entered each time the tunnel comes up, from a comment `#
    /// AskForKey = …`. `None` if the file has the private key.
    pub asks_for: Option<PublicKey>,
    /// The UDP port; `None` or 0: the system chooses.
    pub listen_port: Option<u16>,
    /// The firewall mark; `None`: not given, so that policy routing may choose one.
    pub fwmark: Option<FwMark>,
    /// The interface's addresses, with their host bits.
    pub addresses: Vec<Cidr>,
    /// DNS servers in order of preference.
    pub dns_servers: Vec<IpAddr>,
    /// Search domains in order of preference.
    pub dns_search: Vec<SearchDomain>,
    /// The MTU; `None`: derived from the route to the endpoints.
    pub mtu: Option<Mtu>,
    /// The routing table for the routes.
    pub table: Table,
    /// True if bringing the tunnel down writes its state back into the file.
    pub save_config: bool,
    /// The commands to run.
    pub hooks: Hooks,
}

/// Commands to run when a tunnel is brought up or down. They run only after an administrator approved exactly this text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hooks {
    /// Run before the interface is created.
    pub pre_up: Vec<Hook>,
    /// Run after everything is up.
    pub post_up: Vec<Hook>,
    /// Run before anything is undone.
    pub pre_down: Vec<Hook>,
    /// Run after everything is undone.
    pub post_down: Vec<Hook>,
}

/// A `[Peer]` section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// The peer's name, from a comment `# Name = …`.
    pub name: Option<PeerName>,
    /// The peer's public key.
    pub public_key: PublicKey,
    /// The preshared key; `None`: no additional symmetric key.
    pub preshared_key: Option<PresharedKey>,
    /// The endpoint; `None`: the tunnel waits until the peer sends a handshake.
    pub endpoint: Option<Endpoint>,
    /// The endpoints to try in this order after the first one, from comments `# adit:Endpoint = …`.
    pub further_endpoints: Vec<Endpoint>,
    /// Networks (no host bits) in the order of the file. A network that a later peer also lists belongs to the later peer.
    pub allowed_ips: Vec<Cidr>,
    /// The persistent keepalive; `None`: not given, which means off.
    pub persistent_keepalive: Option<Keepalive>,
}

impl Config {
    /// Returns all peers except one with this interface's own key. WireGuard ignores such a peer, so that all members of a mesh
    /// can have the same list.
    pub fn remote_peers(&self) -> impl Iterator<Item = &Peer> {
        let own = self.interface.public_key();
        self.peers.iter().filter(move |peer| Some(peer.public_key) != own)
    }
}

impl Interface {
    /// Returns the public key of this end, whether its private key is in the file or asked for; `None` if a command sets the key.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.private_key.as_ref().map(PrivateKey::public).or(self.asks_for)
    }

    /// Returns true if a command may set `what`, an argument of `wg set` such as `private-key` or `preshared-key`.
    pub fn commands_set(&self, what: &str) -> bool {
        let whole = ["setconf", "addconf", "syncconf"];
        self.hooks.iter().any(|hook| hook.as_str().contains(what) || whole.iter().any(|verb| hook.as_str().contains(verb)))
    }
}

impl Hooks {
    /// Returns true if there is no command.
    pub fn is_empty(&self) -> bool {
        let Self { pre_up, post_up, pre_down, post_down } = self;
        pre_up.is_empty() && post_up.is_empty() && pre_down.is_empty() && post_down.is_empty()
    }

    /// Returns all commands in the order in which they would run.
    pub fn iter(&self) -> impl Iterator<Item = &Hook> {
        self.pre_up.iter().chain(&self.post_up).chain(&self.pre_down).chain(&self.post_down)
    }
}

impl Peer {
    /// Returns a peer of which only the key is known.
    pub const fn new(public_key: PublicKey) -> Self {
        Self {
            name: None,
            public_key,
            preshared_key: None,
            endpoint: None,
            further_endpoints: Vec::new(),
            allowed_ips: Vec::new(),
            persistent_keepalive: None,
        }
    }

    /// Returns all endpoints in the order in which they are tried.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoint.iter().chain(&self.further_endpoints)
    }
}
