//! Formats addresses as `wg` does, which uses the C library.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use adit_foreground::interfaces::name_of;
use adit_tunnel::AllowedIp;

/// Formats an address as `inet_ntop` does. Rust does not write the old IPv4-compatible addresses (`::192.0.2.1`) with dots.
pub(super) fn address(address: IpAddr) -> String {
    match address {
        IpAddr::V6(v6) => match v6.segments() {
            [0, 0, 0, 0, 0, 0, high, _] if high != 0 => format!("::{}", Ipv4Addr::from_bits(v6.to_bits() as u32)),
            _ => v6.to_string(),
        },
        IpAddr::V4(v4) => v4.to_string(),
    }
}

/// Formats `address/prefix`.
pub(super) fn network(network: &AllowedIp) -> String {
    format!("{}/{}", address(network.address), network.prefix)
}

/// Formats an endpoint as numeric `getnameinfo` does: the scope of a link-local address is the name of its interface.
pub(super) fn endpoint(endpoint: SocketAddr) -> String {
    let SocketAddr::V6(v6) = endpoint else { return endpoint.to_string() };
    let scope = match v6.scope_id() {
        0 => String::new(),
        index => format!("%{}", scope_name(v6.ip(), index).unwrap_or_else(|| index.to_string())),
    };
    format!("[{}{scope}]:{}", address(endpoint.ip()), v6.port())
}

fn scope_name(address: &Ipv6Addr, index: u32) -> Option<String> {
    let link_local_multicast = address.octets()[0] == 0xff && address.octets()[1] & 0x0f == 2;
    if address.is_unicast_link_local() || link_local_multicast { name_of(index) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_the_c_library_does() {
        for (text, written) in [
            ("::102:304", "::1.2.3.4"),
            ("::ffff:102:304", "::ffff:1.2.3.4"),
            ("::1", "::1"),
            ("::1:0", "::0.1.0.0"),
            ("2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"),
            ("1:0:0:2:0:0:3:4", "1::2:0:0:3:4"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ] {
            assert_eq!(address(text.parse().unwrap()), written);
        }
    }

    #[test]
    fn a_link_local_endpoint_names_its_interface() {
        assert_eq!(endpoint("[fe80::1%1]:5".parse().unwrap()), "[fe80::1%lo]:5");
        assert_eq!(endpoint("[2001:db8::1%1]:5".parse().unwrap()), "[2001:db8::1%1]:5");
        assert_eq!(endpoint("[fe80::1%4000000]:5".parse().unwrap()), "[fe80::1%4000000]:5");
    }
}
