//! [`NetworkFacts`] on Linux: links, addresses, routes and neighbours from the kernel; Wi-Fi from nl80211, NetworkManager or iwd,
//! whichever is there; domains, cost and portals from NetworkManager; sleep from logind and the clocks.
//!
//! One thread waits for announcements of all of them, and reads everything again after a change. Nothing is polled. A service
//! that starts later, or ends, is noticed by its name on the bus. A bus that starts later is noticed at the next change of the
//! network, which the services on it make.

mod bus;
pub mod elements;
mod gateway;
pub mod generic_netlink;
mod iwd;
mod links;
mod network_manager;
pub mod nl80211;
pub mod security;
mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use netlink_sys::protocols::NETLINK_ROUTE;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use self::bus::{Bus, BusError, Service, Signals, Sleep};
use self::gateway::{Gateways, Identity, NEIGHBOURS, NextHop};
use self::links::{Interface, Interfaces};
use self::nl80211::Nl80211;
use self::service::{FromService, Managed};
use super::announcements::{Announcements, Heard, LINKS_ADDRESSES_ROUTES};
use super::clock_changes::ClockChanges;
use super::netlink::{self, Netlink};
use super::{SYSTEM_BUS, leftovers};
use crate::clock_changes::ClockChange;
use crate::network_facts::{Facts, FactsHandler, FactsWatch, Known, Link, LinkKind, NetworkFacts, Wifi};

/// Changes that follow each other within this time are read together.
const QUIET: Duration = Duration::from_millis(20);
/// The longest time from a change until everything is read, if changes never end.
const LONGEST_WAIT: Duration = Duration::from_millis(200);
/// The time for which the last description stays in force while a change is being read. Then nothing is known until it was read.
const IN_FORCE: Duration = Duration::from_millis(500);
/// Timeout of everything that is asked of one service. The services are asked at the same time.
const PATIENCE: Duration = Duration::from_secs(3);
/// A service that did not answer in time is asked again after this time.
const ASK_AGAIN: Duration = Duration::from_secs(15);
/// The most attempts to read everything while it changes.
const ATTEMPTS: usize = 3;

/// The adapter for the network namespace of the thread that calls [`NetworkFacts::watch`].
#[derive(Clone, Debug)]
pub struct LinuxNetworkFacts {
    /// D-Bus address of the services.
    bus: String,
    sysfs: PathBuf,
}

impl Default for LinuxNetworkFacts {
    fn default() -> Self {
        Self { bus: SYSTEM_BUS.to_owned(), sysfs: links::SYSFS.into() }
    }
}

impl NetworkFacts for LinuxNetworkFacts {
    fn watch(&self, handler: FactsHandler) -> io::Result<FactsWatch> {
        let subscribed = Announcements::subscribe(NETLINK_ROUTE, LINKS_ADDRESSES_ROUTES | NEIGHBOURS, None)?;
        let (netlink, clock) = (Netlink::open()?, ClockChanges::new()?);
        let (adapter, stop) = (self.clone(), Arc::new(Notify::new()));
        let stopped = Arc::clone(&stop);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let watch = async move {
            let mut observer = Observer {
                kernel: readable(subscribed)?,
                clock: readable(clock)?,
                reader: Reader::new(adapter, netlink),
                publisher: Publisher { handler, published: None },
            };
            let result = observer.run(&stopped).await;
            if result.is_err() {
                observer.publisher.publish(Known::Unknown);
            }
            result
        };
        let work = move || {
            if let Err(error) = runtime.block_on(watch) {
                tracing::error!(%error, "the networks are no longer observed");
            }
        };
        let thread = std::thread::Builder::new().name("network-facts".into()).spawn(work)?;
        Ok(FactsWatch::new(move || {
            stop.notify_one();
            // The handler itself may drop the subscription.
            if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
                tracing::error!("the thread that observes the networks has panicked");
            }
        }))
    }
}

/// Returns the names of the interfaces that are up and lead to a network, as [`NetworkFacts`] describes them: without tunnels.
pub fn lan_interfaces() -> io::Result<Vec<String>> {
    let interfaces = links::read(&mut Netlink::open()?, Path::new(links::SYSFS))?;
    Ok(interfaces.links.into_iter().map(|link| link.name).collect())
}

struct Observer {
    kernel: AsyncFd<Announcements>,
    clock: AsyncFd<ClockChanges>,
    reader: Reader,
    publisher: Publisher,
}

/// Calls the handler.
struct Publisher {
    handler: FactsHandler,
    published: Option<Known<Facts>>,
}

impl Publisher {
    fn publish(&mut self, facts: Known<Facts>) {
        if self.published.as_ref() != Some(&facts) {
            (self.handler)(&facts);
            self.published = Some(facts);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Event {
    Changed,
    Irrelevant,
    /// The computer goes to sleep, or wakes up.
    Sleep(Sleep),
    /// The computer has slept, says the clock.
    Slept,
    /// It is time to read everything.
    Due,
}

/// When to read everything.
#[derive(Clone, Copy, Debug)]
enum Unread {
    /// Something has changed: first and last at these times.
    Changed { first: Instant, last: Instant },
    /// A service said nothing in time, and may do so from then on.
    Service(Instant),
}

impl Unread {
    fn now() -> Self {
        let now = Instant::now();
        Self::Changed { first: now, last: now }
    }

    fn due(self) -> Instant {
        match self {
            Self::Changed { first, last } => (first + LONGEST_WAIT).min(last + QUIET),
            Self::Service(time) => time,
        }
    }

    /// Takes note of another change.
    fn changed(self) -> Self {
        match self {
            Self::Changed { first, .. } => Self::Changed { first, last: Instant::now() },
            Self::Service(_) => Self::now(),
        }
    }
}

impl Observer {
    async fn run(&mut self, stop: &Notify) -> io::Result<()> {
        let mut sleep = self.reader.signals.sleep.subscribe();
        let mut unread = Some(Unread::now());
        let mut is_asleep = false;
        loop {
            let due = unread.filter(|_| !is_asleep).map(Unread::due);
            let event = tokio::select! {
                biased;
                () = stop.notified() => return Ok(()),
                event = self.next(&mut sleep, due) => event?,
            };
            match event {
                Event::Irrelevant => {}
                Event::Changed => unread = Some(unread.map_or_else(Unread::now, Unread::changed)),
                Event::Sleep(Sleep { is_asleep: asleep, .. }) => {
                    is_asleep = asleep;
                    unread = Some(Unread::now());
                    self.forget();
                }
                Event::Slept => {
                    is_asleep = false;
                    unread = Some(Unread::now());
                    self.forget();
                }
                Event::Due => {
                    let is_changed = matches!(unread, Some(Unread::Changed { .. }));
                    let read = tokio::select! {
                        biased;
                        () = stop.notified() => return Ok(()),
                        read = self.read(is_changed) => read,
                    };
                    unread = read.again_at.map(Unread::Service);
                    // What was read while the computer fell asleep is not known when it wakes up.
                    if !sleep.has_changed().unwrap_or(false) {
                        self.publisher.publish(read.facts);
                    }
                }
            }
        }
    }

    /// Reads everything. If something has changed, also in the meantime, and that takes long, nothing is known until it is done.
    async fn read(&mut self, is_changed: bool) -> Read {
        let Self { kernel, reader, publisher, .. } = self;
        let mut reading = std::pin::pin!(reader.read());
        let too_long = async {
            // A service is asked again, and nothing else has changed.
            if !is_changed && let Err(error) = kernel.readable().await {
                tracing::debug!(%error, "changes are not noticed while services are asked");
            }
            sleep_until(Instant::now() + IN_FORCE).await;
        };
        tokio::select! {
            biased;
            read = &mut reading => return read,
            () = too_long => publisher.publish(Known::Unknown),
        }
        reading.await
    }

    /// Nothing that was known before the computer slept is known after it.
    fn forget(&mut self) {
        self.reader.gateways = Gateways::default();
        self.publisher.publish(Known::Unknown);
    }

    async fn next(&mut self, sleep: &mut watch::Receiver<Sleep>, due: Option<Instant>) -> io::Result<Event> {
        let Self { kernel, clock, reader: Reader { wifi, signals, gateways, .. }, .. } = self;
        let joined_or_left = async {
            match wifi {
                Some((_, announcements)) => {
                    let mut ready = announcements.readable_mut().await?;
                    let heard = nl80211::receive(ready.get_inner_mut())?;
                    if heard.is_none() {
                        ready.clear_ready();
                    }
                    Ok::<_, io::Error>(heard.unwrap_or(false))
                }
                None => pending().await,
            }
        };
        let is_due = async {
            match due {
                Some(due) => sleep_until(due).await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            changed = sleep.changed() => match changed {
                Ok(()) => Ok(Event::Sleep(*sleep.borrow_and_update())),
                Err(_) => pending().await,
            },
            // Before the announcements, so that no flood of them delays it.
            () = is_due => Ok(Event::Due),
            ready = clock.readable_mut() => {
                let mut ready = ready?;
                let change = ready.get_inner_mut().wait()?;
                ready.clear_ready();
                Ok(if matches!(change, ClockChange::Slept(_)) { Event::Slept } else { Event::Irrelevant })
            },
            ready = kernel.readable_mut() => {
                let mut ready = ready?;
                let heard = ready.get_inner_mut().receive()?;
                let changed = match heard {
                    Heard::Nothing => {
                        ready.clear_ready();
                        false
                    }
                    Heard::Lost => true,
                    Heard::Messages(bytes) => concerns(bytes, gateways),
                };
                Ok(if changed { Event::Changed } else { Event::Irrelevant })
            },
            changed = joined_or_left => Ok(if changed? { Event::Changed } else { Event::Irrelevant }),
            () = signals.changed.notified() => Ok(Event::Changed),
        }
    }
}

/// What was read.
struct Read {
    facts: Known<Facts>,
    /// When to read again although nothing changes.
    again_at: Option<Instant>,
}

/// Asks the kernel and the services.
struct Reader {
    adapter: LinuxNetworkFacts,
    netlink: Netlink,
    /// None while the kernel has no Wi-Fi.
    wifi: Option<(Nl80211, AsyncFd<Announcements>)>,
    bus: Option<Bus>,
    signals: Arc<Signals>,
    gateways: Gateways,
}

/// The kernel's description of the links, and of the Wi-Fi interfaces among them by index.
#[derive(PartialEq, Eq)]
struct FromKernel {
    interfaces: Interfaces,
    wifi: BTreeMap<u32, Option<Wifi>>,
}

/// The links of each service that runs, the preferred one first.
#[derive(Default)]
struct FromServices {
    managed: Vec<Managed>,
    /// A service did not answer in time.
    is_late: bool,
}

impl Reader {
    fn new(adapter: LinuxNetworkFacts, netlink: Netlink) -> Self {
        Self { adapter, netlink, wifi: None, bus: None, signals: Arc::new(Signals::new()), gateways: Gateways::default() }
    }

    async fn read(&mut self) -> Read {
        let mut is_late = false;
        let facts = self.describe(&mut is_late).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the networks of this computer cannot be read");
            Known::Unknown
        });
        Read { facts, again_at: is_late.then(|| Instant::now() + ASK_AGAIN) }
    }

    /// Describes one moment: if the links change while the services are asked, their answers may be about others.
    async fn describe(&mut self, is_late: &mut bool) -> io::Result<Known<Facts>> {
        let mut before = self.ask_kernel()?;
        for _ in 0..ATTEMPTS {
            let services = self.ask_services().await;
            *is_late = services.is_late;
            let after = self.ask_kernel()?;
            if before == after {
                return self.combine(before, &services.managed).map(Known::Known);
            }
            before = after;
        }
        // The last change was announced, so everything is read again.
        Ok(Known::Unknown)
    }

    fn ask_kernel(&mut self) -> io::Result<FromKernel> {
        let interfaces = links::read(&mut self.netlink, &self.adapter.sysfs)?;
        Ok(FromKernel { interfaces, wifi: self.ask_wifi() })
    }

    fn combine(&mut self, kernel: FromKernel, services: &[Managed]) -> io::Result<Facts> {
        let Interfaces { links, tunnels } = kernel.interfaces;
        let mut described: Vec<(Interface, Link)> = links
            .into_iter()
            .map(|interface| {
                let from_service = services.iter().find_map(|service| service.get(&interface.name));
                let link = describe(&interface, from_service, kernel.wifi.get(&interface.index));
                (interface, link)
            })
            .collect();
        let hops: Vec<(NextHop, Identity)> = described.iter().filter_map(|(interface, link)| next_hop(interface, link)).collect();
        let confirmed = self.gateways.look(&mut self.netlink, &hops)?;
        for (interface, link) in &mut described {
            link.gateway_mac = next_hop(interface, link).and_then(|(hop, _)| confirmed.get(&hop).copied());
        }
        let links = described.into_iter().map(|(_, link)| link).collect();
        Ok(Facts { links, other_vpn: other_vpn(&tunnels) })
    }

    async fn ask_services(&mut self) -> FromServices {
        if self.bus.as_ref().is_none_or(Bus::is_closed) {
            self.bus = match Bus::connect(&self.adapter.bus, PATIENCE, &self.signals).await {
                Ok(bus) => Some(bus),
                Err(error) => {
                    tracing::debug!(%error, "network services are not asked");
                    return FromServices { is_late: matches!(error, BusError::TimedOut), ..FromServices::default() };
                }
            };
        }
        let Some(bus) = &self.bus else { return FromServices::default() };
        let answers = tokio::join!(ask_service(bus, Service::NetworkManager), ask_service(bus, Service::Iwd));
        let mut services = FromServices::default();
        for (service, answer) in [(Service::NetworkManager, answers.0), (Service::Iwd, answers.1)] {
            match answer {
                Ok(managed) => services.managed.extend(managed),
                // It ends just now, and its name on the bus will change.
                Err(BusError::Refused(error)) => tracing::debug!(%error, ?service, "a network service refuses"),
                Err(error) => {
                    services.is_late |= matches!(error, BusError::TimedOut);
                    tracing::warn!(%error, ?service, "a network service says nothing");
                }
            }
        }
        services
    }

    /// Returns the Wi-Fi interfaces by index, with the networks that the kernel says they are in.
    fn ask_wifi(&mut self) -> BTreeMap<u32, Option<Wifi>> {
        let mut ask = || -> io::Result<_> {
            if self.wifi.is_none()
                && let Some((nl80211, announcements)) = Nl80211::open()?
            {
                self.wifi = Some((nl80211, readable(announcements)?));
            }
            self.wifi.as_mut().map_or_else(|| Ok(BTreeMap::new()), |(nl80211, _)| nl80211.read())
        };
        ask().unwrap_or_else(|error| {
            tracing::debug!(%error, "nl80211 says nothing");
            // The family has another number after its module was loaded again.
            self.wifi = None;
            BTreeMap::new()
        })
    }
}

/// Returns the links that a service manages. None: the service does not run.
async fn ask_service(bus: &Bus, service: Service) -> Result<Option<Managed>, BusError> {
    let Some(owner) = bus.owner(service) else { return Ok(None) };
    let read = async {
        match service {
            Service::NetworkManager => network_manager::read(bus, &owner).await,
            Service::Iwd => iwd::read(bus, &owner).await,
            Service::Logind => Ok(Managed::new()),
        }
    };
    let read = tokio::time::timeout(PATIENCE, read).await.map_err(|_| BusError::TimedOut)?;
    read.map(Some)
}

/// Waits for a descriptor to become readable, on the runtime of the calling thread.
fn readable<T: OwnsDescriptor>(inner: T) -> io::Result<AsyncFd<T>> {
    // SAFETY: the value owns its descriptor, which stays open and the same until the value is dropped.
    unsafe { AsyncFd::register_with_interest(inner, Interest::READABLE) }.map_err(io::Error::from)
}

/// A type whose values own one descriptor for as long as they exist.
trait OwnsDescriptor: AsRawFd {}

impl OwnsDescriptor for Announcements {}
impl OwnsDescriptor for ClockChanges {}

/// Returns true if one of the announcements changes a link, an address, a route or a next hop.
fn concerns(bytes: &[u8], gateways: &Gateways) -> bool {
    use netlink_packet_core::NetlinkPayload::InnerMessage;
    use netlink_packet_route::RouteNetlinkMessage::{DelNeighbour, NewNeighbour};
    netlink::messages(bytes).any(|message| match message {
        Ok((_, Some(message @ InnerMessage(NewNeighbour(_) | DelNeighbour(_))))) => gateways.concerns(&message),
        _ => true,
    })
}

/// Describes a link, without the address of its next hop. The kernel knows best which Wi-Fi network it is in; a service knows the
/// rest. `kernel`: None if nl80211 does not know the interface.
fn describe(interface: &Interface, service: Option<&FromService>, kernel: Option<&Option<Wifi>>) -> Link {
    let kind = service.and_then(|service| service.kind);
    let kind = if kernel.is_some() { LinkKind::Wifi } else { kind.unwrap_or(interface.kind) };
    let of_service = service.and_then(|service| service.wifi.clone());
    let wifi = match kernel {
        Some(kernel) => kernel.clone().map(|kernel| complete(kernel, of_service)),
        None => of_service,
    };
    Link {
        interface: interface.name.clone(),
        carrier_changes: interface.carrier_changes,
        kind,
        is_default: interface.is_default,
        wifi: wifi.filter(|_| kind == LinkKind::Wifi),
        gateway_mac: None,
        subnets: interface.subnets.clone(),
        dns_suffixes: service.map(|service| service.dns_suffixes.clone()).unwrap_or_default(),
        metered: service.map(|service| service.metered).unwrap_or_default(),
        portal: service.map(|service| service.portal).unwrap_or_default(),
    }
}

/// Completes the kernel's description by the service's, if both are about the association with one access point: a service may
/// still describe the one before.
fn complete(kernel: Wifi, service: Option<Wifi>) -> Wifi {
    let is_same = |service: &Wifi| {
        let has_same_name = kernel.ssid.is_none() || service.ssid.is_none() || kernel.ssid == service.ssid;
        kernel.bssid.is_some() && kernel.bssid == service.bssid && has_same_name
    };
    match service.filter(is_same) {
        Some(service) => {
            Wifi { ssid: kernel.ssid.or(service.ssid), bssid: kernel.bssid, security: kernel.security.or(service.security) }
        }
        None => kernel,
    }
}

fn next_hop(interface: &Interface, link: &Link) -> Option<(NextHop, Identity)> {
    let wifi = link.wifi.clone().unwrap_or_default();
    let identity = Identity { carrier_changes: interface.carrier_changes, ssid: wifi.ssid, bssid: wifi.bssid };
    Some((NextHop { interface: interface.index, address: interface.gateway? }, identity))
}

/// Returns true if a tunnel is not one of Adit's, of any process.
fn other_vpn(tunnels: &BTreeSet<String>) -> Known<bool> {
    if tunnels.is_empty() {
        return Known::Known(false);
    }
    match leftovers::in_use() {
        Ok(ours) => Known::Known(tunnels.iter().any(|tunnel| !ours.iter().any(|used| used.name.as_str() == tunnel))),
        Err(error) => {
            tracing::debug!(%error, "the tunnels of Adit are not known");
            Known::Unknown
        }
    }
}

#[cfg(test)]
mod tests;
