//! What the daemon refuses, in sentences for people: every code of the contract has one, and most say what to do.

use adit_api::{Action, ApiError, Conflict, Diagnostic, Requirement, Role, Severity, TunnelId, TunnelView};

use crate::terminal::visible;

/// What a sentence may need beside the error.
pub(super) struct Context<'a> {
    /// For the names of other tunnels.
    pub(super) tunnels: &'a [TunnelView],
    /// The tunnel that was asked about.
    pub(super) tunnel: Option<&'a str>,
}

impl Context<'_> {
    fn name(&self, id: TunnelId) -> String {
        let found = self.tunnels.iter().find(|tunnel| tunnel.id == id);
        found.map_or_else(|| "another tunnel".to_owned(), |tunnel| tunnel.name.to_string())
    }

    fn tunnel(&self) -> &str {
        self.tunnel.unwrap_or("the tunnel")
    }

    /// For a command line.
    fn argument(&self) -> String {
        self.tunnel.map_or_else(|| "NAME".to_owned(), argument)
    }
}

/// A name as it is typed.
pub(super) fn argument(name: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_.+=".contains(character);
    if name.chars().all(is_plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

/// The error for a person, without a full stop.
pub(super) fn sentence(error: &ApiError, context: &Context<'_>) -> String {
    let (tunnel, argument) = (context.tunnel(), context.argument());
    match error {
        ApiError::NotFound { id } => match context.tunnel {
            Some(name) => format!("{name} is no more: somebody removed it"),
            None => format!("there is no tunnel with the id {id}"),
        },
        ApiError::NoSuchVersion { version } => {
            format!("{tunnel} has no version {version}; see those that it has with: adit versions {argument}")
        }
        ApiError::NoSuchTakeover { name } => format!("wg-quick has no tunnel {name}; see those that it has with: adit take-over"),
        ApiError::NameTaken { name } => format!("another tunnel is called {name} already; choose another name"),
        ApiError::InterfaceTaken { interface } => {
            format!("another tunnel has the interface {interface} already; choose another with --interface")
        }
        ApiError::Conflict { conflicts } => conflict(conflicts, context),
        ApiError::NotAllowed { action: Some(Action::KillSwitch), .. } => {
            format!("you may not open or change the kill switch of {tunnel}; try again with sudo")
        }
        ApiError::NotAllowed { action: Some(Action::Lockdown), .. } => {
            "you may not set, weaken or end a lockdown; try again with sudo".to_owned()
        }
        ApiError::NotAllowed { needs, action: None } => match needs {
            Role::Status => "you may not see this; try again with sudo".to_owned(),
            Role::Operate => "you may not switch tunnels: sit at the computer, be in the group `adit-operators`, or try again with sudo".to_owned(),
            Role::Administer => "you may not change tunnels or see their keys; try again with sudo".to_owned(),
        },
        ApiError::Invalid { diagnostics } => {
            let lines: Vec<String> = diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error)
                .map(|error| format!("\n  {}", complaint(error)))
                .collect();
            format!("the configuration of {tunnel} has errors:{}", lines.concat())
        }
        ApiError::BadRequest { detail } => format!("the Adit service did not understand: {}", visible(detail)),
        ApiError::Changed { current } => {
            format!("somebody changed {tunnel} meanwhile (it is at version {current} now), so nothing was saved; look at it and try again")
        }
        ApiError::InterfaceRemoved => {
            format!("somebody removed the interface of {tunnel}; bring it up again with: adit up {argument}")
        }
        ApiError::Broken => format!(
            "what is kept of {tunnel} cannot be read; if it still blocks traffic, let that out with: adit down {argument}"
        ),
        ApiError::HooksNotApproved { .. } => format!(
            "{tunnel} has commands that would run as root, and nobody has approved of them; read and approve them with: adit approve {argument}"
        ),
        ApiError::HooksChanged { .. } => format!(
            "the commands of {tunnel} are not those that were approved of; read them again with: adit approve {argument}"
        ),
        ApiError::HookFailed { exit_code: Some(code), stderr } => {
            format!("a command of {tunnel} failed with exit code {code}, so everything was undone{}", indented(stderr))
        }
        ApiError::HookFailed { exit_code: None, stderr } => {
            format!("a command of {tunnel} could not be run or was ended by a signal, so everything was undone{}", indented(stderr))
        }
        ApiError::Busy => format!("{tunnel} is being started or stopped at this moment; try again when that is done"),
        ApiError::NotUp => format!("{tunnel} is not up; bring it up with: adit up {argument}"),
        ApiError::NotDown => format!("{tunnel} is up; take it down first with: adit down {argument}"),
        ApiError::NotPaused => format!("{tunnel} is not paused"),
        ApiError::NeedsKey { .. } => format!(
            "{tunnel} asks for its private key, which the service does not keep; bring it up on a terminal, or with the key in a file: \
             adit up {argument} --key-file FILE (`-` is standard input)"
        ),
        ApiError::WrongKey { public_key } => {
            format!("that is not the private key of {tunnel}, whose public key is {public_key}")
        }
        ApiError::KeyNotKept => format!(
            "{tunnel} asks for its private key, and this needs a service that keeps it; have it kept with: adit key {argument} keep"
        ),
        ApiError::NoRotation => format!("no new key is waiting for {tunnel}; make one with: adit rotate {argument} begin"),
        ApiError::RotationPending => {
            format!("a new key is waiting for {tunnel} already; see it with: adit rotate {argument} show")
        }
        ApiError::RotationNotAnswered => format!(
            "no peer of {tunnel} has answered the new key, and with it the tunnel would go silent; give the peers its public key \
             (adit rotate {argument} show), or finish all the same with --despite-silence"
        ),
        ApiError::ReadOnly { path } => {
            format!("{tunnel} lives in {}, which is not Adit's to remove; remove that file, and the tunnel goes with it", visible(path))
        }
        ApiError::Unresolved { host, detail } => {
            format!("the address of {} is not to be found ({}); check the name, and whether there is a network", visible(host), visible(detail))
        }
        ApiError::NoPermission { doing } => {
            format!("the Adit service was not permitted something ({}); look with: systemctl status aditd", visible(doing))
        }
        ApiError::Missing { what } => match what {
            Requirement::TunDevice => "this computer has no /dev/net/tun, which every tunnel needs; load it with: sudo modprobe tun",
            Requirement::DnsBackend => {
                "the tunnel has DNS servers, and the service cannot set them: systemd-resolved does not run, and without the rights of root \
                 and a writable /etc the service cannot use `resolvconf` or /etc/resolv.conf. Install systemd-resolved, run the service as \
                 root (docs/DAEMON.md), use `sudo adit up FILE` instead, or remove the DNS line"
            }
            Requirement::Nftables => "the tunnel needs `nft`, which is not installed; install the package nftables",
        }
        .to_owned(),
        ApiError::Io { doing, detail } => format!("{} failed: {}", visible(doing), visible(detail)),
        ApiError::TooManyLookUps { limit } => format!(
            "the name servers do not answer, and {limit} previews wait for them already; try again later"
        ),
        ApiError::TooMany { limit } => format!("there can be at most {limit} of them"),
        ApiError::TooLarge { limit } => format!("this is too large: at most {limit} bytes can be carried"),
        ApiError::Lockdown => format!(
            "{tunnel} is down, and its lockdown keeps the way past it closed; open it as an administrator with: sudo adit block {argument} off"
        ),
        ApiError::NotFullTunnel => format!(
            "{tunnel} does not take all traffic, so lockdown would cut off what it does not take; add 0.0.0.0/0 or ::/0 to AllowedIPs \
             (and leave Table at auto), or end the lockdown with: sudo adit block {argument} off"
        ),
        ApiError::ShuttingDown => "the Adit service is ending; try again when it is back".to_owned(),
        ApiError::Internal => "that is a defect of Adit; what is known of it is in the log: adit logs --level debug".to_owned(),
    }
}

fn conflict(conflicts: &[Conflict], context: &Context<'_>) -> String {
    let lines: Vec<String> = conflicts.iter().map(|conflict| format!("\n  {}", at_odds(conflict, context))).collect();
    let others = conflicts.iter().find_map(other).map(|id| argument(&context.name(id)));
    let go_on = match others {
        Some(other) => format!("take the other one down (adit down {other}), or add --despite-conflicts"),
        None => "put that right, or add --despite-conflicts".to_owned(),
    };
    format!("{} cannot be up beside what is there:{}\n{go_on}", context.tunnel(), lines.concat())
}

/// The tunnel that a conflict is with.
fn other(conflict: &Conflict) -> Option<TunnelId> {
    match conflict {
        Conflict::SameNetwork { other, .. }
        | Conflict::BothTakeAll { other }
        | Conflict::SameAddress { other, .. }
        | Conflict::SamePort { other, .. }
        | Conflict::BothSetDns { other } => Some(*other),
        Conflict::InterfaceExists { .. } | Conflict::LocalNetwork { .. } | Conflict::OtherVpn { .. } => None,
    }
}

/// One conflict.
pub(super) fn at_odds(conflict: &Conflict, context: &Context<'_>) -> String {
    match conflict {
        Conflict::SameNetwork { other, network } => format!("{} already takes {network}", context.name(*other)),
        Conflict::BothTakeAll { other } => format!("{} already takes all traffic", context.name(*other)),
        Conflict::SameAddress { other, address } => format!("{} already has the address {address}", context.name(*other)),
        Conflict::SamePort { other, port } => format!("{} already listens on UDP port {port}", context.name(*other)),
        Conflict::BothSetDns { other } => format!("{} already sets the computer's DNS servers", context.name(*other)),
        Conflict::InterfaceExists { interface } => format!(
            "there is an interface {interface} that another program made (where that was wg-quick: adit take-over {interface})"
        ),
        Conflict::LocalNetwork { interface, network } => {
            format!("the network that this computer is in ({}) has the addresses {network} too", visible(interface))
        }
        Conflict::OtherVpn { interface } => format!("another VPN ({}) already takes all traffic", visible(interface)),
    }
}

/// One complaint about a configuration, on one line, with its place.
pub(super) fn complaint(diagnostic: &Diagnostic) -> String {
    let Diagnostic { severity, key, line, column, problem, advice, .. } = diagnostic;
    let severity = match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let key = key.as_ref().map(|key| format!("{}: ", visible(key))).unwrap_or_default();
    let advice = advice.as_ref().map(|advice| format!(" ({})", visible(advice))).unwrap_or_default();
    format!("line {line}, column {column}: {severity}: {key}{}{advice}", visible(problem))
}

/// Details of the failure, on lines of their own below the sentence; empty where there are none.
fn indented(printed: &str) -> String {
    let lines: String = printed.lines().map(|line| format!("\n  {}", visible(line))).collect();
    if lines.is_empty() { lines } else { format!(":{lines}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_can_be_pasted_into_a_shell() {
        assert_eq!(argument("office"), "office");
        assert_eq!(argument("Büro 2"), "'Büro 2'");
        assert_eq!(argument("it's"), "'it'\\''s'");
    }

    #[test]
    fn sentences_name_the_tunnel_and_what_to_type() {
        let context = Context { tunnels: &[], tunnel: Some("office") };
        assert_eq!(sentence(&ApiError::NotUp, &context), "office is not up; bring it up with: adit up office");
        let conflicts = vec![Conflict::OtherVpn { interface: "tun0\u{1b}".into() }];
        let text = sentence(&ApiError::Conflict { conflicts }, &context);
        assert!(text.contains("another VPN (tun0\\u{1b}) already takes all traffic"), "{text}");
        assert!(text.ends_with("--despite-conflicts"), "{text}");
    }
}
