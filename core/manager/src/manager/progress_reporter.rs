//! Reports the progress of a tunnel's thread: the current step, and lines for the log.

use std::sync::Arc;

use adit_api::{LogCode, LogText, Step, TunnelId, UndoneStep};

use super::Inner;
use super::life::Event;
use super::state::State;
use adit_activation::{self as activation, Advice, CommandError, Progress, Reporter};
use adit_platform::network::{MtuTooLarge, Warning};

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
        let note = |code| self.inner.note(self.id, code);
        match progress {
            Progress::Closed => {
                let now = self.inner.clock.now();
                self.inner.change(self.id, |entry| entry.apply(&Event::Closed, now));
                note(LogCode::Closed);
            }
            Progress::LeftoverRemoved { what, .. } => note(LogCode::LeftoversRemoved { what: what.as_str().into() }),
            Progress::Advice(advice) => note(log_code_of_advice(advice)),
            Progress::Resolving(name) => note(LogCode::Resolving { name: name.as_str().into() }),
            Progress::ResolvingAgain { endpoint, error, pause } => {
                let again_in_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
                let (endpoint, error) = (LogText::of(endpoint), error.as_str().into());
                note(LogCode::ResolverNotReady { endpoint, error, again_in_ms });
            }
            Progress::PathChanged { peers } => note(LogCode::PathChanged { peers: u32::try_from(*peers).unwrap_or(u32::MAX) }),
            Progress::MtuChanged { from, to } => note(LogCode::MtuChanged { from: *from, to: *to }),
            Progress::EndpointMoved { peer, endpoint } => {
                note(LogCode::EndpointMoved { peer: peer.key.into(), endpoint: *endpoint });
            }
            Progress::EndpointUnknown { peer, error } => {
                note(LogCode::EndpointUnknown { peer: peer.key.into(), error: error.as_str().into() });
            }
            Progress::CannotFollow(error) => note(LogCode::CannotFollowNetwork { error: chain(error).into() }),
            Progress::NotTakenBack(error) => note(LogCode::NotTakenBack { error: chain(error).into() }),
            // Command lines are not logged: they may contain secrets.
            Progress::Moved { elsewhere, .. } => note(LogCode::InterfaceMoved { elsewhere: *elsewhere }),
            Progress::Command(_) => note(LogCode::CommandRuns),
            Progress::TakingBack { step, .. } => note(LogCode::TakingBack { step: undone(*step) }),
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

fn log_code_of_advice(advice: &Advice) -> LogCode {
    let texts = |texts: &[String]| texts.iter().map(|text| LogText::from(text.as_str())).collect();
    match advice {
        Advice::HooksNotRun(_) => LogCode::HooksNotRun,
        Advice::HooksInSh => LogCode::HooksInSh,
        Advice::SearchWithoutServer(domains) => LogCode::SearchWithoutServer { domains: texts(domains) },
        Advice::SplitDnsLeftOut(domains) => LogCode::SplitDnsLeftOut { domains: texts(domains) },
        Advice::Ipv6LeftOut { because } => LogCode::Ipv6LeftOut { because: because.as_str().into() },
        Advice::Ipv6Outside => LogCode::Ipv6Outside,
        Advice::Ipv6Closed => LogCode::Ipv6Closed,
        Advice::MtuTooLarge(MtuTooLarge { mtu, fits }) => LogCode::MtuTooLarge { mtu: *mtu, fits: *fits },
        Advice::Network(Warning::NoFirewall) => LogCode::NoFirewall,
    }
}

fn undone(step: activation::Step) -> UndoneStep {
    match step {
        activation::Step::PreUp => UndoneStep::PreUp,
        activation::Step::Interface => UndoneStep::Interface,
        activation::Step::Engine => UndoneStep::Engine,
        activation::Step::Firewall => UndoneStep::Firewall,
        activation::Step::Routes => UndoneStep::Routes,
        activation::Step::Dns => UndoneStep::Dns,
        activation::Step::PostUp => UndoneStep::PostUp,
    }
}

/// Formats an error with all its causes, but without the text of a hook, which may contain secrets.
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
