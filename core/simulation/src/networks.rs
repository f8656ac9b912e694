//! The networks that the simulated computer can be in.

use std::net::IpAddr;

use adit_api::Cidr;
use adit_platform::network_facts::{Facts, Known, Link, LinkKind, Mac, Portal, Security, Ssid, Wifi};
use serde::Deserialize;

/// A network that the simulated computer can join.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// The Wi-Fi `Home`, with a password.
    Home,
    /// The Wi-Fi `Café Central`, without a password.
    Cafe,
    /// A network with a cable.
    Office,
}

/// Returns the facts about a network, as the adapter of a real system describes them.
pub(crate) fn facts(network: Network) -> Facts {
    let links = match network {
        Network::Home => vec![wifi(b"Home", Security::Wpa2, 1, [192, 168, 1, 0])],
        Network::Cafe => vec![wifi("Café Central".as_bytes(), Security::Open, 2, [192, 168, 44, 0])],
        Network::Office => vec![link("eth0", LinkKind::Ethernet, None, 3, [172, 20, 0, 0])],
    };
    Facts { links, other_vpn: Known::Known(false) }
}

fn wifi(name: &[u8], security: Security, number: u8, subnet: [u8; 4]) -> Link {
    let wifi = Wifi { ssid: Ssid::new(name), bssid: Some(Mac([2, 0, 0, 0, number, 1])), security: Some(security) };
    link("wlan0", LinkKind::Wifi, Some(wifi), number, subnet)
}

/// `number` is part of the gateway's hardware address, and `subnet` is a /24.
fn link(interface: &str, kind: LinkKind, wifi: Option<Wifi>, number: u8, subnet: [u8; 4]) -> Link {
    Link {
        interface: interface.to_owned(),
        carrier_changes: 0,
        kind,
        is_default: true,
        wifi,
        gateway_mac: Some(Mac([2, 0, 0, 0, number, 2])),
        subnets: Cidr::new(IpAddr::from(subnet), 24).into_iter().collect(),
        dns_suffixes: Known::Unknown,
        metered: Known::Known(false),
        portal: Portal::None,
    }
}
