//! Lines of the log, in sentences. A daemon of another version may have codes that are not here: those are shown as they are.

use adit_api::{LogLevel, LogLine, TunnelView};

use crate::terminal::{Tone, visible};

/// How loud a line is.
pub(super) const fn level(level: LogLevel) -> (&'static str, Tone) {
    match level {
        LogLevel::Error => ("error", Tone::Bad),
        LogLevel::Warn => ("warn", Tone::Careful),
        LogLevel::Info => ("info", Tone::Plain),
        LogLevel::Debug => ("debug", Tone::Faint),
    }
}

/// `[office] the tunnel is up`.
pub(super) fn line(line: &LogLine, tunnels: &[TunnelView]) -> String {
    let tunnel = line.tunnel.map(|id| {
        let named = tunnels.iter().find(|tunnel| tunnel.id == id);
        named.map_or_else(|| "[removed] ".to_owned(), |tunnel| format!("[{}] ", tunnel.name))
    });
    tunnel.unwrap_or_default() + &sentence(line)
}

fn sentence(line: &LogLine) -> String {
    let field = |name: &str| {
        let found = line.fields.iter().find(|field| field.name == name);
        found.map_or_else(|| "?".to_owned(), |field| visible(&field.value))
    };
    match line.code.as_str() {
        "daemon_started" => format!("the Adit service {} has started", field("version")),
        "daemon_ended" => "the Adit service has ended".to_owned(),
        "store_finding" => format!("{} is not used: {}", field("file"), field("what")),
        "imported" => "imported".to_owned(),
        "exported" => format!("handed out, with its keys, to {}", field("to")),
        "removed" => "removed".to_owned(),
        "connecting" => "being brought up".to_owned(),
        "restarting" => "being restarted".to_owned(),
        "up" => "up".to_owned(),
        "down" => "down".to_owned(),
        "paused" => "paused".to_owned(),
        "not_up" => format!("could not be brought up: {}", field("error")),
        "not_restored" => format!("could not be brought up again: {}", field("error")),
        "not_kept" => format!("its state could not be saved: {}", field("error")),
        "not_taken_back" => format!("something could not be undone: {}", field("error")),
        "removed_from_outside" => "somebody removed its interface".to_owned(),
        "leftovers_removed" => format!("removed what an earlier run left behind: {}", field("what")),
        "leftovers_stay" => format!("what an earlier run left behind could not be removed: {}", field("error")),
        "tunnel_broken" => format!("a tunnel cannot be read: {}", field("error")),
        "reloaded" => format!("runs as version {} of its configuration says", field("version")),
        "config_replaced" => format!("has another configuration, version {}", field("version")),
        "hooks_approved" => format!("its commands were approved of by {}", field("by")),
        "hooks_not_run" => "its commands are not run".to_owned(),
        "interface_moved" if field("elsewhere") == "true" => {
            "the interface was moved to another network namespace; its routes, resolvers and packet filter here are taken back"
                .to_owned()
        }
        "interface_moved" => "the interface is back from another network namespace; all is set again".to_owned(),
        "command_runs" => "runs a command of the configuration".to_owned(),
        "rotation_begun" => "a new key was made, and waits".to_owned(),
        "rotation_finished" => "has its new key".to_owned(),
        "handshake_sent" if field("attempt") == "1" => format!("asks peer {} for a handshake", field("peer")),
        "handshake_sent" => {
            format!("no reply; asks peer {} for a handshake again, for the {}. time", field("peer"), field("attempt"))
        }
        "handshake_completed" if field("begun_by") == "us" => {
            format!("peer {} has answered: there is a new session", field("peer"))
        }
        "handshake_completed" => format!("peer {} asked for a handshake: there is a new session", field("peer")),
        "handshake_given_up" => format!("peer {} has not answered for 90 s; the next packet for it asks again", field("peer")),
        "handshake_dropped" => {
            let more = line.fields.iter().find(|field| field.name == "left_out");
            let more = more.map(|field| format!(" (and {} before that are not shown)", visible(&field.value)));
            format!(
                "a message from {} is dropped: {}{}",
                field("from"),
                dropped(&field("reason"), &field("why")),
                more.unwrap_or_default()
            )
        }
        "cookie_received" => format!("peer {} is under load and asks to try again with a cookie", field("peer")),
        "peer_silent" => format!("peer {} has not answered for 15 s", field("peer")),
        "peer_moved" => format!("peer {} is heard from {} now", field("peer"), field("endpoint")),
        "no_answer" => {
            format!("peer {} has not answered for {} s; the tunnel carries nothing there", field("peer"), field("seconds"))
        }
        "answers_again" => format!("peer {} answers again, after {} s", field("peer"), field("after_seconds")),
        "local_networks_unknown" => {
            format!("the local networks that stay reachable could not be brought up to date: {}", field("error"))
        }
        "peer_shut_out" => format!("a peer that moved is not let past what blocks: {}", field("error")),
        "taken_over" => "taken over from wg-quick".to_owned(),
        "given_back" => format!("did not come up, and was given back to wg-quick: {}", field("error")),
        "not_given_back" => format!("could not be given back to wg-quick: {}", field("error")),
        "endpoint_moved" => format!("peer {} answers at another address of its name now", field("peer")),
        "endpoint_unknown" => format!("the name of a peer could not be looked up again: {}", field("error")),
        "path_changed" => format!("the network has changed: asks {} of its peers for new sessions", field("peers")),
        "mtu_changed" => format!("its MTU follows the network: {} instead of {}", field("to"), field("from")),
        "cannot_follow_network" => format!("a change of the network could not be followed: {}", field("error")),
        "resolving" => format!("looks up {}", field("name")),
        "resolver_not_ready" => format!("{}: {}; tried again in {}", field("endpoint"), field("error"), field("again_in")),
        "taking_back" => format!("undoes: {}", field("step")),
        "saved" => format!("what ran was written into its configuration, version {}", field("version")),
        "not_saved" => format!("what ran could not be written into its configuration: {}", field("error")),
        "key_forgotten" => "its private key is not kept any more, and is asked for".to_owned(),
        "key_old" => format!("its key is older than {} days", field("days")),
        "preshared_key_old" => format!("its preshared key with {} is older than {} days", field("peer"), field("days")),
        "search_without_server" => format!("DNS has search domains ({}) but no server, so they are not set", field("domains")),
        "split_dns_left_out" => format!(
            "this computer cannot ask the tunnel's DNS servers for {} alone, so they are asked for all names",
            field("domains")
        ),
        "ipv6_left_out" => format!("has no IPv6 here and comes up with IPv4 alone, because {}", field("because")),
        "hooks_in_sh" => "bash is not installed, so its commands run in sh".to_owned(),
        "ipv6_outside" => "IPv6 goes past the tunnel: AllowedIPs has 0.0.0.0/0 but not ::/0".to_owned(),
        "mtu_too_large" => {
            format!("its MTU of {} is too large for the path to the peer, through which {} fit", field("mtu"), field("fits"))
        }
        "no_firewall" => "nft is not installed, so nothing guards the tunnel's addresses".to_owned(),
        code => {
            let fields = line.fields.iter().map(|field| format!(" {}={}", visible(&field.name), visible(&field.value)));
            visible(code).replace('_', " ") + &fields.collect::<String>()
        }
    }
}

/// Why a message of a handshake was dropped, and what mostly is behind it; `why` is for reasons that are not here.
fn dropped(reason: &str, why: &str) -> String {
    match reason {
        "mac1" => "it is not made for this end's public key (bad mac1): the other end has another public key for this one",
        "unknown_peer" => "its sender is no peer of this tunnel (unknown peer): add the other end's public key here, or correct it",
        "handshake" => {
            "it does not authenticate: the keys do not fit, or the preshared keys are not the same; the other end may also have answered late"
        }
        "replayed_initiation" => {
            "it is older than an earlier one (stale timestamp): it was repeated by somebody, or the clock of the other end was set back"
        }
        "cookie" => "its cookie answers nothing that was sent (bad cookie)",
        "cookie_required" => "this end is under load and asked the sender to try again with a cookie",
        _ => return why.to_owned(),
    }
    .to_owned()
}
