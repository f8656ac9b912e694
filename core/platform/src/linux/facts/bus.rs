//! The system bus: which network services run, what they announce, and their properties.
//!
//! Any program may send a signal to any other, so a signal counts only if the service's own process sent it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use zbus::connection::Builder;
use zbus::{Connection, Message, MessageStream, OwnedObjectPath};

use super::service::Properties;
use super::{iwd, network_manager};

const DBUS: &str = "org.freedesktop.DBus";
const DBUS_PATH: &str = "/org/freedesktop/DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const OBJECT_MANAGER: &str = "org.freedesktop.DBus.ObjectManager";

/// A service that says something about networks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Service {
    NetworkManager,
    Iwd,
    /// systemd-logind, which announces that the computer goes to sleep.
    Logind,
}

impl Service {
    const ALL: [Self; 3] = [Self::NetworkManager, Self::Iwd, Self::Logind];

    const fn name(self) -> &'static str {
        match self {
            Self::NetworkManager => "org.freedesktop.NetworkManager",
            Self::Iwd => "net.connman.iwd",
            Self::Logind => "org.freedesktop.login1",
        }
    }

    fn called(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// Returns the properties whose changes matter.
    const fn watched(self) -> &'static [&'static str] {
        match self {
            Self::NetworkManager => network_manager::WATCHED,
            Self::Iwd => iwd::WATCHED,
            Self::Logind => &[],
        }
    }
}

/// The reason why the bus or a service gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum BusError {
    #[error("the system bus: {0}")]
    Bus(#[source] zbus::Error),
    #[error("refused: {0}")]
    Refused(#[source] zbus::Error),
    #[error("no answer in time")]
    TimedOut,
}

impl From<zbus::Error> for BusError {
    fn from(error: zbus::Error) -> Self {
        match error {
            zbus::Error::MethodError(..) | zbus::Error::FDO(_) => Self::Refused(error),
            error => Self::Bus(error),
        }
    }
}

/// Announcements of the bus. Those of one kind are coalesced.
#[derive(Debug)]
pub(super) struct Signals {
    pub(super) changed: Notify,
    pub(super) sleep: watch::Sender<Sleep>,
}

/// True while the computer sleeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sleep {
    pub(super) is_asleep: bool,
    /// The number of announcements, so that none is missed.
    count: u64,
}

impl Signals {
    pub(super) fn new() -> Self {
        Self { changed: Notify::new(), sleep: watch::Sender::default() }
    }

    fn set_asleep(&self, is_asleep: bool) {
        self.sleep.send_modify(|sleep| *sleep = Sleep { is_asleep, count: sleep.count.wrapping_add(1) });
    }

    /// Nobody will announce that the computer wakes up, so it counts as awake.
    fn lose_announcer(&self) {
        if self.sleep.borrow().is_asleep {
            self.set_asleep(false);
        }
    }
}

/// A connection to the bus. It stays subscribed until it is dropped.
pub(super) struct Bus {
    connection: Connection,
    owners: Arc<Mutex<Owners>>,
    listens: JoinHandle<()>,
}

/// The unique names of the running services. The bus announced those that are here; the others have been asked for.
type Owners = BTreeMap<Service, Option<String>>;

impl Bus {
    /// Connects to the bus at `address` and subscribes to what the services announce, within `patience`.
    pub(super) async fn connect(address: &str, patience: Duration, signals: &Arc<Signals>) -> Result<Self, BusError> {
        tokio::time::timeout(patience, Self::subscribed(address, signals)).await.map_err(|_| BusError::TimedOut)?
    }

    async fn subscribed(address: &str, signals: &Arc<Signals>) -> Result<Self, BusError> {
        let connection = Builder::address(address).build().await?;
        let owners = Arc::new(Mutex::new(Owners::new()));
        let listens = tokio::spawn(listen(MessageStream::from(&connection), Arc::clone(&owners), Arc::clone(signals)));
        let bus = Self { connection, owners, listens };
        bus.subscribe().await?;
        Ok(bus)
    }

    async fn subscribe(&self) -> Result<(), BusError> {
        for service in Service::ALL {
            let name = service.name();
            self.add_match(&format!("sender='{DBUS}',interface='{DBUS}',member='NameOwnerChanged',arg0='{name}'")).await?;
        }
        for service in [Service::NetworkManager, Service::Iwd] {
            let name = service.name();
            self.add_match(&format!("sender='{name}',interface='{PROPERTIES}',member='PropertiesChanged'")).await?;
        }
        let (iwd, logind) = (Service::Iwd.name(), Service::Logind.name());
        self.add_match(&format!("sender='{iwd}',interface='{OBJECT_MANAGER}'")).await?;
        self.add_match(&format!("sender='{logind}',interface='{logind}.Manager',member='PrepareForSleep'")).await?;
        for service in Service::ALL {
            let owner = match self.call(DBUS, DBUS_PATH, DBUS, "GetNameOwner", &(service.name(),)).await {
                Ok(answer) => Some(answer.body().deserialize::<String>()?),
                Err(BusError::Refused(_)) => None,
                Err(error) => return Err(error),
            };
            lock(&self.owners).entry(service).or_insert(owner);
        }
        Ok(())
    }

    async fn add_match(&self, rule: &str) -> Result<(), BusError> {
        self.call(DBUS, DBUS_PATH, DBUS, "AddMatch", &(format!("type='signal',{rule}"),)).await.map(drop)
    }

    /// Returns the unique name of a service, if it runs. A request to it never starts the service.
    pub(super) fn owner(&self, service: Service) -> Option<String> {
        lock(&self.owners).get(&service).cloned().flatten()
    }

    /// Returns true if the bus has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.listens.is_finished() || self.connection.is_closed()
    }

    /// Reads all properties of one interface of an object.
    pub(super) async fn properties(&self, owner: &str, path: &str, interface: &str) -> Result<Properties, BusError> {
        let answer = self.call(owner, path, PROPERTIES, "GetAll", &(interface,)).await?;
        Ok(answer.body().deserialize()?)
    }

    /// Reads all objects of a service with their interfaces and properties.
    pub(super) async fn objects(
        &self,
        owner: &str,
        path: &str,
    ) -> Result<HashMap<OwnedObjectPath, HashMap<String, Properties>>, BusError> {
        let answer = self.call(owner, path, OBJECT_MANAGER, "GetManagedObjects", &()).await?;
        Ok(answer.body().deserialize()?)
    }

    async fn call<B: serde::Serialize + zbus::DynamicType>(
        &self,
        owner: &str,
        path: &str,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<Message, BusError> {
        Ok(self.connection.call_method(Some(owner), path, Some(interface), method, body).await?)
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.listens.abort();
    }
}

/// Passes on what concerns networks, until the bus ends. It always takes the next message at once, because answers to requests
/// wait behind it.
async fn listen(mut messages: MessageStream, owners: Arc<Mutex<Owners>>, signals: Arc<Signals>) {
    while let Some(Ok(message)) = messages.next().await {
        match heard(&message, &mut lock(&owners)) {
            Some(Heard::Changed) => signals.changed.notify_one(),
            Some(Heard::Owner(service)) => {
                if service == Service::Logind {
                    signals.lose_announcer();
                }
                signals.changed.notify_one();
            }
            Some(Heard::Sleep(is_asleep)) => signals.set_asleep(is_asleep),
            None => {}
        }
    }
    signals.lose_announcer();
    signals.changed.notify_one();
}

enum Heard {
    Changed,
    Owner(Service),
    Sleep(bool),
}

/// Returns what a message announces, if its sender may announce it. Takes note of new owners.
fn heard(message: &Message, owners: &mut Owners) -> Option<Heard> {
    let header = message.header();
    let (sender, member) = (header.sender()?.as_str(), header.member()?.as_str());
    if sender == DBUS {
        let (name, _, new) =
            (member == "NameOwnerChanged").then(|| message.body().deserialize::<(String, String, String)>().ok())??;
        let service = Service::called(&name)?;
        owners.insert(service, (!new.is_empty()).then_some(new));
        return Some(Heard::Owner(service));
    }
    let (service, _) = owners.iter().find(|(_, owner)| owner.as_deref() == Some(sender))?;
    match (service, member) {
        (Service::Logind, "PrepareForSleep") => message.body().deserialize::<bool>().ok().map(Heard::Sleep),
        (Service::NetworkManager | Service::Iwd, "PropertiesChanged") => {
            let body = message.body();
            let (_, changed, invalidated) = body.deserialize::<(String, Properties, Vec<String>)>().ok()?;
            let matters = |name: &String| service.watched().contains(&name.as_str());
            (changed.keys().any(matters) || invalidated.iter().any(matters)).then_some(Heard::Changed)
        }
        (Service::Iwd, "InterfacesAdded" | "InterfacesRemoved") => Some(Heard::Changed),
        _ => None,
    }
}

fn lock(owners: &Mutex<Owners>) -> MutexGuard<'_, Owners> {
    owners.lock().unwrap_or_else(PoisonError::into_inner)
}
