//! The exemption for a captive portal: the page of a network that wants its users to sign in before it lets their traffic through.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Instant;

/// The TCP ports of a portal's pages.
pub const PORTAL_PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// What a captive portal's exemption lets out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortalExemption {
    /// The addresses of the hosts that were asked for.
    pub addresses: BTreeSet<IpAddr>,
    /// The time at which it ends at the latest. The system closes it then even if this process no longer can.
    pub until: Instant,
}

/// Returns true if a portal may have this address: it is one computer's, and neither this computer's loopback nor link-local, where
/// services listen that trust the users of this computer, or tell secrets of a machine in a data centre.
pub fn can_be_portal(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let is_special = v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast();
            !is_special && v4.octets()[0] != 0
        }
        IpAddr::V6(v6) => {
            let is_special = v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unicast_link_local();
            !is_special && v6.to_ipv4().is_none()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_has_the_address_of_one_other_computer() {
        for good in ["192.168.1.1", "10.0.0.1", "203.0.113.7", "fd00::1", "2001:db8::1"] {
            assert!(can_be_portal(&good.parse().unwrap()), "{good}");
        }
        for bad in ["127.0.0.1", "0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1"]
        {
            assert!(!can_be_portal(&bad.parse().unwrap()), "{bad}");
        }
        for bad in ["ff02::1", "::ffff:127.0.0.1", "::127.0.0.1"] {
            assert!(!can_be_portal(&bad.parse().unwrap()), "{bad}");
        }
    }
}
