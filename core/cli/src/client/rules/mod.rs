//! `adit rules`: the on-demand rules. The service edits their text, so that this program never writes their language.

mod change;
mod show;
mod test;

use adit_api::{RulesCheck, RulesView, Severity};

use super::{Daemon, Failure, Options, finish};
use crate::output::words;

/// The arguments of `adit rules`.
#[derive(clap::Args, Debug)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    verb: RulesVerb,
}

#[derive(clap::Subcommand, Debug)]
enum RulesVerb {
    /// List the rules, and mark the one that acts now
    List(show::ListArgs),
    /// Show what acts now, and how each condition came out
    Why(show::WhyArgs),
    /// Show what the rules would decide about a network
    Test(Box<test::TestArgs>),
    /// Add a rule, or set the default: adit rules add 'when wifi "Home" then down'
    Add(change::AddArgs),
    /// Edit the rules
    Edit(change::EditArgs),
    /// Remove a rule
    Remove(change::RemoveArgs),
    /// Move a rule to another place
    Move(change::MoveArgs),
    /// Trust the present network: add the rule that turns tunnels off in it
    Trust(change::TrustArgs),
    /// Replace all rules by ready-made ones
    Preset(change::PresetArgs),
    /// Replace all rules by those of a file
    Import(change::ImportArgs),
    /// Print the rules as they are written
    Export(show::ExportArgs),
    /// Take all tunnels of the rules down for a while
    Pause(change::PauseArgs),
    /// Let the rules decide again, instead of a pause or what was turned on and off by hand
    Resume(change::ResumeArgs),
}

/// `adit rules`.
pub(crate) fn rules(arguments: &RulesArgs) -> std::process::ExitCode {
    match &arguments.verb {
        RulesVerb::List(arguments) => finish(&arguments.options, show::list(arguments)),
        RulesVerb::Why(arguments) => finish(&arguments.options, show::why(arguments)),
        RulesVerb::Test(arguments) => finish(&arguments.options, test::test(arguments)),
        RulesVerb::Add(arguments) => finish(&arguments.options, change::add(arguments)),
        RulesVerb::Edit(arguments) => finish(&arguments.options, change::edit(arguments)),
        RulesVerb::Remove(arguments) => finish(&arguments.options, change::remove(arguments)),
        RulesVerb::Move(arguments) => finish(&arguments.options, change::move_rule(arguments)),
        RulesVerb::Trust(arguments) => finish(&arguments.options, change::trust(arguments)),
        RulesVerb::Preset(arguments) => finish(&arguments.options, change::preset(arguments)),
        RulesVerb::Import(arguments) => finish(&arguments.options, change::import(arguments)),
        RulesVerb::Export(arguments) => finish(&arguments.options, show::export(arguments)),
        RulesVerb::Pause(arguments) => finish(&arguments.options, change::pause(arguments)),
        RulesVerb::Resume(arguments) => finish(&arguments.options, change::resume(arguments)),
    }
}

/// Prints the errors and warnings of a text. Fails if it has an error. `file` is the name of the text.
fn judge(file: &str, check: &RulesCheck, options: &Options) -> Result<(), Failure> {
    let problems = check.form_problems.iter().map(|form| &form.problem).chain(&check.diagnostics);
    let mut errors = 0;
    for found in problems {
        if found.severity == Severity::Error {
            errors += 1;
            crate::output::tell(words().complaint(file, found));
        } else if !options.quiet {
            crate::output::tell(words().complaint(file, found));
        }
    }
    match errors {
        0 => Ok(()),
        1 => Err(Failure::Invalid("there is 1 error, so nothing was changed".to_owned())),
        errors => Err(Failure::Invalid(format!("there are {errors} errors, so nothing was changed"))),
    }
}

/// Saves a text that was made of the rules `before`.
fn save(daemon: &Daemon, before: &RulesView, text: String, options: &Options) -> Result<RulesView, Failure> {
    let revision = before.revision;
    let saved = daemon.ask(|client| client.set_rules(text, revision))?;
    if options.json {
        options.show_json(&saved)?;
    }
    Ok(saved)
}
