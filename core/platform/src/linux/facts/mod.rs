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
use std::path::PathBuf;
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
/// Timeout of each request to a service, and of all requests to one service.
const PATIENCE: Duration = Duration::from_secs(5);

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
                netlink,
                adapter,
                handler,
                wifi: None,
                bus: None,
                signals: Arc::new(Signals::new()),
                gateways: Gateways::default(),
                published: None,
            };
            let result = observer.run(&stopped).await;
            if result.is_err() {
                observer.publish(Known::Unknown);
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

struct Observer {
    kernel: AsyncFd<Announcements>,
    clock: AsyncFd<ClockChanges>,
    netlink: Netlink,
    adapter: LinuxNetworkFacts,
    handler: FactsHandler,
    /// None while the kernel has no Wi-Fi.
    wifi: Option<(Nl80211, AsyncFd<Announcements>)>,
    bus: Option<Bus>,
    signals: Arc<Signals>,
    gateways: Gateways,
    published: Option<Known<Facts>>,
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

impl Observer {
    async fn run(&mut self, stop: &Notify) -> io::Result<()> {
        let mut sleep = self.signals.sleep.subscribe();
        // The first and the last change that have not been read yet.
        let mut unread = Some((Instant::now(), Instant::now()));
        let mut is_asleep = false;
        loop {
            let due = unread.filter(|_| !is_asleep).map(|(first, last)| (first + LONGEST_WAIT).min(last + QUIET));
            let event = tokio::select! {
                biased;
                () = stop.notified() => return Ok(()),
                event = self.next(&mut sleep, due) => event?,
            };
            match event {
                Event::Irrelevant => {}
                Event::Changed => {
                    let now = Instant::now();
                    unread = Some((unread.map_or(now, |(first, _)| first), now));
                }
                Event::Sleep(Sleep { is_asleep: asleep, .. }) => {
                    is_asleep = asleep;
                    unread = Some((Instant::now(), Instant::now()));
                    self.publish(Known::Unknown);
                }
                Event::Slept => {
                    is_asleep = false;
                    unread = Some((Instant::now(), Instant::now()));
                    self.publish(Known::Unknown);
                }
                Event::Due => {
                    unread = None;
                    let facts = tokio::select! {
                        biased;
                        () = stop.notified() => return Ok(()),
                        facts = self.read() => facts,
                    };
                    // What was read while the computer fell asleep is not known when it wakes up.
                    if !sleep.has_changed().unwrap_or(false) {
                        self.publish(facts);
                    }
                }
            }
        }
    }

    async fn next(&mut self, sleep: &mut watch::Receiver<Sleep>, due: Option<Instant>) -> io::Result<Event> {
        let Self { kernel, clock, wifi, signals, gateways, .. } = self;
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

    fn publish(&mut self, facts: Known<Facts>) {
        if self.published.as_ref() != Some(&facts) {
            (self.handler)(&facts);
            self.published = Some(facts);
        }
    }

    async fn read(&mut self) -> Known<Facts> {
        match self.describe().await {
            Ok(facts) => Known::Known(facts),
            Err(error) => {
                tracing::warn!(%error, "the networks of this computer cannot be read");
                Known::Unknown
            }
        }
    }

    async fn describe(&mut self) -> io::Result<Facts> {
        let Interfaces { links, tunnels } = links::read(&mut self.netlink, &self.adapter.sysfs)?;
        let services = self.ask_services().await;
        let wifi = self.ask_wifi();
        let mut described: Vec<(Interface, Link)> = links
            .into_iter()
            .map(|interface| {
                let from_service = services.iter().find_map(|service| service.get(&interface.name));
                let link = describe(&interface, from_service, wifi.get(&interface.index));
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

    /// Returns the links of each service that runs, the preferred one first.
    async fn ask_services(&mut self) -> Vec<Managed> {
        if self.bus.as_ref().is_none_or(Bus::is_closed) {
            self.bus = match Bus::connect(&self.adapter.bus, PATIENCE, &self.signals).await {
                Ok(bus) => Some(bus),
                Err(error) => {
                    tracing::debug!(%error, "network services are not asked");
                    None
                }
            };
        }
        let Some(bus) = &self.bus else { return Vec::new() };
        let mut described = Vec::new();
        for service in [Service::NetworkManager, Service::Iwd] {
            let Some(owner) = bus.owner(service) else { continue };
            let read = async {
                match service {
                    Service::NetworkManager => network_manager::read(bus, &owner, PATIENCE).await,
                    Service::Iwd => iwd::read(bus, &owner).await,
                    Service::Logind => Ok(Managed::new()),
                }
            };
            match read.await {
                Ok(managed) => described.push(managed),
                // It ends just now, and its name on the bus will change.
                Err(BusError::Refused(error)) => tracing::debug!(%error, ?service, "a network service refuses"),
                Err(error) => tracing::warn!(%error, ?service, "a network service says nothing"),
            }
        }
        described
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
/// rest.
fn describe(interface: &Interface, service: Option<&FromService>, kernel: Option<&Option<Wifi>>) -> Link {
    let kind = service.and_then(|service| service.kind);
    let kind = if kernel.is_some() { LinkKind::Wifi } else { kind.unwrap_or(interface.kind) };
    let wifi = merge(kernel.cloned().flatten(), service.and_then(|service| service.wifi.clone()));
    Link {
        interface: interface.name.clone(),
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

/// Completes the kernel's description by the service's, if both name the same network.
fn merge(kernel: Option<Wifi>, service: Option<Wifi>) -> Option<Wifi> {
    match (kernel, service) {
        (Some(kernel), Some(service)) if kernel.ssid.is_none() || kernel.ssid == service.ssid => {
            let same_access_point = kernel.bssid.is_none() || kernel.bssid == service.bssid;
            let of_service = service.security.filter(|_| same_access_point);
            Some(Wifi {
                ssid: kernel.ssid.or(service.ssid),
                bssid: kernel.bssid.or(service.bssid),
                security: kernel.security.or(of_service),
            })
        }
        (kernel, service) => kernel.or(service),
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
