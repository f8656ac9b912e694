//! Every case of every type about on-demand rules at least once.

use adit_api::{
    AppliedRules, AutoOff, ConditionTrace, DayTime, FailoverSettings, FailoverState, FailoverStep, FormProblem, HomeAnswer,
    LinkKind, ManualChoice, NetworkLink, NetworkTrace, Networks, OnDemand, OnDemandCause, PendingRules, PortalState, RuleAction,
    RuleCondition, RuleConsequence, RuleForm, RuleKillSwitch, RuleMatcher, RuleMode, RuleSource, RuleTrace, RuleTunnel, RuleView,
    RulesCheck, RulesDecision, RulesEdit, RulesPause, RulesPreset, RulesSettings, RulesState, RulesSwitch, RulesView, SeenFact,
    Verdict, Weekday, WifiSecurity,
};

use crate::views::{diagnostic, id, key};

const AT: u64 = 1_790_000_000_000;
pub(crate) const TEXT: &str = "\"At home\": when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down\notherwise up Office\n";

pub(crate) fn networks() -> Networks {
    let link = |kind, wifi_security, home, portal| NetworkLink {
        interface: "wlan0".into(),
        kind,
        is_default: true,
        wifi_name: Some("Caf\u{e9}\\xff".into()),
        access_point: Some("00:1a:2b:3c:4d:5e".into()),
        wifi_security,
        gateway: Some("aa:bb:cc:dd:ee:ff".into()),
        subnets: vec!["192.168.1.0/24".parse().unwrap()],
        dns_suffixes: Some(vec!["corp.example".into()]),
        metered: Some(false),
        home,
        portal,
    };
    let answered = HomeAnswer::Answered { key: key() };
    let links = vec![
        link(LinkKind::Wifi, Some(WifiSecurity::Open), HomeAnswer::NotAsked, PortalState::Unknown),
        link(LinkKind::Ethernet, Some(WifiSecurity::Wep), HomeAnswer::NoAnswer, PortalState::None),
        link(LinkKind::Cellular, Some(WifiSecurity::Wpa), answered, PortalState::Captive),
        link(LinkKind::Other, Some(WifiSecurity::Wpa2), HomeAnswer::NotAsked, PortalState::Unknown),
        link(LinkKind::Wifi, Some(WifiSecurity::Wpa3), HomeAnswer::NotAsked, PortalState::Unknown),
        link(LinkKind::Wifi, Some(WifiSecurity::Enterprise), HomeAnswer::NotAsked, PortalState::Unknown),
        NetworkLink {
            interface: "eth0".into(),
            kind: LinkKind::Ethernet,
            is_default: false,
            wifi_name: None,
            access_point: None,
            wifi_security: None,
            gateway: None,
            subnets: Vec::new(),
            dns_suffixes: None,
            metered: None,
            home: HomeAnswer::NotAsked,
            portal: PortalState::Unknown,
        },
    ];
    Networks { links, other_vpn: None, at: Some(time(Weekday::Monday)) }
}

const fn time(day: Weekday) -> DayTime {
    DayTime { day, hour: 9, minute: 30 }
}

const DAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn form() -> RuleForm {
    let network = || "10.0.0.0/8".parse().unwrap();
    let matchers = vec![
        RuleMatcher::Link { kinds: vec![LinkKind::Wifi, LinkKind::Ethernet] },
        RuleMatcher::WifiName { names: vec!["Home".into(), "!Guest*".into()] },
        RuleMatcher::AccessPoint { addresses: vec!["00:1a:2b:3c:4d:5e".into()] },
        RuleMatcher::WifiSecurity { kinds: vec![WifiSecurity::Open] },
        RuleMatcher::Gateway { addresses: vec!["aa:bb:cc:dd:ee:ff".into()] },
        RuleMatcher::Subnet { networks: vec![network()] },
        RuleMatcher::DnsSuffix { suffixes: vec!["corp.example".into()] },
        RuleMatcher::Metered,
        RuleMatcher::Time { windows: vec!["mon-fri 22:00-06:00".into()] },
        RuleMatcher::OtherVpn,
        RuleMatcher::HomeProbe { keys: vec![key()] },
        RuleMatcher::NoNetwork,
    ];
    RuleForm {
        name: Some("At home".into()),
        conditions: matchers.into_iter().map(|is| RuleCondition { not: is == RuleMatcher::Metered, is }).collect(),
        then: then(Some(RuleKillSwitch::Always)),
    }
}

fn uses() -> Vec<RuleTunnel> {
    let modes = [
        RuleMode::AsConfigured,
        RuleMode::Everything,
        RuleMode::ExceptLan,
        RuleMode::Private,
        RuleMode::Only { networks: vec!["10.0.0.0/8".parse().unwrap()] },
    ];
    modes.into_iter().map(|mode| RuleTunnel { name: "Office".into(), mode }).collect()
}

fn then(kill_switch: Option<RuleKillSwitch>) -> RuleConsequence {
    RuleConsequence { action: RuleAction::Up { tunnels: uses() }, kill_switch }
}

fn settings(kill_switch: RuleKillSwitch) -> RulesSettings {
    let steps = vec![FailoverStep::NextEndpoint, FailoverStep::Up { tunnel: "Backup".into() }, FailoverStep::Down];
    RulesSettings {
        kill_switch: Some(kill_switch),
        manual_choice_seconds: Some(3_600),
        failover: Some(FailoverSettings { after_seconds: 30, steps }),
    }
}

pub(crate) fn edits() -> Vec<RulesEdit> {
    let preset = |preset| RulesEdit::Preset { preset, tunnel: "Office".into() };
    vec![
        RulesEdit::Insert { index: 0, rule: form() },
        RulesEdit::Replace { index: 1, rule: form() },
        RulesEdit::Remove { index: 2 },
        RulesEdit::Move { from: 0, to: 1 },
        RulesEdit::SetOtherwise { then: Some(RuleConsequence { action: RuleAction::Down, kill_switch: None }) },
        RulesEdit::SetOtherwise { then: None },
        RulesEdit::SetSettings { settings: settings(RuleKillSwitch::WhenUntrusted) },
        RulesEdit::TrustThisNetwork,
        preset(RulesPreset::Always),
        preset(RulesPreset::EverywhereExceptHere),
        preset(RulesPreset::WifiThatIsNotMine),
        preset(RulesPreset::OpenWifi),
    ]
}

pub(crate) fn check() -> RulesCheck {
    RulesCheck {
        text: TEXT.into(),
        diagnostics: vec![diagnostic()],
        form_problems: vec![FormProblem { condition: Some(1), problem: diagnostic() }],
        settings: settings(RuleKillSwitch::Off),
        rules: vec![
            RuleView { form: Some(form()), line: 1, start: 0, end: 68 },
            RuleView { form: None, line: 2, start: 69, end: 80 },
        ],
        otherwise: Some(RuleConsequence { action: RuleAction::Leave, kill_switch: Some(RuleKillSwitch::WhenUntrusted) }),
    }
}

fn seen() -> Vec<SeenFact> {
    let mut seen = vec![
        SeenFact::NoFacts,
        SeenFact::NoNetwork,
        SeenFact::Network,
        SeenFact::Link { link: LinkKind::Wifi },
        SeenFact::WifiName { name: Some("Home".into()) },
        SeenFact::AccessPoint { address: None },
        SeenFact::WifiSecurity { security: Some(WifiSecurity::Wpa2) },
        SeenFact::Gateway { address: Some("aa:bb:cc:dd:ee:ff".into()) },
        SeenFact::Subnets { networks: vec!["192.168.1.0/24".parse().unwrap()] },
        SeenFact::DnsSuffixes { suffixes: Some(Vec::new()) },
        SeenFact::Metered { metered: Some(true) },
        SeenFact::OtherVpn { is_up: Some(false) },
        SeenFact::HomeProbe { answer: HomeAnswer::NoAnswer },
        SeenFact::HomeProbe { answer: HomeAnswer::NotAsked },
    ];
    seen.extend(DAYS.map(|day| SeenFact::Time { at: time(day) }));
    seen
}

pub(crate) fn decision() -> RulesDecision {
    let verdicts = [Verdict::Matched, Verdict::NotMatched, Verdict::Unknown];
    let condition = |(seen, verdict)| ConditionTrace { condition: "not wifi \"Home\"".into(), verdict, seen };
    RulesDecision {
        action: RuleAction::Up { tunnels: uses() },
        by: RuleSource::Rule { index: 0, name: Some("At home".into()) },
        kill_switch: Some(RuleKillSwitch::WhenUntrusted),
        kill_switch_by: RuleSource::Otherwise,
        is_untrusted: true,
        is_certain: false,
        missing: vec!["Lab".into()],
        trace: vec![NetworkTrace {
            interface: Some("wlan0".into()),
            rules: vec![RuleTrace {
                index: 0,
                verdict: Verdict::Unknown,
                conditions: seen().into_iter().zip(verdicts.into_iter().cycle()).map(condition).collect(),
            }],
            possible: vec![
                RuleSource::Rule { index: 0, name: None },
                RuleSource::Otherwise,
                RuleSource::FailSecure,
                RuleSource::NoRules,
            ],
        }],
    }
}

fn applied(kill_switch: RulesSwitch) -> AppliedRules {
    AppliedRules { tunnels: Some(uses()), kill_switch }
}

pub(crate) fn view() -> RulesView {
    let choice = |is_up, until| ManualChoice { tunnel: "Office".into(), is_up, until, is_suspended: !is_up };
    RulesView {
        revision: 4,
        rules: check(),
        is_broken: false,
        now: RulesState {
            are_active: true,
            decision: decision(),
            applied: Some(applied(RulesSwitch::Closed)),
            pending: Some(PendingRules { target: AppliedRules { tunnels: None, kill_switch: RulesSwitch::Open }, at: AT }),
            choices: vec![choice(true, Some(AT)), choice(false, None)],
            pause: Some(RulesPause { until: Some(AT), is_suspended: false }),
            auto_off: vec![AutoOff { id: id(), at: AT }],
            failover: vec![FailoverState {
                tunnel: "Office".into(),
                step: Some(FailoverStep::Up { tunnel: "Backup".into() }),
                next_at: Some(AT),
            }],
        },
    }
}

pub(crate) fn on_demand() -> Vec<OnDemand> {
    let causes = [
        OnDemandCause::Rule { by: RuleSource::Otherwise },
        OnDemandCause::Manual { until: None },
        OnDemandCause::Paused { until: Some(AT) },
    ];
    let made = |cause| OnDemand { cause, mode: RuleMode::Everything, kill_switch: RulesSwitch::AsTunnel };
    causes.into_iter().map(made).collect()
}
