//! Sets the resolvers of one link in systemd-resolved, over D-Bus (org.freedesktop.resolve1(5)).
//!
//! Values are sent as numbers and typed text, never as arguments of a command. A request never starts systemd-resolved: it goes
//! to the process that owns the bus name at that moment.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::timeout;
use zbus::Connection;
use zbus::connection::Builder;

use super::SYSTEM_BUS;
use crate::network::{DnsNames, DnsSpec};

/// Timeout of connecting, and of each request.
const PATIENCE: Duration = Duration::from_secs(5);

const SERVICE: &str = "org.freedesktop.resolve1";
const PATH: &str = "/org/freedesktop/resolve1";
const MANAGER: &str = "org.freedesktop.resolve1.Manager";
const NO_SUCH_LINK: &str = "org.freedesktop.resolve1.NoSuchLink";
const NO_OWNER: &str = "org.freedesktop.DBus.Error.NameHasNoOwner";

/// `AF_INET` and `AF_INET6`, as the D-Bus interface uses them.
const IPV4: i32 = libc::AF_INET;
const IPV6: i32 = libc::AF_INET6;

/// systemd-resolved on one bus.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    bus: String,
    patience: Duration,
}

/// Why systemd-resolved did not carry out a request.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolvedError {
    /// There is no bus, or it refuses us.
    #[error("the system's D-Bus at {bus} cannot be reached: {error}")]
    Bus {
        bus: String,
        #[source]
        error: zbus::Error,
    },
    /// systemd-resolved has ended since it was last seen.
    #[error("systemd-resolved is not running")]
    NotRunning,
    /// systemd-resolved refuses the request, or does not understand it.
    #[error("systemd-resolved refuses: {0}")]
    Refused(#[source] zbus::Error),
    /// No answer.
    #[error("systemd-resolved does not answer within {0:?}")]
    TimedOut(Duration),
    /// No runtime or thread can be started for the request.
    #[error("systemd-resolved cannot be asked: {0}")]
    Here(#[source] std::io::Error),
}

impl Resolved {
    /// Uses the system bus.
    pub(super) fn system() -> Self {
        Self { bus: SYSTEM_BUS.to_owned(), patience: PATIENCE }
    }

    #[cfg(test)]
    fn at(bus: &str, patience: Duration) -> Self {
        Self { bus: bus.to_owned(), patience }
    }

    /// Returns true if systemd-resolved runs at this moment.
    pub(super) fn is_running(&self) -> bool {
        block_on(async { self.link().await.map(drop) }).is_ok()
    }

    /// Sets `dns` as the resolvers of the link, for the names that it lists. If a request fails, the earlier ones are reverted.
    pub(super) fn set_link(&self, index: u32, dns: &DnsSpec) -> Result<(), ResolvedError> {
        block_on(async {
            let link = self.link().await?;
            let set = link.set(to_i32(index), dns).await;
            if set.is_err() {
                // The first failure is the one to report.
                let _ = link.call("RevertLink", &(to_i32(index),)).await;
            }
            set
        })
    }

    /// Reverts the settings of the link. A link that systemd-resolved does not know has none.
    pub(super) fn revert_link(&self, index: u32) -> Result<(), ResolvedError> {
        block_on(async {
            match self.link().await?.call("RevertLink", &(to_i32(index),)).await {
                Err(ResolvedError::Refused(zbus::Error::MethodError(name, ..))) if name.as_str() == NO_SUCH_LINK => Ok(()),
                result => result,
            }
        })
    }

    async fn link(&self) -> Result<Link, ResolvedError> {
        let on_bus = |error| ResolvedError::Bus { bus: self.bus.clone(), error };
        let builder = Builder::address(self.bus.as_str());
        let connection = within(self.patience, async { builder.build().await.map_err(on_bus) }).await?;
        let asked = async {
            let dbus = Some("org.freedesktop.DBus");
            connection.call_method(dbus, "/org/freedesktop/DBus", dbus, "GetNameOwner", &(SERVICE,)).await.map_err(|error| {
                let missing = error.to_string().contains(NO_OWNER);
                if missing { ResolvedError::NotRunning } else { on_bus(error) }
            })
        };
        let answer = within(self.patience, asked).await?;
        let owner = answer.body().deserialize::<String>().map_err(on_bus)?;
        Ok(Link { connection, owner, patience: self.patience })
    }
}

/// A connection to the running systemd-resolved.
struct Link {
    connection: Connection,
    /// Unique bus name of systemd-resolved: a request to it never starts a service.
    owner: String,
    patience: Duration,
}

impl Link {
    /// With the domain `.` and the default route (systemd.network(5), `DNSDefaultRoute=`), systemd-resolved asks the link's
    /// servers for all names. Without them it asks them only for names in the link's domains, and asks no other link's servers
    /// for those.
    async fn set(&self, index: i32, dns: &DnsSpec) -> Result<(), ResolvedError> {
        let servers: Vec<(i32, Vec<u8>)> = dns.servers.iter().map(server).collect();
        let routed: Vec<&str> = match &dns.names {
            DnsNames::All => vec!["."],
            DnsNames::Only(domains) => domains.iter().map(String::as_str).collect(),
        };
        let search = dns.search.iter().map(|domain| (domain.as_str(), false));
        let domains: Vec<(&str, bool)> = search.chain(routed.into_iter().map(|domain| (domain, true))).collect();
        self.call("SetLinkDNS", &(index, servers)).await?;
        self.call("SetLinkDomains", &(index, domains)).await?;
        self.call("SetLinkDefaultRoute", &(index, dns.names == DnsNames::All)).await
    }

    async fn call<B: serde::Serialize + zbus::DynamicType>(&self, method: &str, body: &B) -> Result<(), ResolvedError> {
        let request = async {
            let owner = Some(self.owner.as_str());
            self.connection.call_method(owner, PATH, Some(MANAGER), method, body).await.map_err(ResolvedError::Refused)
        };
        within(self.patience, request).await.map(drop)
    }
}

/// Returns address family and bytes of an address.
fn server(address: &IpAddr) -> (i32, Vec<u8>) {
    match address {
        IpAddr::V4(address) => (IPV4, address.octets().to_vec()),
        IpAddr::V6(address) => (IPV6, address.octets().to_vec()),
    }
}

fn to_i32(index: u32) -> i32 {
    index.cast_signed()
}

async fn within<T>(patience: Duration, work: impl Future<Output = Result<T, ResolvedError>>) -> Result<T, ResolvedError> {
    timeout(patience, work).await.unwrap_or(Err(ResolvedError::TimedOut(patience)))
}

/// Runs `work` on a thread of its own, because the caller's thread may belong to a runtime already.
fn block_on<T: Send>(work: impl Future<Output = Result<T, ResolvedError>> + Send) -> Result<T, ResolvedError> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ResolvedError::Here)?;
        runtime.block_on(work)
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("resolved".into()).spawn_scoped(scope, run).map_err(ResolvedError::Here)?;
        thread.join().unwrap_or_else(|_| Err(ResolvedError::Here(std::io::Error::other("the thread that asks ended early"))))
    })
}

#[cfg(test)]
mod tests;
