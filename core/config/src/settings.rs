//! The settings of one tunnel for the operating system: value types only, no keys.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::value::{Cidr, FwMark, Hook, Host, InterfaceName, Mtu, Table};

/// All settings of an interface that are not WireGuard itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InterfaceSettings {
    /// Name of the interface.
    pub name: InterfaceName,
    /// The interface's addresses with their host bits, in the order of the file, each once.
    pub addresses: Vec<Cidr>,
    /// The MTU; `None`: derived from the route to the endpoints.
    pub mtu: Option<Mtu>,
    /// The routing table for `routes`.
    pub table: Table,
    /// All peers' allowed IPs as networks, each once, the longest prefix first.
    pub routes: Vec<Cidr>,
    /// The addresses of the peers.
    #[serde(default)]
    pub endpoints: EndpointSettings,
    /// DNS servers and search domains.
    pub dns: DnsSettings,
    /// The firewall mark; `None`: not given, so that policy routing may choose one.
    pub fwmark: Option<FwMark>,
    /// True if bringing the tunnel down writes its state back into the file.
    pub save_config: bool,
    /// The commands to run.
    pub hooks: HookSettings,
}

/// The peers' endpoints, as far as the configuration gives addresses.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EndpointSettings {
    /// Endpoints that are given as addresses.
    pub addresses: Vec<IpAddr>,
    /// True if at least one endpoint is given as a name, so that its address may change.
    pub by_name: bool,
}

/// DNS servers and search domains.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DnsSettings {
    /// DNS servers in order of preference.
    pub servers: Vec<IpAddr>,
    /// Search domains in order of preference.
    pub search: Vec<String>,
}

/// Commands ready to run, with `%i` replaced. They run only after an administrator approved exactly this text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct HookSettings {
    /// Run before the interface is created.
    pub pre_up: Vec<String>,
    /// Run after everything is up.
    pub post_up: Vec<String>,
    /// Run before anything is undone.
    pub pre_down: Vec<String>,
    /// Run after everything is undone.
    pub post_down: Vec<String>,
}

impl InterfaceSettings {
    /// Returns the settings that `config` requires for the interface `name`.
    pub fn from(config: &Config, name: InterfaceName) -> Self {
        let interface = &config.interface;
        let expand = |hooks: &[Hook]| hooks.iter().map(|hook| hook.for_interface(&name)).collect();
        let hooks = HookSettings {
            pre_up: expand(&interface.hooks.pre_up),
            post_up: expand(&interface.hooks.post_up),
            pre_down: expand(&interface.hooks.pre_down),
            post_down: expand(&interface.hooks.post_down),
        };
        let mut seen = HashSet::new();
        Self {
            addresses: interface.addresses.iter().copied().filter(|address| seen.insert(*address)).collect(),
            mtu: interface.mtu,
            table: interface.table,
            routes: routes(config),
            endpoints: endpoints(config),
            dns: DnsSettings {
                servers: interface.dns_servers.clone(),
                search: interface.dns_search.iter().map(ToString::to_string).collect(),
            },
            fwmark: interface.fwmark,
            save_config: interface.save_config,
            hooks,
            name,
        }
    }
}

fn endpoints(config: &Config) -> EndpointSettings {
    let mut endpoints = EndpointSettings::default();
    for endpoint in config.remote_peers().filter_map(|peer| peer.endpoint.as_ref()) {
        match &endpoint.host {
            Host::Ip(address) => endpoints.addresses.push(*address),
            Host::Scoped { address, .. } => endpoints.addresses.push((*address).into()),
            Host::Name(_) => endpoints.by_name = true,
        }
    }
    endpoints
}

/// Returns the routes in the order of wg-quick(8), which sorts with `sort -nr -k 2 -t /`: by prefix length, then by text, both
/// descending.
pub(crate) fn routes(config: &Config) -> Vec<Cidr> {
    let mut seen = HashSet::new();
    let mut routes: Vec<Cidr> = config
        .remote_peers()
        .flat_map(|peer| &peer.allowed_ips)
        .map(Cidr::network)
        .filter(|network| seen.insert(*network))
        .collect();
    routes.sort_by_cached_key(|network| Reverse((network.prefix(), network.to_string())));
    routes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Peer;
    use adit_protocol::{PrivateKey, PublicKey};

    fn peer(key: [u8; 32], allowed_ips: &[&str]) -> Peer {
        let allowed_ips = allowed_ips.iter().map(|text| text.parse().unwrap()).collect();
        Peer { allowed_ips, ..Peer::new(PublicKey::from_bytes(key)) }
    }

    #[test]
    fn routes_come_once_and_longest_first() {
        let own = PrivateKey::from_bytes([7; 32]);
        let peers = vec![
            peer([1; 32], &["0.0.0.0/0", "10.0.0.1/32", "::/0"]),
            peer([2; 32], &["10.0.0.0/8", "10.0.0.1/32", "fd00::/64", "10.9.0.0/16"]),
            peer(*own.public().as_bytes(), &["192.0.2.0/24"]),
        ];
        let mut config = Config { peers, ..Config::default() };
        config.interface.private_key = Some(own);
        config.interface.hooks.post_up.push("echo %i".parse().unwrap());
        let settings = InterfaceSettings::from(&config, "wg0".parse().unwrap());
        let routes: Vec<String> = settings.routes.iter().map(ToString::to_string).collect();
        assert_eq!(routes, ["fd00::/64", "10.0.0.1/32", "10.9.0.0/16", "10.0.0.0/8", "::/0", "0.0.0.0/0"]);
        assert_eq!(settings.hooks.post_up, ["echo wg0"]);
    }
}
