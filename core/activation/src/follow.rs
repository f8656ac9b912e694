//! Lets a tunnel that is up follow the network. When routes change, its peers learn the new address by a handshake, and the MTU
//! is adapted to the path. Endpoint names are resolved again, outside the tunnel. `adit up` and the service use it in the same
//! way: both pass on the signals that they get ([`Active::hear`]) and call [`Active::follow`] when [`Active::follow_due`] says
//! so. `adit proxy` does too, but its MTU stays the same.

mod schedule;

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use adit_config::Host;
use adit_platform::device::Stop;
use adit_platform::network::{EndpointRoute, NetworkChange, NetworkError, NetworkEvents};
use adit_protocol::{Event, Instant, PublicKey};

use self::schedule::{Schedule, Subject, Task};
use super::active::Active;
use super::error::ActivationError;
use super::kill_switch::Outside;
use super::progress::{Nobody, PeerLabel, Progress};
use super::resolve::{Candidates, Lookup, Patience, Resolver};

/// An event that concerns a tunnel that is up.
#[derive(Clone, Debug)]
pub enum Signal {
    /// The engine reported an event.
    Engine(Event),
    /// Links, addresses or routes of this computer changed.
    NetworkChanged,
    /// The computer has slept.
    Woke,
    /// A name look-up has ended.
    LookedUp(LookedUp),
}

/// The result of a look-up.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// The peer whose endpoint has the name.
    pub peer: PublicKey,
    /// The peer's addresses, or why there are none.
    result: Result<Candidates, String>,
}

/// Receives signals, on any thread; must not block.
pub type Observer = Box<dyn Fn(&Signal) + Send + Sync>;

/// The state of following the network: the schedule, and the routes at the last check.
pub(super) struct Follower {
    schedule: Schedule,
    signals: Arc<Observer>,
    /// True if the set of peers may differ from the one in the schedule.
    is_outdated: bool,
    /// True if the tunnel has a new private key that the schedule does not know yet.
    has_new_key: bool,
    /// Each peer's address at the last check, and the route to it.
    routes: HashMap<PublicKey, (IpAddr, Option<EndpointRoute>)>,
    /// True if a failure to follow the network was already reported.
    is_failing: bool,
}

impl Follower {
    pub(super) fn telling(signals: Arc<Observer>) -> Self {
        Self {
            schedule: Schedule::default(),
            signals,
            is_outdated: true,
            has_new_key: false,
            routes: HashMap::new(),
            is_failing: false,
        }
    }

    /// Notes that peers or their addresses have changed.
    pub(super) fn peers_changed(&mut self) {
        self.is_outdated = true;
    }

    /// Notes that the tunnel has another private key.
    pub(super) fn key_changed(&mut self) {
        self.has_new_key = true;
    }

    /// Returns true while names are being looked up.
    pub(super) fn is_looking_up(&self) -> bool {
        self.schedule.running() > 0
    }
}

/// The engine's view of the network's announcements. Passes each one to the observer as well.
pub(super) struct Overheard {
    pub(super) events: Box<dyn NetworkEvents>,
    pub(super) signals: Arc<Observer>,
}

impl NetworkEvents for Overheard {
    fn next(&mut self, stop: &dyn Stop, patience: Option<Duration>) -> std::io::Result<Option<NetworkChange>> {
        let next = self.events.next(stop, patience)?;
        if next.is_some() {
            (self.signals)(&Signal::NetworkChanged);
        }
        Ok(next)
    }
}

impl Active {
    /// Handles a signal at `now` (on any monotonic clock, always the same one). Returns true if the tunnel's view has changed.
    pub fn hear(&mut self, signal: &Signal, now: Instant) -> bool {
        let is_different = self.watch_peers(now);
        let has_moved = match signal {
            Signal::Engine(event) => {
                self.follower.schedule.note(event, now);
                match event {
                    Event::Roamed { peer, endpoint } => self.has_moved(peer, *endpoint),
                    _ => false,
                }
            }
            Signal::NetworkChanged => {
                self.follower.schedule.network_changed();
                false
            }
            Signal::Woke => {
                self.follower.schedule.woke();
                false
            }
            Signal::LookedUp(LookedUp { peer, result }) => {
                self.was_looked_up(peer, result, now);
                false
            }
        };
        is_different || has_moved
    }

    /// Returns when to call [`Active::follow`] next, on the clock of [`Active::hear`]; None: after the next signal.
    pub fn follow_due(&self) -> Option<Instant> {
        self.follower.schedule.due()
    }

    /// Runs the tasks that are due at `now`; does not block for long. Failures are reported. Returns true if the tunnel's view
    /// has changed.
    pub fn follow(&mut self, now: Instant) -> bool {
        let mut is_different = self.watch_peers(now);
        let tasks = self.follower.schedule.take(now);
        for task in tasks {
            is_different |= self.carry_out_task(task, now);
        }
        is_different
    }

    fn carry_out_task(&mut self, task: Task, now: Instant) -> bool {
        let running = self.running.clone();
        match (task, running) {
            (Task::LookAtRoutes, _) => return self.look_at_routes(now),
            (Task::LookUp(peer), _) => self.look_up(peer, now),
            (Task::EndSessions, Some(running)) => running.end_sessions(),
            (Task::Probe(peers), Some(running)) => {
                self.reporter.report(&Progress::PathChanged { peers: peers.len() });
                running.path_changed(&peers);
            }
            (Task::AskAboutNewKey(peers), Some(running)) => running.path_changed(&peers),
            (Task::Ask(peer), Some(running)) => running.initiate(&[peer]),
            (Task::AlsoAsk(peer, address), Some(running)) => running.also_ask(&peer, address),
            (Task::EndSessions | Task::Probe(_) | Task::AskAboutNewKey(_) | Task::Ask(_) | Task::AlsoAsk(..), None) => {}
        }
        false
    }

    /// Updates the schedule's set of peers. Returns true if the tunnel's view has changed.
    fn watch_peers(&mut self, now: Instant) -> bool {
        if !std::mem::take(&mut self.follower.is_outdated) {
            return false;
        }
        let present = self.present_endpoints();
        let dialed = self.now.config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?)));
        let subjects: Vec<Subject> = dialed
            .map(|(peer, endpoint)| Subject {
                peer,
                has_name: matches!(endpoint.host, Host::Name(_)),
                candidates: self.now.candidates.get(&peer).cloned().unwrap_or_default(),
                present: present.get(&peer).copied(),
            })
            .collect();
        if let Some(running) = &self.running {
            let named: Vec<PublicKey> = subjects.iter().filter(|subject| subject.has_name).map(|subject| subject.peer).collect();
            running.doubt_early(&named);
        }
        let watched: BTreeSet<PublicKey> = subjects.iter().map(|subject| subject.peer).collect();
        self.follower.routes.retain(|peer, _| watched.contains(peer));
        self.follower.schedule.watch(subjects, now);
        if std::mem::take(&mut self.follower.has_new_key) {
            self.follower.schedule.key_changed(now);
        }
        // Later checks compare routes with this one. The MTU may differ already: the path may have changed while the tunnel
        // came up.
        self.look_at_routes(now)
    }

    /// Returns the current addresses of the peers that have an endpoint in the configuration.
    fn present_endpoints(&self) -> HashMap<PublicKey, SocketAddr> {
        let dialed: BTreeSet<PublicKey> =
            self.now.config.remote_peers().filter(|peer| peer.endpoint.is_some()).map(|peer| peer.public_key).collect();
        let peers = self.view().peers.into_iter().filter(|peer| dialed.contains(&peer.public_key));
        peers.filter_map(|peer| Some((peer.public_key, peer.endpoint?))).collect()
    }

    /// Compares the routes to the peers with the earlier ones, and adapts the interface's MTU to them.
    fn look_at_routes(&mut self, now: Instant) -> bool {
        let looked = self.compare_routes(now);
        let is_failing = looked.is_err();
        let different = looked.unwrap_or_else(|error| {
            if !self.follower.is_failing {
                self.reporter.report(&Progress::CannotFollow(error.into()));
            }
            false
        });
        self.follower.is_failing = is_failing;
        different
    }

    fn compare_routes(&mut self, now: Instant) -> Result<bool, NetworkError> {
        let underlay = self.underlay();
        let mut routes: HashMap<IpAddr, Option<EndpointRoute>> = HashMap::new();
        let mut changed = Vec::new();
        for (peer, endpoint) in self.present_endpoints() {
            let address = endpoint.ip();
            let route = match routes.get(&address) {
                Some(route) => route.clone(),
                None => {
                    let route = underlay.route_to(address)?;
                    routes.insert(address, route.clone());
                    route
                }
            };
            let before = self.follower.routes.insert(peer, (address, route.clone()));
            if let Some((_, before)) = before.filter(|(at, _)| *at == address) {
                let is_same = match (&before, &route) {
                    (Some(before), Some(route)) => before.is_same_path(route),
                    (before, route) => before.is_none() && route.is_none(),
                };
                changed.extend((!is_same).then_some((peer, route.is_some())));
            }
        }
        self.follower.schedule.looked_at_routes(&changed, now);
        // A path through the tunnel itself says nothing about the MTU.
        let Some(own) = self.attachment.as_ref().map(|attachment| attachment.name()) else { return Ok(false) };
        let outside = routes.values().flatten().filter(|route| route.interface != own);
        let mtu = match outside.filter_map(|route| route.mtu).min() {
            None if routes.is_empty() => underlay.path_mtu(&[])?,
            mtu => mtu,
        };
        mtu.map_or(Ok(false), |mtu| self.follow_mtu(mtu))
    }

    /// Sets the interface's MTU to fit a path of `path_mtu` bytes, unless the configuration sets one.
    fn follow_mtu(&mut self, path_mtu: u32) -> Result<bool, NetworkError> {
        // In another network namespace the interface is not Adit's to change.
        let is_elsewhere = self.running.as_ref().is_some_and(|running| running.data_path().in_other_namespace);
        let attachment = self.attachment.as_mut().filter(|_| !is_elsewhere);
        let changed = attachment.map_or(Ok(None), |attachment| attachment.follow_path_mtu(path_mtu))?;
        let Some((from, to)) = changed else { return Ok(false) };
        self.reporter.report(&Progress::MtuChanged { from, to });
        Ok(true)
    }

    /// Starts to resolve a peer's name on its own thread.
    fn look_up(&mut self, peer: PublicKey, now: Instant) {
        let endpoint =
            self.now.config.peers.iter().find(|known| known.public_key == peer).and_then(|known| known.endpoint.clone());
        let Some(endpoint) = endpoint else { return };
        // Lets the queries, and nothing else, pass the kill switch.
        if let Err(error) = self.follow_peers() {
            self.reporter.report(&Progress::CannotFollow(error));
        }
        let resolver = self.resolver_outside();
        let (shutdown, signals) = (self.shutdown.clone(), Arc::clone(&self.follower.signals));
        let work = move || {
            let lookup = Lookup { resolver: &resolver, patience: Patience::Retries(0), shutdown: &shutdown, reporter: &Nobody };
            let result = lookup.find(&endpoint).map_err(|error| chain(&error));
            signals(&Signal::LookedUp(LookedUp { peer, result }));
        };
        if let Err(error) = thread::Builder::new().name("look-up".into()).spawn(work) {
            self.was_looked_up(&peer, &Err(error.to_string()), now);
        }
    }

    /// Returns a resolver that asks outside the tunnel. A tunnel without an interface does not affect the system's resolver,
    /// which is used then.
    pub(super) fn resolver_outside(&self) -> Arc<dyn Resolver> {
        match &self.attachment {
            Some(attachment) => Outside::of(&self.platform, attachment.underlay()),
            None => Arc::clone(&self.platform.resolver),
        }
    }

    fn was_looked_up(&mut self, peer: &PublicKey, result: &Result<Candidates, String>, now: Instant) {
        let next = self.follower.schedule.looked_up(peer, result.as_ref().ok(), now);
        match result {
            Ok(found) => drop(self.now.candidates.insert(*peer, found.clone())),
            Err(error) => {
                let peer = PeerLabel::of(*peer, &self.now.config);
                self.reporter.report(&Progress::EndpointUnknown { peer, error: error.clone() });
            }
        }
        // Opens the kill switch for the new addresses before they are tried, and closes it for queries.
        if let Err(error) = self.follow_peers() {
            self.reporter.report(&Progress::CannotFollow(error));
        }
        if let Some(task) = next {
            self.carry_out_task(task, now);
        }
    }

    /// Handles a peer that was heard at another address. Returns true if its endpoint's name has that address.
    fn has_moved(&mut self, peer: &PublicKey, endpoint: SocketAddr) -> bool {
        if !self.now.candidates.get(peer).is_some_and(|known| known.addresses.contains(&endpoint)) {
            return false;
        }
        let mut told =
            self.now.update.peers.iter_mut().filter(|told| told.public_key == *peer && told.endpoint != Some(endpoint));
        let Some(told) = told.next() else { return false };
        told.endpoint = Some(endpoint);
        self.reporter.report(&Progress::EndpointMoved { peer: PeerLabel::of(*peer, &self.now.config), endpoint });
        true
    }
}

/// Formats an error with all its causes.
fn chain(error: &ActivationError) -> String {
    let reasons = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    reasons.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
