//! Endpoints by name: asked for before anything is changed, and again while the resolver says that it may know later, as `wg` does.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use adit_config::{Config, Endpoint, Host};
use adit_protocol::PublicKey;

use super::error::ActivationError;
use super::progress::{Progress, Reporter};
use super::shutdown::Shutdown;

/// As `wg` waits where nobody says otherwise.
const DEFAULT_RETRIES: u32 = 15;

/// How the C library words that a name will not be there later either (`EAI_NONAME`, `EAI_NODATA`, `EAI_FAIL`; glibc, then musl).
const FOR_GOOD: [&str; 5] = [
    "Name or service not known",
    "No address associated with",
    "Non-recoverable failure in name resolution",
    "Name does not resolve",
    "Unrecoverable error",
];

/// More addresses of one endpoint are not tried.
const MOST_CANDIDATES: usize = 6;

/// Finds addresses. Blocks; one that is asked must be able to wait on a thread of its own.
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of `host`, which may be a name, or an address with a zone; the preferred one first, none where it has none.
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates>;
}

/// The addresses at which a peer may be: all that the name of its endpoint has. The first one that answers is the peer's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Candidates {
    /// The preferred one first, then one of the other family, and so on in turn (RFC 8305 section 4).
    pub addresses: Vec<SocketAddr>,
    /// How long the name has these addresses; None where nobody said so.
    pub ttl: Option<Duration>,
}

impl Candidates {
    /// Puts addresses in the order in which they are tried.
    pub fn new(found: Vec<SocketAddr>, ttl: Option<Duration>) -> Self {
        let first_is_ipv4 = found.first().is_some_and(SocketAddr::is_ipv4);
        let (one, other): (Vec<_>, Vec<_>) = found.into_iter().partition(|address| address.is_ipv4() == first_is_ipv4);
        let (mut one, mut other) = (one.into_iter(), other.into_iter());
        let in_turn = std::iter::from_fn(|| {
            let pair = [one.next(), other.next()];
            (pair != [None, None]).then_some(pair)
        });
        let mut addresses = Vec::new();
        for address in in_turn.flatten().flatten() {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses.truncate(MOST_CANDIDATES);
        Self { addresses, ttl }
    }

    fn only(address: SocketAddr) -> Self {
        Self { addresses: vec![address], ttl: None }
    }
}

/// The one of the C library.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
        Ok(Candidates::new((host, port).to_socket_addrs()?.collect(), None))
    }
}

/// Knows no names. Addresses with a zone, which take no network, are left to another resolver.
pub(super) struct NoLookUps {
    addresses: Arc<dyn Resolver>,
}

impl NoLookUps {
    pub(super) fn instead_of(resolver: &Arc<dyn Resolver>) -> Self {
        Self { addresses: Arc::clone(resolver) }
    }
}

impl Resolver for NoLookUps {
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
        if host.contains('%') {
            return self.addresses.look_up(host, port);
        }
        Err(io::Error::other("names are not looked up"))
    }
}

/// How often a resolver that is not ready is asked again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Patience {
    /// So many times.
    Retries(u32),
    /// Until it is ready.
    Forever,
}

impl Patience {
    /// As in wg(8), `WG_ENDPOINT_RESOLUTION_RETRIES`: the number of further attempts, or `infinity`.
    pub fn from_wg(text: Option<&str>) -> Self {
        match text {
            Some("infinity") => Self::Forever,
            Some(number) => Self::Retries(number.parse().unwrap_or(DEFAULT_RETRIES)),
            None => Self::Retries(DEFAULT_RETRIES),
        }
    }
}

/// Who looks up, and how long.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    /// Who is asked.
    pub resolver: &'a Arc<dyn Resolver>,
    /// How often.
    pub patience: Patience,
    /// Ends it early.
    pub shutdown: &'a Shutdown,
    /// Who hears of it.
    pub reporter: &'a dyn Reporter,
}

impl Lookup<'_> {
    /// The first address of each peer that has an endpoint.
    ///
    /// # Errors
    /// When a name has no address, or it is time to go.
    pub fn endpoints(&self, config: &Config) -> Result<Vec<(PublicKey, SocketAddr)>, ActivationError> {
        let endpoints = config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?)));
        endpoints.map(|(peer, endpoint)| Ok((peer, self.resolve(endpoint)?))).collect()
    }

    /// All addresses of each peer that has an endpoint.
    ///
    /// # Errors
    /// When a name has no address, or it is time to go.
    pub(super) fn candidates(&self, config: &Config) -> Result<Vec<(PublicKey, Candidates)>, ActivationError> {
        let endpoints = config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?)));
        endpoints.map(|(peer, endpoint)| Ok((peer, self.find(endpoint)?))).collect()
    }

    /// The first address of an endpoint.
    pub(super) fn resolve(&self, endpoint: &Endpoint) -> Result<SocketAddr, ActivationError> {
        let found = self.find(endpoint)?.addresses.into_iter().next();
        let unknown = || ActivationError::EndpointUnresolved { endpoint: endpoint.clone(), error: no_address() };
        found.ok_or_else(unknown)
    }

    /// All addresses of an endpoint: one at least.
    pub(super) fn find(&self, endpoint: &Endpoint) -> Result<Candidates, ActivationError> {
        let host = match &endpoint.host {
            Host::Ip(address) => return Ok(Candidates::only(SocketAddr::new(*address, endpoint.port))),
            Host::Scoped { address, zone } => format!("{address}%{zone}"),
            Host::Name(name) => {
                self.reporter.report(&Progress::Resolving(name.as_str().to_owned()));
                name.as_str().to_owned()
            }
        };
        let mut patience = self.patience;
        let mut pause = Duration::from_secs(1);
        loop {
            let error = match self.attempt(&host, endpoint.port)? {
                Ok(found) if !found.addresses.is_empty() => return Ok(found),
                Ok(_) => no_address(),
                Err(error) if FOR_GOOD.iter().any(|text| error.to_string().contains(text)) => {
                    return Err(ActivationError::EndpointUnknown { endpoint: endpoint.clone(), error });
                }
                Err(error) => error,
            };
            patience = match patience {
                Patience::Retries(0) => {
                    return Err(ActivationError::EndpointUnresolved { endpoint: endpoint.clone(), error });
                }
                Patience::Retries(left) => Patience::Retries(left - 1),
                Patience::Forever => Patience::Forever,
            };
            let (endpoint, error) = (endpoint.clone(), error.to_string());
            self.reporter.report(&Progress::ResolvingAgain { endpoint, error, pause });
            self.shutdown.sleep(pause)?;
            pause = (pause * 6 / 5).min(Duration::from_secs(20));
        }
    }

    /// On a thread of its own: the C library's resolver cannot be interrupted, and whoever wants to go must not wait for it.
    fn attempt(&self, host: &str, port: u16) -> Result<io::Result<Candidates>, ActivationError> {
        let (sender, receiver) = channel();
        let (host, resolver) = (host.to_owned(), Arc::clone(self.resolver));
        thread::Builder::new()
            .name("resolver".into())
            .spawn(move || sender.send(resolver.look_up(&host, port)))
            .map_err(ActivationError::Thread)?;
        loop {
            match receiver.recv_timeout(Duration::from_millis(50)) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Timeout) => self.shutdown.check()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(Err(io::Error::other("the resolver gave up"))),
            }
        }
    }
}

fn no_address() -> io::Error {
    io::Error::other("the name has no address")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::progress::Nobody;
    use super::super::shutdown::End;
    use super::*;

    impl<F: Fn(&str, u16) -> io::Result<Option<SocketAddr>> + Send + Sync + 'static> Resolver for F {
        fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
            self(host, port).map(|address| Candidates::new(address.into_iter().collect(), None))
        }
    }

    fn resolve(
        endpoint: &str,
        patience: Patience,
        shutdown: &Shutdown,
        resolver: impl Resolver,
    ) -> Result<SocketAddr, ActivationError> {
        let resolver: Arc<dyn Resolver> = Arc::new(resolver);
        Lookup { resolver: &resolver, patience, shutdown, reporter: &Nobody }.resolve(&endpoint.parse().unwrap())
    }

    fn not_ready(_: &str, _: u16) -> io::Result<Option<SocketAddr>> {
        Err(io::Error::other("Temporary failure in name resolution"))
    }

    #[test]
    fn an_address_is_not_looked_up() {
        let asked = |_: &str, _| Err(io::Error::other("asked"));
        let address = resolve("[fd00::1]:51820", Patience::Retries(0), &Shutdown::default(), asked).unwrap();
        assert_eq!(address, "[fd00::1]:51820".parse().unwrap());
    }

    #[test]
    fn addresses_of_both_families_are_tried_in_turn_and_each_once() {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let found = ["[fd00::1]:1", "[fd00::2]:1", "192.0.2.1:1", "[fd00::1]:1", "192.0.2.2:1", "192.0.2.3:1", "192.0.2.4:1"];
        let tried = ["[fd00::1]:1", "192.0.2.1:1", "[fd00::2]:1", "192.0.2.2:1", "192.0.2.3:1", "192.0.2.4:1"];
        assert_eq!(Candidates::new(addresses(&found), None).addresses, addresses(&tried));
        assert_eq!(Candidates::new(addresses(&found[2..3]), None).addresses, addresses(&found[2..3]));
    }

    #[test]
    fn a_name_that_does_not_exist_is_not_asked_for_again() {
        let unknown = |_: &str, _| Err(io::Error::other("failed to lookup address information: Name or service not known"));
        let error = resolve("nowhere.example:51820", Patience::Forever, &Shutdown::default(), unknown).unwrap_err();
        assert_eq!(error.to_string(), "the endpoint nowhere.example:51820 is not known");
    }

    #[test]
    fn a_resolver_that_is_not_ready_is_asked_again_and_as_often_as_wanted() {
        let asked = AtomicU32::new(0);
        let later = move |host: &str, port| match asked.fetch_add(1, Ordering::Relaxed) {
            0 => not_ready(host, port),
            _ => Ok(Some(SocketAddr::new([192, 0, 2, 1].into(), port))),
        };
        let address = resolve("vpn.example:7", Patience::Retries(1), &Shutdown::default(), later).unwrap();
        assert_eq!(address, "192.0.2.1:7".parse().unwrap());
        assert!(resolve("vpn.example:7", Patience::Retries(0), &Shutdown::default(), not_ready).is_err());
    }

    #[test]
    fn it_can_be_interrupted() {
        let shutdown = Shutdown::default();
        shutdown.end(End::Interrupted);
        let error = resolve("vpn.example:7", Patience::Forever, &shutdown, not_ready).unwrap_err();
        assert_eq!(error.to_string(), "interrupted; everything is as it was");
    }

    #[test]
    fn the_number_of_attempts_is_read_as_wg_reads_it() {
        assert_eq!(Patience::from_wg(None), Patience::Retries(15));
        assert_eq!(Patience::from_wg(Some("infinity")), Patience::Forever);
        assert_eq!(Patience::from_wg(Some("0")), Patience::Retries(0));
    }
}
