//! `adit status`: prints everything about a tunnel, or about all tunnels.

use std::collections::{HashMap, HashSet};

use adit_api::{
    DataPath, DownReason, History, HooksView, KillSwitch, PeerStatus, PeerView, PublicKey, Source, TunnelState, TunnelView,
    UpState,
};
use adit_words::{Context, Offload, StatusLabel, StatusText};

use super::{Daemon, Failure, Options};
use crate::output::{Labels, Tone, coloured, health, look, now, paint, visible, words};

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
        options.show(&super::list::text(&tunnels, coloured()))?;
        super::portal::hint(&daemon, options);
        return Ok(());
    };
    let found = daemon.find(name)?;
    let tunnel = if arguments.all_peers { daemon.view_with_all_peers(&found)? } else { daemon.view(&found)? };
    if options.json {
        return options.show_json(&tunnel);
    }
    let history = daemon.ask_about(&tunnel, |client, id| client.history(id))?;
    let tunnels = daemon.tunnels()?;
    options.show(&Page { tunnel: &tunnel, tunnels: &tunnels, now: now(), coloured: coloured() }.text(&history))?;
    super::portal::hint(&daemon, options);
    Ok(())
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
        let name = tunnel.name.as_str();
        let look = look(&tunnel.state, self.now);
        let mut lines = Labels::default();
        let title = paint(name, Tone::Strong, self.coloured);
        lines.add_text(&format!("{title}  {}\n", paint(&format!("{} {}", look.mark, look.word), look.tone, self.coloured)));
        self.state(&mut lines);
        lines.add(StatusLabel::Interface, tunnel.interface.as_str());
        lines.add_list(StatusLabel::Addresses, &tunnel.addresses);
        if let Some(key) = &tunnel.public_key {
            lines.add(StatusLabel::PublicKey, &key.short());
        }
        if let Some(since) = tunnel.key_since {
            lines.add_fact(StatusLabel::Key, &self.age(since));
        }
        if tunnel.asks_for_key {
            lines.add_fact(StatusLabel::PrivateKey, &StatusText::KeyAsked);
        }
        if let Some(rotation) = &tunnel.rotation {
            let key = rotation.public_key.short();
            let waits = StatusText::NewKey { key: &key, since: rotation.since, now: self.now };
            lines.add_fact(StatusLabel::NewKey, &waits);
        }
        if let Some(up) = tunnel.state.up() {
            self.running(&mut lines, up, history);
        }
        if let Source::File { path } = &tunnel.source {
            lines.add(StatusLabel::File, &visible(path));
        }
        lines.add_fact(StatusLabel::AtStart, &StatusText::StartsAtBoot(tunnel.start_at_boot));
        lines.add(StatusLabel::KillSwitch, &words().kill_switch(tunnel.kill_switch));
        if tunnel.kill_switch != KillSwitch::Off {
            lines.add_fact(StatusLabel::Lan, &StatusText::LanAllowed(tunnel.allow_lan));
        }
        if tunnel.allow_ipv6_outside {
            lines.add_fact(StatusLabel::Ipv6, &StatusText::Ipv6Outside);
        }
        if let Some(days) = tunnel.key_reminder_days {
            lines.add_fact(StatusLabel::Reminder, &StatusText::Reminder { days });
        }
        match &tunnel.hooks {
            HooksView::None => {}
            HooksView::NotApproved { .. } => {
                lines.add_fact(StatusLabel::Commands, &StatusText::HooksNotApproved { tunnel: name });
            }
            HooksView::Approved { .. } => lines.add_fact(StatusLabel::Commands, &StatusText::HooksApproved),
        }
        if !tunnel.usable {
            lines.add_fact(StatusLabel::Problem, &StatusText::Unusable { tunnel: name });
        }
        self.peers(&mut lines);
        lines.into_text()
    }

    /// Returns the age of a key that the service has known since `since` (Unix milliseconds).
    fn age(&self, since: u64) -> StatusText<'static> {
        let span = self.now.saturating_sub(since);
        StatusText::KeyAge { span, is_old: self.tunnel.key_reminder_days.is_some_and(|days| span >= u64::from(days) * DAY) }
    }

    /// Adds the lines that explain the tunnel's state.
    fn state(&self, lines: &mut Labels) {
        let context = Context { tunnels: self.tunnels, tunnel: Some(self.tunnel.name.as_str()) };
        match &self.tunnel.state {
            TunnelState::Down { reason: Some(DownReason::Failed { error }), retry_at } => {
                lines.add(StatusLabel::Why, &words().error_for_terminal(error, &context));
                if let Some(at) = retry_at {
                    lines.add_fact(StatusLabel::Retry, &self.retry(*at));
                }
            }
            TunnelState::Blocked { cause, since, retry_at } => {
                lines.add(StatusLabel::Why, &words().error_for_terminal(cause, &context));
                lines.add(StatusLabel::Since, &words().ago(*since, self.now));
                lines.add_fact(StatusLabel::Retry, &retry_at.map_or(StatusText::NoRetry, |at| self.retry(at)));
            }
            TunnelState::Connecting { since, .. } | TunnelState::Disconnecting { since } => {
                lines.add(StatusLabel::Since, &words().ago(*since, self.now));
            }
            TunnelState::Down { .. } | TunnelState::Up(_) | TunnelState::Paused { .. } => {}
        }
    }

    fn retry(&self, at: u64) -> StatusText<'static> {
        StatusText::RetryIn(at.saturating_sub(self.now))
    }

    fn running(&self, lines: &mut Labels, up: &UpState, history: &History) {
        lines.add_fact(StatusLabel::Up, &StatusText::UpFor(self.now.saturating_sub(up.since)));
        if up.in_other_namespace {
            lines.add_fact(StatusLabel::Namespace, &StatusText::OtherNamespace);
        }
        lines.add(StatusLabel::Port, &up.listen_port.to_string());
        lines.add(StatusLabel::Mtu, &up.mtu.to_string());
        lines.add(StatusLabel::Traffic, &words().traffic(up.counters.received, up.counters.sent));
        if let Some((received, sent)) = rate(history) {
            lines.add(StatusLabel::Rate, &words().rates(received, sent));
        }
        let offloads = offloads(&up.data_path);
        lines.add_fact(StatusLabel::DataPath, &StatusText::DataPath { queues: up.data_path.queues, offloads: &offloads });
        if up.routing_loops > 0 {
            lines.add_fact(StatusLabel::RoutingLoop, &StatusText::RoutingLoops(up.routing_loops));
        }
        let name = self.tunnel.name.as_str();
        if up.differs {
            lines.add_fact(StatusLabel::Differs, &StatusText::Differs { tunnel: name });
        }
        let context = Context { tunnels: self.tunnels, tunnel: Some(name) };
        up.conflicts.iter().for_each(|conflict| lines.add(StatusLabel::Conflict, &words().conflict(conflict, &context)));
        up.warnings.iter().for_each(|warning| lines.add(StatusLabel::Warning, &words().warning_for_terminal(warning, &context)));
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
            let more = StatusText::MorePeers { count: all - shown, tunnel: self.tunnel.name.as_str() };
            lines.add_text(&format!("\n{}\n", words().status_for_terminal(&more)));
        }
    }

    fn peer(&self, lines: &mut Labels, key: &PublicKey, configured: Option<&PeerView>, running: Option<&PeerStatus>) {
        let name = configured.and_then(|peer| peer.name.as_deref()).map(visible);
        let title = name.map_or_else(|| key.short(), |name| format!("{name} ({})", key.short()));
        let label = words().status_label(StatusLabel::Peer);
        lines.add_text(&format!("\n{label} {}", paint(&title, Tone::Strong, self.coloured)));
        if let Some(peer) = running {
            let look = health(&peer.health, self.now);
            lines.add_text(&format!("  {}", paint(&format!("{} {}", look.mark, look.word), look.tone, self.coloured)));
        }
        lines.add_text("\n");
        if configured.is_none() {
            lines.add_fact(StatusLabel::Note, &StatusText::PeerFromOutside);
        }
        endpoint(lines, configured, running);
        if let Some(peer) = configured.filter(|peer| !peer.further_endpoints.is_empty()) {
            lines.add(StatusLabel::FurtherEndpoints, &visible(&peer.further_endpoints.join(", ")));
        }
        if let Some(peer) = configured {
            lines.add_list(StatusLabel::AllowedIps, &peer.allowed_ips);
            let left_out = (peer.allowed_ip_count as usize).saturating_sub(peer.allowed_ips.len());
            if left_out > 0 {
                lines.add_below(&words().status(&StatusText::MoreNetworks(left_out)));
            }
            if peer.has_preshared_key {
                let age = peer.preshared_key_since.map(|since| self.age(since));
                lines.add_fact(StatusLabel::PresharedKey, &age.unwrap_or(StatusText::PresharedKeySet));
            }
            if let Some(seconds) = peer.persistent_keepalive {
                lines.add_fact(StatusLabel::Keepalive, &StatusText::Keepalive(seconds));
            }
        }
        if let Some(peer) = running {
            lines.add(StatusLabel::Handshake, &words().last(peer.last_handshake, self.now));
            lines.add(StatusLabel::Traffic, &words().traffic(peer.counters.received, peer.counters.sent));
        }
    }
}

/// Adds the line about a peer's endpoint: the one in the configuration, and the address in use where it differs.
fn endpoint(lines: &mut Labels, configured: Option<&PeerView>, running: Option<&PeerStatus>) {
    let configured = configured.and_then(|peer| peer.endpoint.as_deref());
    let current = running.and_then(|peer| Some((peer.endpoint?.to_string(), peer.has_moved)));
    match (configured, &current) {
        (Some(endpoint), Some((address, false))) if endpoint != address => {
            lines.add_fact(StatusLabel::Endpoint, &StatusText::EndpointResolved { endpoint, address });
        }
        (Some(endpoint), Some((address, true))) => {
            lines.add_fact(StatusLabel::Endpoint, &StatusText::EndpointMoved { endpoint, address });
        }
        (Some(endpoint), _) => lines.add(StatusLabel::Endpoint, &visible(endpoint)),
        (None, Some((address, _))) => lines.add(StatusLabel::Endpoint, address),
        (None, None) => lines.add_fact(StatusLabel::Endpoint, &StatusText::NoEndpoint),
    }
}

/// Returns the rates in bytes a second, received and sent; None if there are no samples.
fn rate(history: &History) -> Option<(u64, u64)> {
    let latest: Vec<_> = history.samples.iter().rev().take(RATE_SECONDS).collect();
    let seconds = u64::try_from(latest.len()).ok().filter(|seconds| *seconds > 0)?;
    let sum = |of: fn(&adit_api::Sample) -> u64| latest.iter().map(|sample| of(sample)).sum::<u64>() / seconds;
    Some((sum(|sample| sample.received), sum(|sample| sample.sent)))
}

/// Returns the offloads that are in use.
fn offloads(path: &DataPath) -> Vec<Offload> {
    let all = [
        (path.tun_segmentation, Offload::TunTcp),
        (path.tun_udp_segmentation, Offload::TunUdp),
        (path.udp_segmentation, Offload::Send),
        (path.udp_receive, Offload::Receive),
    ];
    all.into_iter().filter(|(is_used, _)| *is_used).map(|(_, offload)| offload).collect()
}

#[cfg(test)]
mod tests {
    use adit_api::{Health, Response, Sample};

    use super::*;

    const GOLDEN: &str = include_str!("../../../api/tests/golden/responses.json");

    const PAGE: &str = "\
Office  ● healthy
  Interface     wg0
  Addresses     10.0.0.2/24
  Public key    xTIB…p8Dg
  New key       xTIB…p8Dg waits, made 2 h 5 min ago
  Up            for 2 h 5 min
  Namespace     the interface was moved to another network namespace; encrypted packets leave from this one
  UDP port      51820
  MTU           1420
  Traffic       931.32 GiB received, 42 B sent
  Rate          1.50 KiB/s received, 0 B/s sent
  Data path     2 queues; offloads: TCP segments, send batches
  Routing loop  1 encrypted packet came back into the tunnel and was dropped: the route to a peer's endpoint leads through the \
        tunnel. Remove the route or rule that sends it there; see: ip route get ENDPOINT
  Differs       the running tunnel differs from its saved configuration; apply the configuration with: adit reload Office
  In conflict   another tunnel already listens on UDP port 51820
  Warning       this computer cannot ask the tunnel's DNS servers for corp.example alone, so they are asked for ALL names; \
        systemd-resolved can do it, and openresolv with dnsmasq or unbound
  At start      comes up with the computer
  Kill switch   block
  LAN           allowed
  Reminder      when a key is 365 days old

Peer gateway (xTIB…p8Dg)  ◯ idle
  Endpoint      vpn.example.org:51820, which is [2001:db8::1]:51820
  Also tries    vpn.example.org:443
  Allowed IPs   10.0.0.0/24, ::/0
  Preshared key at least 2 h 5 min old
  Keepalive     every 25 s
  Handshake     2 h 5 min ago
  Traffic       931.32 GiB received, 42 B sent

8 more peers; see them with: adit status --all-peers Office
";

    /// Returns the tunnel of the contract's golden files that is up and has most facts.
    fn tunnel() -> TunnelView {
        let answers: Vec<Response> = serde_json::from_str(GOLDEN).unwrap();
        let up = answers.into_iter().find_map(|answer| match answer {
            Response::Tunnel(tunnel) if tunnel.state.up().is_some() => Some(tunnel),
            _ => None,
        });
        up.unwrap()
    }

    #[test]
    fn a_page_has_every_fact_behind_its_label() {
        let mut tunnel = tunnel();
        let TunnelState::Up(up) = &mut tunnel.state else { panic!("it is up") };
        (up.health, up.differs, up.routing_loops, up.peer_count) = (Health::Good, true, 1, 9);
        up.peers.truncate(1);
        let since = up.since;
        let now = since + 7_500_000;
        let history = History {
            id: tunnel.id,
            interval: 1_000,
            samples: vec![Sample { at: now, received: 1_536, sent: 0 }],
            total: up.counters.clone(),
        };
        let text = Page { tunnel: &tunnel, tunnels: &[], now, coloured: false }.text(&history);
        assert_eq!(text, PAGE);
    }
}
