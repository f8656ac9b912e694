//! Finds conflicts between the configurations of two tunnels before either tunnel is changed.

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

use adit_api::{Conflict, TunnelId};
use adit_config::{Cidr, Config, InterfaceName, InterfaceSettings, Table};

/// Maximum number of shared networks that are reported one by one.
const NAMED: usize = 16;

/// The resources of the computer that a tunnel uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Needs {
    pub(super) interface: InterfaceName,
    addresses: BTreeSet<IpAddr>,
    /// Destinations of the tunnel's routes; empty if it sets no routes in the main table.
    networks: HashSet<Cidr>,
    takes_all: bool,
    /// Fixed listen port. None: any free port.
    listen_port: Option<u16>,
    sets_dns: bool,
}

impl Needs {
    pub(super) fn of(config: &Config, interface: &InterfaceName) -> Self {
        let settings = InterfaceSettings::from(config, interface.clone());
        let routes = if settings.table == Table::Auto { settings.routes } else { Vec::new() };
        Self {
            interface: interface.clone(),
            addresses: settings.addresses.iter().map(Cidr::address).collect(),
            takes_all: routes.iter().any(Cidr::is_default),
            networks: routes.into_iter().filter(|network| !network.is_default()).collect(),
            listen_port: config.interface.listen_port.filter(|port| *port != 0),
            sets_dns: !settings.dns.servers.is_empty(),
        }
    }

    /// Returns the needs of a tunnel that has no interface and blocks all traffic.
    pub(super) fn everything(interface: &InterfaceName) -> Self {
        Self {
            interface: interface.clone(),
            addresses: BTreeSet::new(),
            takes_all: true,
            networks: HashSet::new(),
            listen_port: None,
            sets_dns: false,
        }
    }

    /// Returns true if the tunnel takes all traffic of an address family.
    pub(super) fn takes_all(&self) -> bool {
        self.takes_all
    }

    /// Returns all conflicts between these needs and those of `other`, which is up.
    pub(super) fn conflicts_with(&self, other: TunnelId, theirs: &Self) -> Vec<Conflict> {
        let mut found = Vec::new();
        if self.interface == theirs.interface {
            found.push(Conflict::InterfaceExists { interface: self.interface.clone() });
        }
        if self.takes_all && theirs.takes_all {
            found.push(Conflict::BothTakeAll { other });
        }
        found.extend(self.shared_networks(theirs).into_iter().map(|network| Conflict::SameNetwork { other, network }));
        let addresses = self.addresses.intersection(&theirs.addresses);
        found.extend(addresses.map(|&address| Conflict::SameAddress { other, address }));
        if let Some(port) = self.listen_port.filter(|_| self.listen_port == theirs.listen_port) {
            found.push(Conflict::SamePort { other, port });
        }
        if self.sets_dns && theirs.sets_dns {
            found.push(Conflict::BothSetDns { other });
        }
        found
    }

    /// Returns the networks of either tunnel that are contained in a network of the other. Of two overlapping networks, this is
    /// the narrower one.
    fn shared_networks(&self, theirs: &Self) -> BTreeSet<Cidr> {
        let within = |these: &HashSet<Cidr>, those: &HashSet<Cidr>| -> Vec<Cidr> {
            these.iter().copied().filter(|network| ancestors(network).any(|ancestor| those.contains(&ancestor))).collect()
        };
        let mut shared: BTreeSet<Cidr> = within(&self.networks, &theirs.networks).into_iter().collect();
        shared.extend(within(&theirs.networks, &self.networks));
        while shared.len() > NAMED {
            shared.pop_last();
        }
        shared
    }
}

/// Returns true if the conflict keeps a tunnel from being brought up beside the other. Two tunnels that set resolvers are
/// allowed: the system asks both.
pub(super) fn forbids(conflict: &Conflict) -> bool {
    match conflict {
        Conflict::SameNetwork { .. }
        | Conflict::BothTakeAll { .. }
        | Conflict::SameAddress { .. }
        | Conflict::SamePort { .. }
        | Conflict::InterfaceExists { .. }
        | Conflict::LocalNetwork { .. }
        | Conflict::OtherVpn { .. } => true,
        Conflict::BothSetDns { .. } => false,
    }
}

/// Returns the network itself and all networks that contain it, except the whole address family.
fn ancestors(network: &Cidr) -> impl Iterator<Item = Cidr> + use<> {
    let (address, prefix) = (network.address(), network.prefix());
    (1..=prefix).rev().filter_map(move |prefix| Some(Cidr::new(address, prefix).ok()?.network()))
}

#[cfg(test)]
mod tests {
    use adit_config::{Document, parse};

    use super::*;

    fn needs(interface: &str, lines: &str, allowed: &str) -> Needs {
        let text = format!(
            "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n{lines}\n[Peer]\n\
             PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = {allowed}\n"
        );
        let (config, _) = parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap();
        Needs::of(&config, &interface.parse().unwrap())
    }

    fn other() -> TunnelId {
        TunnelId::from_bits(7)
    }

    fn conflicts(one: &Needs, two: &Needs) -> Vec<Conflict> {
        one.conflicts_with(other(), two)
    }

    #[test]
    fn two_that_have_nothing_in_common_get_along() {
        let one = needs("wg0", "Address = 10.0.0.1/24", "10.0.0.0/24, fd00::/64");
        let two = needs("wg1", "Address = 10.0.1.1/24", "10.0.1.0/24, fd00:1::/64");
        let all = needs("wg2", "Address = 10.0.2.1/24", "0.0.0.0/0");
        assert_eq!(conflicts(&one, &two), []);
        assert_eq!(conflicts(&one, &all), [], "what is narrower goes its own way beside what takes all");
    }

    #[test]
    fn the_same_network_is_found_on_either_side_and_named_by_the_narrower() {
        let wide = needs("wg0", "", "10.0.0.0/8, 192.0.2.0/24");
        let narrow = needs("wg1", "", "10.1.0.0/16, 192.0.2.0/24, 198.51.100.0/24");
        for (one, two) in [(&wide, &narrow), (&narrow, &wide)] {
            let networks: Vec<String> = one.shared_networks(two).iter().map(ToString::to_string).collect();
            assert_eq!(networks, ["10.1.0.0/16", "192.0.2.0/24"]);
        }
    }

    #[test]
    fn ports_addresses_interfaces_and_two_that_take_all_are_named() {
        let one = needs("wg0", "ListenPort = 7\nAddress = 10.0.0.1/24\nDNS = 9.9.9.9", "0.0.0.0/0");
        let two = needs("wg0", "ListenPort = 7\nAddress = 10.0.0.1/32\nDNS = 1.1.1.1", "::/0");
        let expected = [
            Conflict::InterfaceExists { interface: "wg0".parse().unwrap() },
            Conflict::BothTakeAll { other: other() },
            Conflict::SameAddress { other: other(), address: "10.0.0.1".parse().unwrap() },
            Conflict::SamePort { other: other(), port: 7 },
            Conflict::BothSetDns { other: other() },
        ];
        assert_eq!(conflicts(&one, &two), expected);
        assert_eq!(expected.iter().filter(|conflict| !forbids(conflict)).count(), 1);
    }

    #[test]
    fn without_routes_in_the_main_table_networks_are_nobodys_business() {
        let one = needs("wg0", "Table = off", "0.0.0.0/0, 10.0.0.0/8");
        let two = needs("wg1", "", "0.0.0.0/0, 10.0.0.0/8");
        assert_eq!(conflicts(&one, &two), []);
    }
}
