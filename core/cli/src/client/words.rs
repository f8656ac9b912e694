//! How tunnels are, in words for people: states, times, sizes, and what a change of a configuration means.

use std::time::{SystemTime, UNIX_EPOCH};

use adit_api::{ConfigChange, ConfigField, DownReason, Effect, Health, PublicKey, Step, TunnelState, TunnelView};

use crate::terminal::{Tone, visible};

/// A state as it is shown: a mark, a word, and what colour both have.
pub(super) struct Look {
    pub(super) mark: &'static str,
    pub(super) word: String,
    pub(super) tone: Tone,
}

/// Unix milliseconds.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// How a tunnel is, in a word or few.
pub(super) fn look(state: &TunnelState, now: u64) -> Look {
    let look = |mark, word: &str, tone| Look { mark, word: word.to_owned(), tone };
    match state {
        TunnelState::Down { reason: None | Some(DownReason::Asked), .. } => look("○", "off", Tone::Faint),
        TunnelState::Down { reason: Some(DownReason::Failed { .. }), .. } => look("✕", "off, failed", Tone::Bad),
        TunnelState::Down { reason: Some(DownReason::InterfaceRemoved), .. } => look("✕", "off, removed from outside", Tone::Bad),
        TunnelState::Down { reason: Some(DownReason::EngineStopped), .. } => look("✕", "off, broke", Tone::Bad),
        TunnelState::Connecting { step, .. } => look("…", &format!("starting: {}", step_words(*step)), Tone::Busy),
        TunnelState::Up(up) => health(&up.health, now),
        TunnelState::Disconnecting { .. } => look("…", "stopping", Tone::Busy),
        TunnelState::Paused { until: None } => look("‖", "paused", Tone::Busy),
        TunnelState::Paused { until: Some(until) } => {
            look("‖", &format!("paused for {} more", span(until.saturating_sub(now))), Tone::Busy)
        }
        TunnelState::Blocked { .. } => look("■", "blocked", Tone::Bad),
    }
}

/// Whether anybody answers.
pub(super) fn health(health: &Health, now: u64) -> Look {
    let look = |mark, word: String, tone| Look { mark, word, tone };
    match health {
        Health::Good => look("●", "healthy".to_owned(), Tone::Good),
        Health::Idle => look("◯", "idle".to_owned(), Tone::Good),
        Health::WaitingForPeer => look("◐", "up, waits for the peer to begin".to_owned(), Tone::Careful),
        Health::Handshaking { .. } => look("◐", "up, no handshake yet".to_owned(), Tone::Careful),
        Health::NoAnswer { since } => look("▲", format!("no answer for {}", span(now.saturating_sub(*since))), Tone::Careful),
    }
}

/// What is being done.
pub(super) const fn step_words(step: Step) -> &'static str {
    match step {
        Step::Check => "checking",
        Step::Resolve => "looking up addresses",
        Step::Firewall => "setting the packet filter",
        Step::PreUp => "running PreUp",
        Step::Interface => "making the interface",
        Step::Addresses => "setting addresses",
        Step::Routes => "setting routes",
        Step::Dns => "setting DNS",
        Step::PostUp => "running PostUp",
    }
}

/// The latest handshake of all peers, Unix milliseconds.
pub(super) fn last_handshake(tunnel: &TunnelView) -> Option<u64> {
    tunnel.state.up()?.last_handshake
}

/// `12 s`, `3 min`, `2 h 5 min`, `4 d`.
pub(super) fn span(milliseconds: u64) -> String {
    let seconds = milliseconds.div_ceil(1000);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => match seconds / 60 % 60 {
            0 => format!("{} h", seconds / 3600),
            minutes => format!("{} h {minutes} min", seconds / 3600),
        },
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `12 s ago`.
pub(super) fn ago(then: u64, now: u64) -> String {
    match now.saturating_sub(then) {
        0..1000 => "now".to_owned(),
        passed => format!("{} ago", span(passed / 1000 * 1000)),
    }
}

/// In the largest binary unit of which there is at least one.
pub(super) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let step = (bytes.checked_ilog2().unwrap_or(0) / 10).min(4);
    let unit = UNITS.get(step as usize).copied().unwrap_or("TiB");
    if step == 0 { format!("{bytes} {unit}") } else { format!("{:.2} {unit}", bytes as f64 / f64::from(step * 10).exp2()) }
}

/// A peer by its name, or the short form of its key.
pub(super) fn peer(tunnel: &TunnelView, key: &PublicKey) -> String {
    let configured = tunnel.peers.iter().find(|peer| peer.public_key == *key);
    configured.and_then(|peer| peer.name.as_deref()).map_or_else(|| key.short(), visible)
}

/// A change of a configuration on one line: `Endpoint of server: a -> b`.
pub(super) fn change(tunnel: &TunnelView, change: &ConfigChange) -> String {
    let ConfigChange { peer: whose, field, before, after, effect: _ } = change;
    let whose = whose.as_ref().map(|key| peer(tunnel, key));
    let subject = match (field, &whose) {
        (ConfigField::PeerAdded, Some(peer)) => return format!("peer {peer} is new"),
        (ConfigField::PeerRemoved, Some(peer)) => return format!("peer {peer} is gone"),
        (ConfigField::Hooks, _) => return "other commands, to be approved of anew".to_owned(),
        (ConfigField::Text, _) => return "comments, order and spaces only".to_owned(),
        (_, Some(peer)) => format!("{} of {peer}", field_name(*field)),
        (_, None) => field_name(*field).to_owned(),
    };
    match (before.as_deref().map(visible), after.as_deref().map(visible)) {
        (Some(before), Some(after)) => format!("{subject}: {before} -> {after}"),
        (None, Some(after)) => format!("{subject}: {after} (was not set)"),
        (Some(before), None) => format!("{subject}: not set (was {before})"),
        (None, None) => format!("{subject}: another"),
    }
}

/// What it takes for a change to come true.
pub(super) const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::None => "changes nothing that runs",
        Effect::Live => "at once",
        Effect::Restart => "with the next start",
    }
}

const fn field_name(field: ConfigField) -> &'static str {
    match field {
        ConfigField::PrivateKey => "PrivateKey",
        ConfigField::ListenPort => "ListenPort",
        ConfigField::FwMark => "FwMark",
        ConfigField::Addresses => "Address",
        ConfigField::Dns => "DNS",
        ConfigField::Mtu => "MTU",
        ConfigField::Table => "Table",
        ConfigField::SaveConfig => "SaveConfig",
        ConfigField::Hooks => "commands",
        ConfigField::PeerAdded => "new peer",
        ConfigField::PeerRemoved => "removed peer",
        ConfigField::PeerName => "name",
        ConfigField::PresharedKey => "PresharedKey",
        ConfigField::Endpoint => "Endpoint",
        ConfigField::AllowedIps => "AllowedIPs",
        ConfigField::PersistentKeepalive => "PersistentKeepalive",
        ConfigField::Text => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_short_as_people_say_them() {
        for (milliseconds, text) in [
            (1, "1 s"),
            (59_000, "59 s"),
            (60_000, "1 min"),
            (3_600_000, "1 h"),
            (7_500_000, "2 h 5 min"),
            (86_400_000 * 4, "4 d"),
        ] {
            assert_eq!(span(milliseconds), text);
        }
        assert_eq!(ago(500, 1_000), "now");
        assert_eq!(ago(1_000, 13_500), "12 s ago");
        assert_eq!(ago(2_000, 1_000), "now", "the clock was set back");
    }

    #[test]
    fn sizes_are_as_wg_writes_them() {
        assert_eq!((bytes(0), bytes(1023), bytes(1024)), ("0 B".into(), "1023 B".into(), "1.00 KiB".into()));
        assert_eq!(bytes(u64::MAX), "16777216.00 TiB");
    }
}
