//! `adit status`: prints everything about a tunnel, or about all tunnels.

use std::collections::{HashMap, HashSet};

use adit_api::{
    DownReason, History, HooksView, KillSwitch, PeerStatus, PeerView, PublicKey, Source, TunnelState, TunnelView, UpState,
};
use adit_words::{Context, argument};

use super::{Daemon, Failure, Options};
use crate::output::{Labels, Tone, coloured, health, look, now, paint, per_second, received_and_sent, visible, words};

/// A day in milliseconds.
const DAY: u64 = 86_400_000;

/// The number of seconds over which a rate is averaged.
const RATE_SECONDS: usize = 3;

/// The arguments of `adit status`.
#[derive(clap::Args, Debug)]
pub(crate) struct StatusArgs {
    /// Name of the tunnel [default: list all tunnels]
    pub(crate) name: Option<String>,
    /// Show all peers of a tunnel with many peers
    #[arg(long, requires = "name")]
    pub(crate) all_peers: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit status`.
pub(crate) fn status(arguments: &StatusArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let Some(name) = &arguments.name else {
        let tunnels = daemon.tunnels()?;
        if options.json {
            return options.show_json(&tunnels);
        }
        return options.show(&super::list::text(&tunnels, coloured()));
    };
    let found = daemon.find(name)?;
    let tunnel = if arguments.all_peers { daemon.view_with_all_peers(&found)? } else { daemon.view(&found)? };
    if options.json {
        return options.show_json(&tunnel);
    }
    let history = daemon.ask_about(&tunnel, |client, id| client.history(id))?;
    let tunnels = daemon.tunnels()?;
    options.show(&Page { tunnel: &tunnel, tunnels: &tunnels, now: now(), coloured: coloured() }.text(&history))
}

struct Page<'a> {
    tunnel: &'a TunnelView,
    tunnels: &'a [TunnelView],
    now: u64,
    coloured: bool,
}

impl Page<'_> {
    fn text(&self, history: &History) -> String {
        let tunnel = self.tunnel;
        let look = look(&tunnel.state, self.now);
        let mut lines = Labels::default();
        let title = paint(&tunnel.name.to_string(), Tone::Strong, self.coloured);
        lines.add_text(&format!("{title}  {}\n", paint(&format!("{} {}", look.mark, look.word), look.tone, self.coloured)));
        self.state(&mut lines);
        lines.add("Interface", tunnel.interface.as_str());
        lines.add_list("Addresses", &tunnel.addresses);
        if let Some(key) = &tunnel.public_key {
            lines.add("Public key", &key.short());
        }
        if let Some(since) = tunnel.key_since {
            lines.add("Key", &self.age(since));
        }
        if tunnel.asks_for_key {
            lines.add("Private key", "asked for at each start; the service does not keep it");
        }
        if let Some(rotation) = &tunnel.rotation {
            lines.add(
                "New key",
                &format!("{} waits since {}", rotation.public_key.short(), words().ago(rotation.since, self.now)),
            );
        }
        if let Some(up) = tunnel.state.up() {
            self.running(&mut lines, up, history);
        }
        if let Source::File { path } = &tunnel.source {
            lines.add("File", &visible(path));
        }
        lines.add("At start", if tunnel.start_at_boot { "comes up with the computer" } else { "stays off" });
        lines.add("Kill switch", &words().kill_switch(tunnel.kill_switch));
        if tunnel.kill_switch != KillSwitch::Off {
            lines.add("LAN", if tunnel.allow_lan { "allowed" } else { "blocked" });
        }
        if tunnel.allow_ipv6_outside {
            lines.add("IPv6", "may leave outside the tunnel if it takes all of IPv4 and none of IPv6");
        }
        if let Some(days) = tunnel.key_reminder_days {
            lines.add("Reminder", &format!("when a key is {days} days old"));
        }
        match &tunnel.hooks {
            HooksView::None => {}
            HooksView::NotApproved { .. } => {
                lines.add(
                    "Commands",
                    &format!("not approved; read and approve them with: adit approve {}", argument(tunnel.name.as_str())),
                );
            }
            HooksView::Approved { .. } => lines.add("Commands", "approved"),
        }
        if !tunnel.usable {
            lines.add("Problem", &format!("the configuration has errors; see: adit edit {}", argument(tunnel.name.as_str())));
        }
        self.peers(&mut lines);
        lines.into_text()
    }

    /// Formats the age of a key that the service has known since `since` (Unix milliseconds).
    fn age(&self, since: u64) -> String {
        let age = self.now.saturating_sub(since);
        let is_old = self.tunnel.key_reminder_days.is_some_and(|days| age >= u64::from(days) * DAY);
        let remark = if is_old { ", which is time for a new one" } else { "" };
        format!("at least {} old{remark}", words().span(age))
    }

    /// Adds the lines that explain the tunnel's state.
    fn state(&self, lines: &mut Labels) {
        let context = Context { tunnels: self.tunnels, tunnel: Some(self.tunnel.name.as_str()) };
        match &self.tunnel.state {
            TunnelState::Down { reason: Some(DownReason::Failed { error }), retry_at } => {
                lines.add("Why", &words().error_for_terminal(error, &context));
                if let Some(at) = retry_at {
                    lines.add("Tried again", &self.until(*at));
                }
            }
            TunnelState::Blocked { cause, since, retry_at } => {
                lines.add("Why", &words().error_for_terminal(cause, &context));
                lines.add("Since", &words().ago(*since, self.now));
                let next = retry_at.map(|at| self.until(at));
                lines.add("Tried again", next.as_deref().unwrap_or("not automatically"));
            }
            TunnelState::Connecting { since, .. } | TunnelState::Disconnecting { since } => {
                lines.add("Since", &words().ago(*since, self.now));
            }
            TunnelState::Down { .. } | TunnelState::Up(_) | TunnelState::Paused { .. } => {}
        }
    }

    fn until(&self, at: u64) -> String {
        format!("in {}", words().span(at.saturating_sub(self.now)))
    }

    fn running(&self, lines: &mut Labels, up: &UpState, history: &History) {
        lines.add("Up", &format!("for {}", words().span(self.now.saturating_sub(up.since))));
        if up.in_other_namespace {
            lines.add("Namespace", "the interface was moved to another network namespace; encrypted packets leave from this one");
        }
        lines.add("UDP port", &up.listen_port.to_string());
        lines.add("MTU", &up.mtu.to_string());
        lines.add("Traffic", &received_and_sent(up.counters.received, up.counters.sent));
        if let Some((received, sent)) = rate(history) {
            lines.add("Rate", &format!("{} received, {} sent", per_second(received), per_second(sent)));
        }
        lines.add("Data path", &data_path(up));
        if up.routing_loops > 0 {
            let packets = if up.routing_loops == 1 { "packet" } else { "packets" };
            let text = format!(
                "{} encrypted {packets} came back into the tunnel and {} dropped: the route to a peer's endpoint leads through the tunnel. \
                 Remove the route or rule that sends it there; see: ip route get ENDPOINT",
                up.routing_loops,
                if up.routing_loops == 1 { "was" } else { "were" }
            );
            lines.add("Routing loop", &text);
        }
        if up.differs {
            let reload = format!("adit reload {}", argument(self.tunnel.name.as_str()));
            lines.add(
                "Differs",
                &format!("the running tunnel differs from its saved configuration; apply the configuration with: {reload}"),
            );
        }
        let context = Context { tunnels: self.tunnels, tunnel: Some(self.tunnel.name.as_str()) };
        up.conflicts.iter().for_each(|conflict| lines.add("In conflict", &words().conflict(conflict, &context)));
        up.warnings.iter().for_each(|warning| lines.add("Warning", &words().warning_for_terminal(warning, &context)));
    }

    fn peers(&self, lines: &mut Labels) {
        let running: &[PeerStatus] = self.tunnel.state.up().map_or(&[], |up| &up.peers);
        let by_key: HashMap<&PublicKey, &PeerStatus> = running.iter().map(|peer| (&peer.public_key, peer)).collect();
        for peer in &self.tunnel.peers {
            self.peer(lines, &peer.public_key, Some(peer), by_key.get(&peer.public_key).copied());
        }
        let configured: HashSet<&PublicKey> = self.tunnel.peers.iter().map(|peer| &peer.public_key).collect();
        let is_configured = |key: &PublicKey| configured.contains(key);
        let others: Vec<&PeerStatus> = running.iter().filter(|peer| !is_configured(&peer.public_key)).collect();
        others.iter().for_each(|peer| self.peer(lines, &peer.public_key, None, Some(peer)));
        let shown = self.tunnel.peers.len() + others.len();
        let all = self.tunnel.state.up().map_or(0, |up| up.peer_count).max(self.tunnel.peer_count) as usize;
        if all > shown {
            let name = argument(self.tunnel.name.as_str());
            lines.add_text(&format!("\n{} more peers; see them with: adit status --all-peers {name}\n", all - shown));
        }
    }

    fn peer(&self, lines: &mut Labels, key: &PublicKey, configured: Option<&PeerView>, running: Option<&PeerStatus>) {
        let name = configured.and_then(|peer| peer.name.as_deref()).map(visible);
        let title = name.map_or_else(|| key.short(), |name| format!("{name} ({})", key.short()));
        lines.add_text(&format!("\nPeer {}", paint(&title, Tone::Strong, self.coloured)));
        if let Some(peer) = running {
            let look = health(&peer.health, self.now);
            lines.add_text(&format!("  {}", paint(&format!("{} {}", look.mark, look.word), look.tone, self.coloured)));
        }
        lines.add_text("\n");
        if configured.is_none() {
            lines.add("Note", "is not in the configuration; another program added it");
        }
        let endpoint = configured.and_then(|peer| peer.endpoint.as_deref()).map(visible);
        match (endpoint, running.and_then(|peer| Some((peer.endpoint?, peer.has_moved)))) {
            (Some(text), Some((current, false))) if text == current.to_string() => lines.add("Endpoint", &text),
            (Some(text), Some((current, false))) => lines.add("Endpoint", &format!("{text}, which is {current}")),
            (Some(text), Some((current, true))) => lines.add("Endpoint", &format!("{current}, has moved (configured: {text})")),
            (None, Some((current, _))) => lines.add("Endpoint", &current.to_string()),
            (Some(text), None) => lines.add("Endpoint", &text),
            (None, None) => lines.add("Endpoint", "none; waits for the peer to begin"),
        }
        if let Some(peer) = configured {
            lines.add_list("Allowed IPs", &peer.allowed_ips);
            let left_out = (peer.allowed_ip_count as usize).saturating_sub(peer.allowed_ips.len());
            if left_out > 0 {
                lines.add("", &format!("and {left_out} more"));
            }
            if peer.has_preshared_key {
                let age = peer.preshared_key_since.map(|since| self.age(since));
                lines.add("Preshared key", age.as_deref().unwrap_or("set"));
            }
            if let Some(seconds) = peer.persistent_keepalive {
                lines.add("Keepalive", &format!("every {seconds} s"));
            }
        }
        if let Some(peer) = running {
            lines.add("Handshake", &words().last(peer.last_handshake, self.now));
            lines.add("Traffic", &received_and_sent(peer.counters.received, peer.counters.sent));
        }
    }
}

/// Returns the rates in bytes a second, received and sent; None if there are no samples.
fn rate(history: &History) -> Option<(u64, u64)> {
    let latest: Vec<_> = history.samples.iter().rev().take(RATE_SECONDS).collect();
    let seconds = u64::try_from(latest.len()).ok().filter(|seconds| *seconds > 0)?;
    let sum = |of: fn(&adit_api::Sample) -> u64| latest.iter().map(|sample| of(sample)).sum::<u64>() / seconds;
    Some((sum(|sample| sample.received), sum(|sample| sample.sent)))
}

fn data_path(up: &UpState) -> String {
    let path = &up.data_path;
    let parts = [
        (path.tun_segmentation, "TCP segments"),
        (path.tun_udp_segmentation, "UDP segments"),
        (path.udp_segmentation, "send batches"),
        (path.udp_receive, "receive batches"),
    ];
    let on: Vec<&str> = parts.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    let queues = if path.queues == 1 { "1 queue".to_owned() } else { format!("{} queues", path.queues) };
    if on.is_empty() { format!("{queues}, no offloads") } else { format!("{queues}; offloads: {}", on.join(", ")) }
}
