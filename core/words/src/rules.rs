//! Sentences about on-demand rules: what they decide, why, and what acts now.

use adit_api::{
    AppliedRules, HomeAnswer, LinkKind, ManualChoice, RuleAction, RuleKillSwitch, RuleMode, RuleSource, RuleTunnel,
    RulesDecision, RulesPause, RulesState, RulesSwitch, SeenFact, Verdict, WifiSecurity,
};

use crate::{Words, visible};

impl Words {
    /// Describes the origin of a consequence.
    pub fn rule_source(&self, source: &RuleSource) -> String {
        match source {
            RuleSource::Rule { index, name: None } => self.say("rules-source-rule", &[("number", number(*index).into())]),
            RuleSource::Rule { index, name: Some(name) } => {
                self.say("rules-source-named", &[("number", number(*index).into()), ("name", visible(name).into())])
            }
            RuleSource::Otherwise => self.say("rules-source-otherwise", &[]),
            RuleSource::FailSecure => self.say("rules-source-fail-secure", &[]),
            RuleSource::NoRules => self.say("rules-none", &[]),
        }
    }

    /// Describes what happens to the tunnels.
    pub fn rule_action(&self, action: &RuleAction) -> String {
        match action {
            RuleAction::Up { tunnels } => self.rule_tunnels(tunnels),
            RuleAction::Down => self.say("rules-down", &[]),
            RuleAction::Leave => self.say("rules-leave", &[]),
        }
    }

    /// Describes what goes through a tunnel; None: the allowed IPs of its configuration.
    pub fn rule_mode(&self, mode: &RuleMode) -> Option<String> {
        match mode {
            RuleMode::AsConfigured => None,
            RuleMode::Everything => Some(self.say("rules-mode-everything", &[])),
            RuleMode::ExceptLan => Some(self.say("rules-mode-except-lan", &[])),
            RuleMode::Private => Some(self.say("rules-mode-private", &[])),
            RuleMode::Only { networks } => {
                let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
                Some(self.say("rules-mode-only", &[("networks", networks.join(", ").into())]))
            }
        }
    }

    /// Describes the kill switch of a rule; None: as each tunnel is set.
    pub fn rule_kill_switch(&self, kill_switch: Option<RuleKillSwitch>) -> String {
        let id = match kill_switch {
            None => "rules-as-tunnel",
            Some(RuleKillSwitch::Off) => "rules-kill-switch-off",
            Some(RuleKillSwitch::WhenUntrusted) => "rules-kill-switch-when-untrusted",
            Some(RuleKillSwitch::Always) => "rules-kill-switch-always",
        };
        self.say(id, &[])
    }

    /// Describes the kill switch that the rules establish.
    pub fn rules_switch(&self, switch: RulesSwitch) -> String {
        let id = match switch {
            RulesSwitch::Open => "rules-switch-open",
            RulesSwitch::AsTunnel => "rules-as-tunnel",
            RulesSwitch::Closed => "rules-switch-closed",
        };
        self.say(id, &[])
    }

    /// Describes whether a condition or a rule holds.
    pub fn rule_verdict(&self, verdict: Verdict) -> String {
        let id = match verdict {
            Verdict::Matched => "rules-verdict-matched",
            Verdict::NotMatched => "rules-verdict-not-matched",
            Verdict::Unknown => "rules-verdict-unknown",
        };
        self.say(id, &[])
    }

    /// Describes the fact that a condition was compared with. Kinds of links and protections are words of the rules' language.
    pub fn seen_fact(&self, seen: &SeenFact) -> String {
        let say = |id: &str| self.say(id, &[]);
        let unknown = || say("rules-verdict-unknown");
        let text = |text: &Option<String>| text.as_deref().map_or_else(unknown, visible);
        let yes_or_no = |fact: &Option<bool>| match fact {
            None => unknown(),
            Some(true) => say("rules-seen-yes"),
            Some(false) => say("rules-seen-no"),
        };
        let list = |items: Vec<String>| if items.is_empty() { say("rules-seen-nothing") } else { items.join(", ") };
        match seen {
            SeenFact::NoFacts => say("rules-seen-no-facts"),
            SeenFact::NoNetwork => say("rules-seen-no-network"),
            SeenFact::Network => say("rules-seen-network"),
            SeenFact::Link { link } => link_kind(*link).to_owned(),
            SeenFact::WifiName { name } => text(name),
            SeenFact::AccessPoint { address } | SeenFact::Gateway { address } => text(address),
            SeenFact::WifiSecurity { security } => security.map_or_else(unknown, |security| wifi_security(security).to_owned()),
            SeenFact::Subnets { networks } => list(networks.iter().map(ToString::to_string).collect()),
            SeenFact::DnsSuffixes { suffixes: None } => unknown(),
            SeenFact::DnsSuffixes { suffixes: Some(suffixes) } => list(suffixes.iter().map(|suffix| visible(suffix)).collect()),
            SeenFact::Metered { metered: fact } | SeenFact::OtherVpn { is_up: fact } => yes_or_no(fact),
            SeenFact::Time { at } => {
                let day = format!("{:?}", at.day).to_lowercase();
                format!("{} {:02}:{:02}", day.get(..3).unwrap_or(&day), at.hour, at.minute)
            }
            SeenFact::HomeProbe { answer: HomeAnswer::NotAsked } => say("rules-seen-home-not-asked"),
            SeenFact::HomeProbe { answer: HomeAnswer::NoAnswer } => say("rules-seen-home-no-answer"),
            SeenFact::HomeProbe { answer: HomeAnswer::Answered { key } } => key.to_string(),
        }
    }

    /// Describes a decision, and on further lines what is particular about it.
    pub fn rules_decision(&self, decision: &RulesDecision) -> Vec<String> {
        let source = ("source", self.rule_source(&decision.by).into());
        let switch = ("switch", self.rule_kill_switch(decision.kill_switch).into());
        let mut lines = vec![self.say("rules-decided", &[source, ("action", self.rule_action(&decision.action).into()), switch])];
        if !decision.is_certain {
            lines.push(self.say("rules-uncertain", &[]));
        }
        if !decision.missing.is_empty() {
            let missing: Vec<String> = decision.missing.iter().map(|name| visible(name)).collect();
            lines.push(self.say("rules-missing", &[("tunnels", missing.join(", ").into())]));
        }
        lines
    }

    /// Describes what acts besides the rules at `now` (Unix milliseconds): choices, a pause, times and servers that do not answer.
    pub fn rules_state(&self, state: &RulesState, name: impl Fn(adit_api::TunnelId) -> String, now: u64) -> Vec<String> {
        let span = |at: u64| ("span", self.span(at.saturating_sub(now)).into());
        let mut lines: Vec<String> = Vec::new();
        if let Some(RulesPause { until, is_suspended: _ }) = &state.pause {
            lines.push(match until {
                Some(until) => self.say("log-rules-paused-for", &[span(*until)]),
                None => self.say("log-rules-paused", &[]),
            });
        }
        for ManualChoice { tunnel, is_up, until, is_suspended: _ } in &state.choices {
            let id = if *is_up { "rules-choice-on" } else { "rules-choice-off" };
            let line = self.say(id, &[("tunnel", visible(tunnel).into())]);
            lines.push(match until {
                Some(until) => self.say("rules-at-the-latest", &[("line", line.into()), span(*until)]),
                None => line,
            });
        }
        if let Some(pending) = &state.pending {
            let switch = ("switch", self.rules_switch(pending.target.kill_switch).into());
            let action = ("action", self.applied_rules(&pending.target).into());
            lines.push(self.say("rules-pending", &[span(pending.at), action, switch]));
        }
        lines.extend(
            state
                .auto_off
                .iter()
                .map(|off| self.say("rules-auto-off", &[("tunnel", visible(&name(off.id)).into()), span(off.at)])),
        );
        let failing = state.failover.iter().filter(|failing| failing.next_at.is_some() || failing.step.is_some());
        lines.extend(failing.map(|failing| self.silent_server(&failing.tunnel)));
        lines
    }

    /// Says that the server of the tunnel with this name does not answer.
    pub fn silent_server(&self, tunnel: &str) -> String {
        self.say("rules-failing", &[("tunnel", visible(tunnel).into())])
    }

    /// Describes the tunnels of an established state.
    fn applied_rules(&self, applied: &AppliedRules) -> String {
        match &applied.tunnels {
            Some(tunnels) if tunnels.is_empty() => self.say("rules-down", &[]),
            Some(tunnels) => self.rule_tunnels(tunnels),
            None => self.say("rules-leave", &[]),
        }
    }

    fn rule_tunnels(&self, tunnels: &[RuleTunnel]) -> String {
        let tunnel = |tunnel: &RuleTunnel| match self.rule_mode(&tunnel.mode) {
            Some(mode) => self.say("rules-with-mode", &[("tunnel", visible(&tunnel.name).into()), ("mode", mode.into())]),
            None => visible(&tunnel.name),
        };
        self.say("rules-up", &[("tunnels", tunnels.iter().map(tunnel).collect::<Vec<_>>().join(", ").into())])
    }

    /// Says that there are no rules.
    pub fn no_rules(&self) -> String {
        self.say("rules-none", &[])
    }

    /// Says that the stored rules cannot be read.
    pub fn broken_rules(&self) -> String {
        self.say("rules-broken", &[])
    }
}

/// Returns the number of a rule for people, who count from 1.
fn number(index: u32) -> String {
    index.saturating_add(1).to_string()
}

/// Returns the word of the rules' language.
pub(crate) const fn link_kind(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Wifi => "wifi",
        LinkKind::Ethernet => "ethernet",
        LinkKind::Cellular => "cellular",
        LinkKind::Other => "other network",
    }
}

const fn wifi_security(security: WifiSecurity) -> &'static str {
    match security {
        WifiSecurity::Open => "open",
        WifiSecurity::Wep => "wep",
        WifiSecurity::Wpa => "wpa",
        WifiSecurity::Wpa2 => "wpa2",
        WifiSecurity::Wpa3 => "wpa3",
        WifiSecurity::Enterprise => "enterprise",
    }
}
