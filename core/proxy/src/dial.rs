//! Opens connections through the tunnel to addresses and names.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::resolver::{ResolveError, Resolver};
use crate::stack::{ConnectError, Connection, Stack};
use crate::target::{Target, TargetHost};
use crate::teller::Teller;

/// Time limit for a connection attempt, including everything that must happen first. WireGuard repeats an unanswered initiation
/// after 5 s.
const PATIENCE: Duration = Duration::from_secs(15);

/// Head start of one address of a name before the next one is also tried (RFC 8305 section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Maximum number of addresses of a name that are tried.
const TRIED: usize = 8;

/// The reason why there is no connection.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DialError {
    /// The name could not be resolved.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The address cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

/// Opens connections through the tunnel.
#[derive(Clone)]
pub struct Dialer {
    pub(crate) stack: Arc<Stack>,
    resolver: Arc<Resolver>,
    pub(crate) teller: Arc<Teller>,
}

impl Dialer {
    /// Creates a dialer that uses this stack and resolver and reports failures to `teller`.
    pub fn new(stack: Arc<Stack>, resolver: Arc<Resolver>, teller: Arc<Teller>) -> Self {
        Self { stack, resolver, teller }
    }

    /// Opens a connection to `target`, in bounded time.
    ///
    /// # Errors
    /// See [`DialError`]. Failures that are caused by the tunnel are also reported on the terminal.
    pub async fn dial(&self, target: &Target) -> Result<Connection, DialError> {
        let outcome = self.try_to_dial(target).await;
        match &outcome {
            Ok(_) | Err(DialError::Connect(ConnectError::Refused)) => {}
            Err(DialError::Resolve(error @ ResolveError::Silent { .. })) => {
                self.teller.tell(&format!("{error}{}", self.teller.because()));
            }
            Err(DialError::Resolve(error)) => self.teller.tell(&error.to_string()),
            Err(DialError::Connect(error @ (ConnectError::TimedOut(_) | ConnectError::Unreachable))) => {
                self.teller.tell(&format!("{target}: {error}{}", self.teller.because()));
            }
            Err(DialError::Connect(error @ (ConnectError::NoAddress(_) | ConnectError::TooMany))) => {
                self.teller.tell(&format!("{target}: {error}"));
            }
        }
        outcome
    }

    async fn try_to_dial(&self, target: &Target) -> Result<Connection, DialError> {
        match &target.host {
            TargetHost::Ip(address) => Ok(self.stack.connect(SocketAddr::new(*address, target.port), PATIENCE).await?),
            TargetHost::Name(name) => {
                let addresses = self.resolver.resolve(name).await?;
                Ok(self.race(by_turns(&addresses), target.port).await?)
            }
        }
    }

    /// Returns the first address of `target`, for datagrams.
    pub(crate) async fn address(&self, target: &Target) -> Result<SocketAddr, ResolveError> {
        let address = match &target.host {
            TargetHost::Ip(address) => *address,
            TargetHost::Name(name) => *self.resolver.resolve(name).await?.first().ok_or(ResolveError::NoAddress(name.clone()))?,
        };
        Ok(SocketAddr::new(address, target.port))
    }

    async fn race(&self, addresses: Vec<IpAddr>, port: u16) -> Result<Connection, ConnectError> {
        let mut attempts = JoinSet::new();
        let mut waiting = addresses.into_iter().take(TRIED);
        let mut blame = ConnectError::TimedOut(PATIENCE);
        let race = async {
            loop {
                if let Some(address) = waiting.next() {
                    let (stack, to) = (Arc::clone(&self.stack), SocketAddr::new(address, port));
                    attempts.spawn(async move { stack.connect(to, PATIENCE).await });
                }
                let head_start = if waiting.len() == 0 { PATIENCE } else { HEAD_START };
                match timeout(head_start, attempts.join_next()).await {
                    Ok(Some(Ok(Ok(connection)))) => return Some(connection),
                    Ok(Some(Ok(Err(error)))) => blame = error,
                    // An attempt that panicked counts as failed.
                    Ok(Some(Err(_))) | Err(_) => {}
                    Ok(None) => return None,
                }
            }
        };
        match timeout(PATIENCE, race).await {
            Ok(Some(connection)) => Ok(connection),
            Ok(None) | Err(_) => Err(blame),
        }
    }
}

/// Orders the addresses alternately by family, beginning with the family of the first one.
fn by_turns(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let first = addresses.first().is_some_and(IpAddr::is_ipv4);
    let (mut one, mut other): (Vec<IpAddr>, Vec<IpAddr>) = addresses.iter().partition(|address| address.is_ipv4() == first);
    one.reverse();
    other.reverse();
    let mut ordered = Vec::with_capacity(addresses.len());
    while !one.is_empty() || !other.is_empty() {
        ordered.extend(one.pop().into_iter().chain(other.pop()));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let addresses: Vec<IpAddr> = ["fd00::1", "fd00::2", "fd00::3", "10.0.0.1"].map(|text| text.parse().unwrap()).into();
        let ordered: Vec<String> = by_turns(&addresses).iter().map(ToString::to_string).collect();
        assert_eq!(ordered, ["fd00::1", "10.0.0.1", "fd00::2", "fd00::3"]);
    }
}
