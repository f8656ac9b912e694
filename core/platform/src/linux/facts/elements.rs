//! Parses the information elements of an access point (IEEE 802.11, 9.4.2). Whoever is in radio range writes them.

use super::security::{KeyManagement, Offer};
use crate::network_facts::Ssid;

const SSID: u8 = 0;
const RSN: u8 = 48;
const VENDOR: u8 = 221;

/// Microsoft's OUI with the type of the WPA element.
const WPA: [u8; 4] = [0x00, 0x50, 0xf2, 1];
/// OUIs of the suites: Microsoft's in WPA, that of IEEE 802.11 in RSN.
const WPA_SUITES: [u8; 3] = [0x00, 0x50, 0xf2];
const RSN_SUITES: [u8; 3] = [0x00, 0x0f, 0xac];

/// The elements that tell one network from another.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Elements {
    /// The name.
    pub ssid: Option<Ssid>,
    /// The WPA element.
    pub wpa: Option<KeyManagement>,
    /// The RSN element.
    pub rsn: Option<KeyManagement>,
}

impl Elements {
    /// Parses a sequence of elements. Of several elements of one kind, the first counts. A truncated element ends the sequence.
    pub fn parse(mut bytes: &[u8]) -> Self {
        let mut elements = Self::default();
        let (mut has_ssid, mut has_wpa, mut has_rsn) = (false, false, false);
        while let [kind, length, rest @ ..] = bytes {
            let Some((body, rest)) = rest.split_at_checked(usize::from(*length)) else { break };
            bytes = rest;
            match *kind {
                SSID if !has_ssid => {
                    has_ssid = true;
                    elements.ssid = Ssid::new(body);
                }
                RSN if !has_rsn => {
                    has_rsn = true;
                    elements.rsn = Some(key_management(body, RSN_SUITES));
                }
                VENDOR if !has_wpa => {
                    if let Some(body) = body.strip_prefix(&WPA) {
                        has_wpa = true;
                        elements.wpa = Some(key_management(body, WPA_SUITES));
                    }
                }
                _ => {}
            }
        }
        elements
    }

    /// Returns the offer of the access point. `privacy`: its capability of this name.
    pub fn offer(&self, privacy: bool) -> Offer {
        Offer { privacy, wpa: self.wpa, rsn: self.rsn }
    }
}

/// Parses version, cipher of groups, list of ciphers, list of key managements. Both elements have this structure. An element that
/// is truncated offers nothing that is known. That includes the default of 9.4.2.24.1, which no access point uses.
fn key_management(body: &[u8], suites: [u8; 3]) -> KeyManagement {
    const VERSION_AND_GROUP: usize = 2 + 4;
    let lists = body.get(VERSION_AND_GROUP..).and_then(|rest| {
        let (_, rest) = list(rest)?;
        Some(list(rest)?.0)
    });
    let Some(offered) = lists else { return KeyManagement::default() };
    let mut keys = KeyManagement::default();
    for suite in offered.as_chunks::<4>().0 {
        let [a, b, c, number] = *suite;
        if [a, b, c] != suites {
            continue;
        }
        // IEEE 802.11-2020, table 9-151, and its successors. WPA has the first two alone.
        match number {
            1 | 3 | 5 | 11 | 12 | 13 | 22 | 23 => keys.enterprise = true,
            2 | 4 | 6 | 19 | 20 => keys.password = true,
            8 | 9 | 24 | 25 => keys.sae = true,
            18 => keys.opportunistic = true,
            _ => {}
        }
    }
    keys
}

/// Splits a list of suites (number of suites in 16 bits, little-endian, then four bytes each) from the rest.
fn list(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = bytes.split_first_chunk()?;
    let length = usize::from(u16::from_le_bytes(*count)) * 4;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::network_facts::Security;

    /// The element of IEEE 802.11-2020, 9.4.2.24.1, example 1: 802.1X, CCMP; group cipher TKIP is replaced by CCMP.
    const ENTERPRISE: &[u8] = &[
        0x30, 0x14, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x01,
        0x00, 0x00,
    ];
    const PASSWORD: &[u8] = &[
        0x30, 0x14, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x02,
        0x0c, 0x00,
    ];
    const WPA3_TRANSITION: &[u8] = &[
        0x30, 0x18, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x02, 0x00, 0x00, 0x0f, 0xac, 0x02,
        0x00, 0x0f, 0xac, 0x08, 0x80, 0x00,
    ];
    const WPA_PASSWORD: &[u8] = &[
        0xdd, 0x16, 0x00, 0x50, 0xf2, 0x01, 0x01, 0x00, 0x00, 0x50, 0xf2, 0x02, 0x01, 0x00, 0x00, 0x50, 0xf2, 0x02, 0x01, 0x00,
        0x00, 0x50, 0xf2, 0x02,
    ];
    /// WMM, another element with Microsoft's OUI.
    const WMM: &[u8] = &[0xdd, 0x07, 0x00, 0x50, 0xf2, 0x02, 0x00, 0x01, 0x00];

    fn security(elements: &[&[u8]], privacy: bool) -> Option<Security> {
        Elements::parse(&elements.concat()).offer(privacy).security()
    }

    #[test]
    fn documented_elements_give_name_and_protection() {
        let name: &[u8] = b"\x00\x04home";
        assert_eq!(Elements::parse(&[name, PASSWORD].concat()).ssid, Ssid::new(b"home"));
        assert_eq!(security(&[name, WMM], false), Some(Security::Open));
        assert_eq!(security(&[name, WMM], true), Some(Security::Wep));
        assert_eq!(security(&[name, PASSWORD, WMM], true), Some(Security::Wpa2));
        assert_eq!(security(&[name, PASSWORD, WMM, WPA_PASSWORD], true), Some(Security::Wpa));
        assert_eq!(security(&[name, WPA3_TRANSITION], true), Some(Security::Wpa2));
        assert_eq!(security(&[name, ENTERPRISE], true), Some(Security::Enterprise));
    }

    #[test]
    fn a_second_name_or_rsn_element_does_not_replace_the_first() {
        let elements = Elements::parse(&[b"\x00\x04home\x00\x04cafe", PASSWORD, ENTERPRISE].concat());
        assert_eq!(elements.ssid, Ssid::new(b"home"));
        assert_eq!(elements.offer(true).security(), Some(Security::Wpa2));
    }

    #[test]
    fn a_truncated_element_says_nothing() {
        for length in 0..PASSWORD.len() {
            let parsed = Elements::parse(&PASSWORD[..length]);
            assert_eq!(parsed, Elements::default(), "{length}");
        }
        let empty: &[u8] = &[0x30, 0x00];
        assert_eq!(security(&[empty], true), None);
        let absurd: &[u8] = &[0x30, 0x0a, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0xff, 0xff, 0x00, 0x0f];
        assert_eq!(security(&[absurd], true), None);
        let mut body = PASSWORD[2..].to_vec();
        while body.len() > 18 {
            body.pop();
        }
        body.pop();
        let truncated = [&[0x30, 17][..], &body].concat();
        assert_eq!(security(&[&truncated], true), None, "the list of key managements ends early");
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let elements = Elements::parse(&bytes);
            prop_assert!(elements.ssid.is_none_or(|ssid| (1..=32).contains(&ssid.as_bytes().len())));
        }

        #[test]
        fn bytes_after_the_elements_of_a_network_do_not_change_its_name(rest in proptest::collection::vec(any::<u8>(), 0..100)) {
            let parsed = Elements::parse(&[b"\x00\x04home", &rest[..]].concat());
            prop_assert_eq!(parsed.ssid, Ssid::new(b"home"));
        }
    }
}
