//! The tunnels of the service, as far as the app knows them.

use adit_api::{
    ApiError, Event, FailoverState, FailoverStep, Health, OnDemand, OnDemandCause, RuleCondition, RuleSource, RuleView, TunnelId,
    TunnelState, TunnelView,
};
use adit_words::Away;

/// News about the service.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// It answers, and has these tunnels.
    There(Vec<TunnelView>),
    /// It has these on-demand rules. What follows about rules is about these.
    Rules(Vec<RuleView>),
    /// These tunnels of the rules have a server that did not answer.
    Failover(Vec<FailoverState>),
    /// It cannot be reached.
    Away(Away),
    /// It says this by itself.
    Event(Box<Event>),
}

/// The tunnels, sorted by name in any case, or the reason why the service cannot be reached.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    tunnels: Result<Vec<TunnelView>, Away>,
    rules: Vec<RuleView>,
    failover: Vec<FailoverState>,
}

impl Default for Known {
    fn default() -> Self {
        Self { tunnels: Err(Away::NotRunning), rules: Vec::new(), failover: Vec::new() }
    }
}

impl Known {
    /// Takes news in.
    pub(crate) fn learn(&mut self, news: &News) {
        match news {
            News::There(tunnels) => self.tunnels = Ok(tunnels.clone()),
            News::Rules(rules) => self.rules.clone_from(rules),
            News::Failover(failover) => self.failover.clone_from(failover),
            News::Away(away) => self.tunnels = Err(*away),
            News::Event(event) => self.change(event),
        }
        if let Ok(tunnels) = &mut self.tunnels {
            tunnels.sort_by_key(|tunnel| tunnel.name.as_str().to_lowercase());
        }
    }

    fn change(&mut self, event: &Event) {
        let Ok(tunnels) = &mut self.tunnels else { return };
        match event {
            Event::TunnelAdded { tunnel } | Event::TunnelChanged { tunnel } => {
                match tunnels.iter_mut().find(|known| known.id == tunnel.id) {
                    Some(known) => known.clone_from(tunnel),
                    None => tunnels.push(TunnelView::clone(tunnel)),
                }
            }
            Event::TunnelRemoved { id } => tunnels.retain(|tunnel| tunnel.id != *id),
            Event::RulesChanged { .. }
            | Event::PortalChanged { .. }
            | Event::Traffic { .. }
            | Event::KeyIsOld { .. }
            | Event::Log { .. } => {}
        }
    }

    /// Returns the tunnels, or the reason why the service cannot be reached.
    pub(crate) fn tunnels(&self) -> Result<&[TunnelView], Away> {
        self.tunnels.as_deref().map_err(|away| *away)
    }

    /// Returns the name of a tunnel, if it is there.
    pub(crate) fn name(&self, id: TunnelId) -> Option<&str> {
        self.tunnels().ok()?.iter().find(|tunnel| tunnel.id == id).map(|tunnel| tunnel.name.as_str())
    }

    /// Returns a tunnel that the rules govern, first one of those that they do not decide about now.
    pub(crate) fn governed(&self) -> Option<TunnelId> {
        let governed = || self.tunnels.iter().flatten().filter_map(|tunnel| Some((tunnel.id, &tunnel.on_demand.as_ref()?.cause)));
        let other = governed().find(|(_, cause)| !matches!(cause, OnDemandCause::Rule { .. }));
        other.or_else(|| governed().next()).map(|(id, _)| id)
    }

    /// Returns the conditions of the rule that decides, if it is one whose conditions are known.
    pub(crate) fn conditions(&self, by: &RuleSource) -> Option<&[RuleCondition]> {
        let RuleSource::Rule { index, .. } = by else { return None };
        let rule = self.rules.get(usize::try_from(*index).ok()?)?;
        rule.form.as_ref().map(|form| form.conditions.as_slice())
    }

    /// Returns the tunnel whose server does not answer, if the rules have the tunnel with this name off for that, or on in its place.
    pub(crate) fn silent_server(&self, tunnel: &str) -> Option<&str> {
        let is_off = |failing: &FailoverState| {
            is_same(&failing.tunnel, tunnel) && matches!(failing.step, Some(FailoverStep::Up { .. } | FailoverStep::Down))
        };
        let is_on_instead =
            |failing: &FailoverState| matches!(&failing.step, Some(FailoverStep::Up { tunnel: other }) if is_same(other, tunnel));
        self.failover.iter().find(|failing| is_off(failing) || is_on_instead(failing)).map(|failing| failing.tunnel.as_str())
    }

    /// Returns true while the server of the tunnel with this name, which did not answer, has not answered since.
    pub(crate) fn is_silent(&self, tunnel: &str) -> bool {
        let answers = |other: &TunnelView| {
            is_same(other.name.as_str(), tunnel) && other.state.up().is_some_and(|up| up.health == Health::Good)
        };
        self.failover.iter().any(|failing| is_same(&failing.tunnel, tunnel)) && !self.tunnels.iter().flatten().any(answers)
    }

    /// Returns true if what there is to say changes as time passes.
    pub(crate) fn depends_on_time(&self) -> bool {
        let ends = |on_demand: &OnDemand| match on_demand.cause {
            OnDemandCause::Manual { until } | OnDemandCause::Paused { until } => until.is_some(),
            OnDemandCause::Rule { .. } => false,
        };
        let counts = |tunnel: &TunnelView| match &tunnel.state {
            TunnelState::Paused { until } => until.is_some(),
            TunnelState::Up(up) => matches!(up.health, Health::NoAnswer { .. } | Health::Handshaking { .. }),
            TunnelState::Down { .. }
            | TunnelState::Connecting { .. }
            | TunnelState::Disconnecting { .. }
            | TunnelState::Blocked { .. } => false,
        };
        self.tunnels.iter().flatten().any(|tunnel| counts(tunnel) || tunnel.on_demand.as_ref().is_some_and(ends))
    }
}

/// Returns true if both are the name of one tunnel: rules may write it in another case.
fn is_same(name: &str, other: &str) -> bool {
    name.to_lowercase() == other.to_lowercase()
}

/// Returns true if the tunnel was turned off, and its lockdown lets nothing past it.
pub(crate) fn is_locked_down(state: &TunnelState) -> bool {
    matches!(state, TunnelState::Blocked { cause, .. } if **cause == ApiError::Lockdown)
}

/// Tunnels for tests.
#[cfg(test)]
pub(crate) mod samples {
    use adit_api::{
        ApiError, Counters, DataPath, DownReason, FailoverState, FailoverStep, Health, HooksView, KillSwitch, OnDemand,
        OnDemandCause, RuleCondition, RuleConsequence, RuleForm, RuleMatcher, RuleMode, RuleSource, RuleView, RulesSwitch,
        Source, TunnelId, TunnelState, TunnelView, UpState,
    };

    use super::News;

    /// The present time of the tests, Unix milliseconds.
    pub(crate) const NOW: u64 = 1_790_000_000_000;

    /// A tunnel with this name, whose id is made of `number`.
    pub(crate) fn tunnel(number: u8, name: &str, state: TunnelState) -> TunnelView {
        TunnelView {
            id: id(number),
            name: name.parse().unwrap(),
            interface: format!("wg{number}").parse().unwrap(),
            state,
            source: Source::Store,
            version: 1,
            usable: true,
            public_key: None,
            asks_for_key: false,
            key_since: None,
            key_reminder_days: None,
            rotation: None,
            addresses: vec![format!("10.0.0.{number}/32").parse().unwrap()],
            peers: Vec::new(),
            peer_count: 0,
            start_at_boot: false,
            kill_switch: KillSwitch::Off,
            allow_lan: false,
            allow_ipv6_outside: false,
            hooks: HooksView::None,
            on_demand: None,
        }
    }

    pub(crate) fn id(number: u8) -> TunnelId {
        format!("{number:032x}").parse().unwrap()
    }

    /// A tunnel that the rules govern for this cause.
    pub(crate) fn governed(number: u8, name: &str, state: TunnelState, cause: OnDemandCause) -> TunnelView {
        in_mode(number, name, state, cause, RuleMode::AsConfigured)
    }

    /// Such a tunnel in this routing mode.
    pub(crate) fn in_mode(number: u8, name: &str, state: TunnelState, cause: OnDemandCause, mode: RuleMode) -> TunnelView {
        let on_demand = Some(OnDemand { cause, mode, kill_switch: RulesSwitch::AsTunnel });
        TunnelView { on_demand, ..tunnel(number, name, state) }
    }

    /// The rule with this index, and this name.
    pub(crate) fn rule(index: u32, name: Option<&str>) -> OnDemandCause {
        OnDemandCause::Rule { by: RuleSource::Rule { index, name: name.map(str::to_owned) } }
    }

    /// A tunnel whose server did not answer, and the step in force.
    pub(crate) fn failing(tunnel: &str, step: Option<FailoverStep>) -> News {
        News::Failover(vec![FailoverState { tunnel: tunnel.to_owned(), step, next_at: None }])
    }

    /// A rule about the Wi-Fi with this name.
    pub(crate) fn wifi_rule(name: &str) -> RuleView {
        let is = RuleMatcher::WifiName { names: vec![name.to_owned()] };
        let form = RuleForm {
            name: None,
            conditions: vec![RuleCondition { not: false, is }],
            then: RuleConsequence { action: adit_api::RuleAction::Down, kill_switch: None },
        };
        RuleView { form: Some(form), line: 1, start: 0, end: 0 }
    }

    pub(crate) fn off() -> TunnelState {
        TunnelState::Down { reason: None, retry_at: None }
    }

    pub(crate) fn failed() -> TunnelState {
        TunnelState::Down { reason: Some(DownReason::Failed { error: Box::new(ApiError::Busy) }), retry_at: None }
    }

    pub(crate) fn blocked() -> TunnelState {
        TunnelState::Blocked { cause: Box::new(ApiError::Busy), since: NOW, retry_at: None }
    }

    pub(crate) fn locked_down() -> TunnelState {
        TunnelState::Blocked { cause: Box::new(ApiError::Lockdown), since: NOW, retry_at: None }
    }

    /// A tunnel that is up, with a handshake unless it is the first one.
    pub(crate) fn up(health: Health) -> TunnelState {
        let last_handshake = (!matches!(health, Health::Handshaking { .. } | Health::WaitingForPeer)).then_some(NOW - 1_000);
        TunnelState::Up(UpState {
            since: NOW - 60_000,
            health,
            mtu: 1420,
            listen_port: 51_820,
            counters: Counters::default(),
            last_handshake,
            peers: Vec::new(),
            peer_count: 0,
            differs: false,
            conflicts: Vec::new(),
            warnings: Vec::new(),
            data_path: DataPath {
                queues: 1,
                tun_segmentation: false,
                tun_udp_segmentation: false,
                udp_segmentation: false,
                udp_receive: false,
            },
            in_other_namespace: false,
            routing_loops: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{NOW, failed, governed, id, off, rule, tunnel, up, wifi_rule};
    use super::*;

    fn names(known: &Known) -> Vec<&str> {
        known.tunnels().unwrap().iter().map(|tunnel| tunnel.name.as_str()).collect()
    }

    #[test]
    fn tunnels_come_change_and_go_in_the_order_of_their_names() {
        let mut known = Known::default();
        let event = |event| News::Event(Box::new(event));
        known.learn(&event(Event::TunnelRemoved { id: id(1) }));
        assert!(known.tunnels().is_err(), "nothing is known before the service answers");
        known.learn(&News::There(vec![tunnel(1, "office", off()), tunnel(2, "Home", off())]));
        known.learn(&event(Event::TunnelAdded { tunnel: Box::new(tunnel(3, "lab", off())) }));
        assert_eq!(names(&known), ["Home", "lab", "office"]);
        known.learn(&event(Event::TunnelChanged { tunnel: Box::new(tunnel(1, "Attic", failed())) }));
        assert_eq!(names(&known), ["Attic", "Home", "lab"]);
        known.learn(&event(Event::TunnelRemoved { id: id(2) }));
        assert_eq!(names(&known), ["Attic", "lab"]);
        assert_eq!((known.name(id(1)), known.name(id(2))), (Some("Attic"), None));
        known.learn(&News::Away(Away::NotPermitted));
        assert_eq!(known.tunnels().unwrap_err(), Away::NotPermitted);
    }

    #[test]
    fn only_spans_of_time_need_a_clock() {
        let depends = |state| {
            let mut known = Known::default();
            known.learn(&News::There(vec![tunnel(1, "office", state)]));
            known.depends_on_time()
        };
        assert!(depends(TunnelState::Paused { until: Some(NOW) }) && depends(up(Health::NoAnswer { since: NOW })));
        assert!(!depends(TunnelState::Paused { until: None }) && !depends(up(Health::Good)) && !depends(off()));
    }

    #[test]
    fn a_choice_by_hand_and_a_pause_of_the_rules_need_a_clock_if_they_end_by_themselves() {
        let depends = |cause| {
            let mut known = Known::default();
            known.learn(&News::There(vec![governed(1, "office", off(), cause)]));
            known.depends_on_time()
        };
        assert!(depends(OnDemandCause::Manual { until: Some(NOW) }) && depends(OnDemandCause::Paused { until: Some(NOW) }));
        assert!(!depends(OnDemandCause::Manual { until: None }) && !depends(rule(0, None)));
    }

    #[test]
    fn a_rule_is_known_by_its_conditions_once_the_service_has_told_the_rules() {
        let mut known = Known::default();
        let by = RuleSource::Rule { index: 1, name: None };
        assert_eq!(known.conditions(&by), None);
        known.learn(&News::Rules(vec![wifi_rule("Home"), wifi_rule("Office")]));
        let named = known.conditions(&by).and_then(|conditions| conditions.first());
        let is = adit_api::RuleMatcher::WifiName { names: vec!["Office".into()] };
        assert_eq!(named, Some(&RuleCondition { not: false, is }));
        assert_eq!(known.conditions(&RuleSource::Otherwise), None);
        known.learn(&News::Rules(vec![wifi_rule("Home")]));
        assert_eq!(known.conditions(&by), None);
    }
}
