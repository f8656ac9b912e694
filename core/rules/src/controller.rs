//! Turns decisions into actions, in virtual time.
//!
//! Three kinds of calls, in any order: [`Controller::handle`] tells the controller what happened, [`Controller::poll`] that time
//! has passed, [`Controller::status`] asks for its state. The first two return [`Command`]s to carry out. After each call,
//! [`Controller::next_wake`] says when to call `poll`.
//!
//! - What the rules say now is never protected less than they say: a tighter target is applied at once, also in parts.
//! - A looser target is applied after two seconds in which nothing else was wanted.
//! - Other changes come at most once a second; the last one wins.
//! - While nothing is known about the networks (at the start, and after a suspend), the most protective consequence holds.
//! - What the user chose by hand holds until the computer is in another network. It holds while that is uncertain only if it does
//!   not relax.

mod failover;
mod portal;
mod status;
mod stay;
mod target;

use std::collections::BTreeMap;
use std::time::Duration;

use adit_protocol::time::Instant;

use crate::decide::{Decision, decide};
use crate::facts::{Facts, LocalTime};
use crate::identity::{Identity, Sameness};
use crate::rule::{Action, Matcher, Mode, Name, RuleSet, TunnelUse};
use crate::tunnels::Tunnels;
use failover::Failing;
use portal::Exemption;
use stay::Stay;
use target::{Base, Scale};

pub use status::{AutoOffStatus, ChoiceStatus, FailoverStatus, PauseStatus, PendingStatus, PortalStatus, Status};
pub use target::{Switch, Target};

/// Time for which a looser target must be wanted before it is applied.
pub const RELAX_AFTER: Duration = Duration::from_secs(2);

/// The shortest time between two actions of which the second does not tighten.
pub const ACTION_INTERVAL: Duration = Duration::from_secs(1);

/// The longest time for which a captive portal is exempt after the user asked for it.
pub const PORTAL_TIME: Duration = Duration::from_secs(5 * 60);

/// The time of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Monotonic time, which goes on while the computer sleeps.
    pub now: Instant,
    /// The local time.
    pub local: LocalTime,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// The networks are known, or known better.
    Facts(Facts),
    /// Nothing is known about the networks any more: the computer goes to sleep or wakes up, or the source of facts is gone.
    FactsLost,
    /// The rules have changed.
    Rules(RuleSet),
    /// The tunnels have changed.
    Tunnels(Tunnels),
    /// The user wants something.
    User(UserAction),
    /// A tunnel in use has had no answer since now.
    Unanswered(Name),
    /// A tunnel has had an answer.
    Answered(Name),
    /// A tunnel is no longer up, or has other endpoints: earlier silence says nothing about it.
    Restarted(Name),
}

/// Something that the user wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UserAction {
    /// The tunnel up, whatever the rules say, until the network changes.
    TurnOn(Name),
    /// The tunnel down, whatever the rules say, until the network changes.
    TurnOff(Name),
    /// The rules decide about the tunnel again, as before it was turned on or off by hand.
    Withdraw(Name),
    /// All tunnels of the rules down.
    Pause(Pause),
    /// The rules decide again.
    Resume,
    /// The tunnel down after this time; `None` takes that back.
    OffAfter(Name, Option<Duration>),
    /// The captive portal reachable for this time, at most [`PORTAL_TIME`]. Replaces an earlier time.
    OpenPortal(Duration),
    /// The captive portal no longer reachable.
    ClosePortal,
}

/// The length of a pause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pause {
    /// This time, in whichever network.
    For(Duration),
    /// Until the network changes.
    UntilNetworkChanges,
}

/// Something to carry out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Establish this state of tunnels and kill switch.
    Apply(Target),
    /// Bring the tunnel up with the allowed IPs of its configuration, because the user wants it and the rules leave the tunnels as
    /// they are.
    TurnOn(Name),
    /// Take the tunnel down, because the time that the user gave it is over, or because the user wants it and the rules leave the
    /// tunnels as they are. The rules may not govern it.
    TurnOff(Name),
    /// Let the tunnel try its next endpoint; the first one after the last.
    NextEndpoint(Name),
    /// Let the tunnel use its first endpoint again.
    FirstEndpoint(Name),
    /// Let the peers of the tunnel that do not answer use their first endpoint again.
    NextRound(Name),
    /// Let one process reach the captive portal, and nothing else.
    OpenPortal,
    /// Lock the captive portal out again.
    ClosePortal(PortalEnd),
}

/// The reason why a captive portal is locked out again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortalEnd {
    /// The user asked for it.
    Asked,
    /// The time is over.
    TimeOver,
    /// The computer is in another network, or nobody knows.
    NetworkChanged,
    /// The network lets traffic through.
    Passed,
}

/// The state machine. `docs/RULES.md` describes its behaviour.
#[derive(Clone, Debug)]
pub struct Controller {
    rules: RuleSet,
    tunnels: Tunnels,
    facts: Option<Facts>,
    /// The last known networks, for recognizing others.
    place: Option<Stay>,
    /// The decision of the rules when the last target was applied.
    base: Option<Base>,
    /// The target that was applied last.
    current: Option<Target>,
    /// The tunnels that are up, as of the last target that says it; `None` if none did.
    up: Option<Vec<TunnelUse>>,
    /// The tunnels that are up without a pause: those that `leave` leaves.
    left: Option<Vec<TunnelUse>>,
    last_action: Option<Instant>,
    pending: Option<Pending>,
    choices: Vec<Choice>,
    pause: Option<Paused>,
    auto_off: BTreeMap<Name, Instant>,
    failing: BTreeMap<Name, Failing>,
    exemption: Option<Exemption>,
    next_wake: Option<Instant>,
}

/// A looser target that waits.
#[derive(Clone, Debug)]
struct Pending {
    target: Target,
    since: Instant,
    due: Instant,
    /// The time of the next action: a part of the target may be due earlier.
    wake: Instant,
}

/// A tunnel that the user turned on or off by hand.
#[derive(Clone, Debug)]
struct Choice {
    tunnel: Name,
    is_up: bool,
    stay: Stay,
    until: Option<Instant>,
}

#[derive(Clone, Debug)]
enum Paused {
    Until(Instant),
    Stay(Stay),
}

impl Controller {
    /// Creates a controller that knows nothing about the networks yet. Nothing is applied before the first call of `poll` or
    /// `handle`.
    pub fn new(rules: RuleSet, tunnels: Tunnels) -> Self {
        Self {
            rules,
            tunnels,
            facts: None,
            place: None,
            base: None,
            current: None,
            up: None,
            left: None,
            last_action: None,
            pending: None,
            choices: Vec::new(),
            pause: None,
            auto_off: BTreeMap::new(),
            failing: BTreeMap::new(),
            exemption: None,
            next_wake: None,
        }
    }

    /// Tells the controller what happened, and returns what to do.
    pub fn handle(&mut self, clock: Clock, input: Input) -> Vec<Command> {
        let mut commands = Vec::new();
        let mut is_urgent = false;
        match input {
            Input::Facts(facts) => self.facts(facts, &mut commands),
            Input::FactsLost => self.facts_lost(&mut commands),
            Input::Rules(rules) => self.rules(rules, &mut commands),
            Input::Tunnels(tunnels) => self.tunnels(tunnels),
            Input::User(action) => is_urgent = self.user(clock, action, &mut commands),
            Input::Unanswered(tunnel) => self.unanswered(clock.now, &tunnel),
            Input::Answered(tunnel) => self.answered(clock.now, &tunnel),
            Input::Restarted(tunnel) => self.restarted(&tunnel),
        }
        self.advance(clock, is_urgent, &mut commands);
        commands
    }

    /// Tells the controller that time has passed, and returns what to do.
    pub fn poll(&mut self, clock: Clock) -> Vec<Command> {
        let mut commands = Vec::new();
        self.advance(clock, false, &mut commands);
        commands
    }

    /// Returns the tunnels that were turned on or off by hand.
    pub fn chosen(&self) -> impl Iterator<Item = (&Name, bool)> {
        self.choices.iter().map(|choice| (&choice.tunnel, choice.is_up))
    }

    /// Returns true if the user has paused the rules.
    pub const fn has_pause(&self) -> bool {
        self.pause.is_some()
    }

    /// Returns what holds while nothing is known about the networks.
    pub fn blind_decision(&self) -> Decision {
        decide(&self.rules, None, &self.tunnels)
    }

    /// Returns when to call `poll` next; `None` if only an event can change something. The caller also calls it when somebody has
    /// changed the computer's clock or time zone.
    pub const fn next_wake(&self) -> Option<Instant> {
        self.next_wake
    }

    /// Notes that a tunnel has another name. `rules` and `tunnels` have it already.
    pub fn rename(&mut self, rules: RuleSet, tunnels: Tunnels, old: &Name, new: &Name) {
        let rename = |name: &mut Name| {
            if name == old {
                *name = new.clone();
            }
        };
        let base = self.base.as_mut().map(|base| &mut base.target);
        let pending = self.pending.as_mut().map(|pending| &mut pending.target);
        let targets = self.current.as_mut().into_iter().chain(base).chain(pending);
        let of_targets = targets.filter_map(|target| target.tunnels.as_mut());
        let uses = of_targets.chain(self.up.as_mut()).chain(self.left.as_mut()).flatten();
        uses.for_each(|used| rename(&mut used.tunnel));
        self.choices.iter_mut().for_each(|choice| rename(&mut choice.tunnel));
        if let Some(at) = self.auto_off.remove(old) {
            self.auto_off.insert(new.clone(), at);
        }
        if let Some(failing) = self.failing.remove(old) {
            self.failing.insert(new.clone(), failing);
        }
        (self.rules, self.tunnels) = (rules, tunnels);
    }

    /// Returns the names of the tunnels that the rules govern. A target says which of them are up; the others are down.
    pub fn governed(&self) -> Vec<Name> {
        let known = self.rules.tunnels().into_iter().chain(&self.tunnels.chosen).filter_map(|name| self.tunnels.get(name));
        let mut governed: Vec<Name> = Vec::new();
        for tunnel in known {
            if !governed.contains(&tunnel.name) {
                governed.push(tunnel.name.clone());
            }
        }
        governed
    }

    fn rules(&mut self, rules: RuleSet, commands: &mut Vec<Command>) {
        if self.rules.failover != rules.failover {
            self.forgive(commands);
        }
        if self.rules.is_empty() || rules.is_empty() {
            // While the rules govern nothing, others turn the tunnels on and off.
            (self.up, self.left) = (None, None);
        }
        self.rules = rules;
    }

    fn tunnels(&mut self, tunnels: Tunnels) {
        let exists = |name: &Name| tunnels.known.iter().any(|tunnel| tunnel.name == *name);
        self.choices.retain(|choice| exists(&choice.tunnel));
        self.auto_off.retain(|name, _| exists(name));
        self.failing.retain(|name, _| exists(name));
        for uses in [&mut self.up, &mut self.left].into_iter().flatten() {
            uses.retain(|used| exists(&used.tunnel));
        }
        self.tunnels = tunnels;
    }

    fn facts(&mut self, facts: Facts, commands: &mut Vec<Command>) {
        let identity = Identity::of(&facts);
        let place = self.place.get_or_insert_with(|| Stay::new(None));
        if place.see(&identity) != Sameness::Same {
            self.place = Some(Stay::new(Some(&identity)));
            self.pending = None;
            self.forgive(commands);
            self.close_portal(PortalEnd::NetworkChanged, commands);
        }
        self.choices.retain_mut(|choice| choice.stay.see(&identity) != Sameness::Different);
        if let Some(Paused::Stay(stay)) = &mut self.pause
            && stay.see(&identity) == Sameness::Different
        {
            self.pause = None;
        }
        if let Some(end) = self.exemption.as_ref().and_then(|exemption| exemption.end(&facts)) {
            self.close_portal(end, commands);
        }
        self.facts = Some(facts);
    }

    fn facts_lost(&mut self, commands: &mut Vec<Command>) {
        self.facts = None;
        self.pending = None;
        self.stays().for_each(Stay::interrupt);
        self.close_portal(PortalEnd::NetworkChanged, commands);
    }

    fn stays(&mut self) -> impl Iterator<Item = &mut Stay> {
        let pause = match &mut self.pause {
            Some(Paused::Stay(stay)) => Some(stay),
            Some(Paused::Until(_)) | None => None,
        };
        self.choices.iter_mut().map(|choice| &mut choice.stay).chain(pause).chain(&mut self.place)
    }

    /// Notes what the user wants. Returns true if it takes effect at once, also if it relaxes.
    fn user(&mut self, clock: Clock, action: UserAction, commands: &mut Vec<Command>) -> bool {
        let is_blind = self.leaves_what_is_unknown(clock.local);
        match action {
            UserAction::TurnOn(tunnel) => {
                if let Some(tunnel) = self.choose(clock.now, &tunnel, true).filter(|_| is_blind) {
                    commands.push(Command::TurnOn(tunnel));
                }
            }
            UserAction::TurnOff(tunnel) => {
                if let Some(tunnel) = self.choose(clock.now, &tunnel, false).filter(|_| is_blind) {
                    commands.push(Command::TurnOff(tunnel));
                }
            }
            UserAction::Withdraw(tunnel) => {
                let tunnel = self.spelled(&tunnel);
                self.choices.retain(|choice| choice.tunnel != tunnel);
                return false;
            }
            UserAction::Pause(pause) => {
                self.pause = Some(match pause {
                    Pause::For(time) => Paused::Until(clock.now + time),
                    Pause::UntilNetworkChanges => Paused::Stay(self.stay()),
                });
                if is_blind {
                    commands.extend(self.governed().into_iter().map(Command::TurnOff));
                }
            }
            UserAction::Resume => {
                self.pause = None;
                self.choices.clear();
            }
            UserAction::OffAfter(tunnel, time) => {
                let Some(known) = self.tunnels.get(&tunnel) else { return false };
                match time {
                    Some(time) => self.auto_off.insert(known.name.clone(), clock.now + time),
                    None => self.auto_off.remove(&known.name),
                };
                return false;
            }
            UserAction::OpenPortal(time) => {
                self.open_portal(clock.now + time.min(PORTAL_TIME), commands);
                return false;
            }
            UserAction::ClosePortal => {
                self.close_portal(PortalEnd::Asked, commands);
                return false;
            }
        }
        true
    }

    /// Returns true if the rules leave the tunnels as they are, and nobody has said how they are, or the rules govern none. Then the
    /// wishes of the user are carried out one by one.
    fn leaves_what_is_unknown(&self, local: LocalTime) -> bool {
        (self.left.is_none() || self.rules.is_empty()) && self.decision(local).action == Action::Leave
    }

    /// Notes a choice. Returns the tunnel, unless it does not exist.
    fn choose(&mut self, now: Instant, tunnel: &Name, is_up: bool) -> Option<Name> {
        let tunnel = self.tunnels.get(tunnel).map(|known| known.name.clone())?;
        self.choices.retain(|choice| choice.tunnel != tunnel);
        self.auto_off.remove(&tunnel);
        if is_up {
            // A tunnel that is turned on during a pause ends the pause.
            self.pause = None;
        }
        let until = self.rules.manual.map(|time| now + time.duration());
        let stay = self.stay();
        self.choices.push(Choice { tunnel: tunnel.clone(), is_up, stay, until });
        Some(tunnel)
    }

    /// Returns the present network as a stay, which may be unknown.
    fn stay(&self) -> Stay {
        Stay::new(self.facts.as_ref().map(Identity::of).as_ref())
    }

    fn spelled(&self, tunnel: &Name) -> Name {
        self.tunnels.get(tunnel).map_or_else(|| tunnel.clone(), |known| known.name.clone())
    }

    /// Does what is due, and finds out when the next thing is.
    fn advance(&mut self, clock: Clock, mut is_urgent: bool, commands: &mut Vec<Command>) {
        is_urgent |= self.expire(clock.now, commands);
        let base = self.base(clock);
        if is_urgent {
            // Only the user's own wish is urgent; what the rules want meanwhile waits as usual.
            let before = self.base.get_or_insert_with(|| base.clone()).clone();
            let wanted = self.held(&before);
            if self.current.as_ref() != Some(&wanted) {
                self.apply(clock.now, wanted, commands);
            }
        }
        self.approach(clock.now, base, commands);
        self.next_wake = self.wakes(clock).min();
    }

    /// Ends what has lasted long enough. Returns true if a tunnel that the user gave a time is due to go down.
    fn expire(&mut self, now: Instant, commands: &mut Vec<Command>) -> bool {
        self.choices.retain(|choice| choice.until.is_none_or(|until| now < until));
        if matches!(self.pause, Some(Paused::Until(until)) if until <= now) {
            self.pause = None;
        }
        if self.exemption.as_ref().is_some_and(|exemption| exemption.until <= now) {
            self.close_portal(PortalEnd::TimeOver, commands);
        }
        let due: Vec<Name> = self.auto_off.iter().filter(|(_, at)| **at <= now).map(|(name, _)| name.clone()).collect();
        commands.extend(due.iter().filter_map(|tunnel| self.choose(now, tunnel, false)).map(Command::TurnOff));
        self.fail_over(now, commands);
        !due.is_empty()
    }

    /// Returns what the rules say now.
    pub fn decision(&self, local: LocalTime) -> Decision {
        let facts = self.facts.clone().map(|facts| Facts { at: local, ..facts });
        decide(&self.rules, facts.as_ref(), &self.tunnels)
    }

    /// Returns what the rules say, with other tunnels in the place of those that do not answer.
    fn base(&self, clock: Clock) -> Base {
        let mut base = Base::of(&self.decision(clock.local));
        if let Some(uses) = &mut base.target.tunnels {
            self.replace_failing(uses);
        }
        base
    }

    /// Returns the state to be in: what the rules say, changed by choices and a pause.
    fn held(&self, base: &Base) -> Target {
        let mut target = base.target.clone();
        let leaves = target.tunnels.is_none();
        let left = self.left.as_ref().filter(|_| !self.rules.is_empty());
        let Some(mut uses) = target.tunnels.take().or_else(|| left.cloned()) else { return target };
        let mut was_turned_off = false;
        for choice in self.choices.iter().filter(|choice| choice.is_up || choice.stay.is_certain()) {
            // `leave` says of no tunnel that it should be up, so turning one off contradicts nothing.
            was_turned_off |= self.apply_choice(choice, &mut uses) && !leaves;
        }
        if self.is_paused() {
            uses.clear();
            was_turned_off = true;
        }
        // The user trusts the network in place of the rules.
        if was_turned_off && base.opens_by_hand && !self.tunnels.coverage(&uses).is_untrusted() {
            target.kill_switch = Switch::Open;
        }
        target.tunnels = if leaves && self.is_untouched(&uses) { None } else { Some(uses) };
        target
    }

    /// Returns true if these tunnels are up, and no choice or pause has changed that while the rules leave the tunnels as they are.
    fn is_untouched(&self, uses: &[TunnelUse]) -> bool {
        let was_left = self.base.as_ref().is_some_and(|base| base.target.tunnels.is_none());
        let was_said = self.current.as_ref().is_some_and(|target| target.tunnels.is_some());
        self.up.as_deref() == Some(uses) && !(was_left && was_said)
    }

    fn scale(&self) -> Scale<'_> {
        Scale { tunnels: &self.tunnels, up: self.up.as_deref() }
    }

    fn is_paused(&self) -> bool {
        match &self.pause {
            Some(Paused::Until(_)) => true,
            Some(Paused::Stay(stay)) => stay.is_certain(),
            None => false,
        }
    }

    /// Adds or removes a tunnel. Returns true if it removed one.
    fn apply_choice(&self, choice: &Choice, uses: &mut Vec<TunnelUse>) -> bool {
        let is_present = uses.iter().any(|used| used.tunnel == choice.tunnel);
        if !choice.is_up {
            uses.retain(|used| used.tunnel != choice.tunnel);
            return is_present;
        }
        if !is_present && let Some(tunnel) = self.tunnels.get(&choice.tunnel) {
            // Two tunnels cannot both take everything of the same family.
            uses.retain(|used| !self.tunnels.full(used).overlaps(tunnel.full));
            uses.push(TunnelUse { tunnel: choice.tunnel.clone(), mode: Mode::AsConfigured });
        }
        false
    }

    /// Goes from the present target towards what the rules say: tightens at once, and waits before it relaxes.
    fn approach(&mut self, now: Instant, base: Base, commands: &mut Vec<Command>) {
        let goal = self.held(&base);
        let (Some(current), Some(before)) = (self.current.clone(), &self.base) else {
            self.base = Some(base);
            self.apply(now, goal, commands);
            return;
        };
        // The tighter of both in each respect. What it changes is never a risk.
        let tight = current.tightened(&goal, self.scale());
        let may_act = self.last_action.is_none_or(|last| last + ACTION_INTERVAL <= now);
        let (is_partial, is_whole) = (tight != current, tight == goal);
        let applies_part = is_partial && (may_act || tight.is_tighter_than(&current, self.scale()));
        if applies_part {
            self.base = Some(before.tightened(&base, self.scale()));
            self.apply(now, tight, commands);
        }
        if self.current.as_ref() == Some(&goal) {
            self.base = Some(base);
            self.pending = None;
            return;
        }
        let since = self.pending.as_ref().filter(|pending| pending.target == goal).map_or(now, |pending| pending.since);
        let waits_for_part = is_partial && !applies_part;
        let is_sideways = waits_for_part && is_whole;
        let rest = self.last_action.map_or(now, |last| last + ACTION_INTERVAL);
        let due = if is_sideways { rest } else { rest.max(since + RELAX_AFTER) };
        if due <= now {
            self.base = Some(base);
            self.apply(now, goal, commands);
            self.pending = None;
            return;
        }
        self.pending = Some(Pending { target: goal, since, due, wake: if waits_for_part { rest } else { due } });
    }

    fn apply(&mut self, now: Instant, target: Target, commands: &mut Vec<Command>) {
        self.last_action = Some(now);
        if let Some(uses) = &target.tunnels {
            self.up = Some(uses.clone());
            if !self.is_paused() {
                self.left = Some(uses.clone());
            }
        }
        self.current = Some(target.clone());
        commands.push(Command::Apply(target));
    }

    /// Returns all times at which something becomes due.
    fn wakes(&self, clock: Clock) -> impl Iterator<Item = Instant> {
        let pause = match self.pause {
            Some(Paused::Until(until)) => Some(until),
            Some(Paused::Stay(_)) | None => None,
        };
        let windows = self.rules.rules.iter().flat_map(|rule| &rule.when).filter_map(|condition| match &condition.is {
            Matcher::Time(windows) => windows.iter().map(|window| window.minutes_to_boundary(clock.local)).min(),
            _ => None,
        });
        let boundary = windows
            .min()
            .map(|minutes| clock.now + Duration::from_secs(u64::from(minutes) * 60 - u64::from(clock.local.second())));
        let pending = self.pending.as_ref().map(|pending| pending.wake);
        let choices = self.choices.iter().filter_map(|choice| choice.until);
        let exemption = self.exemption.as_ref().map(|exemption| exemption.until);
        choices
            .chain(self.auto_off.values().copied())
            .chain(self.failover_due())
            .chain(pause)
            .chain(boundary)
            .chain(pending)
            .chain(exemption)
    }
}
