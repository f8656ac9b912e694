//! `adit rules`: the on-demand rules. The service edits their text, so that this program never writes their language.

mod change;
mod show;
mod test;

use adit_api::{ApiError, Diagnostic, RulesView, Severity};

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
fn judge(file: &str, diagnostics: &[Diagnostic], options: &Options) -> Result<(), Failure> {
    let mut errors = 0;
    for found in diagnostics {
        let is_error = found.severity == Severity::Error;
        errors += usize::from(is_error);
        if is_error || !(options.quiet || options.json) {
            crate::output::tell(words().complaint(file, found));
        }
    }
    match errors {
        0 => Ok(()),
        1 => Err(Failure::Invalid("there is 1 error".to_owned())),
        errors => Err(Failure::Invalid(format!("there are {errors} errors"))),
    }
}

/// Saves a text that was made of the rules `before`, and prints its errors or warnings. `file` is the name of the text.
fn save(daemon: &Daemon, before: &RulesView, file: &str, text: String, options: &Options) -> Result<(), Failure> {
    let revision = before.revision;
    match daemon.ask(|client| client.set_rules(text, revision)) {
        Ok(saved) => {
            judge(file, &saved.rules.diagnostics, options)?;
            if options.json { options.show_json(&saved) } else { Ok(()) }
        }
        Err(Failure::Refused { error, sentence }) => match *error {
            ApiError::Invalid { diagnostics } => {
                judge(file, &diagnostics, options)?;
                Err(Failure::Invalid(sentence))
            }
            ApiError::Changed { current } => Err(Failure::Refused {
                sentence: format!("the rules were changed meanwhile (revision {current}), so nothing was saved"),
                error: Box::new(ApiError::Changed { current }),
            }),
            error => Err(Failure::Refused { error: Box::new(error), sentence }),
        },
        Err(failure) => Err(failure),
    }
}
