//! Chooses the events that become notifications: a function of the service's news and the time.

use std::collections::{BTreeMap, HashSet};

use adit_api::{
    DownReason, Event, Health, OnDemandCause, PublicKey, RuleCondition, RuleMode, RuleSource, TunnelId, TunnelState, TunnelView,
};
use adit_words::{NoticeText, RuleAct};

use crate::known::{Known, News, is_locked_down};

/// The silence of a peer that leads to a notification, milliseconds.
const SILENCE: u64 = 5 * 60 * 1000;
/// Time until an act counts as one of the rules, milliseconds. A choice by hand is known a moment after the tunnel has followed it.
const SETTLING: u64 = 2_000;
const DAY: u64 = 24 * 60 * 60 * 1000;

/// A notification about a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Notification {
    /// The tunnel. A click on the notification shows it.
    pub(crate) id: TunnelId,
    /// The tunnel's name.
    pub(crate) tunnel: String,
    pub(crate) text: NoticeText,
}

/// Remembers what was told already.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    tunnels: BTreeMap<TunnelId, Seen>,
    keys: HashSet<(TunnelId, Option<PublicKey>, u64)>,
    /// The service told its tunnels before.
    has_begun: bool,
}

/// The last known state of a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Seen {
    place: Place,
    /// The silence was told.
    is_silent: bool,
    /// What goes through the tunnel, as far as the rules say it.
    mode: RuleMode,
    /// What the rules seem to have done, until it is told.
    pending: Option<Pending>,
    /// What the rules did because a server does not answer, as it was told, and the tunnel of that server. Nothing more is told of
    /// their attempts until it answers.
    failover: Option<(RuleAct, String)>,
}

/// What a rule seems to have done. Until it is told another rule may decide, which was not the reason.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Pending {
    act: RuleAct,
    by: RuleSource,
    conditions: Option<Vec<RuleCondition>>,
    /// When it is told, Unix milliseconds.
    due: u64,
}

/// The state of a tunnel, without the steps between states.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    Up,
    Down(DownReason),
    Paused,
    Blocked,
}

impl Watch {
    /// Returns what is to be told at `now` (Unix milliseconds), after `known` has learnt the news; None: time passed. Tunnels
    /// that are seen for the first time are told only where they need somebody.
    pub(crate) fn see(&mut self, known: &Known, news: Option<&News>, now: u64) -> Vec<Notification> {
        let Ok(tunnels) = known.tunnels() else {
            // Nobody knows whether it will still be so when the service is back.
            self.tunnels.values_mut().for_each(|seen| seen.pending = None);
            return Vec::new();
        };
        let mut all = Vec::new();
        for tunnel in tunnels {
            let changed = self.tunnel(tunnel, known, now).into_iter().chain(self.rule_act(tunnel, known, now));
            let told = changed.chain(self.silence(tunnel, now)).chain(self.own_key(tunnel, now));
            all.extend(told.map(|text| Notification { id: tunnel.id, tunnel: tunnel.name.to_string(), text }));
        }
        if let Some(News::Event(event)) = news
            && let Event::KeyIsOld { id, peer, since } = &**event
            && let Some(tunnel) = tunnels.iter().find(|tunnel| tunnel.id == *id)
        {
            let text = self.key(*id, peer.as_ref(), *since, now);
            all.extend(text.map(|text| Notification { id: tunnel.id, tunnel: tunnel.name.to_string(), text }));
        }
        self.tunnels.retain(|id, _| tunnels.iter().any(|tunnel| tunnel.id == *id));
        self.has_begun = true;
        all
    }

    /// Returns true if something is told when time has passed.
    pub(crate) fn is_waiting(&self) -> bool {
        self.tunnels.values().any(|seen| seen.pending.is_some() && seen.failover.is_none())
    }

    /// Tells that a tunnel came to another place. What the rules seem to have done waits.
    fn tunnel(&mut self, tunnel: &TunnelView, known: &Known, now: u64) -> Option<NoticeText> {
        let place = place(&tunnel.state)?;
        let mode = tunnel.on_demand.as_ref().map_or(RuleMode::AsConfigured, |on_demand| on_demand.mode.clone());
        let pending = |act| {
            let by = by_rule(tunnel)?;
            let conditions = known.conditions(by).map(<[_]>::to_vec);
            Some(Pending { act, by: by.clone(), conditions, due: now.saturating_add(SETTLING) })
        };
        let (mut before, mut failover) = (None, None);
        if let Some(seen) = self.tunnels.get_mut(&tunnel.id) {
            if seen.place == place {
                if seen.mode != mode {
                    seen.mode = mode.clone();
                    // Before the tunnel is told as up, the mode is a part of that.
                    seen.pending = seen.pending.take().or_else(|| pending(RuleAct::Mode(mode)).filter(|_| place == Place::Up));
                }
                return None;
            }
            before = Some(seen.place.clone());
            failover = seen.failover.take();
        }
        let text = self.moved(before, &place);
        let pending = match &text {
            Some(NoticeText::Up) => pending(RuleAct::On),
            Some(NoticeText::Down(DownReason::Asked)) => pending(RuleAct::Off),
            _ => None,
        };
        let waits = pending.is_some();
        self.tunnels.insert(tunnel.id, Seen { place, is_silent: false, mode, pending, failover });
        text.filter(|_| !waits)
    }

    /// Returns what there is to say of a tunnel that was at the place `before`.
    fn moved(&self, before: Option<Place>, place: &Place) -> Option<NoticeText> {
        match (before, place.clone()) {
            // A new tunnel begins down, and comes up only by itself or by its user.
            (None, Place::Blocked) => Some(NoticeText::Blocked),
            (None, Place::Up) if self.has_begun => Some(NoticeText::Up),
            (None, _) => None,
            (Some(_), Place::Up) => Some(NoticeText::Up),
            (Some(_), Place::Blocked) => Some(NoticeText::Blocked),
            // It was not up, or its user has just begun a pause.
            (Some(Place::Paused | Place::Down(_)), Place::Down(DownReason::Asked)) | (Some(_), Place::Paused) => None,
            (Some(_), Place::Down(reason)) => Some(NoticeText::Down(reason)),
        }
    }

    /// Tells what the rules did, or that it was a choice by hand.
    fn rule_act(&mut self, tunnel: &TunnelView, known: &Known, now: u64) -> Option<NoticeText> {
        let seen = self.tunnels.get_mut(&tunnel.id)?;
        let is_by_rule = by_rule(tunnel).is_some();
        if is_by_rule && seen.failover.as_ref().is_some_and(|(_, silent)| known.is_silent(silent)) {
            return None;
        }
        if let Some((told, _)) = seen.failover.take() {
            seen.pending.take_if(|pending| pending.act == told);
        }
        let Pending { act, by, conditions, .. } = seen.pending.take_if(|pending| !is_by_rule || now >= pending.due)?;
        if is_by_rule {
            return Some(match known.silent_server(tunnel.name.as_str()).map(str::to_owned) {
                Some(silent) => {
                    seen.failover = Some((act.clone(), silent.clone()));
                    NoticeText::ByFailover { act, silent }
                }
                None => NoticeText::ByRules { act, by, conditions },
            });
        }
        // What turns a tunnel on by hand is known before the tunnel is up: somebody else acted after the rule.
        (act == RuleAct::Off).then_some(NoticeText::Down(DownReason::Asked))
    }

    /// Tells once that a peer has been silent for long, and then that it answers.
    fn silence(&mut self, tunnel: &TunnelView, now: u64) -> Option<NoticeText> {
        let seen = self.tunnels.get_mut(&tunnel.id)?;
        let is_silent = silent_for(&tunnel.state, now).is_some_and(|span| span >= SILENCE);
        if is_silent && !seen.is_silent {
            seen.is_silent = true;
            return Some(NoticeText::Silent(silent_for(&tunnel.state, now).unwrap_or(SILENCE)));
        }
        let answers = tunnel.state.up().is_some_and(|up| up.health == Health::Good);
        if seen.is_silent && answers {
            seen.is_silent = false;
            return Some(NoticeText::Answers);
        }
        None
    }

    /// Tells that the private key of a tunnel is old; the service told so before this program started.
    fn own_key(&mut self, tunnel: &TunnelView, now: u64) -> Option<NoticeText> {
        let (since, days) = (tunnel.key_since?, tunnel.key_reminder_days?);
        let is_old = now.saturating_sub(since) >= u64::from(days) * DAY;
        if is_old { self.key(tunnel.id, None, since, now) } else { None }
    }

    /// Tells each key once.
    fn key(&mut self, id: TunnelId, peer: Option<&PublicKey>, since: u64, now: u64) -> Option<NoticeText> {
        let is_new = self.keys.insert((id, peer.cloned(), since));
        let age = now.saturating_sub(since);
        is_new.then_some(if peer.is_some() { NoticeText::PresharedKeyOld(age) } else { NoticeText::KeyOld(age) })
    }
}

/// Returns the rule or default that decides about a tunnel.
fn by_rule(tunnel: &TunnelView) -> Option<&RuleSource> {
    match &tunnel.on_demand.as_ref()?.cause {
        OnDemandCause::Rule { by } => Some(by),
        OnDemandCause::Manual { .. } | OnDemandCause::Paused { .. } => None,
    }
}

fn place(state: &TunnelState) -> Option<Place> {
    match state {
        TunnelState::Down { reason, .. } => Some(Place::Down(reason.clone().unwrap_or(DownReason::Asked))),
        TunnelState::Up(_) => Some(Place::Up),
        TunnelState::Paused { .. } => Some(Place::Paused),
        // Its user turned it off and knows what that does.
        TunnelState::Blocked { .. } if is_locked_down(state) => Some(Place::Down(DownReason::Asked)),
        TunnelState::Blocked { .. } => Some(Place::Blocked),
        TunnelState::Connecting { .. } | TunnelState::Disconnecting { .. } => None,
    }
}

/// For how long no peer has answered, milliseconds.
fn silent_for(state: &TunnelState, now: u64) -> Option<u64> {
    match state.up()?.health {
        Health::NoAnswer { since } | Health::Handshaking { since } => Some(now.saturating_sub(since)),
        Health::Idle | Health::WaitingForPeer | Health::Good => None,
    }
}

#[cfg(test)]
mod tests {
    use adit_api::{ApiError, FailoverStep, Step};
    use adit_words::Away;

    use super::*;
    use crate::known::samples::{
        NOW, blocked, failed, failing, governed, id, in_mode, locked_down, off, rule, tunnel, up, wifi_rule,
    };

    const MINUTE: u64 = 60_000;

    /// A service that tells the app about the tunnel `office`, in virtual time.
    struct Story {
        known: Known,
        watch: Watch,
        now: u64,
    }

    impl Story {
        fn begins(state: TunnelState) -> (Self, Vec<NoticeText>) {
            let mut story = Self { known: Known::default(), watch: Watch::default(), now: NOW };
            let told = story.learns(News::There(vec![tunnel(1, "office", state)]));
            (story, told)
        }

        fn learns(&mut self, news: News) -> Vec<NoticeText> {
            self.known.learn(&news);
            let told = self.watch.see(&self.known, Some(&news), self.now);
            told.into_iter().map(|notification| notification.text).collect()
        }

        fn becomes(&mut self, state: TunnelState) -> Vec<NoticeText> {
            self.learns(News::Event(Box::new(Event::TunnelChanged { tunnel: Box::new(tunnel(1, "office", state)) })))
        }

        /// The tunnel has this state, and this decides about it.
        fn is_governed(&mut self, state: TunnelState, cause: OnDemandCause) -> Vec<NoticeText> {
            self.sees(governed(1, "office", state, cause))
        }

        fn sees(&mut self, tunnel: TunnelView) -> Vec<NoticeText> {
            self.learns(News::Event(Box::new(Event::TunnelChanged { tunnel: Box::new(tunnel) })))
        }

        fn after(&mut self, passed: u64) -> Vec<NoticeText> {
            self.now += passed;
            self.watch.see(&self.known, None, self.now).into_iter().map(|notification| notification.text).collect()
        }
    }

    fn asked() -> TunnelState {
        TunnelState::Down { reason: Some(DownReason::Asked), retry_at: None }
    }

    #[test]
    fn a_tunnel_that_comes_up_and_goes_down_is_told_twice_and_its_steps_are_not() {
        let (mut story, told) = Story::begins(off());
        assert_eq!(told, []);
        assert_eq!(story.becomes(TunnelState::Connecting { step: Step::Dns, since: NOW }), []);
        assert_eq!(story.becomes(up(Health::Handshaking { since: NOW })), [NoticeText::Up]);
        assert_eq!(story.becomes(up(Health::Good)), []);
        assert_eq!(story.becomes(TunnelState::Disconnecting { since: NOW }), []);
        assert_eq!(story.becomes(asked()), [NoticeText::Down(DownReason::Asked)]);
    }

    fn by_rule_1(act: RuleAct) -> NoticeText {
        let by = RuleSource::Rule { index: 0, name: Some("At home".into()) };
        NoticeText::ByRules { act, by, conditions: None }
    }

    const BY_HAND: OnDemandCause = OnDemandCause::Manual { until: None };

    #[test]
    fn what_a_rule_turns_on_and_off_is_told_with_the_rule_and_not_as_a_switch() {
        let (mut story, _) = Story::begins(off());
        let at_home = || rule(0, Some("At home"));
        assert_eq!(story.is_governed(up(Health::Good), at_home()), []);
        assert!(story.watch.is_waiting());
        assert_eq!(story.after(SETTLING - 1), []);
        assert_eq!(story.after(1), [by_rule_1(RuleAct::On)]);
        assert!(!story.watch.is_waiting());
        assert_eq!(story.after(MINUTE), []);
        assert_eq!(story.is_governed(off(), at_home()), []);
        assert_eq!(story.after(SETTLING), [by_rule_1(RuleAct::Off)]);
    }

    #[test]
    fn a_choice_by_hand_that_is_known_a_moment_later_is_a_switch() {
        let (mut story, _) = Story::begins(off());
        story.is_governed(up(Health::Good), BY_HAND);
        assert_eq!(story.is_governed(off(), rule(0, None)), []);
        assert_eq!(story.is_governed(off(), BY_HAND), [NoticeText::Down(DownReason::Asked)]);
        assert_eq!(story.after(MINUTE), []);
        assert_eq!(story.is_governed(up(Health::Good), BY_HAND), [NoticeText::Up]);
    }

    #[test]
    fn a_choice_by_hand_right_after_a_rule_is_told_alone() {
        let (mut story, _) = Story::begins(off());
        story.is_governed(up(Health::Good), rule(0, None));
        assert_eq!(story.is_governed(up(Health::Good), BY_HAND), []);
        assert_eq!(story.is_governed(off(), BY_HAND), [NoticeText::Down(DownReason::Asked)]);
        assert_eq!(story.after(MINUTE), []);
    }

    #[test]
    fn a_rule_without_a_name_is_told_with_its_conditions() {
        let (mut story, _) = Story::begins(off());
        story.learns(News::Rules(vec![wifi_rule("Home")]));
        story.is_governed(up(Health::Good), rule(0, None));
        let told = story.after(SETTLING);
        let conditions = wifi_rule("Home").form.map(|form| form.conditions);
        let by = RuleSource::Rule { index: 0, name: None };
        assert_eq!(told, [NoticeText::ByRules { act: RuleAct::On, by, conditions }]);
    }

    #[test]
    fn what_a_rule_turned_on_is_told_with_this_rule_if_another_one_decides_a_moment_later() {
        let (mut story, _) = Story::begins(off());
        story.learns(News::Rules(vec![wifi_rule("Home"), wifi_rule("Café")]));
        story.is_governed(up(Health::Good), rule(1, None));
        // It will turn the tunnel off, and has not yet.
        assert_eq!(story.is_governed(up(Health::Good), rule(0, Some("At home"))), []);
        story.learns(News::Rules(Vec::new()));
        let by = RuleSource::Rule { index: 1, name: None };
        let conditions = wifi_rule("Café").form.map(|form| form.conditions);
        assert_eq!(story.after(SETTLING), [NoticeText::ByRules { act: RuleAct::On, by, conditions }]);
        assert_eq!(story.is_governed(off(), rule(0, Some("At home"))), []);
        assert_eq!(story.after(SETTLING), [by_rule_1(RuleAct::Off)]);
    }

    #[test]
    fn a_routing_mode_that_a_rule_changes_while_the_tunnel_is_up_is_told() {
        let (mut story, _) = Story::begins(off());
        let everything = |state, cause| in_mode(1, "office", state, cause, RuleMode::Everything);
        // It comes up in its mode, which is one thing to tell.
        story.is_governed(up(Health::Good), rule(0, Some("At home")));
        assert_eq!(story.sees(everything(up(Health::Good), rule(0, Some("At home")))), []);
        assert_eq!(story.after(SETTLING), [by_rule_1(RuleAct::On)]);
        assert_eq!(story.is_governed(up(Health::Good), rule(0, Some("At home"))), []);
        assert_eq!(story.after(SETTLING), [by_rule_1(RuleAct::Mode(RuleMode::AsConfigured))]);
        // A choice by hand may bring another mode.
        assert_eq!(story.sees(everything(up(Health::Good), BY_HAND)), []);
        assert_eq!(story.after(SETTLING), []);
        story.is_governed(off(), BY_HAND);
        assert_eq!(story.sees(everything(off(), rule(0, Some("At home")))), []);
        assert_eq!(story.after(SETTLING), [], "nothing goes through a tunnel that is down");
    }

    #[test]
    fn a_pause_of_the_rules_is_told_as_the_user_s_choice_and_its_end_as_a_rule_s() {
        let (mut story, _) = Story::begins(off());
        story.is_governed(up(Health::Good), rule(0, Some("At home")));
        story.after(SETTLING);
        let paused = OnDemandCause::Paused { until: None };
        assert_eq!(story.is_governed(off(), paused), [NoticeText::Down(DownReason::Asked)]);
        assert_eq!(story.is_governed(up(Health::Good), rule(0, Some("At home"))), []);
        assert_eq!(story.after(SETTLING), [by_rule_1(RuleAct::On)]);
    }

    #[test]
    fn a_tunnel_that_is_off_as_its_server_is_silent_is_told_once_until_the_server_answers() {
        let (mut story, _) = Story::begins(off());
        let at_home = || rule(0, Some("At home"));
        story.is_governed(up(Health::Good), at_home());
        story.after(SETTLING);
        story.learns(failing("office", Some(FailoverStep::Down)));
        assert_eq!(story.is_governed(off(), at_home()), []);
        assert_eq!(story.after(SETTLING), [NoticeText::ByFailover { act: RuleAct::Off, silent: "office".into() }]);
        for _round in 0..2 {
            assert_eq!(story.learns(failing("office", None)), []);
            assert_eq!(story.is_governed(up(Health::Handshaking { since: story.now }), at_home()), []);
            assert!(!story.watch.is_waiting(), "only the server's answer ends this");
            assert_eq!(story.after(MINUTE), []);
            assert_eq!(story.learns(failing("office", Some(FailoverStep::Down))), []);
            assert_eq!(story.is_governed(off(), at_home()), []);
            assert_eq!(story.after(MINUTE), []);
        }
        story.learns(failing("office", None));
        story.is_governed(up(Health::Handshaking { since: story.now }), at_home());
        story.after(MINUTE);
        assert_eq!(story.is_governed(up(Health::Good), at_home()), [by_rule_1(RuleAct::On)]);
        // The next silence is another one.
        story.learns(failing("office", Some(FailoverStep::Down)));
        story.is_governed(off(), at_home());
        assert_eq!(story.after(SETTLING), [NoticeText::ByFailover { act: RuleAct::Off, silent: "office".into() }]);
        // Other rules want it off.
        assert_eq!(story.learns(News::Failover(Vec::new())), [], "it is as it was told");
        assert_eq!(story.after(MINUTE), []);
    }

    #[test]
    fn a_tunnel_that_is_on_in_the_place_of_a_silent_one_is_told_with_that_one() {
        let (mut story, _) = Story::begins(off());
        story.learns(failing("Berlin", Some(FailoverStep::Up { tunnel: "Office".to_owned() })));
        story.is_governed(up(Health::Good), rule(0, None));
        assert_eq!(story.after(SETTLING), [NoticeText::ByFailover { act: RuleAct::On, silent: "Berlin".into() }]);
        story.learns(failing("Berlin", None));
        assert_eq!(story.is_governed(off(), rule(0, Some("At home"))), []);
        assert_eq!(story.after(SETTLING), [], "the other one is tried again");
        assert_eq!(story.learns(News::Failover(Vec::new())), [by_rule_1(RuleAct::Off)]);
    }

    #[test]
    fn what_the_rules_did_before_the_service_went_away_is_not_told_later() {
        let (mut story, _) = Story::begins(off());
        story.is_governed(up(Health::Good), rule(0, None));
        story.learns(News::Away(Away::NoAnswer));
        assert!(!story.watch.is_waiting());
        story.after(60 * MINUTE);
        let there = governed(1, "office", up(Health::Good), rule(0, None));
        assert_eq!(story.learns(News::There(vec![there])), []);
        assert_eq!(story.after(MINUTE), []);
    }

    #[test]
    fn a_tunnel_of_the_rules_that_fails_is_told_with_the_reason_at_once() {
        let (mut story, _) = Story::begins(up(Health::Good));
        let told = story.is_governed(failed(), rule(0, None));
        assert!(matches!(&told[..], [NoticeText::Down(DownReason::Failed { .. })]), "{told:?}");
        assert!(!story.watch.is_waiting());
    }

    #[test]
    fn a_tunnel_that_cannot_come_up_is_told_with_the_reason() {
        let (mut story, _) = Story::begins(off());
        story.becomes(TunnelState::Connecting { step: Step::Dns, since: NOW });
        let error = Box::new(ApiError::Busy);
        assert_eq!(story.becomes(failed()), [NoticeText::Down(DownReason::Failed { error })]);
        assert_eq!(story.becomes(asked()), [], "it was not up");
    }

    #[test]
    fn silence_is_told_after_five_minutes_and_once_and_then_the_answer() {
        let (mut story, _) = Story::begins(up(Health::Good));
        assert_eq!(story.becomes(up(Health::NoAnswer { since: NOW })), []);
        assert_eq!(story.after(5 * MINUTE - 1), []);
        assert_eq!(story.after(1), [NoticeText::Silent(5 * MINUTE)]);
        assert_eq!(story.after(60 * MINUTE), []);
        // Packets stopped; that is no answer.
        assert_eq!(story.becomes(up(Health::Idle)), []);
        assert_eq!(story.becomes(up(Health::Good)), [NoticeText::Answers]);
        assert_eq!(story.becomes(up(Health::NoAnswer { since: story.now })), []);
        assert_eq!(story.after(5 * MINUTE), [NoticeText::Silent(5 * MINUTE)]);
    }

    #[test]
    fn a_short_silence_is_not_told_and_neither_is_its_end() {
        let (mut story, _) = Story::begins(up(Health::Good));
        story.becomes(up(Health::NoAnswer { since: NOW }));
        assert_eq!(story.after(4 * MINUTE), []);
        assert_eq!(story.becomes(up(Health::Good)), []);
    }

    #[test]
    fn a_peer_that_never_answered_is_silent_too() {
        let (mut story, _) = Story::begins(off());
        assert_eq!(story.becomes(up(Health::Handshaking { since: NOW })), [NoticeText::Up]);
        assert_eq!(story.after(5 * MINUTE), [NoticeText::Silent(5 * MINUTE)]);
    }

    #[test]
    fn a_blocked_tunnel_is_told_also_if_it_was_blocked_before_the_app_started() {
        let (mut story, told) = Story::begins(blocked());
        assert_eq!(told, [NoticeText::Blocked]);
        assert_eq!(story.becomes(TunnelState::Connecting { step: Step::Dns, since: NOW }), []);
        assert_eq!(story.becomes(blocked()), [], "an attempt that failed changes nothing");
        assert_eq!(story.becomes(up(Health::Good)), [NoticeText::Up]);
        assert_eq!(story.becomes(blocked()), [NoticeText::Blocked]);
    }

    #[test]
    fn a_tunnel_that_is_turned_off_under_lockdown_is_off_and_not_told_as_blocked() {
        let (mut story, told) = Story::begins(locked_down());
        assert_eq!(told, []);
        assert_eq!(story.becomes(up(Health::Good)), [NoticeText::Up]);
        assert_eq!(story.becomes(locked_down()), [NoticeText::Down(DownReason::Asked)]);
        assert_eq!(story.becomes(blocked()), [NoticeText::Blocked]);
    }

    #[test]
    fn a_pause_is_not_told_and_its_end_is() {
        let (mut story, _) = Story::begins(up(Health::Good));
        assert_eq!(story.becomes(TunnelState::Paused { until: Some(NOW + MINUTE) }), []);
        assert_eq!(story.becomes(up(Health::Good)), [NoticeText::Up]);
    }

    #[test]
    fn what_is_up_when_the_app_starts_is_not_told_and_what_changed_while_the_service_was_away_is() {
        let (mut story, told) = Story::begins(up(Health::Good));
        assert_eq!(told, []);
        assert_eq!(story.learns(News::Away(Away::NotRunning)), []);
        assert_eq!(story.after(10 * MINUTE), []);
        let there = |state| News::There(vec![tunnel(1, "office", state)]);
        assert_eq!(story.learns(there(off())), [NoticeText::Down(DownReason::Asked)]);
        assert_eq!(story.learns(there(off())), []);
    }

    #[test]
    fn a_removed_tunnel_is_forgotten() {
        let (mut story, _) = Story::begins(up(Health::Good));
        assert_eq!(story.learns(News::Event(Box::new(Event::TunnelRemoved { id: id(1) }))), []);
        let added = |state| News::Event(Box::new(Event::TunnelAdded { tunnel: Box::new(tunnel(1, "office", state)) }));
        assert_eq!(story.learns(added(off())), []);
    }

    #[test]
    fn an_old_key_is_told_once() {
        let (mut story, _) = Story::begins(off());
        let old = |peer: Option<&str>, since| {
            let peer = peer.map(|peer| peer.parse().unwrap());
            News::Event(Box::new(Event::KeyIsOld { id: id(1), peer, since }))
        };
        assert_eq!(story.learns(old(None, NOW - 90 * DAY)), [NoticeText::KeyOld(90 * DAY)]);
        assert_eq!(story.learns(old(None, NOW - 90 * DAY)), []);
        let peer = "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=";
        assert_eq!(story.learns(old(Some(peer), NOW - 2 * DAY)), [NoticeText::PresharedKeyOld(2 * DAY)]);
        // The service told about it before the app started.
        let aged = TunnelView { key_since: Some(NOW - 40 * DAY), key_reminder_days: Some(30), ..tunnel(2, "home", off()) };
        let added = News::Event(Box::new(Event::TunnelAdded { tunnel: Box::new(aged) }));
        assert_eq!(story.learns(added), [NoticeText::KeyOld(40 * DAY)]);
        assert_eq!(story.after(DAY), []);
    }
}
