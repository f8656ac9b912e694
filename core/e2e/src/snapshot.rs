//! The network state of a host, to be compared before and after a test, so that nothing stays behind.

use crate::namespace::Namespace;

impl Namespace {
    /// Returns interfaces, addresses, routes of all tables, rules, firewall, and the resolver's file, as text.
    pub fn snapshot(&self) -> anyhow::Result<String> {
        self.shell(
            "ip -o link show | cut -d: -f2; \
             ip -o addr show | sed 's/valid_lft.*//'; \
             ip -4 route show table all; ip -6 route show table all; \
             ip -4 rule show; ip -6 rule show; \
             nft list ruleset; \
             cat /etc/resolv.conf",
        )
    }
}

/// Removes from a snapshot what differs for each newly created interface, even of the same name: its index and its link-local
/// address.
pub fn beside_chance(snapshot: &str, interface: &str) -> String {
    let line = |line: &str| {
        let words = line.split_whitespace().map(|word| {
            let by_chance =
                word.strip_suffix(':').is_some_and(|number| number.parse::<u32>().is_ok()) || word.starts_with("fe80::");
            if by_chance { "…" } else { word }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let lines = snapshot.lines().map(|text| if text.contains(interface) { line(text) } else { text.to_owned() });
    // They are listed in the order of those addresses.
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines.join("\n")
}
