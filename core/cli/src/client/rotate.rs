//! `adit rotate`: another key for a tunnel, without losing the tunnel: the new one waits until the other side knows it.

use adit_api::{PublicKey, RotationTest, RotationView, TunnelView};
use adit_words::argument;

use super::switch::tell;
use super::versions::tell_replaced;
use super::words::{now, words};
use super::{Daemon, Failure, Options};

/// What `adit rotate` is asked.
#[derive(clap::Args, Debug)]
pub(crate) struct RotateArgs {
    /// Which tunnel
    name: String,
    /// begin: make a new key, which waits; show: what the other side has to know; test: whether it does; finish: take the new key;
    /// cancel: forget it
    step: RotateStep,
    /// With finish: also where no peer has answered the new key
    #[arg(long)]
    despite_silence: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum RotateStep {
    Begin,
    Show,
    Test,
    Finish,
    Cancel,
}

/// `adit rotate`.
pub(crate) fn rotate(arguments: &RotateArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    if arguments.despite_silence && arguments.step != RotateStep::Finish {
        return Err(Failure::Usage("--despite-silence goes with finish".to_owned()));
    }
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.find(&arguments.name)?;
    match arguments.step {
        RotateStep::Begin => show(&tunnel, &daemon.ask_about(&tunnel, |client, id| client.begin_rotation(id))?, options),
        RotateStep::Show => match &tunnel.rotation {
            Some(rotation) => show(&tunnel, rotation, options),
            None => {
                let error = adit_api::ApiError::NoRotation;
                let sentence = daemon.explain(&error, Some(&tunnel));
                Err(Failure::Refused { error: Box::new(error), sentence })
            }
        },
        RotateStep::Test => {
            let test = daemon.ask_about(&tunnel, |client, id| client.test_rotation(id))?;
            if options.json { options.show_json(&test) } else { options.show(&tested(&tunnel, &test)) }
        }
        RotateStep::Finish => {
            let despite = arguments.despite_silence;
            let replaced = daemon.ask_about(&tunnel, |client, id| client.finish_rotation(id, despite))?;
            if options.json {
                return options.show_json(&replaced);
            }
            options.done(format!("{} has the new key", tunnel.name))?;
            tell_replaced(&tunnel, &replaced, options)
        }
        RotateStep::Cancel => {
            daemon.ask_about(&tunnel, |client, id| client.cancel_rotation(id))?;
            tell(&daemon, &tunnel, options, "keeps its key; the new one is forgotten")
        }
    }
}

fn show(tunnel: &TunnelView, rotation: &RotationView, options: &Options) -> Result<(), Failure> {
    if options.json {
        return options.show_json(rotation);
    }
    let argument = argument(tunnel.name.as_str());
    options.show(&format!(
        "A new key waits for {}, made {}. The other side adds this, beside what it has:\n\n{}\nThen: adit rotate {argument} test, and \
         adit rotate {argument} finish\n",
        tunnel.name,
        words().ago(rotation.since, now()),
        rotation.text_for_peers
    ))
}

fn tested(tunnel: &TunnelView, test: &RotationTest) -> String {
    let RotationTest { answered, silent, not_asked } = test;
    let line = |keys: &[PublicKey], answer: &str| -> String {
        keys.iter().map(|key| format!("{}: {answer}\n", words().peer(tunnel, key))).collect()
    };
    line(answered, "knows the new key")
        + &line(silent, "does not answer the new key")
        + &line(not_asked, "has no endpoint, and could not be asked")
}
