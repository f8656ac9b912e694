//! `adit up`, `down`, `toggle`, `restart`, `reload`, `pause` and `resume` for tunnels of the service. If a tunnel is already in
//! the wanted state, the verb says so and succeeds.

use adit_api::{ApiError, KillSwitch, RulesSwitch, TunnelState, TunnelView};
use adit_words::{Context, argument};

use super::key::source::KeySource;
use super::versions::tell_replaced;
use super::wait::WaitArgs;
use super::{Daemon, Failure, Options};
use crate::output::{now, words};

/// The arguments of `adit toggle`.
#[derive(clap::Args, Debug)]
pub(crate) struct ToggleArgs {
    /// Name of the tunnel; optional if there is only one
    name: Option<String>,
    /// Bring the tunnel up although it conflicts with another
    #[arg(long)]
    despite_conflicts: bool,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit restart`.
#[derive(clap::Args, Debug)]
pub(crate) struct RestartArgs {
    /// Name of the tunnel
    name: String,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit reload`.
#[derive(clap::Args, Debug)]
pub(crate) struct ReloadArgs {
    /// Name of the tunnel
    name: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit pause`.
#[derive(clap::Args, Debug)]
pub(crate) struct PauseArgs {
    /// Name of the tunnel
    name: String,
    /// Length of the pause, such as 90s, 15m or 1h30m [default: until `adit resume`]
    #[arg(value_parser = seconds)]
    duration: Option<u32>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit resume`.
#[derive(clap::Args, Debug)]
pub(crate) struct ResumeArgs {
    /// Name of the tunnel; optional if only one is paused
    name: Option<String>,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit up NAME`.
pub(crate) fn up(
    daemon: &Daemon,
    tunnel: &TunnelView,
    despite_conflicts: bool,
    key: &KeySource,
    wait: &WaitArgs,
    options: &Options,
) -> Result<(), Failure> {
    let was_up = is_up(tunnel);
    let since = if was_up { 0 } else { now() };
    if key.is_given() && !tunnel.asks_for_key {
        return Err(Failure::Usage(format!("the service keeps the private key of {}, so --key-file is not for it", tunnel.name)));
    }
    let connect = || daemon.ask_about(tunnel, |client, id| client.connect(id, despite_conflicts));
    with_key(daemon, tunnel, despite_conflicts, key, connect)?;
    wait.until_answered(daemon, tunnel, since)?;
    tell(daemon, tunnel, options, if was_up { "is up already" } else { "is up" })?;
    if !options.json
        && let Some(up) = daemon.view(tunnel)?.state.up()
    {
        let context = Context { tunnels: &[], tunnel: Some(tunnel.name.as_str()) };
        up.warnings.iter().for_each(|warning| options.warn(words().warning_for_terminal(warning, &context)));
    }
    Ok(())
}

/// `adit down NAME`.
pub(crate) fn down(daemon: &Daemon, tunnel: &TunnelView, options: &Options) -> Result<(), Failure> {
    let was_down = matches!(tunnel.state, TunnelState::Down { .. }) || is_locked(tunnel);
    daemon.ask_about(tunnel, |client, id| client.disconnect(id))?;
    let words = if was_down { "is down already" } else { "is down" };
    let still_closed = match still_closed(tunnel) {
        sentence if sentence.is_empty() && tunnel.on_demand.is_some() => still_closed_by_rules(&daemon.view(tunnel)?),
        sentence => sentence,
    };
    tell(daemon, tunnel, options, &format!("{words}{still_closed}"))
}

/// `adit down NAME --after DURATION`; None takes an earlier one back.
pub(crate) fn down_after(daemon: &Daemon, tunnel: &TunnelView, after: Option<u32>, options: &Options) -> Result<(), Failure> {
    daemon.ask_about(tunnel, |client, id| client.disconnect_after(id, after))?;
    match after {
        Some(seconds) => {
            let span = words().span(u64::from(seconds) * 1_000);
            tell(daemon, tunnel, options, &format!("goes down in {span}"))
        }
        None => tell(daemon, tunnel, options, "no longer goes down by itself"),
    }
}

/// `adit toggle`: brings a tunnel up that is down, and takes one down that is up.
pub(crate) fn toggle(arguments: &ToggleArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let tunnel = daemon.the_one(arguments.name.as_deref(), "yet", |_| true)?;
    match tunnel.state {
        TunnelState::Down { .. } | TunnelState::Disconnecting { .. } | TunnelState::Paused { .. } => {
            up(&daemon, &tunnel, arguments.despite_conflicts, &arguments.key, &arguments.wait, &arguments.options)
        }
        TunnelState::Blocked { .. } if is_locked(&tunnel) => {
            up(&daemon, &tunnel, arguments.despite_conflicts, &arguments.key, &arguments.wait, &arguments.options)
        }
        TunnelState::Connecting { .. } | TunnelState::Up(_) | TunnelState::Blocked { .. } => {
            down(&daemon, &tunnel, &arguments.options)
        }
    }
}

/// `adit restart`: takes the tunnel down and brings it up with its saved configuration.
pub(crate) fn restart(arguments: &RestartArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let since = now();
    daemon.ask_about(&tunnel, |client, id| client.restart(id))?;
    arguments.wait.until_answered(&daemon, &tunnel, since)?;
    tell(&daemon, &tunnel, &arguments.options, "is up again")
}

/// `adit reload`: applies the saved configuration while the tunnel stays up.
pub(crate) fn reload(arguments: &ReloadArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let reloaded = daemon.ask_about(&tunnel, |client, id| client.reload(id))?;
    if options.json {
        return options.show_json(&reloaded);
    }
    let nothing = reloaded.applied.is_empty() && reloaded.needs_restart.is_empty();
    let what = if nothing { "runs as its configuration says already" } else { "runs as its configuration says" };
    options.done(format!("{} {what}", tunnel.name))?;
    tell_replaced(&tunnel, &reloaded, options)
}

/// `adit pause`.
pub(crate) fn pause(arguments: &PauseArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let tunnel = daemon.find(&arguments.name)?;
    daemon.ask_about(&tunnel, |client, id| client.pause(id, arguments.duration))?;
    let words = match arguments.duration {
        Some(seconds) => format!("is paused, and comes back in {}", words().span(u64::from(seconds) * 1000)),
        None => "is paused until `adit resume`".to_owned(),
    };
    tell(&daemon, &tunnel, &arguments.options, &format!("{words}{}", still_closed(&tunnel)))
}

/// `adit resume`.
pub(crate) fn resume(arguments: &ResumeArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let is_paused = |tunnel: &TunnelView| matches!(tunnel.state, TunnelState::Paused { .. });
    let tunnel = daemon.the_one(arguments.name.as_deref(), "that is paused", is_paused)?;
    if is_up(&tunnel) {
        return tell(&daemon, &tunnel, &arguments.options, "is up already");
    }
    let resume = || daemon.ask_about(&tunnel, |client, id| client.resume(id));
    with_key(&daemon, &tunnel, false, &arguments.key, resume)?;
    tell(&daemon, &tunnel, &arguments.options, "is up again")
}

/// Calls `does`. If the service needs the private key, brings the tunnel up with the key instead.
fn with_key(
    daemon: &Daemon,
    tunnel: &TunnelView,
    despite_conflicts: bool,
    key: &KeySource,
    does: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    match does() {
        Err(Failure::Refused { error, .. }) if matches!(*error, ApiError::NeedsKey { .. }) => {
            let key = key.find(daemon, tunnel)?;
            daemon.ask_about(tunnel, |client, id| client.connect_with_key(id, key, despite_conflicts))
        }
        done => done,
    }
}

/// Returns true if the tunnel is down and its lockdown keeps the kill switch closed.
fn is_locked(tunnel: &TunnelView) -> bool {
    matches!(&tunnel.state, TunnelState::Blocked { cause, .. } if **cause == ApiError::Lockdown)
}

/// Returns a sentence that says how to open the kill switch, if the tunnel was taken down and its lockdown still blocks traffic.
fn still_closed(tunnel: &TunnelView) -> String {
    if tunnel.kill_switch != KillSwitch::Lockdown {
        return String::new();
    }
    let name = argument(tunnel.name.as_str());
    format!("; its lockdown still lets no traffic past it. An administrator ends that with: sudo adit block {name} off")
}

/// Returns a sentence that says so if the tunnel was taken down and the on-demand rules still block traffic.
fn still_closed_by_rules(tunnel: &TunnelView) -> String {
    let is_closed = tunnel.on_demand.as_ref().is_some_and(|on_demand| on_demand.kill_switch == RulesSwitch::Closed);
    if is_closed && matches!(tunnel.state, TunnelState::Blocked { .. }) {
        return "; the kill switch of the rules still lets no traffic out. To see why: adit rules why".to_owned();
    }
    String::new()
}

fn is_up(tunnel: &TunnelView) -> bool {
    matches!(tunnel.state, TunnelState::Up(_))
}

/// Prints the tunnel's new state as JSON, or `words` for people.
pub(super) fn tell(daemon: &Daemon, tunnel: &TunnelView, options: &Options, words: &str) -> Result<(), Failure> {
    if options.json {
        return options.show_json(&daemon.view(tunnel)?);
    }
    options.done(format!("{} {words}", tunnel.name))
}

/// The error for an argument that is not a duration.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a duration; write 90s, 15m, 1h30m or 2d")]
pub(crate) struct NotADuration(String);

/// Parses `90`, `90s`, `15m`, `1h30m` or `2d` into seconds.
pub(crate) fn seconds(text: &str) -> Result<u32, NotADuration> {
    let wrong = || NotADuration(text.to_owned());
    let mut total: u32 = 0;
    let mut number: Option<u32> = None;
    let mut add = |number: u32, unit: u32| {
        total = number.checked_mul(unit).and_then(|seconds| total.checked_add(seconds)).ok_or_else(wrong)?;
        Ok::<(), NotADuration>(())
    };
    for character in text.chars() {
        let unit = match character {
            '0'..='9' => {
                let digit = character.to_digit(10).ok_or_else(wrong)?;
                let longer = number.unwrap_or(0).checked_mul(10).and_then(|number| number.checked_add(digit));
                number = Some(longer.ok_or_else(wrong)?);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        add(number.take().ok_or_else(wrong)?, unit)?;
    }
    if let Some(rest) = number {
        add(rest, 1)?;
    }
    if total == 0 { Err(wrong()) } else { Ok(total) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, expected) in [("90", 90), ("90s", 90), ("15m", 900), ("1h30m", 5400), ("2d", 172_800)] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for wrong in ["", "0", "m", "1x", "-1", "1.5h", "99999999999", "4294967295d", "ten"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
