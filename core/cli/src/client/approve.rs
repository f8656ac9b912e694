//! `adit approve`: shows the exact commands of a tunnel, and allows them to run as root.

use adit_activation::HookDigest;
use adit_api::{HooksHash, TunnelView};
use adit_config::settings::HookSettings;
use adit_config::{Document, InterfaceSettings, parse};
use anyhow::Context;

use super::switch::tell;
use super::{Daemon, Failure, Options, export};
use crate::output::{self, visible};

/// The arguments of `adit approve`.
#[derive(clap::Args, Debug)]
pub(crate) struct ApproveArgs {
    /// Name of the tunnel
    name: String,
    /// Approve without asking
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit approve`. The request carries the hash of the text that was shown, so that no other text can be approved.
pub(crate) fn approve(arguments: &ApproveArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let hooks = hooks(&daemon, &tunnel)?;
    let commands: Vec<(&str, &String)> =
        [("PreUp", &hooks.pre_up), ("PostUp", &hooks.post_up), ("PreDown", &hooks.pre_down), ("PostDown", &hooks.post_down)]
            .into_iter()
            .flat_map(|(when, commands)| commands.iter().map(move |command| (when, command)))
            .collect();
    if commands.is_empty() {
        return tell(&daemon, &tunnel, options, "has no commands to approve of");
    }
    let hash: HooksHash = HookDigest::of(&hooks).to_string().parse().map_err(anyhow::Error::from)?;
    if !arguments.yes {
        if !output::can_ask() {
            return Err(Failure::Usage("there is no terminal for the question; add --yes to approve without asking".to_owned()));
        }
        crate::output::tell(format!("{} would run as root:", tunnel.name));
        commands.iter().for_each(|(when, command)| crate::output::tell(format!("  {when:<8}  {}", visible(command))));
        if output::ask("May these commands run, exactly as they are?", &['n', 'y'])? != 'y' {
            return options.done("nothing was approved");
        }
    }
    daemon.ask_about(&tunnel, |client, id| client.approve_hooks(id, hash))?;
    let words = match commands.len() {
        1 => "may run its command, as long as it is exactly this one".to_owned(),
        count => format!("may run its {count} commands, as long as they are exactly these"),
    };
    tell(&daemon, &tunnel, options, &words)
}

fn hooks(daemon: &Daemon, tunnel: &TunnelView) -> Result<HookSettings, Failure> {
    let text = export::text(daemon, tunnel)?;
    let document = Document::parse(text.as_bytes()).with_context(|| tunnel.name.to_string())?;
    let (config, _) = parse::config(&document).map_err(|_| {
        Failure::Invalid(format!("the configuration of {} has errors; put them right first: adit edit", tunnel.name))
    })?;
    Ok(InterfaceSettings::from(&config, tunnel.interface.clone()).hooks)
}
