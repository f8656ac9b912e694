//! What is told while a tunnel comes up, is up and goes down: data, which each caller puts into its own words.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use adit_config::settings::HookSettings;
use adit_config::{Cidr, Config, Endpoint, InterfaceName, PeerName};
use adit_platform::network::{DnsSpec, Listener, MtuTooLarge, Report, RoutesSet, Setting, Warning};
use adit_protocol::PublicKey;

use super::error::ActivationError;
use super::undo::Step;

/// Hears of what happens, on whichever thread it happens.
pub trait Reporter: Send + Sync {
    /// This happens now.
    fn report(&self, progress: &Progress);
}

/// Something that happens with a tunnel. Steps are told as they begin.
#[derive(Debug)]
pub enum Progress {
    /// What a killed tunnel of this name had left behind was removed.
    LeftoverRemoved {
        /// Of the interface.
        name: InterfaceName,
        /// What it was.
        what: String,
    },
    /// Nothing leaves the computer any more past the tunnel, until somebody opens the way.
    Closed,
    /// Something to know, that does not stop us.
    Advice(Advice),
    /// An endpoint's name is looked up.
    Resolving(String),
    /// The resolver was not ready.
    ResolvingAgain {
        /// As the file has it.
        endpoint: Endpoint,
        /// What the resolver said.
        error: String,
        /// When it is asked again.
        pause: Duration,
    },
    /// The interface is made, and WireGuard started on it.
    Starting {
        /// Of the interface.
        name: InterfaceName,
        /// Bytes.
        mtu: u16,
        /// How many.
        peers: usize,
    },
    /// The interface gets these addresses.
    Addresses(Vec<Cidr>),
    /// The packet filter is set.
    Firewall,
    /// Routes and rules are set.
    Routes(RoutesSet),
    /// Resolvers are set.
    Dns(DnsSpec),
    /// A command of the file is run.
    Command(String),
    /// Everything is done.
    Up(InterfaceName),
    /// A peer without an endpoint has to begin.
    PeerHasNoEndpoint(PeerLabel),
    /// There is a session with a peer.
    PeerAnswered {
        /// Who.
        peer: PeerLabel,
        /// Where it is.
        endpoint: SocketAddr,
        /// Since the first initiation.
        within: Duration,
    },
    /// A peer did not answer, and is being asked again.
    PeerSilent {
        /// Who.
        peer: PeerLabel,
        /// Where it should be.
        endpoint: SocketAddr,
        /// How long it was waited for.
        within: Duration,
        /// What the peer must know this end by.
        own: Option<PublicKey>,
    },
    /// The routes to so many peers are others now, or the computer has slept: the peers are asked again.
    PathChanged {
        /// How many.
        peers: usize,
    },
    /// The interface's MTU follows the path to the peers.
    MtuChanged {
        /// Bytes.
        from: u16,
        /// Bytes.
        to: u16,
    },
    /// A peer answers at another address of its endpoint's name.
    EndpointMoved {
        /// Who.
        peer: PeerLabel,
        /// Where it is.
        endpoint: SocketAddr,
    },
    /// The name of a peer's endpoint could not be looked up again. The peer is asked at the addresses that are known.
    EndpointUnknown {
        /// Who.
        peer: PeerLabel,
        /// What the resolver said.
        error: String,
    },
    /// A change of the network could not be followed.
    CannotFollow(ActivationError),
    /// The interface was moved to another network namespace: what leads into it here is taken back. Or it came back, and all is set again.
    Moved {
        /// Of the interface, as it was made.
        name: InterfaceName,
        /// It is in another network namespace now.
        elsewhere: bool,
    },
    /// A step is taken back.
    TakingBack {
        /// Of the interface.
        name: InterfaceName,
        /// Which.
        step: Step,
    },
    /// A step could not be taken back; the others still are.
    NotTakenBack(ActivationError),
}

/// Something to know, that does not stop us.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Advice {
    /// Commands that will not run, because nobody allowed them.
    HooksNotRun(HookSettings),
    /// Commands will run in `sh`, because bash is not installed.
    HooksInSh,
    /// These search domains need a resolver to be set with.
    SearchWithoutServer(Vec<String>),
    /// The tunnel's resolvers are asked for all names and not only for those in these domains: the computer cannot tell them apart.
    SplitDnsLeftOut(Vec<String>),
    /// All IPv6 is left out.
    Ipv6LeftOut {
        /// Why the tunnel cannot have it.
        because: String,
    },
    /// All of IPv4 goes through the tunnel, and IPv6 past it.
    Ipv6Outside,
    /// All of IPv4 goes through the tunnel, and IPv6 is kept from leaving past it.
    Ipv6Closed,
    /// Packets of the configured MTU do not fit through the path to a peer.
    MtuTooLarge(MtuTooLarge),
    /// The computer cannot do all of it.
    Network(Warning),
}

/// How to call a peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerLabel {
    /// Who.
    pub key: PublicKey,
    /// From the file.
    pub name: Option<PeerName>,
}

impl PeerLabel {
    pub(super) fn of(key: PublicKey, config: &Config) -> Self {
        let name = config.peers.iter().find(|peer| peer.public_key == key).and_then(|peer| peer.name.clone());
        Self { key, name }
    }
}

/// Reports what an adapter does for the tunnel `name`.
pub(super) struct Reporting {
    pub(super) name: InterfaceName,
    pub(super) reporter: Arc<dyn Reporter>,
}

impl Listener for Reporting {
    fn hear(&self, report: Report) {
        let name = self.name.clone();
        self.reporter.report(&match report {
            Report::Sets(Setting::Addresses(addresses)) => Progress::Addresses(addresses),
            Report::Sets(Setting::Firewall) => Progress::Firewall,
            Report::Sets(Setting::Routes(routes)) => Progress::Routes(routes),
            Report::Sets(Setting::Dns(dns)) => Progress::Dns(dns),
            Report::TakesBack(step) => Progress::TakingBack { name, step: step.into() },
            Report::NotTakenBack(error) => Progress::NotTakenBack(error.into()),
            Report::Moved { elsewhere } => Progress::Moved { name, elsewhere },
        });
    }
}

/// Reports nothing to anybody.
pub(super) struct Nobody;

impl Reporter for Nobody {
    fn report(&self, _: &Progress) {}
}
