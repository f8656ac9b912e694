//! The progress of a tunnel that comes up, is up or goes down, as data. Each caller chooses the words.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use adit_config::settings::HookSettings;
use adit_config::{Cidr, Config, Endpoint, InterfaceName, PeerName};
use adit_platform::network::{DnsSpec, Listener, MtuTooLarge, Report, RoutesSet, Setting, Warning};
use adit_protocol::PublicKey;

use super::error::ActivationError;
use super::undo::Step;

/// Receives progress, on any thread.
pub trait Reporter: Send + Sync {
    /// Reports progress.
    fn report(&self, progress: &Progress);
}

/// An event of a tunnel. A step is reported when it begins.
#[derive(Debug)]
pub enum Progress {
    /// Something that a killed tunnel of this name had left behind was removed.
    LeftoverRemoved {
        /// Name of the interface.
        name: InterfaceName,
        /// The removed settings, as a list for people.
        what: String,
    },
    /// The kill switch was closed: nothing leaves the computer outside the tunnel until somebody opens it.
    Closed,
    /// Advice for the user; the tunnel still comes up.
    Advice(Advice),
    /// An endpoint's name is looked up.
    Resolving(String),
    /// The resolver was not ready and will be asked again.
    ResolvingAgain {
        /// The endpoint as in the file.
        endpoint: Endpoint,
        /// The resolver's error.
        error: String,
        /// The pause before the next attempt.
        pause: Duration,
    },
    /// The interface is created, and WireGuard started on it.
    Starting {
        /// Name of the interface.
        name: InterfaceName,
        /// MTU, bytes.
        mtu: u16,
        /// Number of peers.
        peers: usize,
    },
    /// These addresses are set on the interface.
    Addresses(Vec<Cidr>),
    /// The packet filter is set.
    Firewall,
    /// Routes and rules are set.
    Routes(RoutesSet),
    /// DNS servers are set.
    Dns(DnsSpec),
    /// A command of the file runs.
    Command(String),
    /// The tunnel is up.
    Up(InterfaceName),
    /// A peer has no endpoint, so that it has to begin.
    PeerHasNoEndpoint(PeerLabel),
    /// A session with a peer was established.
    PeerAnswered {
        /// The peer.
        peer: PeerLabel,
        /// Its current address.
        endpoint: SocketAddr,
        /// The time since the first initiation.
        within: Duration,
    },
    /// A peer did not answer, and is being asked again.
    PeerSilent {
        /// The peer.
        peer: PeerLabel,
        /// Its configured address.
        endpoint: SocketAddr,
        /// The time waited so far.
        within: Duration,
        /// Our public key, which the peer must know.
        own: Option<PublicKey>,
    },
    /// The routes to this many peers have changed, or the computer has slept: the peers are asked for handshakes.
    PathChanged {
        /// Number of peers.
        peers: usize,
    },
    /// The interface's MTU follows the path to the peers.
    MtuChanged {
        /// Earlier MTU, bytes.
        from: u16,
        /// New MTU, bytes.
        to: u16,
    },
    /// A peer answers at another address of its endpoint's name.
    EndpointMoved {
        /// The peer.
        peer: PeerLabel,
        /// Its current address.
        endpoint: SocketAddr,
    },
    /// The name of a peer's endpoint could not be looked up again. The known addresses are tried.
    EndpointUnknown {
        /// The peer.
        peer: PeerLabel,
        /// The resolver's error.
        error: String,
    },
    /// A change of the network could not be followed.
    CannotFollow(ActivationError),
    /// The interface was moved to another network namespace, and what led into it here was removed; or it came back, and
    /// everything is set again.
    Moved {
        /// Name of the interface when it was created.
        name: InterfaceName,
        /// True if the interface is in another network namespace now.
        elsewhere: bool,
    },
    /// A step is undone.
    TakingBack {
        /// Name of the interface.
        name: InterfaceName,
        /// The step.
        step: Step,
    },
    /// A step could not be undone; the others still are.
    NotTakenBack(ActivationError),
}

/// Advice for the user, which does not prevent the tunnel from coming up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Advice {
    /// Commands that do not run, because nobody approved them.
    HooksNotRun(HookSettings),
    /// Commands will run in `sh`, because bash is not installed.
    HooksInSh,
    /// These search domains have no effect without a DNS server.
    SearchWithoutServer(Vec<String>),
    /// The tunnel's DNS servers are used for all names and not only for those in these domains: the computer does not support
    /// split DNS.
    SplitDnsLeftOut(Vec<String>),
    /// All IPv6 is left out.
    Ipv6LeftOut {
        /// Why the tunnel cannot have IPv6.
        because: String,
    },
    /// All of IPv4 goes through the tunnel, and IPv6 outside it.
    Ipv6Outside,
    /// All of IPv4 goes through the tunnel, and IPv6 is kept from leaving outside it.
    Ipv6Closed,
    /// Packets of the configured MTU do not fit through the path to a peer.
    MtuTooLarge(MtuTooLarge),
    /// The computer does not support everything that was requested.
    Network(Warning),
}

/// Key and name of a peer, to identify it to people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerLabel {
    /// The peer's public key.
    pub key: PublicKey,
    /// The peer's name in the file.
    pub name: Option<PeerName>,
}

impl PeerLabel {
    pub(super) fn of(key: PublicKey, config: &Config) -> Self {
        let name = config.peers.iter().find(|peer| peer.public_key == key).and_then(|peer| peer.name.clone());
        Self { key, name }
    }
}

/// Reports the adapter's steps for the tunnel `name`.
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

/// A reporter that discards everything.
pub(super) struct Nobody;

impl Reporter for Nobody {
    fn report(&self, _: &Progress) {}
}
