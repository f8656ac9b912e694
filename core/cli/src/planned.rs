//! What bringing a tunnel up would change, line by line: the same words for a file (`adit up FILE --dry-run`) and for a tunnel of the
//! service (`adit preview NAME`).

use adit_config::{Cidr, InterfaceName};
use adit_platform::network::{MAIN_TABLE, PRIVATE_NETWORKS};

/// Where an MTU comes from.
pub(crate) enum Mtu {
    Configured,
    Route,
    Assumed,
}

/// Lines of a label and a value.
pub(crate) struct Lines(String);

impl Lines {
    /// The first line.
    pub(crate) fn new(interface: &InterfaceName, mtu: u16, source: &Mtu) -> Self {
        let source = match source {
            Mtu::Configured => "as configured",
            Mtu::Route => "from the route to the peers",
            Mtu::Assumed => "assumed, as there is no route to the peers",
        };
        Self(format!("would create the interface {interface} with MTU {mtu} ({source})\n"))
    }

    pub(crate) fn add(&mut self, label: &str, value: &str) {
        self.0.push_str(&format!("  {label:<10}{value}\n"));
    }

    pub(crate) fn route(&mut self, network: &Cidr, table: u32) {
        let table = if table == MAIN_TABLE { "main table".to_owned() } else { format!("table {table}") };
        self.add("route", &format!("{network} ({table})"));
    }

    /// What sends all packets of one family into the tunnel, but those for the networks `outside`.
    pub(crate) fn rule(&mut self, ipv4: bool, mark: u32, table: u32, outside: &[Cidr]) {
        let family = if ipv4 { "IPv4" } else { "IPv6" };
        let is_private =
            |network: &Cidr| PRIVATE_NETWORKS.iter().any(|(address, prefix)| Cidr::new(*address, *prefix).ok() == Some(*network));
        let outside: Vec<&Cidr> = outside.iter().filter(|network| network.is_ipv4() == ipv4).collect();
        let (private, named): (Vec<&Cidr>, Vec<&Cidr>) = outside.into_iter().partition(|network| is_private(network));
        let private = (!private.is_empty()).then(|| "private networks that are here".to_owned());
        let exceptions: Vec<String> = private.into_iter().chain(named.iter().map(ToString::to_string)).collect();
        let exceptions = if exceptions.is_empty() { String::new() } else { format!(", except to {}", exceptions.join(", ")) };
        self.add("rule", &format!("{family} without mark {mark:#x} to table {table}{exceptions}"));
    }

    /// What keeps encrypted packets out of a tunnel that takes the networks that its endpoints are in.
    pub(crate) fn around_endpoints(&mut self, mark: u32, table: u32, networks: &[Cidr]) {
        let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
        self.add("rule", &format!("to {}: narrower routes of the main table first", networks.join(", ")));
        self.add("rule", &format!("without mark {mark:#x} to table {table}, so that encrypted packets stay out of the tunnel"));
    }

    /// What the packet filter does for the tunnel's addresses.
    pub(crate) fn guard(&mut self) {
        self.add("firewall", "drops what comes for the tunnel's addresses over other interfaces");
    }

    /// What it does for the peers' answers.
    pub(crate) fn mark_answers(&mut self) {
        self.add("firewall", "lets the peers' answers through strict reverse path filtering");
    }

    /// A command and whether it runs.
    pub(crate) fn command(&mut self, when: &str, command: &str, runs: bool) {
        self.add(if runs { "runs" } else { "not run" }, &format!("{when} = {command}"));
    }

    pub(crate) fn text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(ipv4: bool, outside: &[&str]) -> String {
        let mut lines = Lines(String::new());
        let outside: Vec<Cidr> = outside.iter().map(|text| text.parse().unwrap()).collect();
        lines.rule(ipv4, 51820, 51820, &outside);
        lines.text()
    }

    #[test]
    fn what_stays_outside_of_the_tunnel_is_named_in_the_rule_that_it_is_an_exception_to() {
        let outside = ["10.0.0.0/8", "192.168.0.0/16", "fc00::/7", "198.51.100.0/24"];
        let to_table = "  rule      IPv4 without mark 0xca6c to table 51820";
        assert_eq!(rule(true, &outside), format!("{to_table}, except to private networks that are here, 198.51.100.0/24\n"));
        assert_eq!(rule(true, &["10.7.0.0/16"]), format!("{to_table}, except to 10.7.0.0/16\n"));
        assert_eq!(rule(true, &["fc00::/7"]), format!("{to_table}\n"));
    }
}
