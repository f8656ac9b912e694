//! The program that has the exemption, and the hosts that it asks for.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use adit_api::{LogCode, LogText, PortalEnd};
use adit_platform::network::{PORTAL_PORTS, can_be_portal};

use super::{Exemption, Inner, Open};

/// The most hosts and addresses of one exemption: a sign-in page has a few.
const MOST_HOSTS: usize = 64;
const MOST_ADDRESSES: usize = 128;
/// The time for which the addresses of a name are remembered. Behind a portal, names have other addresses after the sign-in.
const MEMORY: Duration = Duration::from_secs(3);
/// The longest name (RFC 1035 section 2.3.4).
const LONGEST_NAME: usize = 253;

/// An exemption that a program uses. Dropping it ends the exemption.
pub struct PortalSession {
    inner: Arc<Inner>,
    number: u64,
}

/// The reason why the program gets no connection.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PortalRefusal {
    /// The exemption has ended.
    #[error("the way to the captive portal is closed")]
    Closed,
    /// Sign-in pages have other ports.
    #[error("port {0} is not one of 80, 443, 8080 and 8443")]
    Port(u16),
    /// The host is neither a name nor an address of another computer.
    #[error("this is no host that can have a sign-in page")]
    Host,
    /// The program has asked for too many hosts.
    #[error("these are too many hosts for a sign-in page")]
    TooMany,
    /// The network's DNS servers do not know the name, or do not answer.
    #[error("{0}")]
    Unresolved(String),
    /// The host has no further address.
    #[error("the host has no further address")]
    NoAddress,
    /// The system refused.
    #[error("{0}")]
    Failed(String),
}

impl PortalSession {
    pub(super) fn new(inner: Arc<Inner>, number: u64) -> Self {
        Self { inner, number }
    }

    /// Begins to connect to a host. `attempt` counts the addresses of the host, from 0. Looks a name up, which may take seconds.
    ///
    /// # Errors
    /// Any [`PortalRefusal`].
    pub fn connect(&self, host: &str, port: u16, attempt: usize) -> Result<TcpStream, PortalRefusal> {
        if !PORTAL_PORTS.contains(&port) {
            return Err(PortalRefusal::Port(port));
        }
        let addresses = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => self.resolve(host)?,
        };
        let mut possible = addresses.into_iter().filter(can_be_portal).peekable();
        possible.peek().ok_or(PortalRefusal::Host)?;
        let address = possible.nth(attempt).ok_or(PortalRefusal::NoAddress)?;
        let network = &self.inner.platform.network;
        let failed = |error: std::io::Error| PortalRefusal::Failed(error.to_string());
        network.check_portal_route(address).map_err(failed)?;
        self.let_out(host, address)?;
        network.portal_connect(SocketAddr::new(address, port)).map_err(failed)
    }

    /// Returns the addresses of a name by the network's own DNS servers.
    fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, PortalRefusal> {
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(is_allowed) {
            return Err(PortalRefusal::Host);
        }
        let unknown = || PortalRefusal::Unresolved("the name has no address".to_owned());
        {
            let mut exemption = self.inner.portal.lock();
            let open = self.own(&mut exemption)?;
            let now = self.inner.clock.now();
            match open.names.get(&name) {
                Some((at, addresses)) if now.since(*at) < MEMORY => {
                    return if addresses.is_empty() { Err(unknown()) } else { Ok(addresses.clone()) };
                }
                None if open.names.len() >= MOST_HOSTS => return Err(PortalRefusal::TooMany),
                // Names without an address count too.
                Some(_) | None => open.names.insert(name.clone(), (now, Vec::new())),
            };
        }
        // May take seconds, so no lock is held.
        let found = self.inner.platform.network.portal_look_up(&name);
        let mut exemption = self.inner.portal.lock();
        let open = self.own(&mut exemption)?;
        let addresses = found.as_ref().map(|found| found.addresses.clone()).unwrap_or_default();
        open.names.insert(name, (self.inner.clock.now(), addresses.clone()));
        found.map_err(|error| PortalRefusal::Unresolved(error.to_string()))?;
        if addresses.is_empty() { Err(unknown()) } else { Ok(addresses) }
    }

    /// Returns the exemption of this program, if it lasts and its user may still have it.
    fn own<'a>(&self, exemption: &'a mut Exemption) -> Result<&'a mut Open, PortalRefusal> {
        let open = exemption.open.as_mut().filter(|open| open.number == self.number);
        open.filter(|open| self.inner.may_use_portal(open)).ok_or(PortalRefusal::Closed)
    }

    /// Opens the way to this address too.
    fn let_out(&self, host: &str, address: IpAddr) -> Result<(), PortalRefusal> {
        let mut exemption = self.inner.portal.lock();
        let open = self.own(&mut exemption)?;
        if open.addresses.contains(&address) {
            return Ok(());
        }
        if open.addresses.len() >= MOST_ADDRESSES {
            return Err(PortalRefusal::TooMany);
        }
        let mut addresses = open.addresses.clone();
        addresses.insert(address);
        let left = open.until.since(self.inner.clock.now());
        self.inner.set_portal(&addresses, left).map_err(|error| PortalRefusal::Failed(error.to_string()))?;
        open.addresses = addresses;
        let shown = if host.parse() == Ok(address) { host.to_owned() } else { format!("{host} ({address})") };
        self.inner.event_log.write(None, LogCode::PortalHost { host: LogText::of(shown) });
        Ok(())
    }
}

impl Drop for PortalSession {
    fn drop(&mut self) {
        let mut exemption = self.inner.portal.lock();
        if exemption.open.as_ref().is_some_and(|open| open.number == self.number) {
            self.inner.end_portal(&mut exemption, PortalEnd::ProgramGone);
        }
    }
}
