//! `adit rotate`: gives a tunnel a new key without interrupting it: the new key waits until the other side knows it.

use adit_api::{RotationView, TunnelView};
use adit_config::Cidr;
use adit_protocol::timing::STAGED_PACKETS;
use adit_words::argument;

use super::switch::tell;
use super::versions::tell_replaced;
use super::{Daemon, Failure, Options};
use crate::output::{now, words};

/// The arguments of `adit rotate`.
#[derive(clap::Args, Debug)]
pub(crate) struct RotateArgs {
    /// Name of the tunnel
    name: String,
    /// begin: make a new key and keep it waiting; show: print the commands for the other side; test: check that the peers know the
    /// new key; finish: use the new key; cancel: discard it
    step: RotateStep,
    /// With finish: use the new key although no peer has answered it
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
            if options.json { options.show_json(&test) } else { options.show(&lines(words().rotation_test(&tunnel, &test))) }
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
    let commands = commands_for_peers(tunnel, rotation);
    options.show(&format!(
        "A new key waits for {name}, made {ago}. The other side needs it in place of the old one:\n\n{text}\n\
         To lose no packet, take the key here first. Packets then wait here, at most {STAGED_PACKETS} for each peer, until the other\n\
         side takes it too, which must be soon. If it does not, adit undo {argument} takes the old key again.\n\n\
         \x20   adit rotate {argument} finish --despite-silence\n{commands}\n\
         To be sure first, with a break of the connection: the other side adds the [Peer] above, which ends the old key's connection;\n\
         then: adit rotate {argument} test, and adit rotate {argument} finish\n",
        name = tunnel.name,
        ago = words().ago(rotation.since, now()),
        text = rotation.text_for_peers
    ))
}

/// Returns the command that moves this tunnel's addresses to the new key at the other side; empty if the old public key is
/// unknown.
fn commands_for_peers(tunnel: &TunnelView, rotation: &RotationView) -> String {
    let Some(old) = tunnel.public_key else { return String::new() };
    let allowed: Vec<String> = tunnel.addresses.iter().map(|own| Cidr::host(own.address()).to_string()).collect();
    let allowed = if allowed.is_empty() { String::new() } else { format!(" allowed-ips {}", allowed.join(",")) };
    let has_preshared_key = tunnel.peers.iter().any(|peer| peer.has_preshared_key);
    // The preshared key is read from a file, so that no list of processes shows it.
    let preshared = if has_preshared_key {
        format!(" preshared-key <(wg show INTERFACE preshared-keys | grep -F {old} | cut -f2)")
    } else {
        String::new()
    };
    let endpoint = format!(" endpoint $(wg show INTERFACE endpoints | grep -F {old} | cut -f2)");
    let (new, shell) = (rotation.public_key, if has_preshared_key { "bash" } else { "a shell" });
    format!(
        "    # on the other side, in {shell}:\n    wg set INTERFACE peer {new}{preshared}{endpoint}{allowed} peer {old} remove\n"
    )
}

fn lines(lines: Vec<String>) -> String {
    lines.into_iter().map(|line| line + "\n").collect()
}
