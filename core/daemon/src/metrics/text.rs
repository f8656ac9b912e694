//! The metrics in Prometheus' text format 0.0.4. Metrics that `prometheus_wireguard_exporter` has too have the same names and
//! labels here, so that existing dashboards and alerts keep working. Metrics that only Adit has begin with `adit_`.

use std::collections::HashMap;
use std::fmt::{Display, Write};

use adit_api::{Health, PeerView, TunnelState, TunnelView};

/// The type of a metric.
#[derive(Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
}

/// A metric with all its samples.
struct Metric {
    name: &'static str,
    text: String,
}

impl Metric {
    fn new(name: &'static str, kind: Kind, help: &str) -> Self {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        Self { name, text: format!("# HELP {name} {help}\n# TYPE {name} {kind}\n") }
    }

    fn add(&mut self, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

/// Formats all metrics of these tunnels. `version` is the program's version; `started_at` is in Unix milliseconds.
pub(super) fn write(tunnels: &[TunnelView], version: &str, started_at: u64) -> String {
    let mut about = Metric::new("adit_build_info", Kind::Gauge, "Version of Adit; the number is always 1");
    about.add(&[("version", version)], 1);
    let mut start = Metric::new("adit_start_time_seconds", Kind::Gauge, "When the service started, Unix time");
    start.add(&[], started_at / 1_000);
    let all = of_peers(tunnels).into_iter().chain(of_tunnels(tunnels)).chain([about, start]);
    all.map(|metric| metric.text).collect()
}

/// The exporter's metrics, and whether the peer answers.
fn of_peers(tunnels: &[TunnelView]) -> [Metric; 4] {
    let mut sent = Metric::new("wireguard_sent_bytes_total", Kind::Counter, "Bytes sent to the peer");
    let mut received = Metric::new("wireguard_received_bytes_total", Kind::Counter, "Bytes received from the peer");
    let help = "When the last handshake with the peer was completed, Unix time; 0: there was none";
    let mut handshake = Metric::new("wireguard_latest_handshake_seconds", Kind::Gauge, help);
    let help = "0: the peer does not answer packets; 1: otherwise";
    let mut answering = Metric::new("adit_peer_answering", Kind::Gauge, help);
    for (tunnel, up) in tunnels.iter().filter_map(|tunnel| Some((tunnel, tunnel.state.up()?))) {
        let configured: HashMap<_, _> = tunnel.peers.iter().map(|view| (view.public_key, view)).collect();
        for peer in &up.peers {
            let configured = configured.get(&peer.public_key).copied();
            let (key, allowed) = (peer.public_key.to_string(), configured.map(allowed_ips).unwrap_or_default());
            let mut labels = vec![("interface", tunnel.interface.as_str()), ("public_key", &key), ("allowed_ips", &allowed)];
            labels.extend(configured.and_then(|view| view.name.as_deref()).map(|name| ("friendly_name", name)));
            sent.add(&labels, peer.counters.sent);
            received.add(&labels, peer.counters.received);
            handshake.add(&labels, peer.last_handshake.map_or(0, |at| at / 1_000));
            answering.add(&labels, u8::from(is_answering(&peer.health)));
        }
    }
    [sent, received, handshake, answering]
}

fn of_tunnels(tunnels: &[TunnelView]) -> [Metric; 4] {
    let mut is_up = Metric::new("adit_tunnel_up", Kind::Gauge, "1: the tunnel's interface is there; 0: it is not");
    let mut state = Metric::new("adit_tunnel_state", Kind::Gauge, "1 for the state that the tunnel is in, 0 for each other one");
    let mut since = Metric::new("adit_tunnel_up_since_seconds", Kind::Gauge, "When the tunnel came up, Unix time");
    let help = "Encrypted packets of the tunnel that a route led back into it; more than 0: the route to a peer leads through the tunnel";
    let mut loops = Metric::new("adit_tunnel_routing_loop_packets_total", Kind::Counter, help);
    for tunnel in tunnels {
        let labels = [("interface", tunnel.interface.as_str()), ("name", tunnel.name.as_str())];
        is_up.add(&labels, u8::from(tunnel.state.up().is_some()));
        let own = state_name(&tunnel.state);
        for name in STATES {
            let labels = [labels.as_slice(), &[("state", name)]].concat();
            state.add(&labels, u8::from(name == own));
        }
        if let Some(up) = tunnel.state.up() {
            since.add(&labels, up.since / 1_000);
            loops.add(&labels, up.routing_loops);
        }
    }
    [is_up, state, since, loops]
}

const STATES: [&str; 6] = ["down", "connecting", "up", "disconnecting", "paused", "blocked"];

fn state_name(state: &TunnelState) -> &'static str {
    match state {
        TunnelState::Down { .. } => "down",
        TunnelState::Connecting { .. } => "connecting",
        TunnelState::Up(_) => "up",
        TunnelState::Disconnecting { .. } => "disconnecting",
        TunnelState::Paused { .. } => "paused",
        TunnelState::Blocked { .. } => "blocked",
    }
}

fn is_answering(health: &Health) -> bool {
    match health {
        Health::Idle | Health::WaitingForPeer | Health::Handshaking { .. } | Health::Good => true,
        Health::NoAnswer { .. } => false,
    }
}

fn allowed_ips(peer: &PeerView) -> String {
    peer.allowed_ips.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Escapes a label's value.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
