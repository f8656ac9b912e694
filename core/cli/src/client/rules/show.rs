//! `adit rules list`, `why` and `export`.

use std::fmt::Write as _;

use adit_api::{NetworkTrace, RuleSource, RulesDecision, RulesView, TunnelView};

use super::super::{Daemon, Failure, Options};
use crate::output::{now, words};

/// The arguments of `adit rules list`.
#[derive(clap::Args, Debug)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules why`.
#[derive(clap::Args, Debug)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules export`.
#[derive(clap::Args, Debug)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit rules list`.
pub(crate) fn list(arguments: &ListArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let view = Daemon::reach(options)?.ask(|client| client.rules())?;
    if options.json {
        return options.show_json(&view);
    }
    if view.is_broken {
        options.warn(words().broken_rules());
    }
    options.show(&listed(&view))
}

/// `adit rules why`.
pub(crate) fn why(arguments: &WhyArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let view = daemon.ask(|client| client.rules())?;
    if options.json {
        return options.show_json(&view.now);
    }
    if view.is_broken {
        options.warn(words().broken_rules());
    }
    let tunnels = daemon.tunnels()?;
    let name = |id| {
        let known = tunnels.iter().find(|tunnel: &&TunnelView| tunnel.id == id);
        known.map_or_else(|| id.to_string(), |tunnel| tunnel.name.to_string())
    };
    let state = words().rules_state(&view.now, name, now());
    let state: String = state.into_iter().map(|line| format!("{line}\n")).collect();
    options.show(&(decided(&view.now.decision) + &state))?;
    super::super::portal::hint(&daemon, options);
    Ok(())
}

/// `adit rules export`.
pub(crate) fn export(arguments: &ExportArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let view = Daemon::reach(options)?.ask(|client| client.rules())?;
    if options.json {
        return options.show_json(&view.rules);
    }
    options.show(&view.rules.text)
}

/// Formats the text with a number before each rule, and `>` before what decides now.
fn listed(view: &RulesView) -> String {
    if view.rules.text.trim().is_empty() {
        return words().no_rules() + "\n";
    }
    let acting = match &view.now.decision.by {
        RuleSource::Rule { index, .. } => Some(*index as usize),
        RuleSource::Otherwise | RuleSource::FailSecure | RuleSource::NoRules => None,
    };
    let is_default = view.now.decision.by == RuleSource::Otherwise;
    let mut out = String::new();
    for (line, text) in view.rules.text.lines().enumerate() {
        let rule = view.rules.rules.iter().position(|rule| rule.line as usize == line + 1);
        let begins = text.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("otherwise"));
        let acts = (rule.is_some() && rule == acting) || (is_default && begins);
        let mark = if acts { ">" } else { " " };
        let number = rule.map(|rule| (rule + 1).to_string()).unwrap_or_default();
        let text = adit_words::visible(text);
        let _ = writeln!(out, "{}", format!("{mark}{number:>3}  {text}").trim_end());
    }
    out
}

/// Formats a decision and its trace.
pub(super) fn decided(decision: &RulesDecision) -> String {
    let lines = words().rules_decision(decision).into_iter().map(|line| format!("{line}\n"));
    lines.chain(decision.trace.iter().map(traced)).collect()
}

fn traced(trace: &NetworkTrace) -> String {
    let mut out = match &trace.interface {
        Some(interface) => format!("{}:\n", adit_words::visible(interface)),
        None => String::new(),
    };
    for rule in &trace.rules {
        let source = RuleSource::Rule { index: rule.index, name: None };
        let _ = writeln!(out, "  {}: {}", words().rule_source(&source), words().rule_verdict(rule.verdict));
        for condition in &rule.conditions {
            let (verdict, seen) = (words().rule_verdict(condition.verdict), words().seen_fact(&condition.seen));
            let _ = writeln!(out, "    {}: {verdict} ({seen})", adit_words::visible(&condition.condition));
        }
    }
    if let Some(last) = trace.possible.last().filter(|last| !matches!(last, RuleSource::Rule { .. })) {
        let _ = writeln!(out, "  {}", words().rule_source(last));
    }
    out
}
