//! The on-demand rules: what they are, what they decide about the present networks, and how that is carried out.
//!
//! [`adit_rules::Controller`] decides in virtual time. [`Desk`] owns it with everything that decisions depend on; requests and the
//! adapter tell it what happened. One thread polls it when something becomes due, and brings the tunnels into the state that it wants
//! (`plan.rs`, `carry_out.rs`, `turn.rs`), through the same steps as a user's requests.
//!
//! The lock of the desk comes after those of the store and before that of `tunnels`, and is held while neither a tunnel's turn nor a
//! slow operation is waited for.

mod by_hand;
mod carry_out;
mod diagnostics;
mod endpoints;
mod facts;
mod forms;
mod methods;
mod plan;
mod stored;
mod turn;
mod views;
mod wish;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use adit_api::{ApiError, Event, LogCode, LogText, RuleSource, TunnelId};
use adit_home::{HomeProbe, Homes};
use adit_platform::network_facts::{self as port, FactsWatch, Known, NetworkFacts};
use adit_protocol::{Event as EngineEvent, Instant};
use adit_rules::controller::{Clock as At, Command, Input, PortalEnd, Target, UserAction};
use adit_rules::facts::{Facts, ProbeResult};
use adit_rules::{Controller, Name, RuleSet, Tunnel, Tunnels};

use super::Inner;
use super::clock::Clock;
use super::endpoints::Endpoints;
use super::inbox::{Deliver, Delivery, Inbox};
use super::state::State;
use stored::Stored;
pub(super) use wish::{SharedWish, Wish};

/// The time until a failed attempt to observe the networks is repeated.
const WATCH_AGAIN: Duration = Duration::from_secs(10);

/// The rules of the manager.
pub(super) struct Rules {
    desk: Mutex<Desk>,
    /// Held while the rules are being replaced.
    editing: Mutex<()>,
    /// Held while wishes are set.
    settling: Mutex<()>,
    heard: Inbox<Heard>,
    clock: Arc<dyn Clock>,
    source: Option<Arc<dyn NetworkFacts>>,
    home_probe: Option<Arc<dyn HomeProbe>>,
    watch: Mutex<Option<FactsWatch>>,
    /// Why the networks cannot be observed, and when that is tried again.
    watch_again: Mutex<Option<(String, Instant)>>,
}

/// A message to the thread of the rules.
enum Heard {
    /// A tunnel, the rules or the networks have changed.
    Change,
    End,
}

impl Deliver for Heard {
    type Key = ();

    fn delivery(&self) -> Delivery<()> {
        match self {
            Self::Change => Delivery::Event(()),
            Self::End => Delivery::First,
        }
    }
}

/// The rules, what they depend on, and what they want.
struct Desk {
    stored: Stored,
    /// True if the file could not be read at the start.
    is_broken: bool,
    controller: Controller,
    tunnels: Tunnels,
    ids: BTreeMap<Name, TunnelId>,
    /// The last observation of the adapter.
    observed: Option<port::Facts>,
    /// Asks the networks whether they are home; None before the start, and where nothing can ask.
    homes: Option<Homes>,
    /// The state to establish.
    target: Option<Target>,
    /// The tunnels that a target wanted up, which go down when none does any more.
    were_up: BTreeSet<Name>,
    orders: Vec<Order>,
    /// The tunnels that a request is turning on or off now.
    in_hand: BTreeMap<TunnelId, u32>,
    /// The attempts to bring tunnels up that the rules have begun, so that each is begun once.
    attempts: BTreeMap<TunnelId, Attempt>,
    /// The tunnels under `leave` whose attempt was ended so that the next one closes the kill switch first.
    to_begin: BTreeSet<TunnelId>,
    /// The errors because of which kill switches are open that the tunnels' own settings want closed, as far as they were logged.
    unclosed: BTreeMap<TunnelId, ApiError>,
    /// The tunnels that do not have the wanted allowed IPs and endpoints.
    unrouted: BTreeMap<TunnelId, Unrouted>,
    /// Counts changes of the rules and networks.
    epoch: u64,
}

/// An attempt to bring a tunnel up.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Attempt {
    version: u64,
    is_approved: bool,
    epoch: u64,
    /// The error that was logged.
    error: Option<ApiError>,
    /// True once the tunnel has been up: what fails later is another attempt.
    has_come_up: bool,
}

/// A failure to give a tunnel the wanted allowed IPs and endpoints.
struct Unrouted {
    /// The error, which was logged.
    error: ApiError,
    /// The pause before the next attempt, which doubles with each look-up that fails.
    pause: Duration,
    retry_at: Instant,
    /// True if something else is wanted since.
    is_outdated: bool,
}

impl Unrouted {
    /// Returns true if another attempt would only ask a name server again.
    fn has_to_wait(&self, now: Instant) -> bool {
        !self.is_outdated && now < self.retry_at && matches!(self.error, ApiError::Unresolved { .. })
    }
}

/// Something to do once.
enum Order {
    TurnOn(Name),
    TurnOff(Name),
    NextEndpoint(Name),
    FirstEndpoint(Name),
    NextRound(Name),
}

impl Rules {
    pub(super) fn new(
        clock: Arc<dyn Clock>,
        source: Option<Arc<dyn NetworkFacts>>,
        home_probe: Option<Arc<dyn HomeProbe>>,
    ) -> Self {
        Self {
            desk: Mutex::new(Desk::new()),
            editing: Mutex::default(),
            settling: Mutex::default(),
            heard: Inbox::new(Arc::clone(&clock)),
            clock,
            source,
            home_probe,
            watch: Mutex::default(),
            watch_again: Mutex::default(),
        }
    }

    /// Lets the thread look at the tunnels again. Does not block.
    pub(super) fn look(&self) {
        self.heard.push(Heard::Change);
    }

    /// Makes the thread read the clock again, which may have jumped.
    pub(super) fn reread_clock(&self) {
        self.heard.reread_clock();
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch_again(&self) -> MutexGuard<'_, Option<(String, Instant)>> {
        self.watch_again.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self) -> At {
        At { now: self.clock.now(), local: self.clock.local() }
    }
}

impl Desk {
    fn new() -> Self {
        Self {
            stored: Stored::none(),
            is_broken: false,
            controller: Controller::new(RuleSet::default(), Tunnels::default()),
            tunnels: Tunnels::default(),
            ids: BTreeMap::new(),
            observed: None,
            homes: None,
            target: None,
            were_up: BTreeSet::new(),
            orders: Vec::new(),
            in_hand: BTreeMap::new(),
            attempts: BTreeMap::new(),
            to_begin: BTreeSet::new(),
            unclosed: BTreeMap::new(),
            unrouted: BTreeMap::new(),
            epoch: 0,
        }
    }

    fn set(&self) -> &RuleSet {
        &self.stored.set
    }

    fn are_active(&self) -> bool {
        !self.set().is_empty()
    }

    /// Returns the facts at this time; None if nothing is known.
    fn facts(&self, at: At) -> Option<Facts> {
        let observed = self.observed.as_ref()?;
        Some(match &self.homes {
            Some(homes) => homes.facts(observed, at.local),
            None => adit_home::facts(observed, at.local, |_| ProbeResult::NotAsked),
        })
    }

    /// Has the present networks asked for the homes of the present rules.
    fn ask_homes(&self) {
        let Some(homes) = &self.homes else { return };
        homes.set(&self.observed.clone().map_or(Known::Unknown, Known::Known), self.set());
    }

    /// Returns the epoch while there is nothing to do: there are no rules, and no tunnel waits for a time.
    fn idle_epoch(&self) -> Option<u64> {
        let is_idle = !self.are_active() && !self.is_broken && self.orders.is_empty() && self.controller.next_wake().is_none();
        is_idle.then_some(self.epoch)
    }

    /// Lets the next attempt to give a tunnel its allowed IPs and endpoints follow at once.
    fn route_at_once(&mut self, id: TunnelId) {
        if let Some(unrouted) = self.unrouted.get_mut(&id) {
            unrouted.is_outdated = true;
        }
    }

    fn name_of(&self, id: TunnelId) -> Option<&Name> {
        self.ids.iter().find(|(_, other)| **other == id).map(|(name, _)| name)
    }

    /// Returns the names of the networks for the log.
    fn networks(&self, at: At) -> Vec<LogText> {
        let facts = self.facts(at);
        let named = |link: &adit_rules::Link| match link.ssid() {
            Some(ssid) => LogText::of(format!("{} ({ssid})", link.interface)),
            None => LogText::of(&link.interface),
        };
        facts.iter().flat_map(Facts::deciding_links).map(named).collect()
    }
}

impl Inner {
    /// Reads the rules, and decides for the first time, while nothing is known about the networks.
    pub(super) fn begin_rules(&self) {
        let read = Stored::read(self.store().folder());
        let (stored, is_broken) = match read {
            Ok(stored) => (stored, false),
            Err(error) => {
                self.event_log.write(None, LogCode::RulesBroken { error: error.into() });
                (self.instead_of_broken_rules(), true)
            }
        };
        let mut desk = self.rules.desk();
        let (tunnels, ids) = self.rule_tunnels();
        desk.controller = Controller::new(stored.set.clone(), tunnels.clone());
        (desk.stored, desk.is_broken, desk.tunnels, desk.ids) = (stored, is_broken, tunnels, ids);
        let commands = desk.controller.poll(self.rules.at());
        self.take(&mut desk, commands, false);
    }

    /// Starts to observe the networks, and the thread that carries out what the rules want.
    pub(super) fn start_rules(self: &Arc<Self>) {
        if let Err(error) = self.spawn("rules", |inner| inner.run_rules()) {
            self.event_log.write(None, LogCode::NetworksUnknown { error: LogText::of(error) });
        }
        self.start_homes();
        self.watch_networks();
    }

    fn start_homes(self: &Arc<Self>) {
        let Some(probe) = &self.rules.home_probe else { return };
        let inner = Arc::downgrade(self);
        let changed = Box::new(move || {
            if let Some(inner) = inner.upgrade() {
                inner.hear_of_homes();
            }
        });
        match Homes::start(Arc::clone(probe), changed) {
            Ok(homes) => {
                let mut desk = self.rules.desk();
                desk.homes = Some(homes);
                desk.ask_homes();
            }
            Err(error) => self.event_log.write(None, LogCode::NetworksUnknown { error: LogText::of(error) }),
        }
    }

    /// Ends what [`Inner::start_rules`] started.
    pub(super) fn end_rules(&self) {
        drop(self.rules.watch.lock().unwrap_or_else(PoisonError::into_inner).take());
        // Its thread, which may wait for the desk, ends before this one goes on.
        let homes = self.rules.desk().homes.take();
        drop(homes);
        self.rules.heard.push(Heard::End);
    }

    fn watch_networks(self: &Arc<Self>) {
        let Some(source) = &self.rules.source else { return };
        let inner = Arc::downgrade(self);
        let handler = Box::new(move |facts: &Known<port::Facts>| {
            if let Some(inner) = inner.upgrade() {
                inner.hear_of_networks(facts);
            }
        });
        match source.watch(handler) {
            Ok(watch) => {
                *self.rules.watch_again() = None;
                *self.rules.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch);
            }
            Err(error) => {
                let error = error.to_string();
                let before = self.rules.watch_again().replace((error.clone(), self.clock.now() + WATCH_AGAIN));
                if before.is_none_or(|(before, _)| before != error) {
                    self.event_log.write(None, LogCode::NetworksUnknown { error: LogText::of(error) });
                }
                self.rules.look();
            }
        }
    }

    /// Tries to observe the networks again if that is due. Returns when to try next.
    fn keep_watching(self: &Arc<Self>) -> Option<Instant> {
        let due = |rules: &Rules| rules.watch_again().as_ref().map(|(_, at)| *at);
        if due(&self.rules).is_some_and(|at| at <= self.clock.now()) && !self.lock().closing {
            self.watch_networks();
        }
        due(&self.rules)
    }

    fn hear_of_networks(&self, facts: &Known<port::Facts>) {
        let at = self.rules.at();
        let mut desk = self.rules.desk();
        desk.observed = match facts {
            Known::Unknown => None,
            Known::Known(facts) => Some(facts.clone()),
        };
        desk.epoch += 1;
        desk.ask_homes();
        let input = desk.facts(at).map_or(Input::FactsLost, Input::Facts);
        self.tell_desk(&mut desk, input, false);
        self.portal.look();
    }

    /// Decides anew because a home has answered, or no longer does.
    fn hear_of_homes(&self) {
        let at = self.rules.at();
        let mut desk = self.rules.desk();
        let Some(facts) = desk.facts(at) else { return };
        desk.epoch += 1;
        self.tell_desk(&mut desk, Input::Facts(facts), false);
    }

    /// Forgets what was known about the networks before the computer slept, and observes them anew.
    pub(super) fn rules_have_slept(self: &Arc<Self>) {
        if self.rules.source.is_none() {
            return;
        }
        drop(self.rules.watch.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.hear_of_networks(&Known::Unknown);
        self.watch_networks();
    }

    /// Notes whether a tunnel's server answers.
    pub(super) fn rules_hear(&self, id: TunnelId, event: &EngineEvent) {
        let input = match event {
            EngineEvent::HandshakeCompleted { .. } => Input::Answered,
            EngineEvent::PeerSilent { .. } | EngineEvent::HandshakeGivenUp { .. } => Input::Unanswered,
            EngineEvent::HandshakeStarted { attempt, .. } if *attempt > 1 => Input::Unanswered,
            _ => return,
        };
        let mut desk = self.rules.desk();
        let Some(name) = desk.name_of(id).cloned() else { return };
        let has_several_endpoints = desk.tunnels.get(&name).is_some_and(|tunnel| tunnel.endpoints > 1);
        if desk.set().failover.is_none() && !has_several_endpoints {
            return;
        }
        self.tell_desk(&mut desk, input(name), false);
    }

    /// Forgets that a tunnel's server did not answer, because the tunnel went down or has other endpoints.
    pub(super) fn rules_forget_silence(&self, id: TunnelId) {
        let mut desk = self.rules.desk();
        if let Some(name) = desk.name_of(id).cloned() {
            self.tell_desk(&mut desk, Input::Restarted(name), false);
        }
    }

    /// Tells the controller what happened, and wakes the thread that carries out the consequences.
    fn tell_desk(&self, desk: &mut Desk, input: Input, is_by_hand: bool) {
        let (chosen, had_pause) = (chosen(desk), desk.controller.has_pause());
        let commands = desk.controller.handle(self.rules.at(), input);
        self.note_ends(desk, &chosen, had_pause);
        self.take(desk, commands, is_by_hand);
        self.sink.publish(Event::RulesChanged { revision: desk.stored.revision });
        self.rules.look();
    }

    /// Tells the controller what a user wants that is carried out elsewhere.
    pub(super) fn tell_desk_by_hand(&self, input: Input) {
        self.tell_desk(&mut self.rules.desk(), input, true);
    }

    /// Returns the interface of the network whose captive portal the system has found.
    pub(super) fn captive_interface(&self) -> Option<String> {
        self.rules.desk().controller.captive_link().map(|link| link.interface.clone())
    }

    /// Does what has become due, with the tunnels as they are now.
    fn poll_rules(&self) {
        let mut desk = self.rules.desk();
        // Read while the desk is locked, so that nobody replaces newer tunnels by older ones.
        let (tunnels, ids) = self.rule_tunnels();
        let (chosen, had_pause) = (chosen(&desk), desk.controller.has_pause());
        let at = self.rules.at();
        let mut commands = Vec::new();
        if desk.tunnels != tunnels {
            desk.were_up.retain(|name| ids.contains_key(name));
            (desk.tunnels, desk.ids) = (tunnels.clone(), ids);
            desk.epoch += 1;
            commands.extend(desk.controller.handle(at, Input::Tunnels(tunnels)));
            if desk.is_broken {
                desk.stored = self.instead_of_broken_rules();
                let set = desk.set().clone();
                commands.extend(desk.controller.handle(at, Input::Rules(set)));
            }
        }
        commands.extend(desk.controller.poll(at));
        self.note_ends(&desk, &chosen, had_pause);
        if !commands.is_empty() {
            self.take(&mut desk, commands, false);
            self.sink.publish(Event::RulesChanged { revision: desk.stored.revision });
        }
    }

    /// Notes commands to carry out.
    fn take(&self, desk: &mut Desk, commands: Vec<Command>, is_by_hand: bool) {
        for command in commands {
            match command {
                Command::Apply(target) => {
                    if !is_by_hand && desk.are_active() {
                        self.note_action(desk, &target);
                    }
                    desk.were_up.extend(target.tunnels.iter().flatten().map(|used| used.tunnel.clone()));
                    desk.target = Some(target);
                }
                Command::TurnOn(tunnel) => desk.orders.push(Order::TurnOn(tunnel)),
                Command::TurnOff(tunnel) => {
                    if !is_by_hand && let Some(id) = desk.ids.get(&tunnel) {
                        self.note(*id, LogCode::AutoOffReached);
                    }
                    if !desk.are_active() {
                        // Without rules, nothing else ends the choice.
                        let withdraw = Input::User(UserAction::Withdraw(tunnel.clone()));
                        let _ = desk.controller.handle(self.rules.at(), withdraw);
                    }
                    desk.orders.push(Order::TurnOff(tunnel));
                }
                Command::NextEndpoint(tunnel) => desk.orders.push(Order::NextEndpoint(tunnel)),
                Command::FirstEndpoint(tunnel) => desk.orders.push(Order::FirstEndpoint(tunnel)),
                Command::NextRound(tunnel) => desk.orders.push(Order::NextRound(tunnel)),
                // The exemption has been opened by the one who told the controller, who also closes it by hand.
                Command::OpenPortal => {}
                Command::ClosePortal(PortalEnd::Asked) if is_by_hand => {}
                Command::ClosePortal(end) => self.portal.is_over(end),
            }
        }
    }

    fn note_action(&self, desk: &Desk, target: &Target) {
        let at = self.rules.at();
        let decision = desk.controller.decision(at.local);
        let up = target.tunnels.as_ref().map(|uses| uses.iter().map(|used| LogText::of(&used.tunnel)).collect());
        let by: RuleSource = views::source(desk.set(), decision.by);
        let (networks, kill_switch) = (desk.networks(at), views::switch(target.kill_switch));
        self.event_log.write(None, LogCode::RulesActed { by, networks, up, kill_switch });
    }

    /// Logs the choices and the pause that have ended.
    fn note_ends(&self, desk: &Desk, chosen_before: &[(Name, bool)], had_pause: bool) {
        let chosen = chosen(desk);
        for (name, _) in chosen_before.iter().filter(|(name, _)| !chosen.iter().any(|(other, _)| other == name)) {
            if let Some(id) = desk.ids.get(name).filter(|_| desk.are_active()) {
                self.note(*id, LogCode::ChoiceEnded);
            }
        }
        if had_pause && !desk.controller.has_pause() {
            self.event_log.write(None, LogCode::RulesResumed);
        }
    }

    /// Returns the tunnels as rules know them.
    fn rule_tunnels(&self) -> (Tunnels, BTreeMap<Name, TunnelId>) {
        let tunnels = self.lock();
        let mut known = Vec::new();
        let mut ids = BTreeMap::new();
        for (id, entry) in tunnels.entries.iter().filter(|(_, entry)| !entry.profile.is_unknown) {
            let Ok(name) = entry.profile.name.as_str().parse::<Name>() else { continue };
            // A tunnel that cannot be read may take everything.
            let saved = entry.profile.saved.as_ref();
            let full = saved.map_or(adit_rules::Families::BOTH, |saved| saved.full);
            let endpoints = saved.map_or(1, |saved| Endpoints::most(&saved.config));
            known.push(Tunnel { name: name.clone(), full, endpoints });
            ids.insert(name, *id);
        }
        (Tunnels { known, chosen: None }, ids)
    }

    /// Returns the rules that hold while the file is damaged.
    fn instead_of_broken_rules(&self) -> Stored {
        let set = self.most_protective_tunnel().map(RuleSet::fail_secure).unwrap_or_default();
        Stored::of(0, &adit_rules::text::write(&set)).unwrap_or_else(Stored::none)
    }

    /// Returns the tunnel that protects when the rules cannot be read: one with a kill switch, then one that starts at boot, then one
    /// that takes everything.
    fn most_protective_tunnel(&self) -> Option<Name> {
        let tunnels = self.lock();
        let known = tunnels.entries.values().map(|entry| &entry.profile).filter(|profile| !profile.is_unknown);
        let best = known.max_by_key(|profile| {
            let blocks = profile.own_kill_switch != adit_api::KillSwitch::Off;
            (profile.takes_all_as_saved() && blocks, profile.is_closed_from_boot(), profile.takes_all_as_saved())
        });
        best.and_then(|profile| profile.name.as_str().parse().ok())
    }

    fn run_rules(self: &Arc<Self>) {
        let mut idle_since = None;
        loop {
            let watch_at = self.keep_watching();
            let mut deadline: Option<Instant> = None;
            // Without rules, tunnels that change concern nobody here.
            if idle_since.is_none() || idle_since != self.rules.desk().idle_epoch() {
                self.poll_rules();
                let retry_at = self.carry_out();
                let desk = self.rules.desk();
                deadline = desk.controller.next_wake().into_iter().chain(retry_at).min();
                idle_since = desk.idle_epoch().filter(|_| retry_at.is_none());
            }
            if idle_since.is_some() && self.is_any_connecting() {
                // One may come up with the allowed IPs that the last rules wanted.
                idle_since = None;
            }
            match self.rules.heard.next(deadline.into_iter().chain(watch_at).min()) {
                Some(Heard::End) => return,
                Some(Heard::Change) | None => {}
            }
        }
    }
}

impl Inner {
    fn is_any_connecting(&self) -> bool {
        self.lock().entries.values().any(|entry| matches!(entry.state, State::Connecting(_)))
    }
}

fn chosen(desk: &Desk) -> Vec<(Name, bool)> {
    desk.controller.chosen().map(|(name, is_up)| (name.clone(), is_up)).collect()
}
