//! The verbs that change the rules. A text with an error changes nothing.

use std::io::Read;
use std::path::Path;

use adit_api::{MAX_RULES_BYTES, RulesEdit, RulesPreset, RulesView};
use adit_foreground::read_file;
use anyhow::Context;

use super::super::edit::{Workshop, choose_editor};
use super::super::switch::seconds;
use super::super::{Daemon, Failure, Options};
use super::{judge, save};
use crate::output::{self, words};

/// The arguments of `adit rules add`.
#[derive(clap::Args, Debug)]
pub(crate) struct AddArgs {
    /// Rule, default (`otherwise …`) or both, one a line
    rule: String,
    /// Number that the rule gets [default: after the last rule]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    at: Option<u32>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules edit`.
#[derive(clap::Args, Debug)]
pub(crate) struct EditArgs {
    /// Read the new rules from this file instead of an editor; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<String>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules remove`.
#[derive(clap::Args, Debug)]
pub(crate) struct RemoveArgs {
    /// Number of the rule, as in `adit rules list`
    #[arg(value_parser = clap::value_parser!(u32).range(1..), required_unless_present = "all", conflicts_with = "all")]
    number: Option<u32>,
    /// Remove all rules, the default and the settings; tunnels are then turned on and off by hand alone
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules move`.
#[derive(clap::Args, Debug)]
pub(crate) struct MoveArgs {
    /// Number of the rule, as in `adit rules list`
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    number: u32,
    /// Number that it gets
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    to: u32,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules trust`.
#[derive(clap::Args, Debug)]
pub(crate) struct TrustArgs {
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules preset`.
#[derive(clap::Args, Debug)]
pub(crate) struct PresetArgs {
    /// Ready-made rules
    preset: Preset,
    /// Name of the tunnel
    tunnel: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules import`.
#[derive(clap::Args, Debug)]
pub(crate) struct ImportArgs {
    /// File of rules; `-` is standard input
    file: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules pause`.
#[derive(clap::Args, Debug)]
pub(crate) struct PauseArgs {
    /// Length of the pause, such as 90s, 15m or 1h30m [default: until the network changes]
    #[arg(value_parser = seconds)]
    duration: Option<u32>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit rules resume`.
#[derive(clap::Args, Debug)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Preset {
    /// Up on every network
    Always,
    /// Up on every network except the present one
    EverywhereExceptHere,
    /// Up on every Wi-Fi except the present one, and down without Wi-Fi
    WifiThatIsNotMine,
    /// Up on Wi-Fi without a password
    OpenWifi,
}

/// `adit rules add`.
pub(crate) fn add(arguments: &AddArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let before = daemon.ask(|client| client.rules())?;
    refuse_broken(&before)?;
    let new = daemon.ask(|client| client.check_rules(Some(arguments.rule.clone()), None))?;
    // Warnings concern all rules together, and come when they are saved.
    let quiet = Options { quiet: true, ..options.clone() };
    judge("rule", &new.diagnostics, &quiet)?;
    let has_settings = new.settings != adit_api::RulesSettings::default();
    if (new.rules.is_empty() && new.otherwise.is_none()) || has_settings {
        return Err(Failure::Usage("only a rule or a default can be added; change settings with: adit rules edit".to_owned()));
    }
    let mut text = before.rules.text.clone();
    let last = u32::try_from(before.rules.rules.len()).unwrap_or(u32::MAX);
    let first = arguments.at.map_or(last, |at| at - 1);
    let forms = new.rules.into_iter().filter_map(|rule| rule.form);
    for (index, rule) in (first..).zip(forms) {
        text = edited(&daemon, &text, RulesEdit::Insert { index, rule })?;
    }
    if let Some(then) = new.otherwise {
        text = edited(&daemon, &text, RulesEdit::SetOtherwise { then: Some(then) })?;
    }
    finish_edit(&daemon, &before, text, options, "the rule is added")
}

/// `adit rules remove`.
pub(crate) fn remove(arguments: &RemoveArgs) -> Result<(), Failure> {
    let Some(number) = arguments.number else { return remove_all(&arguments.options) };
    change(RulesEdit::Remove { index: number - 1 }, &arguments.options, &format!("rule {number} is removed"))
}

fn remove_all(options: &Options) -> Result<(), Failure> {
    let daemon = Daemon::reach(options)?;
    let before = daemon.ask(|client| client.rules())?;
    if before.rules.text.is_empty() && !before.is_broken {
        return unchanged(&before, options);
    }
    save(&daemon, &before, "rules", String::new(), options)?;
    options.done("all rules are removed")
}

/// `adit rules move`.
pub(crate) fn move_rule(arguments: &MoveArgs) -> Result<(), Failure> {
    let edit = RulesEdit::Move { from: arguments.number - 1, to: arguments.to - 1 };
    change(edit, &arguments.options, &format!("rule {} is rule {} now", arguments.number, arguments.to))
}

/// `adit rules trust`.
pub(crate) fn trust(arguments: &TrustArgs) -> Result<(), Failure> {
    change(RulesEdit::TrustThisNetwork, &arguments.options, "the present network is trusted")
}

/// `adit rules preset`.
pub(crate) fn preset(arguments: &PresetArgs) -> Result<(), Failure> {
    let preset = match arguments.preset {
        Preset::Always => RulesPreset::Always,
        Preset::EverywhereExceptHere => RulesPreset::EverywhereExceptHere,
        Preset::WifiThatIsNotMine => RulesPreset::WifiThatIsNotMine,
        Preset::OpenWifi => RulesPreset::OpenWifi,
    };
    let tunnel = Daemon::reach(&arguments.options)?.find(&arguments.tunnel)?.name.to_string();
    change(RulesEdit::Preset { preset, tunnel }, &arguments.options, "the rules are replaced")
}

/// `adit rules import`.
pub(crate) fn import(arguments: &ImportArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let before = daemon.ask(|client| client.rules())?;
    let text = read(&arguments.file)?;
    replace(&daemon, &before, &arguments.file, text, options)
}

/// `adit rules edit`.
pub(crate) fn edit(arguments: &EditArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let before = daemon.ask(|client| client.rules())?;
    if let Some(from) = &arguments.from {
        return replace(&daemon, &before, from, read(from)?, options);
    }
    let editor = choose_editor()?;
    let workshop = Workshop::open("rules.txt", &before.rules.text)?;
    loop {
        if let Err(error) = editor.run(workshop.file()) {
            return Err(anyhow::anyhow!("{error:#}; nothing was changed{}", kept(workshop, &before)).into());
        }
        let text = match workshop.read() {
            Ok(text) => text.to_string(),
            Err(error) => {
                let place = workshop.keep();
                return Err(error.context(format!("nothing was changed; your text is in {}", place.display())).into());
            }
        };
        if text == before.rules.text && !before.is_broken {
            return unchanged(&before, options);
        }
        match save(&daemon, &before, "rules", text, options) {
            Ok(()) => return options.done("the rules are changed"),
            Err(Failure::Invalid(sentence)) => {
                if output::can_ask() && output::ask(&format!("{sentence}. Edit them again?"), &['y', 'n'])? == 'y' {
                    continue;
                }
                return Err(Failure::Invalid(format!("{sentence}, so nothing was changed{}", kept(workshop, &before))));
            }
            Err(failure @ Failure::OutputClosed) => return Err(failure),
            Err(failure) => return Err(with_place(failure, &kept(workshop, &before))),
        }
    }
}

/// `adit rules pause`.
pub(crate) fn pause(arguments: &PauseArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    daemon.ask(|client| client.pause_rules(arguments.duration))?;
    tell_state(&daemon, options, "the rules are paused")
}

/// `adit rules resume`.
pub(crate) fn resume(arguments: &ResumeArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    daemon.ask(|client| client.resume_rules())?;
    tell_state(&daemon, options, "the rules decide again")
}

fn tell_state(daemon: &Daemon, options: &Options, sentence: &str) -> Result<(), Failure> {
    if options.json {
        return options.show_json(&daemon.ask(|client| client.rules())?.now);
    }
    options.done(sentence)
}

fn change(edit: RulesEdit, options: &Options, sentence: &str) -> Result<(), Failure> {
    let daemon = Daemon::reach(options)?;
    let before = daemon.ask(|client| client.rules())?;
    if !matches!(edit, RulesEdit::Preset { .. }) {
        refuse_broken(&before)?;
    }
    let text = edited(&daemon, &before.rules.text, edit)?;
    finish_edit(&daemon, &before, text, options, sentence)
}

/// Fails if the stored rules are damaged: what holds in their place is not what the user wrote.
fn refuse_broken(before: &RulesView) -> Result<(), Failure> {
    if before.is_broken {
        let sentence =
            "the stored rules are damaged, so a part of them cannot be changed; replace them all with: adit rules import FILE";
        return Err(Failure::Invalid(sentence.to_owned()));
    }
    Ok(())
}

/// Returns the text after an edit.
fn edited(daemon: &Daemon, text: &str, edit: RulesEdit) -> Result<String, Failure> {
    let check = daemon.ask(|client| client.check_rules(Some(text.to_owned()), Some(edit)))?;
    let problems: Vec<String> = check.form_problems.iter().map(|form| words().problem(&form.problem)).collect();
    if problems.is_empty() { Ok(check.text) } else { Err(Failure::Invalid(problems.join("\n"))) }
}

fn finish_edit(daemon: &Daemon, before: &RulesView, text: String, options: &Options, sentence: &str) -> Result<(), Failure> {
    save(daemon, before, "rules", text, options).map_err(nothing_changed)?;
    options.done(sentence)
}

fn replace(daemon: &Daemon, before: &RulesView, file: &str, text: String, options: &Options) -> Result<(), Failure> {
    if text == before.rules.text && !before.is_broken {
        return unchanged(before, options);
    }
    save(daemon, before, file, text, options).map_err(nothing_changed)?;
    options.done("the rules are replaced")
}

fn nothing_changed(failure: Failure) -> Failure {
    match failure {
        Failure::Invalid(sentence) => Failure::Invalid(format!("{sentence}, so nothing was changed")),
        failure => failure,
    }
}

fn unchanged(before: &RulesView, options: &Options) -> Result<(), Failure> {
    if options.json {
        return options.show_json(before);
    }
    options.done("the rules are as they were")
}

fn with_place(failure: Failure, place: &str) -> Failure {
    match failure {
        Failure::Refused { error, sentence } => Failure::Refused { error, sentence: format!("{sentence}{place}") },
        failure => {
            output::tell(format!("adit: the change may not have been made{place}"));
            failure
        }
    }
}

/// Keeps an edited text, and returns a sentence with its path.
fn kept(workshop: Workshop, before: &RulesView) -> String {
    match workshop.read() {
        Ok(text) if *text == before.rules.text => String::new(),
        Ok(_) | Err(_) => format!("; your text is in {}", workshop.keep().display()),
    }
}

/// Reads rules from a file; `-` is standard input.
pub(super) fn read(from: &str) -> anyhow::Result<String> {
    let bytes = if from == "-" {
        let mut bytes = Vec::new();
        let most = u64::try_from(MAX_RULES_BYTES + 1).unwrap_or(u64::MAX);
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).context("cannot read standard input")?;
        bytes
    } else {
        read_file(from, Path::new(from))?.to_vec()
    };
    if bytes.len() > MAX_RULES_BYTES {
        anyhow::bail!("{from} has more than the 64 KiB that rules can have");
    }
    String::from_utf8(bytes).with_context(|| format!("{from} is not a text in UTF-8"))
}
