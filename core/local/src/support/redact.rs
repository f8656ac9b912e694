//! Removes from a text what others must not see: everything that looks like a key except known public keys, and addresses.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use adit_api::TunnelView;
use adit_config::syntax::LineKind;
use adit_config::{Document, Key, PrivateKey};

/// Length of a key in base64 without padding: the shortest text that can be one. Hexadecimal digits take 64.
const SHORTEST_KEY: usize = 43;
/// Length of a key in base64.
const KEY: usize = 44;
/// Length of the longest spelling of an address: six groups of IPv6 and an address of IPv4.
const LONGEST_ADDRESS: usize = 45;
const HIDDEN: &str = "(hidden)";

/// The public keys that may be shown, and the replacements of addresses so far.
pub(super) struct Redactor {
    /// Public keys of this computer's tunnels.
    own: HashSet<String>,
    /// Keys that are configured as public keys of peers.
    peers: HashSet<String>,
    /// Names of endpoints in lower case, the longest first.
    hosts: Vec<String>,
    /// The number of each address; None: addresses are shown.
    addresses: Option<BTreeMap<IpAddr, usize>>,
}

impl Redactor {
    pub(super) fn new(hide_addresses: bool) -> Self {
        let (own, peers) = (HashSet::new(), HashSet::new());
        Self { own, peers, hosts: Vec::new(), addresses: hide_addresses.then(BTreeMap::new) }
    }

    /// Learns the public keys of a tunnel, and the names of its endpoints. `masked` is its configuration without its secrets: a
    /// private key that was entered as the public key of a peer is masked there, and is not shown.
    pub(super) fn know(&mut self, tunnel: &TunnelView, masked: Option<&str>) {
        let own = tunnel.public_key.iter().chain(tunnel.rotation.iter().map(|rotation| &rotation.public_key));
        let peers = tunnel.peers.iter().map(|peer| &peer.public_key);
        let running = tunnel.state.up().into_iter().flat_map(|up| up.peers.iter().map(|peer| &peer.public_key));
        let is_shown = |key: &String| masked.is_none_or(|masked| masked.contains(key.as_str()));
        self.own.extend(own.map(ToString::to_string));
        self.peers.extend(peers.chain(running).map(ToString::to_string).filter(is_shown));
        let document = masked.and_then(|masked| Document::parse(masked.as_bytes()).ok());
        let configured = document.iter().flat_map(|document| {
            document.lines().iter().filter_map(|line| match &line.kind {
                LineKind::Assignment { key: Some(Key::Endpoint), value, .. } => Some(document.slice(value).to_owned()),
                _ => document.further_endpoints(line).map(str::to_owned),
            })
        });
        let known = tunnel.peers.iter().flat_map(|peer| peer.endpoint.iter().chain(&peer.further_endpoints).cloned());
        let hosts: Vec<String> = configured.chain(known).collect();
        for endpoint in hosts {
            let host = endpoint.rsplit_once(':').map_or(endpoint.as_str(), |(host, _)| host).to_lowercase();
            let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
            if !host.is_empty() && !is_address && !self.hosts.contains(&host) {
                self.hosts.push(host);
            }
        }
    }

    /// Forgets the public keys of peers that are private keys of other tunnels in truth. Called when all tunnels are known.
    pub(super) fn know_all(&mut self) {
        let is_private = |key: &String| {
            let public = key.parse::<PrivateKey>().map(|key| key.public().to_string());
            public.is_ok_and(|public| self.own.contains(&public))
        };
        self.peers.retain(|key| !is_private(key));
    }

    /// Returns true if addresses are replaced.
    pub(super) fn hides_addresses(&self) -> bool {
        self.addresses.is_some()
    }

    /// Returns the text with replacements.
    pub(super) fn redact(&mut self, text: &str) -> String {
        let text = self.without_keys(text);
        if self.addresses.is_none() { text } else { self.without_addresses(&self.without_hosts(&text)) }
    }

    /// Replaces each run of characters of base64 (of both alphabets), hexadecimal or percent encoding that is long enough for a
    /// key, except known public keys in it.
    fn without_keys(&self, text: &str) -> String {
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_%".contains(&byte);
        let mut out = String::with_capacity(text.len());
        for run in runs(text, is_key) {
            match run {
                Run::Outside(between) => out.push_str(between),
                Run::Inside(run) => self.redact_run(run, &mut out),
            }
        }
        out
    }

    fn redact_run(&self, run: &str, out: &mut String) {
        let show = |rest: &str, out: &mut String| out.push_str(if rest.len() < SHORTEST_KEY { rest } else { HIDDEN });
        let (mut begin, mut at) = (0, 0);
        while let Some(candidate) = run.get(at..at + KEY) {
            if self.own.contains(candidate) || self.peers.contains(candidate) {
                show(run.get(begin..at).unwrap_or_default(), out);
                out.push_str(candidate);
                at += KEY;
                begin = at;
            } else {
                at += 1;
            }
        }
        show(run.get(begin..).unwrap_or_default(), out);
    }

    fn without_hosts(&self, text: &str) -> String {
        let mut numbered: Vec<(usize, &String)> = self.hosts.iter().enumerate().collect();
        numbered.sort_by_key(|(_, host)| std::cmp::Reverse(host.len()));
        let mut text = text.to_owned();
        for (number, host) in numbered {
            text = replaced(&text, host, &format!("host-{}", number + 1));
        }
        text
    }

    fn without_addresses(&mut self, text: &str) -> String {
        let is_part = |byte: u8| byte.is_ascii_hexdigit() || b":.".contains(&byte);
        let mut out = String::with_capacity(text.len());
        for run in runs(text, is_part) {
            match run {
                Run::Outside(between) => out.push_str(between),
                Run::Inside(run) => self.redact_addresses(run, &mut out),
            }
        }
        out
    }

    /// Replaces the addresses in a run, whatever is before and after them: the end of a word, a port, the end of a sentence.
    fn redact_addresses(&mut self, run: &str, out: &mut String) {
        let (mut begin, mut at) = (0, 0);
        // Two colons or three dots are the least.
        let can_have_one = run.bytes().filter(|byte| b":.".contains(byte)).count() >= 2;
        while can_have_one && at < run.len() {
            let Some((address, end)) = address_at(run, at) else {
                at += 1;
                continue;
            };
            if !address.is_unspecified() && !address.is_loopback() {
                let addresses = self.addresses.get_or_insert_default();
                let next = addresses.len() + 1;
                let number = *addresses.entry(address).or_insert(next);
                out.push_str(run.get(begin..at).unwrap_or_default());
                out.push_str(&format!("address-{number}"));
                begin = end;
            }
            at = end;
        }
        out.push_str(run.get(begin..).unwrap_or_default());
    }
}

/// Returns the longest address that begins at this place of a run, and its end. It contains no part of a number: `1.2.3.45` is not
/// `1.2.3.4`, and `2001:db8::1:51820` not `2001:db8::1:5182`.
fn address_at(run: &str, begin: usize) -> Option<(IpAddr, usize)> {
    let is_digit = |at: usize| run.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_hex_digit = |at: usize| run.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let is_inside_number = is_digit(begin) && begin.checked_sub(1).is_some_and(is_digit);
    let ends = begin + 2..=run.len().min(begin + LONGEST_ADDRESS);
    ends.rev().find_map(|end| {
        let address: IpAddr = run.get(begin..end)?.parse().ok()?;
        let is_whole = match address {
            IpAddr::V4(_) => !is_inside_number && !is_digit(end),
            // Letters before it may be the end of a word or of a percent encoding.
            IpAddr::V6(_) => !is_hex_digit(end),
        };
        is_whole.then_some((address, end))
    })
}

enum Run<'a> {
    Inside(&'a str),
    Outside(&'a str),
}

/// Splits a text into runs of ASCII characters of one kind and the text between them.
fn runs(text: &str, is_inside: impl Fn(u8) -> bool) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let (mut begin, mut inside) = (0, false);
    for (at, byte) in text.bytes().enumerate().chain([(text.len(), 0)]) {
        let is_end = at == text.len();
        let now = !is_end && is_inside(byte);
        if now != inside || is_end {
            // Runs end at ASCII characters, so these are the places of characters.
            let run = text.get(begin..at).unwrap_or_default();
            if !run.is_empty() {
                runs.push(if inside { Run::Inside(run) } else { Run::Outside(run) });
            }
            (begin, inside) = (at, now);
        }
    }
    runs
}

/// Replaces a name of ASCII letters in any case, where it is a whole word.
fn replaced(text: &str, name: &str, by: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    while let Some(at) = lower.get(from..).and_then(|rest| rest.find(name)).map(|found| from + found) {
        let end = at + name.len();
        let before = at.checked_sub(1).and_then(|before| lower.as_bytes().get(before));
        let is_word = !is_name(before) && !is_name(lower.as_bytes().get(end));
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(if is_word { by } else { text.get(at..end).unwrap_or_default() });
        from = end;
    }
    out + text.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=";
    const SECRET: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

    fn redactor(hide_addresses: bool) -> Redactor {
        let mut redactor = Redactor::new(hide_addresses);
        redactor.peers.insert(PUBLIC.to_owned());
        redactor.hosts.extend(["vpn.example".to_owned(), "a.vpn.example".to_owned()]);
        redactor
    }

    #[test]
    fn only_known_public_keys_are_shown() {
        let mut redactor = redactor(false);
        let url_safe = SECRET.replace('+', "-").replace('/', "_");
        for secret in [
            SECRET.to_owned(),
            SECRET.trim_end_matches('=').to_owned(),
            url_safe,
            SECRET.replace('+', "%2B").replace('=', "%3D"),
            "c809f3e5317e9575c9b5ed78b638b7ce530dabe85ddab6142202418 01ddf0669".replace(' ', ""),
            "C809F3E5317E9575C9B5ED78B638B7CE530DABE85DDAB614220241801DDF0669".to_owned(),
            format!("PrivateKey={SECRET}"),
            format!("{SECRET}{SECRET}"),
            "QQ".repeat(100),
        ] {
            assert_eq!(redactor.redact(&format!("a {secret}, b")), "a (hidden), b", "{secret}");
        }
        assert_eq!(redactor.redact(PUBLIC), PUBLIC);
        assert_eq!(redactor.redact(&format!("key={PUBLIC}\n{SECRET}{PUBLIC}")), format!("key={PUBLIC}\n(hidden){PUBLIC}"));
        assert_eq!(redactor.redact("office: 192.0.2.1 é\n"), "office: 192.0.2.1 é\n");
    }

    #[test]
    fn addresses_and_names_become_numbers_that_stay_the_same() {
        let mut redactor = redactor(true);
        let text = "VPN.example:51820 (192.0.2.1:51820) and a.vpn.example at [2001:db8::1]:5, 10.0.0.2/24, 192.0.2.1.\n";
        let expected = "host-1:51820 (address-1:51820) and host-2 at [address-2]:5, address-3/24, address-1.\n";
        assert_eq!(redactor.redact(text), expected);
        assert_eq!(redactor.redact("2001:DB8::1"), "address-2");
        for (text, expected) in [
            ("192.0.2.1:51820: reason", "address-1:51820: reason"),
            ("udp:192.0.2.1", "udp:address-1"),
            ("address:192.0.2.1", "address:address-1"),
            ("interface:192.0.2.1:192.0.2.1", "interface:address-1:address-1"),
            ("via192.0.2.1and", "viaaddress-1and"),
            ("endpoint=192.0.2.1%3A51820, %5B2001:db8::1%5D", "endpoint=address-1%3A51820, %5Baddress-2%5D"),
            ("[2001:db8::1]:51820: reason", "[address-2]:51820: reason"),
            ("2001:db8::1:51820", "address-2:51820"),
            ("0.0.0.0:51820: 192.0.2.1", "0.0.0.0:51820: address-1"),
        ] {
            assert_eq!(redactor.redact(text), expected);
        }
        for unchanged in
            ["0.0.0.0/0, ::/0", "127.0.0.1", "12:30:45", "1.2.3", "myvpn.example", "face: dead", "2026-11-30 09:00:00Z"]
        {
            assert_eq!(redactor.redact(unchanged), unchanged);
        }
    }
}
