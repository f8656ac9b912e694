//! What rules say and do, as the contract's types.

use adit_api::{
    AppliedRules, AutoOff, ConditionTrace, FailoverState, ManualChoice, NetworkTrace, PendingRules, RuleSource, RuleTrace,
    RuleView, RulesCheck, RulesDecision, RulesPause, RulesState, RulesSwitch, TunnelId, Verdict,
};
use adit_protocol::Instant;
use adit_rules::controller::{FailoverStatus, PauseStatus, Status, Switch, Target};
use adit_rules::decide::{self, Decision, Source};
use adit_rules::rule::RuleSet;
use adit_rules::text::{self, Document};
use adit_rules::{Name, Tunnels, lint};

use super::super::clock::Now;
use super::{diagnostics, facts, forms};

/// Describes a text.
pub(super) fn check(document: &Document, tunnels: &Tunnels) -> RulesCheck {
    let diagnostics = match document.rules() {
        Ok(set) => lint::warnings(&set, tunnels).iter().map(|warning| diagnostics::warning(document, warning)).collect(),
        Err(errors) => errors.iter().map(diagnostics::error).collect(),
    };
    let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let rule = |index: usize| {
        let span = document.rule_span(index)?;
        Some(RuleView {
            form: document.rule(index).as_ref().map(forms::of_rule),
            line: document.line_of_rule(index)?,
            start: offset(span.start),
            end: offset(span.end),
        })
    };
    let frame = document.frame();
    RulesCheck {
        text: document.text().to_owned(),
        diagnostics,
        form_problems: Vec::new(),
        settings: forms::of_settings(&frame),
        rules: (0..document.rule_count()).filter_map(rule).collect(),
        otherwise: frame.otherwise.as_ref().map(forms::of_then),
    }
}

/// Describes the origin of a consequence.
pub(super) fn source(set: &RuleSet, source: Source) -> RuleSource {
    match source {
        Source::Rule(index) => RuleSource::Rule {
            index: number(index),
            name: set.rules.get(index).and_then(|rule| rule.label.as_ref()).map(ToString::to_string),
        },
        Source::Otherwise => RuleSource::Otherwise,
        Source::FailSecure => RuleSource::FailSecure,
        Source::NoRules => RuleSource::NoRules,
    }
}

/// Describes a decision of these rules.
pub(super) fn decision(set: &RuleSet, decision: &Decision) -> RulesDecision {
    let source = |origin: Source| source(set, origin);
    let rule = |trace: &decide::RuleTrace| {
        let conditions = set.rules.get(trace.rule).into_iter().flat_map(|rule| &rule.when).zip(&trace.conditions);
        RuleTrace {
            index: number(trace.rule),
            verdict: verdict(trace.verdict),
            conditions: conditions
                .map(|(condition, trace)| ConditionTrace {
                    condition: text::condition(condition),
                    verdict: verdict(trace.verdict),
                    seen: facts::seen(&trace.seen),
                })
                .collect(),
        }
    };
    let network = |trace: &decide::LinkTrace| NetworkTrace {
        interface: trace.interface.clone(),
        rules: trace.rules.iter().map(rule).collect(),
        possible: trace.possible.iter().map(|origin| source(*origin)).collect(),
    };
    RulesDecision {
        action: forms::of_action(&decision.action),
        by: source(decision.by),
        kill_switch: decision.kill_switch.map(forms::of_kill_switch),
        kill_switch_by: source(decision.kill_switch_by),
        is_untrusted: decision.is_untrusted(),
        is_certain: decision.is_certain,
        missing: decision.missing.iter().map(ToString::to_string).collect(),
        trace: decision.trace.iter().map(network).collect(),
    }
}

/// Describes what acts now. `id_of` finds the tunnel of a name.
pub(super) fn state(set: &RuleSet, status: &Status, now: Now, id_of: impl Fn(&Name) -> Option<TunnelId>) -> RulesState {
    let at = |remaining| now.unix(now.instant + remaining).get();
    let failover = |failing: &FailoverStatus| FailoverState {
        tunnel: failing.tunnel.to_string(),
        step: failing.step.as_ref().map(forms::of_step),
        next_at: failing.remaining.map(at),
    };
    RulesState {
        are_active: !set.is_empty(),
        decision: decision(set, &status.decision),
        applied: status.target.as_ref().map(target),
        pending: status
            .pending
            .as_ref()
            .map(|pending| PendingRules { target: target(&pending.target), at: at(pending.remaining) }),
        choices: status
            .choices
            .iter()
            .map(|choice| ManualChoice {
                tunnel: choice.tunnel.to_string(),
                is_up: choice.is_up,
                until: choice.remaining.map(at),
                is_suspended: choice.is_suspended,
            })
            .collect(),
        pause: status.pause.map(|pause| match pause {
            PauseStatus::Remaining(remaining) => RulesPause { until: Some(at(remaining)), is_suspended: false },
            PauseStatus::UntilNetworkChanges { is_suspended } => RulesPause { until: None, is_suspended },
        }),
        auto_off: status
            .auto_off
            .iter()
            .filter_map(|off| Some(AutoOff { id: id_of(&off.tunnel)?, at: at(off.remaining) }))
            .collect(),
        failover: status.failover.iter().map(failover).collect(),
    }
}

/// Describes a state that is established.
pub(super) fn target(target: &Target) -> AppliedRules {
    AppliedRules {
        tunnels: target.tunnels.as_ref().map(|uses| uses.iter().map(forms::of_use).collect()),
        kill_switch: switch(target.kill_switch),
    }
}

/// Describes a kill switch.
pub(super) const fn switch(switch: Switch) -> RulesSwitch {
    match switch {
        Switch::Open => RulesSwitch::Open,
        Switch::AsTunnel => RulesSwitch::AsTunnel,
        Switch::Closed => RulesSwitch::Closed,
    }
}

/// Returns the time of an instant for people.
pub(super) fn unix(now: Now, at: Instant) -> u64 {
    now.unix(at).get()
}

const fn verdict(verdict: decide::Verdict) -> Verdict {
    match verdict {
        decide::Verdict::Matched => Verdict::Matched,
        decide::Verdict::NotMatched => Verdict::NotMatched,
        decide::Verdict::Unknown => Verdict::Unknown,
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
