//! Looks up endpoints that are names before anything is changed. Retries while the resolver reports a temporary failure, as
//! `wg` does.

use std::io;
use std::iter;
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

/// The C library's messages for permanent failures of a look-up (`EAI_NONAME`, `EAI_NODATA`, `EAI_FAIL`; glibc, then musl).
const FOR_GOOD: [&str; 5] = [
    "Name or service not known",
    "No address associated with",
    "Non-recoverable failure in name resolution",
    "Name does not resolve",
    "Unrecoverable error",
];

/// Largest number of addresses of one endpoint that are tried.
const MOST_CANDIDATES: usize = 6;

/// Returns true if a look-up that failed with this message fails again each time.
pub fn is_permanent(message: &str) -> bool {
    FOR_GOOD.iter().any(|text| message.contains(text))
}

/// Returns the pauses between the attempts of a look-up, as `wg` makes them: 1 s, each longer by a fifth, at most 20 s.
pub fn retry_pauses() -> impl Iterator<Item = Duration> {
    iter::successors(Some(Duration::from_secs(1)), |pause| Some((*pause * 6 / 5).min(Duration::from_secs(20))))
}

/// Looks up addresses. Blocks; it must be callable from a thread of its own.
pub trait Resolver: Send + Sync + 'static {
    /// Returns the addresses of `host`, a name or an address with a zone, the preferred one first. Empty if it has none.
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates>;
}

/// The addresses that a peer's endpoint name has. The first one that answers becomes the endpoint.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Candidates {
    /// The preferred address first, then one of the other family, and so on in turn (RFC 8305 section 4).
    pub addresses: Vec<SocketAddr>,
    /// The time for which the addresses are valid; None if unknown.
    pub ttl: Option<Duration>,
}

impl Candidates {
    /// Orders addresses as they will be tried.
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

    /// Returns the same addresses with another port.
    pub(super) fn at_port(&self, port: u16) -> Self {
        let addresses = self.addresses.iter().map(|address| {
            let mut address = *address;
            address.set_port(port);
            address
        });
        Self { addresses: addresses.collect(), ttl: self.ttl }
    }
}

/// The C library's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
        Ok(Candidates::new((host, port).to_socket_addrs()?.collect(), None))
    }
}

/// Knows no names. Addresses with a zone, which need no network, go to another resolver.
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

/// The number of retries while a resolver is not ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Patience {
    /// This many times.
    Retries(u32),
    /// Until the resolver is ready.
    Forever,
}

impl Patience {
    /// The number of retries of `wg`.
    pub const DEFAULT: Self = Self::Retries(15);

    /// Returns what is left after a failed attempt; None if it was the last one.
    pub fn after_failure(self) -> Option<Self> {
        match self {
            Self::Retries(left) => left.checked_sub(1).map(Self::Retries),
            Self::Forever => Some(Self::Forever),
        }
    }

    /// Parses `WG_ENDPOINT_RESOLUTION_RETRIES` of wg(8): the number of further attempts, or `infinity`.
    pub fn from_wg(text: Option<&str>) -> Self {
        match text {
            Some("infinity") => Self::Forever,
            Some(number) => number.parse().map_or(Self::DEFAULT, Self::Retries),
            None => Self::DEFAULT,
        }
    }
}

/// The parameters of a look-up.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    /// The resolver.
    pub resolver: &'a Arc<dyn Resolver>,
    /// The number of retries.
    pub patience: Patience,
    /// Ends the look-up early.
    pub shutdown: &'a Shutdown,
    /// Receives the progress.
    pub reporter: &'a dyn Reporter,
}

impl Lookup<'_> {
    /// Returns the first address of each peer that has an endpoint.
    ///
    /// # Errors
    /// When a name has no address, or `shutdown` was called.
    pub fn endpoints(&self, config: &Config) -> Result<Vec<(PublicKey, SocketAddr)>, ActivationError> {
        let endpoints = config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?)));
        endpoints.map(|(peer, endpoint)| Ok((peer, self.resolve(endpoint)?))).collect()
    }

    /// Returns all addresses of each peer that has an endpoint.
    ///
    /// # Errors
    /// When a name has no address, or `shutdown` was called.
    pub(super) fn candidates(&self, config: &Config) -> Result<Vec<(PublicKey, Candidates)>, ActivationError> {
        let endpoints = config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?)));
        endpoints.map(|(peer, endpoint)| Ok((peer, self.find(endpoint)?))).collect()
    }

    /// Returns the first address of an endpoint.
    pub(super) fn resolve(&self, endpoint: &Endpoint) -> Result<SocketAddr, ActivationError> {
        let found = self.find(endpoint)?.addresses.into_iter().next();
        let unknown = || ActivationError::EndpointUnresolved { endpoint: endpoint.clone(), error: no_address() };
        found.ok_or_else(unknown)
    }

    /// Returns all addresses of an endpoint: at least one.
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
        let mut pauses = retry_pauses();
        loop {
            let error = match self.attempt(&host, endpoint.port)? {
                Ok(found) if !found.addresses.is_empty() => return Ok(found),
                Ok(_) => no_address(),
                Err(error) if is_permanent(&error.to_string()) => {
                    return Err(ActivationError::EndpointUnknown { endpoint: endpoint.clone(), error });
                }
                Err(error) => error,
            };
            let (Some(left), Some(pause)) = (patience.after_failure(), pauses.next()) else {
                return Err(ActivationError::EndpointUnresolved { endpoint: endpoint.clone(), error });
            };
            patience = left;
            let (endpoint, error) = (endpoint.clone(), error.to_string());
            self.reporter.report(&Progress::ResolvingAgain { endpoint, error, pause });
            self.shutdown.sleep(pause)?;
        }
    }

    /// Makes one attempt on a thread of its own: the C library's resolver cannot be interrupted, and a shutdown must not wait
    /// for it.
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
