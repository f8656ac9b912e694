//! systemd-resolved over D-Bus (org.freedesktop.resolve1(5)): the resolvers of one link.
//!
//! Values reach it as numbers and typed text, never as arguments of a command. It is never started by asking for it: requests go to the
//! process that owns its name at this moment.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::timeout;
use zbus::Connection;
use zbus::connection::Builder;

use crate::network::{DnsNames, DnsSpec};

/// The system's bus. Not from `DBUS_SYSTEM_BUS_ADDRESS`: whoever starts us must not choose whom we trust with the resolvers.
const SYSTEM_BUS: &str = "unix:path=/run/dbus/system_bus_socket";
/// For connecting, and for each request.
const PATIENCE: Duration = Duration::from_secs(5);

const SERVICE: &str = "org.freedesktop.resolve1";
const PATH: &str = "/org/freedesktop/resolve1";
const MANAGER: &str = "org.freedesktop.resolve1.Manager";
const NO_SUCH_LINK: &str = "org.freedesktop.resolve1.NoSuchLink";
const NO_OWNER: &str = "org.freedesktop.DBus.Error.NameHasNoOwner";

/// `AF_INET` and `AF_INET6`, as the interface has them.
const IPV4: i32 = libc::AF_INET;
const IPV6: i32 = libc::AF_INET6;

/// systemd-resolved on one bus.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    bus: String,
    patience: Duration,
}

/// Why systemd-resolved did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolvedError {
    /// There is no bus, or it refuses us.
    #[error("the system's D-Bus at {bus} cannot be reached: {error}")]
    Bus {
        bus: String,
        #[source]
        error: zbus::Error,
    },
    /// It has ended since it was looked for.
    #[error("systemd-resolved is not running")]
    NotRunning,
    /// It refuses, or does not understand.
    #[error("systemd-resolved refuses: {0}")]
    Refused(#[source] zbus::Error),
    /// No answer.
    #[error("systemd-resolved does not answer within {0:?}")]
    TimedOut(Duration),
    /// No runtime or thread to ask on.
    #[error("systemd-resolved cannot be asked: {0}")]
    Here(#[source] std::io::Error),
}

impl Resolved {
    /// On the system's bus.
    pub(super) fn system() -> Self {
        Self { bus: SYSTEM_BUS.to_owned(), patience: PATIENCE }
    }

    #[cfg(test)]
    fn at(bus: &str, patience: Duration) -> Self {
        Self { bus: bus.to_owned(), patience }
    }

    /// Whether it runs at this moment.
    pub(super) fn is_running(&self) -> bool {
        block_on(async { self.link().await.map(drop) }).is_ok()
    }

    /// Makes `dns` the resolvers of the link, for the names that it says. Where a request fails, what the others set is taken back.
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

    /// Has it forget what was set for the link. A link that it does not know has nothing to forget.
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
    /// Its unique name: a request to that never starts a service.
    owner: String,
    patience: Duration,
}

impl Link {
    /// The domain `.` and the default route (systemd.network(5), `DNSDefaultRoute=`) have the link's servers asked for all names. Without
    /// them they are asked for the names in its domains alone, and no other link's servers are asked for those.
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

/// Family and bytes.
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

/// On a thread of its own, because the caller's may belong to a runtime already.
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
