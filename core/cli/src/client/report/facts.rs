//! The facts of a report: what one end knows of a tunnel. The text is made for people to read and send, and is parsed again after
//! mail or chat programs have changed it. It contains no secret keys.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use adit_api::{Cidr, PeerStatus, PeerView, PublicKey, TunnelView};
use serde::Serialize;

use crate::output::{utc, visible};

const FIRST_LINE: &str = "Adit report 1";
const LAST_LINE: &str = "End of report";

/// One end's knowledge of the tunnel.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub(super) struct Facts {
    /// When the report was made: Unix seconds, by the clock of that end.
    pub(super) made: u64,
    pub(super) program: String,
    pub(super) tunnel: String,
    /// When the tunnel came up: Unix seconds; None if it is not up.
    pub(super) up_since: Option<u64>,
    pub(super) public_key: Option<PublicKey>,
    pub(super) addresses: Vec<Cidr>,
    /// The UDP port while the tunnel is up.
    pub(super) port: Option<u16>,
    /// The MTU in bytes while the tunnel is up.
    pub(super) mtu: Option<u16>,
    /// The number of handshake messages that were dropped in the last hour, by reason.
    pub(super) dropped: BTreeMap<String, u64>,
    pub(super) peers: Vec<PeerFacts>,
}

/// One end's knowledge of a peer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct PeerFacts {
    pub(super) public_key: PublicKey,
    /// The endpoint in the configuration, `host:port`.
    pub(super) configured: Option<String>,
    /// The endpoint in use.
    pub(super) endpoint: Option<SocketAddr>,
    pub(super) allowed_ips: Vec<Cidr>,
    pub(super) has_preshared_key: bool,
    /// The keepalive interval, seconds.
    pub(super) keepalive: Option<u16>,
    /// Unix seconds, by the clock of the end that reports.
    pub(super) last_handshake: Option<u64>,
    /// Bytes received.
    pub(super) received: u64,
    /// Bytes sent.
    pub(super) sent: u64,
}

impl Facts {
    /// Collects the facts of `tunnel` and of `peers` at `now` (Unix milliseconds). `dropped` has one reason for each dropped
    /// message.
    pub(super) fn of(tunnel: &TunnelView, peers: &[&PeerView], dropped: &[String], now: u64) -> Self {
        let up = tunnel.state.up();
        let running = |key: &PublicKey| up?.peers.iter().find(|peer| peer.public_key == *key);
        let mut facts = Self {
            made: now / 1_000,
            program: concat!("adit ", env!("CARGO_PKG_VERSION")).to_owned(),
            tunnel: tunnel.name.to_string(),
            up_since: up.map(|up| up.since / 1_000),
            public_key: tunnel.public_key,
            addresses: tunnel.addresses.clone(),
            port: up.map(|up| up.listen_port),
            mtu: up.map(|up| up.mtu),
            dropped: BTreeMap::new(),
            peers: peers.iter().map(|peer| PeerFacts::of(peer, running(&peer.public_key))).collect(),
        };
        dropped.iter().for_each(|reason| *facts.dropped.entry(reason.clone()).or_default() += 1);
        facts
    }
}

impl PeerFacts {
    fn of(peer: &PeerView, running: Option<&PeerStatus>) -> Self {
        Self {
            public_key: peer.public_key,
            configured: peer.endpoint.clone(),
            endpoint: running.and_then(|running| running.endpoint),
            allowed_ips: peer.allowed_ips.clone(),
            has_preshared_key: peer.has_preshared_key,
            keepalive: peer.persistent_keepalive,
            last_handshake: running.and_then(|running| running.last_handshake).map(|at| at / 1_000),
            received: running.map_or(0, |running| running.counters.received),
            sent: running.map_or(0, |running| running.counters.sent),
        }
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        writeln!(f, "Made: {}", time(self.made))?;
        writeln!(f, "By: {}", visible(&self.program))?;
        writeln!(f, "Tunnel: {}", visible(&self.tunnel))?;
        writeln!(f, "Up since: {}", self.up_since.map_or("not up".to_owned(), time))?;
        writeln!(f, "Public key: {}", text(self.public_key, "none"))?;
        writeln!(f, "Addresses: {}", list(&self.addresses))?;
        writeln!(f, "UDP port: {}", text(self.port, "none"))?;
        writeln!(f, "MTU: {}", text(self.mtu, "none"))?;
        let dropped: Vec<String> = self.dropped.iter().map(|(reason, count)| format!("{} {count}", visible(reason))).collect();
        writeln!(f, "Dropped in the last hour: {}", if dropped.is_empty() { "none".to_owned() } else { dropped.join(", ") })?;
        for peer in &self.peers {
            writeln!(f)?;
            writeln!(f, "Peer: {}", peer.public_key)?;
            writeln!(f, "Configured endpoint: {}", text(peer.configured.as_deref().map(visible), "none"))?;
            writeln!(f, "Endpoint: {}", text(peer.endpoint, "none"))?;
            writeln!(f, "Allowed IPs: {}", list(&peer.allowed_ips))?;
            writeln!(f, "Preshared key: {}", if peer.has_preshared_key { "set" } else { "none" })?;
            writeln!(f, "Keepalive: {}", text(peer.keepalive, "none"))?;
            writeln!(f, "Last handshake: {}", peer.last_handshake.map_or("none".to_owned(), time))?;
            writeln!(f, "Received: {} bytes", peer.received)?;
            writeln!(f, "Sent: {} bytes", peer.sent)?;
        }
        writeln!(f, "{LAST_LINE}")
    }
}

/// Formats a time as `1700000000 (2023-11-14 22:13:20Z)`: the number for programs, the date for people.
fn time(seconds: u64) -> String {
    format!("{seconds} ({})", utc(seconds.saturating_mul(1_000)))
}

fn text(value: Option<impl fmt::Display>, none: &str) -> String {
    value.map_or_else(|| none.to_owned(), |value| value.to_string())
}

fn list(networks: &[Cidr]) -> String {
    let texts: Vec<String> = networks.iter().map(ToString::to_string).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

/// The reason why a text is not a report.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum FactsError {
    /// There is no first line.
    #[error("this is no report; make one at the other end with: adit report NAME")]
    NoReport,
    /// The last line of a report is missing.
    #[error("the report is cut off: its last line is `{LAST_LINE}`")]
    CutOff,
    /// A value that a report cannot have.
    #[error("line {line}: {label}: this is not as a report has it; let it be sent again, without changes")]
    Value {
        /// 1-based.
        line: usize,
        /// The label of the value.
        label: &'static str,
    },
}

impl FromStr for Facts {
    type Err = FactsError;

    fn from_str(text: &str) -> Result<Self, FactsError> {
        // Mail programs put these characters before quoted lines.
        let lines = text.lines().map(|line| line.trim_start_matches(['>', ' ', '\t']).trim_end());
        let numbered = lines.enumerate().map(|(index, line)| (index + 1, line)).skip_while(|(_, line)| *line != FIRST_LINE);
        let lines: Vec<(usize, &str)> = numbered.collect();
        if lines.is_empty() {
            return Err(FactsError::NoReport);
        }
        let end = lines.iter().position(|(_, line)| *line == LAST_LINE).ok_or(FactsError::CutOff)?;
        let mut facts = Self::default();
        for (number, line) in lines.into_iter().take(end) {
            if let Some((label, value)) = line.split_once(':') {
                facts.take(label, value.trim(), number)?;
            }
        }
        Ok(facts)
    }
}

impl Facts {
    fn take(&mut self, label: &str, value: &str, line: usize) -> Result<(), FactsError> {
        let wrong = |label| move || FactsError::Value { line, label };
        match label {
            "Made" => self.made = seconds(value).ok_or_else(wrong("Made"))?,
            "By" => self.program = value.to_owned(),
            "Tunnel" => self.tunnel = value.to_owned(),
            "Up since" => self.up_since = seconds(value),
            "Public key" => self.public_key = optional(value).ok_or_else(wrong("Public key"))?,
            "Addresses" => self.addresses = networks(value).ok_or_else(wrong("Addresses"))?,
            "UDP port" => self.port = optional(value).ok_or_else(wrong("UDP port"))?,
            "MTU" => self.mtu = optional(value).ok_or_else(wrong("MTU"))?,
            "Dropped in the last hour" => self.dropped = counts(value),
            "Peer" => {
                let public_key = value.parse().map_err(|_| wrong("Peer")())?;
                self.peers.push(PeerFacts {
                    public_key,
                    configured: None,
                    endpoint: None,
                    allowed_ips: Vec::new(),
                    has_preshared_key: false,
                    keepalive: None,
                    last_handshake: None,
                    received: 0,
                    sent: 0,
                });
            }
            label => {
                if let Some(peer) = self.peers.last_mut() {
                    peer.take(label, value, line)?;
                }
            }
        }
        Ok(())
    }
}

impl PeerFacts {
    fn take(&mut self, label: &str, value: &str, line: usize) -> Result<(), FactsError> {
        let wrong = |label| move || FactsError::Value { line, label };
        let bytes = |label| value.trim_end_matches(" bytes").parse().map_err(|_| wrong(label)());
        match label {
            "Configured endpoint" => self.configured = Some(value.to_owned()).filter(|value| value != "none"),
            "Endpoint" => self.endpoint = optional(value).ok_or_else(wrong("Endpoint"))?,
            "Allowed IPs" => self.allowed_ips = networks(value).ok_or_else(wrong("Allowed IPs"))?,
            "Preshared key" => self.has_preshared_key = value == "set",
            "Keepalive" => self.keepalive = optional(value).ok_or_else(wrong("Keepalive"))?,
            "Last handshake" => self.last_handshake = seconds(value),
            "Received" => self.received = bytes("Received")?,
            "Sent" => self.sent = bytes("Sent")?,
            // A label of a later version.
            _ => {}
        }
        Ok(())
    }
}

fn seconds(value: &str) -> Option<u64> {
    value.split(' ').next()?.parse().ok()
}

/// Parses an optional value: `Some(None)` for `none`; None if the text is neither `none` nor a value.
fn optional<T: FromStr>(value: &str) -> Option<Option<T>> {
    if value == "none" { Some(None) } else { value.parse().ok().map(Some) }
}

fn networks(value: &str) -> Option<Vec<Cidr>> {
    if value == "none" { Some(Vec::new()) } else { value.split(',').map(|network| network.trim().parse().ok()).collect() }
}

fn counts(value: &str) -> BTreeMap<String, u64> {
    let pair = |text: &str| {
        let (reason, count) = text.trim().rsplit_once(' ')?;
        Some((reason.to_owned(), count.parse().ok()?))
    };
    value.split(',').filter_map(pair).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The report of an end whose tunnel works.
    pub(in crate::client::report) fn near() -> Facts {
        Facts {
            made: 1_700_000_100,
            program: "adit 1".into(),
            tunnel: "office".into(),
            up_since: Some(1_700_000_000),
            public_key: Some("HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=".parse().unwrap()),
            addresses: vec!["10.8.0.2/24".parse().unwrap()],
            port: Some(40_000),
            mtu: Some(1420),
            dropped: BTreeMap::new(),
            peers: vec![PeerFacts {
                public_key: "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=".parse().unwrap(),
                configured: Some("vpn.example:51820".into()),
                endpoint: Some("192.0.2.1:51820".parse().unwrap()),
                allowed_ips: vec!["10.8.0.0/24".parse().unwrap()],
                has_preshared_key: true,
                keepalive: Some(25),
                last_handshake: Some(1_700_000_050),
                received: 5_000,
                sent: 6_000,
            }],
        }
    }

    #[test]
    fn a_report_is_read_as_it_was_written_also_out_of_a_mail() {
        let mut facts = near();
        facts.dropped = BTreeMap::from([("mac1".into(), 3), ("unknown_peer".into(), 1)]);
        assert_eq!(facts.to_string().parse(), Ok(facts.clone()));
        let quoted: String = facts.to_string().lines().map(|line| format!("> {line}  \r\n")).collect();
        assert_eq!(format!("Hello,\r\nhere it is:\r\n{quoted}\r\nRegards: me\r\n").parse(), Ok(facts));
        let down = Facts { up_since: None, port: None, mtu: None, addresses: Vec::new(), peers: Vec::new(), ..near() };
        assert_eq!(down.to_string().parse(), Ok(down));
    }

    #[test]
    fn an_incomplete_report_is_refused_with_the_place() {
        let text = near().to_string();
        assert_eq!("hello".parse::<Facts>(), Err(FactsError::NoReport));
        assert_eq!(text.replace(LAST_LINE, "").parse::<Facts>(), Err(FactsError::CutOff));
        assert_eq!(
            text.replace("10.8.0.2/24", "10.8.0.2/33").parse::<Facts>(),
            Err(FactsError::Value { line: 7, label: "Addresses" })
        );
        for length in FIRST_LINE.len()..text.len() - 1 {
            assert_eq!(text[..length].parse::<Facts>(), Err(FactsError::CutOff), "{length}");
        }
    }
}
