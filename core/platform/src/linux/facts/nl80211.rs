//! Wi-Fi without a service: the kernel's nl80211 (`linux/nl80211.h`) over generic netlink.

use std::collections::BTreeMap;
use std::io;

use netlink_packet_core::NetlinkPayload;
use netlink_sys::protocols::NETLINK_GENERIC;

use super::super::announcements::{Announcements, Heard};
use super::super::netlink::{self, Netlink};
use super::elements::Elements;
use super::generic_netlink::{self, Message, attribute, find};
use crate::network_facts::{Mac, Ssid, Wifi};

const FAMILY: &str = "nl80211";
/// The multicast group that announces that an interface joined or left a network.
const GROUP: &str = "mlme";

const GET_INTERFACE: u8 = 5;
const GET_SCAN: u8 = 32;
/// Announcements: associate, deauthenticate, disassociate; connect, roam, disconnect.
const JOINED_OR_LEFT: [u8; 6] = [38, 39, 40, 46, 47, 48];

const INTERFACE_INDEX: u16 = 3;
const INTERFACE_TYPE: u16 = 5;
const BSS: u16 = 47;
const SSID: u16 = 52;

const BSS_BSSID: u16 = 1;
const BSS_CAPABILITY: u16 = 5;
const BSS_ELEMENTS: u16 = 6;
const BSS_STATUS: u16 = 9;
const BSS_BEACON_ELEMENTS: u16 = 11;

/// `NL80211_IFTYPE_STATION`: a client of an access point.
const STATION: u32 = 2;
/// `NL80211_BSS_STATUS_ASSOCIATED`.
const ASSOCIATED: u32 = 1;
/// The capability "privacy" (IEEE 802.11, 9.4.1.4).
const PRIVACY: u16 = 1 << 4;

/// nl80211 of the running kernel.
pub(super) struct Nl80211 {
    netlink: Netlink<Message>,
    family: u16,
}

impl Nl80211 {
    /// Opens a connection, and a subscription to the announcements of joined and left networks. `None` if the kernel has no Wi-Fi.
    pub(super) fn open() -> io::Result<Option<(Self, Announcements)>> {
        let mut netlink = generic_netlink::open()?;
        let Some(family) = generic_netlink::family(&mut netlink, FAMILY)? else { return Ok(None) };
        let mut announcements = Announcements::subscribe(NETLINK_GENERIC, 0, None)?;
        for (_, group) in family.groups.iter().filter(|(name, _)| name == GROUP) {
            announcements.join(*group)?;
        }
        Ok(Some((Self { netlink, family: family.id }, announcements)))
    }

    /// Returns the Wi-Fi interfaces by index, with the network that each is associated with.
    pub(super) fn read(&mut self) -> io::Result<BTreeMap<u32, Option<Wifi>>> {
        let answers = self.netlink.dump(self.message(GET_INTERFACE, Vec::new()))?;
        let interfaces: Vec<Interface> = answers.iter().filter_map(|answer| parse_interface(&answer.attributes)).collect();
        let mut found = BTreeMap::new();
        for interface in interfaces {
            let wifi = if interface.is_station { self.associated(&interface)? } else { None };
            found.insert(interface.index, wifi);
        }
        Ok(found)
    }

    fn associated(&mut self, interface: &Interface) -> io::Result<Option<Wifi>> {
        let index = attribute(INTERFACE_INDEX, &interface.index.to_ne_bytes());
        let answers = self.netlink.dump(self.message(GET_SCAN, index))?;
        let wifi = answers.iter().find_map(|answer| parse_associated(&answer.attributes));
        // The beacon of a hidden network has no name, but the interface knows it.
        let named = |ssid: Option<Ssid>| ssid.or_else(|| interface.ssid.clone());
        Ok(wifi.map(|wifi| Wifi { ssid: named(wifi.ssid), ..wifi }))
    }

    fn message(&self, command: u8, attributes: Vec<u8>) -> Message {
        Message { family: self.family, command, attributes }
    }
}

/// Receives announcements without blocking. Returns true if one of them says that an interface joined or left a network, or may
/// say so. `None` if there are none.
pub(super) fn receive(announcements: &mut Announcements) -> io::Result<Option<bool>> {
    Ok(match announcements.receive()? {
        Heard::Nothing => None,
        Heard::Lost => Some(true),
        Heard::Messages(bytes) => Some(netlink::messages::<Message>(bytes).any(|message| match message {
            Ok((_, Some(NetlinkPayload::InnerMessage(message)))) => JOINED_OR_LEFT.contains(&message.command),
            Ok(_) => false,
            Err(_) => true,
        })),
    })
}

/// A Wi-Fi interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interface {
    /// The kernel's index.
    pub index: u32,
    /// True if the interface is a client of access points.
    pub is_station: bool,
    /// The name of its network.
    pub ssid: Option<Ssid>,
}

/// Parses the attributes of an interface (`NL80211_CMD_NEW_INTERFACE`).
pub fn parse_interface(attributes: &[u8]) -> Option<Interface> {
    Some(Interface {
        index: number(find(attributes, INTERFACE_INDEX)?)?,
        is_station: find(attributes, INTERFACE_TYPE).and_then(number) == Some(STATION),
        ssid: find(attributes, SSID).and_then(Ssid::new),
    })
}

/// Parses the attributes of a scan result (`NL80211_CMD_NEW_SCAN_RESULTS`). `None` unless the interface is associated with it.
pub fn parse_associated(attributes: &[u8]) -> Option<Wifi> {
    let bss = find(attributes, BSS)?;
    if find(bss, BSS_STATUS).and_then(number) != Some(ASSOCIATED) {
        return None;
    }
    // The first has those of the last frame, which may be a probe response; a beacon may have fewer.
    let elements = find(bss, BSS_ELEMENTS).or_else(|| find(bss, BSS_BEACON_ELEMENTS));
    let capability = find(bss, BSS_CAPABILITY).and_then(|value| value.try_into().ok()).map(u16::from_ne_bytes);
    let parsed = elements.map(Elements::parse);
    // Without elements or capability, nobody can say that the network is open.
    let security = parsed.as_ref().zip(capability).and_then(|(elements, capability)| {
        let privacy = capability & PRIVACY != 0;
        elements.offer(privacy).security()
    });
    Some(Wifi { ssid: parsed.and_then(|elements| elements.ssid), bssid: find(bss, BSS_BSSID).and_then(Mac::of_host), security })
}

fn number(value: &[u8]) -> Option<u32> {
    value.try_into().ok().map(u32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::network_facts::Security;

    const HOME: [u8; 6] = [0x00, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e];
    /// Name and RSN element (WPA2 with a password).
    const ELEMENTS: &[u8] =
        b"\x00\x04home\x30\x14\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x02\x00\x00";

    fn scan_result(status: Option<u32>, capability: u16, elements: &[u8]) -> Vec<u8> {
        let mut bss = attribute(BSS_BSSID, &HOME);
        bss.extend(attribute(BSS_CAPABILITY, &capability.to_ne_bytes()));
        bss.extend(attribute(BSS_ELEMENTS, elements));
        if let Some(status) = status {
            bss.extend(attribute(BSS_STATUS, &status.to_ne_bytes()));
        }
        [attribute(46, &[1, 0, 0, 0]), attribute(INTERFACE_INDEX, &3_u32.to_ne_bytes()), attribute(BSS | 0x8000, &bss)].concat()
    }

    #[test]
    fn the_network_that_the_interface_is_associated_with_is_found_among_the_scan_results() {
        let wifi = parse_associated(&scan_result(Some(ASSOCIATED), PRIVACY, ELEMENTS)).unwrap();
        assert_eq!(wifi, Wifi { ssid: Ssid::new(b"home"), bssid: Some(Mac(HOME)), security: Some(Security::Wpa2) });
        assert_eq!(parse_associated(&scan_result(None, PRIVACY, ELEMENTS)), None, "seen, not joined");
        assert_eq!(parse_associated(&scan_result(Some(2), PRIVACY, ELEMENTS)), None, "a network without an access point");
    }

    #[test]
    fn a_network_without_elements_of_protection_is_open_or_wep() {
        let security =
            |capability| parse_associated(&scan_result(Some(ASSOCIATED), capability, b"\x00\x04cafe")).unwrap().security;
        assert_eq!(security(0x0401), Some(Security::Open));
        assert_eq!(security(0x0401 | PRIVACY), Some(Security::Wep));
    }

    #[test]
    fn an_interface_that_serves_others_is_in_no_network() {
        let interface =
            |kind: u32| [attribute(INTERFACE_INDEX, &7_u32.to_ne_bytes()), attribute(INTERFACE_TYPE, &kind.to_ne_bytes())];
        assert!(parse_interface(&interface(STATION).concat()).unwrap().is_station);
        assert!(!parse_interface(&interface(3).concat()).unwrap().is_station);
        assert_eq!(parse_interface(&attribute(INTERFACE_TYPE, &STATION.to_ne_bytes())), None, "without an index");
    }

    #[test]
    fn a_kernel_without_wifi_is_noticed() {
        // Where there is Wi-Fi, it can be read.
        if let Some((mut nl80211, _)) = Nl80211::open().unwrap() {
            nl80211.read().unwrap();
        }
    }

    proptest! {
        #[test]
        fn a_truncated_scan_result_says_nothing_wrong(length in 0_usize..200) {
            let whole = scan_result(Some(ASSOCIATED), PRIVACY, ELEMENTS);
            let parsed = parse_associated(&whole[..length.min(whole.len())]);
            prop_assert!(parsed.is_none() || length >= whole.len());
        }

        #[test]
        fn any_bytes_are_parsed_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse_interface(&bytes);
            let _ = parse_associated(&bytes);
            let _ = generic_netlink::parse_family(&bytes);
            let _ = parse_associated(&scan_result(Some(ASSOCIATED), 0, &bytes));
        }
    }
}
