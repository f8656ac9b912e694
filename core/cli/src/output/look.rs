//! How states look on a terminal: a mark and a colour beside the words of `adit-words`.

use adit_api::{DownReason, Health, LogLevel, TunnelState};
use adit_words::Words;

use super::colour::Tone;

/// A state as it is shown: a mark, a word, and what colour both have.
pub(crate) struct Look {
    pub(crate) mark: &'static str,
    pub(crate) word: String,
    pub(crate) tone: Tone,
}

/// The sentences of the command line, which are English.
pub(crate) fn words() -> &'static Words {
    Words::english()
}

/// How a tunnel is, in a word or few.
pub(crate) fn look(state: &TunnelState, now: u64) -> Look {
    let (mark, tone) = match state {
        TunnelState::Down { reason: None | Some(DownReason::Asked), .. } => ("○", Tone::Faint),
        TunnelState::Down { reason: Some(DownReason::Failed { .. }), .. }
        | TunnelState::Down { reason: Some(DownReason::InterfaceRemoved), .. }
        | TunnelState::Down { reason: Some(DownReason::EngineStopped), .. } => ("✕", Tone::Bad),
        TunnelState::Connecting { .. } | TunnelState::Disconnecting { .. } => ("…", Tone::Busy),
        TunnelState::Up(up) => return health(&up.health, now),
        TunnelState::Paused { .. } => ("‖", Tone::Busy),
        TunnelState::Blocked { .. } => ("■", Tone::Bad),
    };
    Look { mark, word: words().state(state, now), tone }
}

/// Whether a peer answers.
pub(crate) fn health(health: &Health, now: u64) -> Look {
    let (mark, tone) = match health {
        Health::Good => ("●", Tone::Good),
        Health::Idle => ("◯", Tone::Good),
        Health::WaitingForPeer | Health::Handshaking { .. } => ("◐", Tone::Careful),
        Health::NoAnswer { .. } => ("▲", Tone::Careful),
    };
    Look { mark, word: words().health(health, now), tone }
}

/// How loud a line of the log is.
pub(crate) const fn level(level: LogLevel) -> (&'static str, Tone) {
    match level {
        LogLevel::Error => ("error", Tone::Bad),
        LogLevel::Warn => ("warn", Tone::Careful),
        LogLevel::Info => ("info", Tone::Plain),
        LogLevel::Debug => ("debug", Tone::Faint),
    }
}
