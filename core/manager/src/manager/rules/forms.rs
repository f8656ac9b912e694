//! Rules as an editor's form, and back. A form is text from outside: each value is checked.

use std::str::FromStr;

use adit_api::{
    FailoverSettings, FailoverStep, FormProblem, LinkKind, RuleAction, RuleCondition, RuleConsequence, RuleForm, RuleKillSwitch,
    RuleMatcher, RuleMode, RuleTunnel, RulesSettings, WifiSecurity,
};
use adit_config::Cidr;
use adit_config::diagnostic::Quoted;
use adit_rules::facts::{self, Mac, Security};
use adit_rules::rule::{
    Action, Alternatives, Condition, Failover, Glob, Home, KillSwitch, Matcher, Mode, Name, Rule, RuleSet, Seconds, Step, Suffix,
    Then, TunnelUse, Window,
};
use adit_rules::text::{Code, Expected};

use super::diagnostics;

/// Converts a rule.
pub(super) fn of_rule(rule: &Rule) -> RuleForm {
    RuleForm {
        name: rule.label.as_ref().map(ToString::to_string),
        conditions: rule
            .when
            .iter()
            .map(|condition| RuleCondition { not: condition.not, is: of_matcher(&condition.is) })
            .collect(),
        then: of_then(&rule.then),
    }
}

/// Converts a consequence.
pub(super) fn of_then(then: &Then) -> RuleConsequence {
    RuleConsequence { action: of_action(&then.action), kill_switch: then.kill_switch.map(of_kill_switch) }
}

/// Converts what happens to the tunnels.
pub(super) fn of_action(action: &Action) -> RuleAction {
    match action {
        Action::Up(uses) => RuleAction::Up { tunnels: uses.iter().map(of_use).collect() },
        Action::Down => RuleAction::Down,
        Action::Leave => RuleAction::Leave,
    }
}

/// Converts a tunnel that is up.
pub(super) fn of_use(used: &TunnelUse) -> RuleTunnel {
    RuleTunnel { name: used.tunnel.to_string(), mode: of_mode(&used.mode) }
}

/// Converts a routing mode.
pub(super) fn of_mode(mode: &Mode) -> RuleMode {
    match mode {
        Mode::AsConfigured => RuleMode::AsConfigured,
        Mode::Everything => RuleMode::Everything,
        Mode::ExceptLan => RuleMode::ExceptLan,
        Mode::Private => RuleMode::Private,
        Mode::Only(networks) => RuleMode::Only { networks: networks.as_slice().to_vec() },
    }
}

/// Converts a kill switch.
pub(super) const fn of_kill_switch(kill_switch: KillSwitch) -> RuleKillSwitch {
    match kill_switch {
        KillSwitch::Off => RuleKillSwitch::Off,
        KillSwitch::WhenUntrusted => RuleKillSwitch::WhenUntrusted,
        KillSwitch::Always => RuleKillSwitch::Always,
    }
}

/// Converts the settings.
pub(super) fn of_settings(set: &RuleSet) -> RulesSettings {
    RulesSettings {
        kill_switch: set.kill_switch.map(of_kill_switch),
        manual_choice_seconds: set.manual.map(u32::from),
        failover: set.failover.as_ref().map(|failover| FailoverSettings {
            after_seconds: failover.after.into(),
            steps: failover.steps.iter().map(of_step).collect(),
        }),
    }
}

/// Converts a step.
pub(super) fn of_step(step: &Step) -> FailoverStep {
    match step {
        Step::NextEndpoint => FailoverStep::NextEndpoint,
        Step::Up(tunnel) => FailoverStep::Up { tunnel: tunnel.to_string() },
        Step::Down => FailoverStep::Down,
    }
}

fn of_matcher(matcher: &Matcher) -> RuleMatcher {
    fn texts<T: ToString>(values: &Alternatives<T>) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }
    match matcher {
        Matcher::Kind(kinds) => RuleMatcher::Link { kinds: kinds.iter().map(|kind| of_link_kind(*kind)).collect() },
        Matcher::Ssid(globs) => RuleMatcher::WifiName { names: texts(globs) },
        Matcher::Bssid(macs) => RuleMatcher::AccessPoint { addresses: texts(macs) },
        Matcher::Security(kinds) => RuleMatcher::WifiSecurity { kinds: kinds.iter().map(|kind| of_security(*kind)).collect() },
        Matcher::Gateway(macs) => RuleMatcher::Gateway { addresses: texts(macs) },
        Matcher::Subnet(networks) => RuleMatcher::Subnet { networks: networks.as_slice().to_vec() },
        Matcher::DnsSuffix(suffixes) => RuleMatcher::DnsSuffix { suffixes: texts(suffixes) },
        Matcher::Metered => RuleMatcher::Metered,
        Matcher::Time(windows) => RuleMatcher::Time { windows: texts(windows) },
        Matcher::OtherVpn => RuleMatcher::OtherVpn,
        Matcher::Home(homes) => RuleMatcher::HomeProbe { keys: homes.iter().map(|home| home.0.into()).collect() },
        Matcher::NoNetwork => RuleMatcher::NoNetwork,
    }
}

/// Converts the kind of a link.
pub(super) const fn of_link_kind(kind: facts::LinkKind) -> LinkKind {
    match kind {
        facts::LinkKind::Wifi => LinkKind::Wifi,
        facts::LinkKind::Ethernet => LinkKind::Ethernet,
        facts::LinkKind::Cellular => LinkKind::Cellular,
        facts::LinkKind::Other => LinkKind::Other,
    }
}

/// Converts the protection of a Wi-Fi network.
pub(super) const fn of_security(security: Security) -> WifiSecurity {
    match security {
        Security::Open => WifiSecurity::Open,
        Security::Wep => WifiSecurity::Wep,
        Security::Wpa => WifiSecurity::Wpa,
        Security::Wpa2 => WifiSecurity::Wpa2,
        Security::Wpa3 => WifiSecurity::Wpa3,
        Security::Enterprise => WifiSecurity::Enterprise,
    }
}

/// Converts the kind of a link back.
pub(super) const fn link_kind(kind: LinkKind) -> facts::LinkKind {
    match kind {
        LinkKind::Wifi => facts::LinkKind::Wifi,
        LinkKind::Ethernet => facts::LinkKind::Ethernet,
        LinkKind::Cellular => facts::LinkKind::Cellular,
        LinkKind::Other => facts::LinkKind::Other,
    }
}

/// Converts the protection of a Wi-Fi network back.
pub(super) const fn security(security: WifiSecurity) -> Security {
    match security {
        WifiSecurity::Open => Security::Open,
        WifiSecurity::Wep => Security::Wep,
        WifiSecurity::Wpa => Security::Wpa,
        WifiSecurity::Wpa2 => Security::Wpa2,
        WifiSecurity::Wpa3 => Security::Wpa3,
        WifiSecurity::Enterprise => Security::Enterprise,
    }
}

/// Reads a rule, or returns everything that is wrong with it.
pub(super) fn rule(form: &RuleForm) -> Result<Rule, Vec<FormProblem>> {
    let mut reader = Reader::default();
    let label = form.name.as_ref().and_then(|name| reader.name(name));
    let mut conditions = Vec::new();
    for (index, condition) in form.conditions.iter().enumerate() {
        reader.condition = u32::try_from(index).ok();
        let is = reader.matcher(&condition.is);
        conditions.extend(is.map(|is| Condition { not: condition.not, is }));
    }
    reader.condition = None;
    let then = reader.then(&form.then);
    let when = if form.conditions.is_empty() {
        reader.some(Vec::new(), Expected::Condition)
    } else {
        Alternatives::try_from(conditions).ok()
    };
    match (reader.problems.is_empty(), when, then) {
        (true, Some(when), Some(then)) => Ok(Rule { label, when, then }),
        _ => Err(reader.problems),
    }
}

/// Reads a consequence, or returns everything that is wrong with it.
pub(super) fn then(form: &RuleConsequence) -> Result<Then, Vec<FormProblem>> {
    let mut reader = Reader::default();
    reader.then(form).ok_or(reader.problems)
}

/// Reads settings, or returns everything that is wrong with them.
pub(super) fn settings(form: &RulesSettings) -> Result<RuleSet, Vec<FormProblem>> {
    let mut reader = Reader::default();
    let manual = form.manual_choice_seconds.and_then(|seconds| reader.seconds(seconds));
    let failover = form.failover.as_ref().and_then(|failover| {
        let after = reader.seconds(failover.after_seconds);
        let steps: Vec<Step> = failover.steps.iter().filter_map(|step| reader.step(step)).collect();
        let steps = reader.some(steps, Expected::Step);
        Some(Failover { after: after?, steps: steps? })
    });
    let set = RuleSet { kill_switch: form.kill_switch.map(kill_switch), manual, failover, ..RuleSet::default() };
    if reader.problems.is_empty() { Ok(set) } else { Err(reader.problems) }
}

/// Reads the name of a tunnel.
pub(super) fn tunnel(name: &str) -> Result<Name, Vec<FormProblem>> {
    let mut reader = Reader::default();
    reader.name(name).ok_or(reader.problems)
}

const fn kill_switch(kill_switch: RuleKillSwitch) -> KillSwitch {
    match kill_switch {
        RuleKillSwitch::Off => KillSwitch::Off,
        RuleKillSwitch::WhenUntrusted => KillSwitch::WhenUntrusted,
        RuleKillSwitch::Always => KillSwitch::Always,
    }
}

/// Reads values, and collects what is wrong with them.
#[derive(Default)]
struct Reader {
    /// The index of the condition that is being read.
    condition: Option<u32>,
    problems: Vec<FormProblem>,
}

impl Reader {
    fn problem(&mut self, code: &Code) {
        let problem = diagnostics::without_place(code);
        self.problems.push(FormProblem { condition: self.condition, problem });
    }

    fn some<T>(&mut self, values: Vec<T>, expected: Expected) -> Option<Alternatives<T>> {
        let found = Alternatives::try_from(values).ok();
        if found.is_none() && self.problems.is_empty() {
            self.problem(&Code::Expected(expected, None));
        }
        found
    }

    fn values<T: FromStr>(
        &mut self,
        texts: &[String],
        expected: Expected,
        code: impl Fn(&str, T::Err) -> Code,
    ) -> Option<Alternatives<T>> {
        let mut values = Vec::new();
        for text in texts {
            match text.parse() {
                Ok(value) => values.push(value),
                Err(error) => self.problem(&code(text, error)),
            }
        }
        if texts.is_empty() { self.some(values, expected) } else { Alternatives::try_from(values).ok() }
    }

    fn name(&mut self, text: &str) -> Option<Name> {
        text.parse().map_err(|error| self.problem(&Code::Name(error))).ok()
    }

    fn seconds(&mut self, seconds: u32) -> Option<Seconds> {
        Seconds::new(seconds).map_err(|error| self.problem(&Code::Seconds(Quoted::new(&format!("{seconds} s")), error))).ok()
    }

    fn networks(&mut self, networks: &[Cidr]) -> Option<Alternatives<Cidr>> {
        for network in networks.iter().filter(|network| network.network() != **network) {
            self.problem(&Code::HostBits(network.network()));
        }
        self.some(networks.to_vec(), Expected::Network)
    }

    fn matcher(&mut self, matcher: &RuleMatcher) -> Option<Matcher> {
        Some(match matcher {
            RuleMatcher::Link { kinds } => {
                Matcher::Kind(self.some(kinds.iter().map(|kind| link_kind(*kind)).collect(), Expected::Condition)?)
            }
            RuleMatcher::WifiName { names } => {
                Matcher::Ssid(self.values::<Glob>(names, Expected::WifiName, |_, error| Code::Glob(error))?)
            }
            RuleMatcher::AccessPoint { addresses } => Matcher::Bssid(self.macs(addresses)?),
            RuleMatcher::WifiSecurity { kinds } => {
                Matcher::Security(self.some(kinds.iter().map(|kind| security(*kind)).collect(), Expected::Condition)?)
            }
            RuleMatcher::Gateway { addresses } => Matcher::Gateway(self.macs(addresses)?),
            RuleMatcher::Subnet { networks } => Matcher::Subnet(self.networks(networks)?),
            RuleMatcher::DnsSuffix { suffixes } => {
                let code = |text: &str, error| Code::Suffix(Quoted::new(text), error);
                Matcher::DnsSuffix(self.values::<Suffix>(suffixes, Expected::Suffix, code)?)
            }
            RuleMatcher::Metered => Matcher::Metered,
            RuleMatcher::Time { windows } => {
                let code = |text: &str, error| Code::Window(Quoted::new(text), error);
                Matcher::Time(self.values::<Window>(windows, Expected::Window, code)?)
            }
            RuleMatcher::OtherVpn => Matcher::OtherVpn,
            RuleMatcher::HomeProbe { keys } => {
                Matcher::Home(self.some(keys.iter().map(|key| Home((*key).into())).collect(), Expected::PublicKey)?)
            }
            RuleMatcher::NoNetwork => Matcher::NoNetwork,
        })
    }

    fn macs(&mut self, addresses: &[String]) -> Option<Alternatives<Mac>> {
        self.values(addresses, Expected::Mac, |text, _| Code::Mac(Quoted::new(text)))
    }

    fn then(&mut self, form: &RuleConsequence) -> Option<Then> {
        let action = match &form.action {
            RuleAction::Up { tunnels } => {
                let uses: Vec<TunnelUse> = tunnels.iter().filter_map(|used| self.tunnel_use(used)).collect();
                self.some(uses, Expected::TunnelName).map(Action::Up)
            }
            RuleAction::Down => Some(Action::Down),
            RuleAction::Leave => Some(Action::Leave),
        };
        let then = Then { action: action?, kill_switch: form.kill_switch.map(kill_switch) };
        self.problems.is_empty().then_some(then)
    }

    fn tunnel_use(&mut self, used: &RuleTunnel) -> Option<TunnelUse> {
        let tunnel = self.name(&used.name);
        let mode = match &used.mode {
            RuleMode::AsConfigured => Some(Mode::AsConfigured),
            RuleMode::Everything => Some(Mode::Everything),
            RuleMode::ExceptLan => Some(Mode::ExceptLan),
            RuleMode::Private => Some(Mode::Private),
            RuleMode::Only { networks } => self.networks(networks).map(Mode::Only),
        };
        Some(TunnelUse { tunnel: tunnel?, mode: mode? })
    }

    fn step(&mut self, step: &FailoverStep) -> Option<Step> {
        match step {
            FailoverStep::NextEndpoint => Some(Step::NextEndpoint),
            FailoverStep::Up { tunnel } => self.name(tunnel).map(Step::Up),
            FailoverStep::Down => Some(Step::Down),
        }
    }
}
