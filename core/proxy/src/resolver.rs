//! Resolves names with the DNS servers of the configuration through the tunnel, or with the system's resolver if requested.
//!
//! `simple-dns` parses the messages (`dns`). The exchange is our own because the queries travel through the tunnel's IP stack in
//! this process, while resolver libraries query with sockets of the operating system unless a whole runtime is written for them.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::dns::{Family, Reply, question, reply};
use crate::stack::Stack;

const PORT: u16 = 53;

/// Time limit for one answer before the next server is asked.
const PATIENCE: Duration = Duration::from_secs(2);

/// The number of attempts with each server.
const ROUNDS: usize = 2;

/// Time limit for resolving a name.
const ALL_PATIENCE: Duration = Duration::from_secs(10);

/// Maximum number of names in the cache.
const KEPT: usize = 1024;

/// The way to resolve names.
pub enum Names {
    /// With these servers, through the tunnel.
    Tunnel {
        /// Servers in order of preference; may be empty.
        servers: Vec<IpAddr>,
        /// Search domains for names without a dot.
        search: Vec<String>,
    },
    /// With this computer's resolver, outside the tunnel.
    Here,
}

/// The reason why a name has no address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ResolveError {
    /// The configuration has no DNS servers.
    #[error(
        "{0} cannot be looked up: the configuration has no DNS server. Add `DNS = ...` to [Interface], give an address instead of a \
         name, or look names up past the tunnel with --resolve-here"
    )]
    NoServers(String),
    /// The name does not exist.
    #[error("there is no host {0}")]
    Unknown(String),
    /// The name exists, but has no address of a family that the tunnel has.
    #[error("{0} has no address of a family that the tunnel has")]
    NoAddress(String),
    /// No server answered.
    #[error("{name} cannot be looked up: no answer from {} through the tunnel", listed(.servers))]
    Silent {
        /// The name.
        name: String,
        /// The servers that were asked.
        servers: Vec<IpAddr>,
    },
    /// The servers answered with a failure.
    #[error("{name} cannot be looked up: {} failed to answer", listed(.servers))]
    Failed {
        /// The name.
        name: String,
        /// The servers that were asked.
        servers: Vec<IpAddr>,
    },
    /// The system's own resolver failed.
    #[error("{0} cannot be looked up here: {1}")]
    Here(String, String),
}

fn listed(servers: &[IpAddr]) -> String {
    let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
    servers.join(" or ")
}

type Answer = Result<Vec<IpAddr>, ResolveError>;

/// Resolves names and caches the answers for their lifetime.
pub struct Resolver {
    stack: Arc<Stack>,
    names: Names,
    known: StdMutex<HashMap<String, Arc<Slot>>>,
}

/// The cached answer for one name. It is locked during the query, so that each name is queried only once.
type Slot = Mutex<Option<(Instant, Answer)>>;

impl Resolver {
    /// Creates a resolver that uses `stack`.
    pub fn new(stack: Arc<Stack>, names: Names) -> Self {
        Self { stack, names, known: StdMutex::default() }
    }

    /// Returns the addresses of `name` in the families that the tunnel has, at least one.
    ///
    /// # Errors
    /// See [`ResolveError`].
    pub async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, ResolveError> {
        match &self.names {
            Names::Here => self.ask_here(name).await,
            Names::Tunnel { servers, .. } if servers.is_empty() => Err(ResolveError::NoServers(name.to_owned())),
            Names::Tunnel { servers, search } => self.remembered(&name.to_ascii_lowercase(), servers, search).await,
        }
    }

    async fn ask_here(&self, name: &str) -> Answer {
        let found = tokio::net::lookup_host((name, 0)).await;
        let found = found.map_err(|error| ResolveError::Here(name.to_owned(), error.to_string()))?;
        let addresses: Vec<IpAddr> =
            found.map(|address| address.ip()).filter(|address| self.has_family(address.is_ipv4())).collect();
        if addresses.is_empty() { Err(ResolveError::NoAddress(name.to_owned())) } else { Ok(addresses) }
    }

    async fn remembered(&self, name: &str, servers: &[IpAddr], search: &[String]) -> Answer {
        let slot = self.slot(name);
        let mut slot = slot.lock().await;
        if let Some((end, answer)) = &*slot
            && *end > Instant::now()
        {
            return answer.clone();
        }
        let asked = timeout(ALL_PATIENCE, self.ask_for_all(name, servers, search)).await;
        let silent = || ResolveError::Silent { name: name.to_owned(), servers: servers.to_vec() };
        let (answer, life) = asked.unwrap_or_else(|_| (Err(silent()), Duration::ZERO));
        *slot = Some((Instant::now() + life, answer.clone()));
        answer
    }

    fn slot(&self, name: &str) -> Arc<Slot> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT && !known.contains_key(name) {
            let now = Instant::now();
            // Names that are being queried stay, because other tasks wait for them.
            known.retain(|_, slot| slot.try_lock().map_or(true, |slot| slot.as_ref().is_some_and(|(end, _)| *end > now)));
            if known.len() >= KEPT {
                known.retain(|_, slot| slot.try_lock().is_err());
            }
        }
        Arc::clone(known.entry(name.to_owned()).or_default())
    }

    /// Queries a name and its search domains. As in the C library, a name with a dot is first tried as it is; a name without one
    /// is first tried in the search domains.
    async fn ask_for_all(&self, name: &str, servers: &[IpAddr], search: &[String]) -> (Answer, Duration) {
        let absolute = name.trim_end_matches('.').to_owned();
        let searched = search.iter().map(|domain| format!("{absolute}.{}", domain.trim_matches('.')).to_ascii_lowercase());
        let candidates: Vec<String> = if name.ends_with('.') {
            vec![absolute]
        } else if name.contains('.') {
            std::iter::once(absolute.clone()).chain(searched).collect()
        } else {
            searched.chain(std::iter::once(absolute.clone())).collect()
        };
        let mut last = (Err(ResolveError::Unknown(name.to_owned())), Duration::ZERO);
        for candidate in candidates {
            last = self.ask_for(&candidate, servers).await;
            if !matches!(last.0, Err(ResolveError::Unknown(_) | ResolveError::NoAddress(_))) {
                break;
            }
        }
        last
    }

    async fn ask_for(&self, name: &str, servers: &[IpAddr]) -> (Answer, Duration) {
        let ask = async |family| match self.has_family(family == Family::V4) {
            true => self.ask_servers(name, family, servers).await,
            false => Ok((Vec::new(), Duration::MAX)),
        };
        let (v6, v4) = tokio::join!(ask(Family::V6), ask(Family::V4));
        let life = [&v6, &v4].into_iter().filter_map(|result| result.as_ref().ok()).map(|(_, life)| *life).min();
        let found: Vec<IpAddr> =
            [&v6, &v4].into_iter().filter_map(|result| result.as_ref().ok()).flat_map(|(found, _)| found.clone()).collect();
        if !found.is_empty() {
            return (Ok(found), life.unwrap_or_default());
        }
        // If only one family is unknown, the name exists.
        const NEGATIVE: Duration = Duration::from_secs(10);
        match (v6, v4) {
            (Err(error @ (ResolveError::Silent { .. } | ResolveError::Failed { .. })), _)
            | (_, Err(error @ (ResolveError::Silent { .. } | ResolveError::Failed { .. }))) => (Err(error), Duration::ZERO),
            (Err(error), _) | (_, Err(error)) => (Err(error), NEGATIVE),
            (Ok(_), Ok(_)) => (Err(ResolveError::NoAddress(name.to_owned())), NEGATIVE),
        }
    }

    async fn ask_servers(&self, name: &str, family: Family, servers: &[IpAddr]) -> Result<(Vec<IpAddr>, Duration), ResolveError> {
        let mut failed = false;
        for server in servers.iter().cycle().take(servers.len() * ROUNDS) {
            let server = SocketAddr::new(*server, PORT);
            match timeout(PATIENCE, self.ask(name, family, server)).await {
                Ok(Some(Reply::Addresses(addresses, life))) => return Ok((addresses, life)),
                Ok(Some(Reply::NoSuchName)) => return Err(ResolveError::Unknown(name.to_owned())),
                Ok(Some(Reply::Failed | Reply::Truncated)) => failed = true,
                Ok(None) | Err(_) => {}
            }
        }
        let (name, servers) = (name.to_owned(), servers.to_vec());
        Err(if failed { ResolveError::Failed { name, servers } } else { ResolveError::Silent { name, servers } })
    }

    async fn ask(&self, name: &str, family: Family, server: SocketAddr) -> Option<Reply> {
        let id = getrandom::u32().ok()? as u16;
        let question = question(id, name, family)?;
        let port = self.stack.udp(SocketAddr::new(server.ip(), 0)).ok()?;
        port.send_to(&question, server).ok()?;
        loop {
            let (answer, from) = port.receive().await;
            if from != server {
                continue;
            }
            match reply(&answer, id, name, family) {
                Some(Reply::Truncated) => return self.ask_at_length(&question, id, name, family, server).await,
                Some(reply) => return Some(reply),
                None => {}
            }
        }
    }

    /// Queries over TCP (RFC 7766).
    async fn ask_at_length(&self, question: &[u8], id: u16, name: &str, family: Family, server: SocketAddr) -> Option<Reply> {
        let mut connection = self.stack.connect(server, PATIENCE).await.ok()?;
        let (mut program, mut end) = duplex(4096);
        let exchange = async {
            program.write_u16(u16::try_from(question.len()).ok()?).await.ok()?;
            program.write_all(question).await.ok()?;
            let mut answer = vec![0; usize::from(program.read_u16().await.ok()?)];
            program.read_exact(&mut answer).await.ok()?;
            reply(&answer, id, name, family)
        };
        tokio::select! {
            answer = exchange => answer,
            _ = connection.relay(&mut end) => None,
        }
    }

    fn has_family(&self, v4: bool) -> bool {
        self.stack.addresses().iter().any(|own| own.is_ipv4() == v4)
    }
}
