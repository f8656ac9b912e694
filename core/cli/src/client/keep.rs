//! `adit rename`, `remove`, `boot`, `block` and `ipv6`: change the settings that the service keeps of a tunnel besides its
//! configuration.

use adit_api::{KillSwitch, TunnelName};

use super::key::keyring::Keyring;
use super::switch::tell;
use super::{Daemon, Failure, Options};
use crate::output;

/// The arguments of `adit rename`.
#[derive(clap::Args, Debug)]
pub(crate) struct RenameArgs {
    /// Name of the tunnel
    name: String,
    /// New name of the tunnel; the interface keeps its name
    new_name: TunnelName,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit remove`.
#[derive(clap::Args, Debug)]
pub(crate) struct RemoveArgs {
    /// Names of the tunnels
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Remove without asking
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit boot`.
#[derive(clap::Args, Debug)]
pub(crate) struct BootArgs {
    /// Name of the tunnel
    name: String,
    /// on: bring the tunnel up at boot; off: do not
    switch: Switch,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit block`.
#[derive(clap::Args, Debug)]
pub(crate) struct BlockArgs {
    /// Name of the tunnel
    name: String,
    /// Strength of the kill switch
    strength: Strength,
    /// Keep local private networks reachable while the kill switch is closed
    #[arg(long)]
    lan: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Strength {
    /// Traffic may leave outside the tunnel while it is down
    Off,
    /// Nothing leaves outside the tunnel from its start until it is taken down or paused
    On,
    /// Nothing leaves outside the tunnel, up or down, until an administrator ends the lockdown
    Lockdown,
}

/// The arguments of `adit ipv6`.
#[derive(clap::Args, Debug)]
pub(crate) struct Ipv6Args {
    /// Name of the tunnel
    name: String,
    /// Rule for IPv6 if the tunnel takes all of IPv4 and none of IPv6
    rule: Ipv6Rule,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Ipv6Rule {
    /// Block IPv6 outside the tunnel
    Block,
    /// Allow IPv6 outside the tunnel
    Allow,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Switch {
    On,
    Off,
}

/// `adit rename`.
pub(crate) fn rename(arguments: &RenameArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let new = &arguments.new_name;
    daemon.ask_about(&tunnel, |client, id| client.rename(id, new.clone()))?;
    tell(&daemon, &tunnel, &arguments.options, &format!("is called {new} from now on"))
}

/// `adit remove`. All names are looked up before any tunnel is removed.
pub(crate) fn remove(arguments: &RemoveArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let mut tunnels = arguments.names.iter().map(|name| daemon.find(name)).collect::<Result<Vec<_>, _>>()?;
    tunnels.sort_by_key(|tunnel| tunnel.id);
    tunnels.dedup_by_key(|tunnel| tunnel.id);
    if !arguments.yes {
        if !output::can_ask() {
            return Err(Failure::Usage("there is no terminal for the question; add --yes to remove without asking".to_owned()));
        }
        let names: Vec<&str> = tunnels.iter().map(|tunnel| tunnel.name.as_str()).collect();
        let question = format!("Remove {}, with keys and earlier versions? You cannot undo this.", names.join(", "));
        if output::ask(&question, &['n', 'y'])? != 'y' {
            return options.done("nothing was removed");
        }
    }
    for tunnel in &tunnels {
        daemon.ask_about(tunnel, |client, id| client.remove(id))?;
        let of_its_key = tunnel.public_key.filter(|_| tunnel.asks_for_key).map(|key| Keyring::of(&key).forget());
        let from_keyring = if let Some(Ok(true)) = of_its_key { ", and its private key from your keyring" } else { "" };
        options.done(format!("{} is removed{from_keyring}", tunnel.name))?;
    }
    if options.json { options.show_json(&tunnels) } else { Ok(()) }
}

/// `adit boot`.
pub(crate) fn boot(arguments: &BootArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let on = arguments.switch == Switch::On;
    daemon.ask_about(&tunnel, |client, id| client.set_start_at_boot(id, on))?;
    let words = if on { "comes up when the computer starts" } else { "stays off when the computer starts" };
    tell(&daemon, &tunnel, &arguments.options, words)
}

/// `adit block`.
pub(crate) fn block(arguments: &BlockArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let kill_switch = match arguments.strength {
        Strength::Off if arguments.lan => {
            return Err(Failure::Usage(
                "--lan goes with `on` or `lockdown`: without a kill switch, local networks are reachable".to_owned(),
            ));
        }
        Strength::Off => KillSwitch::Off,
        Strength::On => KillSwitch::Block,
        Strength::Lockdown => KillSwitch::Lockdown,
    };
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.view(&daemon.find(&arguments.name)?)?;
    daemon.ask_about(&tunnel, |client, id| client.set_kill_switch(id, kill_switch, arguments.lan))?;
    let words = match kill_switch {
        KillSwitch::Off => "lets traffic past it while it is not up",
        KillSwitch::Block => "lets no traffic past it, from when it is brought up until it is taken down or paused",
        KillSwitch::Lockdown => "lets no traffic past it, up or down, until an administrator ends that",
    };
    let lan = match (kill_switch, arguments.lan, tunnel.allow_lan) {
        (KillSwitch::Off, _, _) => "",
        (_, true, _) => "; the local networks stay reachable",
        (_, false, true) => "; the local networks are closed from now on (keep them reachable with --lan)",
        (_, false, false) => "; the local networks are closed too",
    };
    tell(&daemon, &tunnel, options, &format!("{words}{lan}"))
}

/// `adit ipv6`.
pub(crate) fn ipv6(arguments: &Ipv6Args) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let allowed = arguments.rule == Ipv6Rule::Allow;
    daemon.ask_about(&tunnel, |client, id| client.set_allow_ipv6_outside(id, allowed))?;
    let words = if allowed {
        "lets IPv6 leave past it, where it takes all of IPv4 and none of IPv6"
    } else {
        "lets no IPv6 leave past it while it is up and takes all of IPv4"
    };
    tell(&daemon, &tunnel, &arguments.options, words)
}
