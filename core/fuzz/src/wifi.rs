//! Parsers for Wi-Fi: information elements of access points, and the kernel's attributes of nl80211.
//!
//! A name has 1 to 32 bytes. Elements that follow change nothing that earlier ones said. An interface is in no network unless the
//! kernel says that it is associated.

use adit_platform::linux::facts::elements::Elements;
use adit_platform::linux::facts::generic_netlink::parse_family;
use adit_platform::linux::facts::nl80211::{parse_associated, parse_interface};

/// A name and an RSN element (WPA2 with a password).
const MORE: &[u8] = b"\x00\x04home\x30\x14\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x02\x00\x00";

/// Checks the bytes as each of these.
pub fn check(bytes: &[u8]) {
    let elements = Elements::parse(bytes);
    let has_a_length = |length: usize| (1..=32).contains(&length);
    assert!(elements.ssid.as_ref().is_none_or(|ssid| has_a_length(ssid.as_bytes().len())));
    let more = Elements::parse(&[bytes, MORE].concat());
    assert!(elements.ssid.is_none() || elements.ssid == more.ssid, "a later name replaces an earlier one");
    assert!(elements.rsn.is_none() || elements.rsn == more.rsn, "a later element replaces an earlier one");
    assert!(elements.wpa.is_none() || elements.wpa == more.wpa, "a later element replaces an earlier one");

    let wifi = parse_associated(bytes);
    assert!(wifi.is_none() || bytes.windows(4).any(|status| status == 1_u32.to_ne_bytes()), "associated without a status");
    if let Some(interface) = parse_interface(bytes) {
        assert!(bytes.windows(4).any(|index| index == interface.index.to_ne_bytes()));
    }
    if let Some(family) = parse_family(bytes) {
        assert!(family.groups.len() <= bytes.len());
    }
}
