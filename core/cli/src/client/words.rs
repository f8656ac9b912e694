//! How states look on a terminal: a mark and a colour beside the words of `adit-words`.

use std::time::{SystemTime, UNIX_EPOCH};

use adit_api::{DownReason, Health, LogLevel, TunnelState, TunnelView};
use adit_words::Words;

use crate::terminal::Tone;

/// A state as it is shown: a mark, a word, and what colour both have.
pub(super) struct Look {
    pub(super) mark: &'static str,
    pub(super) word: String,
    pub(super) tone: Tone,
}

/// The sentences of the command line, which are English.
pub(crate) fn words() -> &'static Words {
    Words::english()
}

/// Unix milliseconds.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// How a tunnel is, in a word or few.
pub(super) fn look(state: &TunnelState, now: u64) -> Look {
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
pub(super) fn health(health: &Health, now: u64) -> Look {
    let (mark, tone) = match health {
        Health::Good => ("●", Tone::Good),
        Health::Idle => ("◯", Tone::Good),
        Health::WaitingForPeer | Health::Handshaking { .. } => ("◐", Tone::Careful),
        Health::NoAnswer { .. } => ("▲", Tone::Careful),
    };
    Look { mark, word: words().health(health, now), tone }
}

/// How loud a line of the log is.
pub(super) const fn level(level: LogLevel) -> (&'static str, Tone) {
    match level {
        LogLevel::Error => ("error", Tone::Bad),
        LogLevel::Warn => ("warn", Tone::Careful),
        LogLevel::Info => ("info", Tone::Plain),
        LogLevel::Debug => ("debug", Tone::Faint),
    }
}

/// The latest handshake of all peers, Unix milliseconds.
pub(super) fn last_handshake(tunnel: &TunnelView) -> Option<u64> {
    tunnel.state.up()?.last_handshake
}
