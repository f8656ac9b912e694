//! Works out what the rules want of each tunnel.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use adit_api::TunnelId;
use adit_config::Cidr;
use adit_protocol::Instant;
use adit_rules::controller::{PauseStatus, Switch, Target};
use adit_rules::rule::{Action, Mode, TunnelUse};
use adit_rules::{Controller, Name};

use super::super::Inner;
use super::super::entry::{TunnelEntry, Tunnels};
use super::super::state::State;
use super::wish::{Cause, Wish};
use super::{Desk, views};

/// What the rules want of all tunnels.
pub(super) struct Plan {
    pub(super) wishes: BTreeMap<TunnelId, Arc<Wish>>,
    pub(super) holder: Option<TunnelId>,
    pub(super) ids: BTreeMap<Name, TunnelId>,
}

impl Inner {
    /// Works out what is wanted of each tunnel.
    pub(super) fn plan(&self) -> Plan {
        let mut desk = self.rules.desk();
        let (wishes, holder) = self.wishes(&desk);
        let is_wanted = |id: &TunnelId| wishes.get(id).is_some_and(|wish| wish.is_up == Some(true));
        desk.attempts.retain(|id, _| is_wanted(id));
        Plan { wishes, holder, ids: desk.ids.clone() }
    }

    /// Returns what is wanted of each tunnel that the rules govern, and the tunnel whose kill switch is to close, if one is.
    fn wishes(&self, desk: &Desk) -> (BTreeMap<TunnelId, Arc<Wish>>, Option<TunnelId>) {
        let nothing = (BTreeMap::new(), None);
        let Some(target) = desk.target.as_ref().filter(|_| desk.are_active()) else { return nothing };
        let governed = desk.controller.governed();
        let uses = target.tunnels.as_ref();
        let closes = target.kill_switch == Switch::Closed;
        let causes = Causes::of(desk, self.rules.at());
        let tunnels = self.lock();
        let entry = |name: &Name| tunnels.entries.get(desk.ids.get(name)?);
        let takes_all = |used: &TunnelUse| entry(&used.tunnel).is_none_or(|entry| takes_all(entry, &used.mode));
        let left = if uses.is_none() { left_up(desk, &tunnels) } else { Vec::new() };
        let holder = holder(uses.unwrap_or(&left), uses.is_none(), &governed, takes_all);
        let names = governed.iter().chain(uses.into_iter().flatten().map(|used| &used.tunnel)).chain(&desk.were_up);
        let names = names.chain(holder.as_ref().filter(|_| closes));
        let asks_home = !adit_home::home_keys(desk.set()).is_empty();
        let named: BTreeSet<&Name> = names.collect();
        // A closed kill switch of theirs would keep the home probe in.
        let is_locked = |id: &TunnelId| tunnels.entries.get(id).is_some_and(|entry| entry.profile.is_under_lockdown());
        let bystanders =
            desk.ids.iter().filter(|(name, id)| asks_home && !named.contains(name) && is_locked(id)).map(|(name, _)| name);
        let names = named.iter().copied().chain(bystanders);
        let ids: BTreeMap<&Name, TunnelId> = names.filter_map(|name| Some((name, *desk.ids.get(name)?))).collect();
        let at_boot = holder_at_boot(&desk.controller, &governed);
        let wish = |(name, id): (&&Name, &TunnelId)| {
            let is_bystander = !named.contains(name);
            let used = uses.into_iter().flatten().find(|used| used.tunnel == **name);
            let before = tunnels.entries.get(id).and_then(|entry| entry.profile.wish.as_ref());
            let mode = match (uses, used) {
                (_, Some(used)) => used.mode.clone(),
                (Some(_), None) => Mode::AsConfigured,
                (None, None) => before.map(|wish| wish.mode.clone()).unwrap_or_default(),
            };
            let wish = Wish {
                is_up: uses.filter(|_| !is_bystander).map(|_| used.is_some()),
                mode,
                // Without a tunnel that can hold the kill switch, each tunnel's own setting is what there is.
                kill_switch: if is_bystander || closes && holder.is_none() { Switch::AsTunnel } else { target.kill_switch },
                is_holder: holder.as_ref() == Some(*name),
                cannot_close: closes && holder.is_none() && !is_bystander,
                closes_at_boot: at_boot.as_ref() == Some(*name),
                asks_home,
                is_bystander,
                cause: causes.of_tunnel(name),
            };
            (*id, before.filter(|before| ***before == wish).cloned().unwrap_or_else(|| Arc::new(wish)))
        };
        let wishes = ids.iter().map(wish).collect();
        let holder = holder.as_ref().filter(|_| closes).and_then(|name| ids.get(name).copied());
        (wishes, holder)
    }
}

/// Returns the tunnel whose kill switch closes: the first that is up and takes everything, or, while none is up, the first that the
/// rules name. A kill switch cannot close around a tunnel that takes less.
///
/// `leaves` is true if the rules leave the tunnels as they are, and `uses` are those that are up.
fn holder(uses: &[TunnelUse], leaves: bool, governed: &[Name], takes_all: impl Fn(&TunnelUse) -> bool) -> Option<Name> {
    let first = || if leaves || uses.is_empty() { governed.first() } else { None };
    uses.iter().find(|used| takes_all(used)).map(|used| &used.tunnel).or_else(first).cloned()
}

/// Returns the tunnels that are up or on their way, and after them those that are to come up again.
fn left_up(desk: &Desk, tunnels: &Tunnels) -> Vec<TunnelUse> {
    let entries = || desk.ids.iter().filter_map(|(name, id)| Some((name, tunnels.entries.get(id)?)));
    let is_there = |entry: &TunnelEntry| matches!(entry.state, State::Up(_) | State::Connecting(_));
    let comes_back = |entry: &TunnelEntry| match &entry.state {
        State::Down(_) | State::Leaving(_) | State::Blocked(_) => entry.intent.is_up(),
        State::Up(_) | State::Connecting(_) | State::Paused(_) => false,
    };
    let up = entries().filter(|(_, entry)| is_there(entry)).chain(entries().filter(|(_, entry)| comes_back(entry)));
    let mode = |entry: &TunnelEntry| entry.profile.usable.as_ref().map(|usable| usable.mode.clone()).unwrap_or_default();
    up.map(|(name, entry)| TunnelUse { tunnel: name.clone(), mode: mode(entry) }).collect()
}

/// Returns the tunnel whose kill switch closes while nothing is known about the networks.
fn holder_at_boot(controller: &Controller, governed: &[Name]) -> Option<Name> {
    let decision = controller.blind_decision();
    let target = Target::of(&decision);
    if target.kill_switch != Switch::Closed {
        return None;
    }
    match decision.action {
        Action::Up(uses) => Some(uses.first().tunnel.clone()),
        Action::Down | Action::Leave => governed.first().cloned(),
    }
}

/// Returns true if a tunnel in this mode takes all traffic of an address family. A tunnel that cannot be read may do so.
fn takes_all(entry: &TunnelEntry, mode: &Mode) -> bool {
    let Some(saved) = &entry.profile.saved else { return true };
    let wish = Wish {
        is_up: None,
        mode: mode.clone(),
        kill_switch: Switch::AsTunnel,
        is_holder: false,
        cannot_close: false,
        closes_at_boot: false,
        asks_home: false,
        is_bystander: false,
        cause: Cause::Manual { until: None },
    };
    match (&entry.profile.usable, wish.routed(&saved.config)) {
        (Some(usable), _) if usable.mode == *mode => usable.needs.takes_all(),
        (_, Ok(Some(routed))) => routed.remote_peers().flat_map(|peer| &peer.allowed_ips).any(Cidr::is_default),
        (_, Ok(None) | Err(_)) => saved.needs.takes_all(),
    }
}

/// What decides about each tunnel.
struct Causes {
    by: adit_api::RuleSource,
    choices: Vec<(Name, Option<Instant>)>,
    pause: Option<Option<Instant>>,
}

impl Causes {
    fn of(desk: &Desk, at: super::At) -> Self {
        let status = desk.controller.status(at);
        let until = |remaining: Option<Duration>| remaining.map(|remaining| at.now + remaining);
        let pause = status.pause.map(|pause| match pause {
            PauseStatus::Remaining(remaining) => until(Some(remaining)),
            PauseStatus::UntilNetworkChanges { .. } => None,
        });
        let choices = status.choices.iter().filter(|choice| !choice.is_suspended);
        Self {
            by: views::source(desk.set(), status.decision.by),
            choices: choices.map(|choice| (choice.tunnel.clone(), until(choice.remaining))).collect(),
            pause,
        }
    }

    fn of_tunnel(&self, name: &Name) -> Cause {
        let choice = self.choices.iter().find(|(chosen, _)| chosen == name);
        match (self.pause, choice) {
            (Some(until), _) => Cause::Paused { until },
            (None, Some((_, until))) => Cause::Manual { until: *until },
            (None, None) => Cause::Rule(self.by.clone()),
        }
    }
}
