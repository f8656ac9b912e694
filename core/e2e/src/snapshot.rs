//! What a host looks like to the network: compared before and after, so that nothing stays behind.

use crate::namespace::Namespace;

impl Namespace {
    /// Interfaces, addresses, routes of all tables, rules, firewall, and the resolver's file, as text for comparing.
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
