//! What a tunnel's thread tells while it works: the step that it is at, and lines for the log.

use std::sync::Arc;

use adit_api::{LogLevel, Step, TunnelId};

use super::Inner;
use super::life::Event;
use super::state::State;
use adit_activation::{self as activation, Advice, CommandError, Progress, Reporter};

pub(super) struct ProgressReporter {
    pub(super) inner: Arc<Inner>,
    pub(super) id: TunnelId,
}

impl Reporter for ProgressReporter {
    fn report(&self, progress: &Progress) {
        if let Some(step) = step_of(progress) {
            self.inner.change(self.id, |entry| {
                if let State::Connecting(connecting) = &mut entry.state {
                    connecting.step = step;
                }
            });
        }
        let note = |level, code, fields: &[(&str, String)]| self.inner.note(level, self.id, code, fields);
        match progress {
            Progress::Closed => {
                let now = self.inner.clock.now();
                self.inner.change(self.id, |entry| entry.apply(&Event::Closed, now));
                note(LogLevel::Info, "closed", &[]);
            }
            Progress::LeftoverRemoved { what, .. } => note(LogLevel::Warn, "leftovers_removed", &[("what", what.clone())]),
            Progress::Advice(advice) => note(LogLevel::Warn, advice_code(advice), &advice_fields(advice)),
            Progress::Resolving(name) => note(LogLevel::Debug, "resolving", &[("name", name.clone())]),
            Progress::ResolvingAgain { endpoint, error, pause } => {
                let fields = [("endpoint", endpoint.to_string()), ("error", error.clone()), ("again_in", format!("{pause:?}"))];
                note(LogLevel::Warn, "resolver_not_ready", &fields);
            }
            Progress::PathChanged { peers } => note(LogLevel::Debug, "path_changed", &[("peers", peers.to_string())]),
            Progress::MtuChanged { from, to } => {
                note(LogLevel::Info, "mtu_changed", &[("from", from.to_string()), ("to", to.to_string())]);
            }
            Progress::EndpointMoved { peer, endpoint } => {
                let fields = [("peer", peer.key.to_string()), ("endpoint", endpoint.to_string())];
                note(LogLevel::Info, "endpoint_moved", &fields);
            }
            Progress::EndpointUnknown { peer, error } => {
                note(LogLevel::Warn, "endpoint_unknown", &[("peer", peer.key.to_string()), ("error", error.clone())]);
            }
            Progress::CannotFollow(error) => note(LogLevel::Error, "cannot_follow_network", &[("error", chain(error))]),
            Progress::NotTakenBack(error) => note(LogLevel::Error, "not_taken_back", &[("error", chain(error))]),
            // The lines themselves may hold secrets.
            Progress::Moved { elsewhere, .. } => {
                note(LogLevel::Info, "interface_moved", &[("elsewhere", elsewhere.to_string())]);
            }
            Progress::Command(_) => note(LogLevel::Info, "command_runs", &[]),
            Progress::TakingBack { step, .. } => note(LogLevel::Debug, "taking_back", &[("step", format!("{step:?}"))]),
            Progress::Starting { .. }
            | Progress::Addresses(_)
            | Progress::Firewall
            | Progress::Routes(_)
            | Progress::Dns(_)
            | Progress::Up(_)
            | Progress::PeerHasNoEndpoint(_)
            | Progress::PeerAnswered { .. }
            | Progress::PeerSilent { .. } => {}
        }
    }
}

fn step_of(progress: &Progress) -> Option<Step> {
    match progress {
        Progress::Resolving(_) => Some(Step::Resolve),
        Progress::Starting { .. } => Some(Step::Interface),
        Progress::Addresses(_) => Some(Step::Addresses),
        Progress::Firewall => Some(Step::Firewall),
        Progress::Routes(_) => Some(Step::Routes),
        Progress::Dns(_) => Some(Step::Dns),
        Progress::Closed
        | Progress::LeftoverRemoved { .. }
        | Progress::Advice(_)
        | Progress::ResolvingAgain { .. }
        | Progress::Command(_)
        | Progress::Up(_)
        | Progress::PeerHasNoEndpoint(_)
        | Progress::PeerAnswered { .. }
        | Progress::PeerSilent { .. }
        | Progress::PathChanged { .. }
        | Progress::MtuChanged { .. }
        | Progress::EndpointMoved { .. }
        | Progress::EndpointUnknown { .. }
        | Progress::CannotFollow(_)
        | Progress::Moved { .. }
        | Progress::TakingBack { .. }
        | Progress::NotTakenBack(_) => None,
    }
}

fn advice_code(advice: &Advice) -> &'static str {
    match advice {
        Advice::HooksNotRun(_) => "hooks_not_run",
        Advice::HooksInSh => "hooks_in_sh",
        Advice::SearchWithoutServer(_) => "search_without_server",
        Advice::SplitDnsLeftOut(_) => "split_dns_left_out",
        Advice::Ipv6LeftOut { .. } => "ipv6_left_out",
        Advice::Ipv6Outside => "ipv6_outside",
        Advice::Ipv6Closed => "ipv6_closed",
        Advice::Host(adit_platform::host::Warning::NoFirewall) => "no_firewall",
        Advice::MtuTooLarge(_) => "mtu_too_large",
    }
}

fn advice_fields(advice: &Advice) -> Vec<(&'static str, String)> {
    match advice {
        Advice::SearchWithoutServer(domains) | Advice::SplitDnsLeftOut(domains) => vec![("domains", domains.join(" "))],
        Advice::Ipv6LeftOut { because } => vec![("because", because.clone())],
        Advice::MtuTooLarge(too_large) => vec![("mtu", too_large.mtu.to_string()), ("fits", too_large.fits.to_string())],
        Advice::HooksNotRun(_) | Advice::HooksInSh | Advice::Ipv6Outside | Advice::Ipv6Closed | Advice::Host(_) => Vec::new(),
    }
}

/// An error with all its reasons; without the text of a command, which may have secrets in it.
pub(super) fn chain(error: &activation::ActivationError) -> String {
    if let activation::ActivationError::Command(error) = error {
        return match error {
            CommandError::Start { error, .. } => format!("a command cannot be run: {error}"),
            CommandError::Failed { status, stderr, .. } if stderr.is_empty() => format!("a command failed ({status})"),
            CommandError::Failed { status, stderr, .. } => format!("a command failed ({status}): {stderr}"),
            CommandError::TimedOut { .. } => "a command did not end and was killed".to_owned(),
            CommandError::Wait { error, .. } => format!("waiting for a command: {error}"),
        };
    }
    let reasons = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    reasons.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_does_not_repeat_a_command_that_failed() {
        let command = "curl --header 'Token: secret' example.org".to_owned();
        let (status, stderr) = ("exit status: 1".into(), "curl: (6) Could not resolve host".into());
        let error = activation::ActivationError::Command(CommandError::Failed { command, status, stderr });
        assert_eq!(chain(&error), "a command failed (exit status: 1): curl: (6) Could not resolve host");
    }
}
