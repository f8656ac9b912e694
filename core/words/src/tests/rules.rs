//! Everything about on-demand rules, with the samples of the contract's golden files.

use adit_api::{
    Argument, Diagnostic, LinkKind, Response, RuleAction, RuleCondition, RuleKillSwitch, RuleMatcher, RuleSource, RulesDecision,
    RulesSwitch, RulesView, Severity, WifiSecurity,
};
use std::fs;

use super::{NOW, api, diagnostics};
use crate::Words;

pub(super) fn lines(words: &Words) -> Vec<(&'static str, String)> {
    let (view, decision) = golden();
    let mut lines: Vec<(&str, String)> = Vec::new();
    for found in problems() {
        lines.push(("rules", words.complaint("rules", &found)));
    }
    lines.extend(words.rules_decision(&decision).into_iter().map(|line| ("decision", line)));
    for trace in &decision.trace {
        let conditions = trace.rules.iter().flat_map(|rule| &rule.conditions);
        let said =
            |seen: &adit_api::ConditionTrace| format!("{}: {}", words.rule_verdict(seen.verdict), words.seen_fact(&seen.seen));
        lines.extend(conditions.map(|condition| ("  condition", said(condition))));
        lines.extend(trace.possible.iter().map(|source| ("  possible", words.rule_source(source))));
    }
    let actions = samples!(RuleAction: Up { tunnels: Vec::new() }, Down, Leave);
    lines.extend(actions.iter().map(|action| ("action", words.rule_action(action))));
    let switches = samples!(RuleKillSwitch: Off, WhenUntrusted, Always);
    let switches = switches.into_iter().map(Some).chain([None]);
    lines.extend(switches.map(|switch| ("kill switch", words.rule_kill_switch(switch))));
    let switches = samples!(RulesSwitch: Open, AsTunnel, Closed);
    lines.extend(switches.into_iter().map(|switch| ("kill switch", words.rules_switch(switch))));
    let state = words.rules_state(&view.now, |_| "Office".to_owned(), NOW - 60_000);
    lines.extend(state.into_iter().map(|line| ("state", line)));
    lines.extend(reasons().iter().map(|conditions| {
        let by = RuleSource::Rule { index: 1, name: None };
        ("reason", words.rule_reason(&by, Some(conditions)))
    }));
    lines.extend([("rules", words.no_rules()), ("rules", words.broken_rules())]);
    lines
}

/// Returns the conditions of rules without a name: each matcher, as it is and turned round, and more than a tray shows.
fn reasons() -> Vec<Vec<RuleCondition>> {
    let matchers = samples!(RuleMatcher:
        Link { kinds: vec![LinkKind::Wifi, LinkKind::Ethernet, LinkKind::Cellular] },
        Link { kinds: vec![LinkKind::Other] },
        WifiName { names: vec!["Home\u{202e}".into()] },
        AccessPoint { addresses: vec!["aa:bb:cc:dd:ee:ff".into()] },
        WifiSecurity { kinds: vec![WifiSecurity::Open, WifiSecurity::Wep, WifiSecurity::Wpa] },
        WifiSecurity { kinds: vec![WifiSecurity::Wpa2, WifiSecurity::Wpa3, WifiSecurity::Enterprise] },
        Gateway { addresses: vec!["aa:bb:cc:dd:ee:ff".into()] },
        Subnet { networks: vec!["10.0.0.0/8".parse().unwrap()] },
        DnsSuffix { suffixes: vec!["corp.example".into()] },
        Metered,
        Time { windows: ["mon 08:00-09:00", "tue", "wed", "thu"].map(str::to_owned).to_vec() },
        OtherVpn,
        HomeProbe { keys: vec![super::key()] },
        NoNetwork,
    );
    let both = |is: RuleMatcher| [false, true].map(|not| vec![RuleCondition { not, is: is.clone() }]);
    let free = || RuleCondition { not: true, is: RuleMatcher::Metered };
    let many = vec![free(), free(), free(), free()];
    matchers.into_iter().flat_map(both).chain([many]).collect()
}

fn golden() -> (RulesView, RulesDecision) {
    let text = fs::read_to_string(api("golden/responses.json")).unwrap();
    let answers: Vec<Response> = serde_json::from_str(&text).unwrap();
    let view = answers.iter().find_map(|answer| match answer {
        Response::Rules(view) => Some(view.clone()),
        _ => None,
    });
    let decision = answers.into_iter().find_map(|answer| match answer {
        Response::TestRules(decision) => Some(decision),
        _ => None,
    });
    (view.unwrap(), decision.unwrap())
}

/// Returns a diagnostic for every case of every code about rules. The manager makes them of the errors of `core/rules`.
fn problems() -> Vec<Diagnostic> {
    let text = || Argument::text("text", "x.x");
    let kind = |kind: &str| Argument::text("kind", kind);
    let mut cases: Vec<(&str, Option<&str>, Vec<Argument>)> = vec![
        ("rule_unknown_statement", Some("rule_did_you_mean"), vec![text(), Argument::text("suggestion", "when")]),
        ("rule_unknown_statement", Some("rule_begin_line"), vec![text()]),
        ("rule_leftover", Some("rule_join"), vec![text()]),
        ("rule_unknown_condition", Some("rule_choose_condition"), vec![text()]),
        ("rule_unclosed", Some("rule_quote"), Vec::new()),
        ("rule_typographic_quote", Some("rule_quote"), vec![Argument::character('\u{201e}')]),
        ("rule_escape", Some("rule_double_backslash"), Vec::new()),
        ("rule_pattern", None, vec![kind("empty")]),
        ("rule_pattern", Some("rule_double_backslash"), vec![kind("escape")]),
        ("rule_pattern", None, vec![kind("too_long"), Argument::number("bytes", 33_u32)]),
        ("rule_mac", Some("rule_write_mac"), vec![text()]),
        ("rule_host_bits", Some("write_value"), vec![Argument::text("value", "10.0.0.0/8")]),
        ("rule_suffix", Some("rule_write_suffix"), vec![text()]),
        ("rule_public_key", Some("rule_write_public_key"), Vec::new()),
        ("rule_window", Some("rule_write_window"), vec![text(), kind("form")]),
        ("rule_window", Some("rule_write_window"), vec![text(), kind("time")]),
        ("rule_window", Some("rule_write_window"), vec![text(), kind("empty")]),
        ("rule_seconds", Some("rule_write_seconds"), vec![text(), kind("form")]),
        ("rule_seconds", Some("rule_write_seconds"), vec![text(), kind("range")]),
        ("rule_name", None, vec![kind("empty")]),
        ("rule_name", None, vec![kind("too_long"), Argument::number("characters", 65_u32)]),
        ("rule_name", None, vec![kind("invisible"), Argument::text("character", "\\u{202e}")]),
        ("rule_name", None, vec![kind("space")]),
        ("rule_repeated", Some("remove_one"), vec![Argument::number("first", 1_u32)]),
        ("rule_after_otherwise", Some("rule_move_up"), vec![Argument::number("first", 1_u32)]),
        ("rule_label", Some("rule_remove_label"), Vec::new()),
        ("rule_too_many", None, Vec::new()),
        ("rule_name_alone", Some("rule_add_proof"), Vec::new()),
        ("rule_any_network", Some("rule_add_proof"), Vec::new()),
        ("rule_relaxes_on_open", None, Vec::new()),
        ("rule_never_reached", Some("rule_move_up"), vec![Argument::number("first", 1_u32)]),
        ("rule_never_matches", None, Vec::new()),
        ("rule_tunnel_unknown", None, vec![Argument::text("tunnel", "office")]),
        ("rule_no_default", Some("rule_add_default"), Vec::new()),
    ];
    let expected = [
        "condition",
        "and_or_then",
        "action",
        "tunnel_name",
        "kill_switch",
        "kill_switch_setting",
        "wifi_name",
        "mac",
        "network",
        "suffix",
        "public_key",
        "window",
        "seconds",
        "step",
        "when",
        "word",
    ];
    for (what, place) in expected.into_iter().zip(["end", "other"].into_iter().cycle()) {
        let arguments = vec![kind(what), Argument::text("found", place), Argument::text("word", "switch"), text()];
        cases.push(("rule_expected", Some("rule_expected"), arguments));
    }
    let made = |(code, advice, arguments): (&str, Option<&str>, Vec<Argument>)| Diagnostic {
        severity: Severity::Error,
        code: code.to_owned(),
        section: None,
        key: None,
        advice: advice.map(str::to_owned),
        arguments,
        ..diagnostics().remove(0)
    };
    cases.into_iter().map(made).collect()
}
