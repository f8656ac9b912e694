//! The DNS settings of a tunnel on Windows: the servers of its interface, and the rules of the Name Resolution Policy Table (NRPT).

use std::net::IpAddr;

use crate::network::{DnsNames, DnsSpec};

/// The most names of one rule; Windows ignores a rule with more.
const MOST_NAMES: usize = 50;

/// A rule of the NRPT: names in these namespaces are asked of these servers alone, over whatever interface leads to them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NrptRule {
    /// `.corp.example` for all names below `corp.example`, `corp.example` for the name itself, `.` for all names.
    pub(crate) namespaces: Vec<String>,
    /// The servers, separated as Windows reads them.
    pub(crate) servers: String,
}

/// Returns the rules that send the tunnel's names, and no others, to the tunnel's servers. Without the rule for all names Windows
/// asks the servers of every interface at once, and takes the first answer.
pub(crate) fn nrpt_rules(dns: &DnsSpec) -> Vec<NrptRule> {
    let servers: Vec<String> = dns.servers.iter().map(ToString::to_string).collect();
    let servers = servers.join("; ");
    let namespaces = match &dns.names {
        DnsNames::All => vec![".".to_owned()],
        DnsNames::Only(domains) => namespaces(dns.search.iter().chain(domains)),
    };
    namespaces.chunks(MOST_NAMES).map(|chunk| NrptRule { namespaces: chunk.to_vec(), servers: servers.clone() }).collect()
}

/// Returns both forms of each domain, each once.
fn namespaces<'a>(domains: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let domains = domains.map(|domain| domain.trim_matches('.').to_ascii_lowercase());
    let new = domains.filter(|domain| !domain.is_empty() && seen.insert(domain.clone()));
    new.flat_map(|domain| [format!(".{domain}"), domain]).collect()
}

/// Returns the servers of one family as `SetInterfaceDnsSettings` reads them; empty: none.
pub(crate) fn interface_servers(dns: Option<&DnsSpec>, ipv4: bool) -> String {
    let servers = dns.into_iter().flat_map(|dns| &dns.servers).filter(|server| server.is_ipv4() == ipv4);
    servers.map(IpAddr::to_string).collect::<Vec<_>>().join(",")
}

/// Returns the search domains as `SetInterfaceDnsSettings` reads them; empty: none.
pub(crate) fn search_list(dns: Option<&DnsSpec>) -> String {
    dns.map_or_else(String::new, |dns| dns.search.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(search: &[&str], names: DnsNames) -> DnsSpec {
        let servers = vec!["10.8.0.1".parse().unwrap(), "fd08::1".parse().unwrap(), "10.8.0.2".parse().unwrap()];
        DnsSpec { servers, search: search.iter().map(ToString::to_string).collect(), names }
    }

    #[test]
    fn servers_of_all_names_have_the_rule_for_all_names() {
        let rules = nrpt_rules(&spec(&["corp.example"], DnsNames::All));
        assert_eq!(rules, [NrptRule { namespaces: vec![".".into()], servers: "10.8.0.1; fd08::1; 10.8.0.2".into() }]);
    }

    #[test]
    fn servers_of_some_domains_are_asked_for_these_and_the_search_domains_alone() {
        let rules = nrpt_rules(&spec(&["lab.example."], DnsNames::Only(vec!["Corp.example".into(), "lab.example".into()])));
        let expected = [".lab.example", "lab.example", ".corp.example", "corp.example"];
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].namespaces, expected);
    }

    #[test]
    fn a_rule_has_no_more_names_than_windows_reads() {
        let domains: Vec<String> = (0..60).map(|number| format!("d{number}.example")).collect();
        let rules = nrpt_rules(&spec(&[], DnsNames::Only(domains)));
        assert_eq!(rules.iter().map(|rule| rule.namespaces.len()).collect::<Vec<_>>(), [50, 50, 20]);
        assert!(rules.iter().all(|rule| !rule.namespaces.contains(&".".to_owned())));
    }

    #[test]
    fn an_interface_has_the_servers_of_each_family_and_none_after_the_tunnel() {
        let spec = spec(&["lab.example", "corp.example"], DnsNames::All);
        assert_eq!(interface_servers(Some(&spec), true), "10.8.0.1,10.8.0.2");
        assert_eq!(interface_servers(Some(&spec), false), "fd08::1");
        assert_eq!(search_list(Some(&spec)), "lab.example,corp.example");
        assert_eq!(interface_servers(None, true) + &search_list(None), "");
    }
}
