//! The appearance of states on a terminal: a mark and a colour for the words of `adit-words`.

use adit_api::{DownReason, Health, LogLevel, TunnelState};
use adit_words::Words;

use super::colour::Tone;

/// The appearance of a state: a mark, a word, and the colour of both.
pub(crate) struct Look {
    pub(crate) mark: &'static str,
    pub(crate) word: String,
    pub(crate) tone: Tone,
}

/// Returns the sentences of the command line, which are English.
pub(crate) fn words() -> &'static Words {
    Words::english()
}

/// Returns the appearance of a tunnel's state.
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

/// Returns the appearance of a peer's health.
pub(crate) fn health(health: &Health, now: u64) -> Look {
    let (mark, tone) = match health {
        Health::Good => ("●", Tone::Good),
        Health::Idle => ("◯", Tone::Good),
        Health::WaitingForPeer | Health::Handshaking { .. } => ("◐", Tone::Careful),
        Health::NoAnswer { .. } => ("▲", Tone::Careful),
    };
    Look { mark, word: words().health(health, now), tone }
}

/// Returns the word and the colour of a log level.
pub(crate) const fn level(level: LogLevel) -> (&'static str, Tone) {
    match level {
        LogLevel::Error => ("error", Tone::Bad),
        LogLevel::Warn => ("warn", Tone::Careful),
        LogLevel::Info => ("info", Tone::Plain),
        LogLevel::Debug => ("debug", Tone::Faint),
    }
}
