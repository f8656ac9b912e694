//! Facts about the networks that this computer is in: the links, and the properties that tell one network from another.
//!
//! Everything that a network says about itself (names, addresses) can be forged by whoever runs it. A fact that is not certain is
//! unknown, never a guess.

use std::fmt;
use std::io;
use std::str::FromStr;

use adit_config::Cidr;

/// Maximum length of the name of a Wi-Fi network, bytes (IEEE 802.11, 9.4.2.2).
pub const MAX_SSID: usize = 32;

/// The adapter that observes the networks.
pub trait NetworkFacts: Send + Sync + 'static {
    /// Calls `handler` with the complete description: once as soon as it has been read, then whenever it has changed. Changes in
    /// quick succession are coalesced. The calls come one after the other, from a thread of the adapter.
    ///
    /// # Errors
    /// If the system does not announce changes, or lacks the adapter.
    fn watch(&self, handler: FactsHandler) -> io::Result<FactsWatch>;
}

/// Receives the description of the networks. `Unknown` while nobody can say: from the moment that the computer goes to sleep
/// until the description has been read again, and when reading fails.
pub type FactsHandler = Box<dyn FnMut(&Known<Facts>) + Send>;

/// A subscription. Dropping it ends the calls of the handler: none begins afterwards.
#[must_use = "dropping the subscription ends it"]
pub struct FactsWatch(Option<Box<dyn FnOnce() + Send>>);

impl FactsWatch {
    /// Creates a subscription that `end` ends.
    pub fn new(end: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl Drop for FactsWatch {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

impl fmt::Debug for FactsWatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FactsWatch")
    }
}

/// A value, or the statement that nobody knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Known<T> {
    /// Nobody knows.
    #[default]
    Unknown,
    /// The value.
    Known(T),
}

/// All networks that the computer is in at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// The links that are up and have a carrier, sorted by the names of their interfaces. Without loopback, tunnels, ports of a
    /// bridge or bond, and bridges and virtual cables that lead nowhere.
    pub links: Vec<Link>,
    /// True if a tunnel is up that is not Adit's.
    pub other_vpn: Known<bool>,
}

/// One link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The name of the interface.
    pub interface: String,
    /// The number of times that the link came up or went down. After a change it may be in another network.
    pub carrier_changes: u32,
    /// The medium.
    pub kind: LinkKind,
    /// True if a default route of the computer uses this link and no other link's has a lower metric, or if routes to large parts of
    /// all addresses use it (such as `0.0.0.0/1` and `128.0.0.0/1`).
    pub is_default: bool,
    /// The Wi-Fi network. `None` if the link is not Wi-Fi, and if nobody can say.
    pub wifi: Option<Wifi>,
    /// Hardware address of the default route's next hop, confirmed by the next hop since the link came up or changed its network.
    pub gateway_mac: Option<Mac>,
    /// The networks of the interface's addresses, sorted. Without link-local networks, which every link has.
    pub subnets: Vec<Cidr>,
    /// Domains that the network assigned (DHCP options 15 and 119, or router advertisements) or the user configured, sorted, in
    /// lower case and without a dot at the end. Known and empty: the network has answered, and assigned none.
    pub dns_suffixes: Known<Vec<String>>,
    /// True if traffic costs money.
    pub metered: Known<bool>,
    /// The result of the system's check for a captive portal.
    pub portal: Portal,
}

/// The medium of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// IEEE 802.11.
    Wifi,
    /// Cable, or a virtual machine's equivalent of one.
    Ethernet,
    /// Mobile broadband.
    Cellular,
    /// Everything else.
    Other,
}

/// A Wi-Fi network that the computer is associated with. Each field is `None` if nobody can say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wifi {
    /// The name.
    pub ssid: Option<Ssid>,
    /// Hardware address of the access point.
    pub bssid: Option<Mac>,
    /// The weakest protection that the access point offers.
    pub security: Option<Security>,
}

/// The name of a Wi-Fi network: 1 to 32 bytes, usually but not always UTF-8.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ssid(Vec<u8>);

impl Ssid {
    /// Returns `None` for a name that is empty (a hidden network's), consists of zeros, or is longer than [`MAX_SSID`].
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let is_hidden = bytes.iter().all(|byte| *byte == 0);
        (!is_hidden && bytes.len() <= MAX_SSID).then(|| Self(bytes.to_vec()))
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The protection of a Wi-Fi network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// No authentication: open, or encrypted without one (OWE, RFC 8110).
    Open,
    /// WEP, which is broken.
    Wep,
    /// WPA with a shared password.
    Wpa,
    /// WPA2 with a shared password.
    Wpa2,
    /// WPA3 with a shared password (SAE) and nothing weaker.
    Wpa3,
    /// IEEE 802.1X alone.
    Enterprise,
}

/// The result of a check for a captive portal, a page that catches the first request of every user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Portal {
    /// Nobody has checked, or the check had another result.
    #[default]
    Unknown,
    /// The Internet answers.
    None,
    /// A portal answers in its place.
    Captive,
}

/// A hardware address (EUI-48).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// Returns the address of these bytes. `None` for another length, and for the addresses of nobody (zeros) and of groups.
    pub fn of_host(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; 6] = bytes.try_into().ok()?;
        let is_group = bytes[0] & 1 != 0;
        (!is_group && bytes != [0; 6]).then_some(Self(bytes))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, f] = self.0;
        write!(formatter, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is not six pairs of hexadecimal digits with colons between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a hardware address such as 00:1a:2b:3c:4d:5e")]
pub struct NotAMac;

impl FromStr for Mac {
    type Err = NotAMac;

    fn from_str(text: &str) -> Result<Self, NotAMac> {
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next().filter(|part| part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_hexdigit()));
            *byte = u8::from_str_radix(part.ok_or(NotAMac)?, 16).map_err(|_| NotAMac)?;
        }
        if parts.next().is_some() { Err(NotAMac) } else { Ok(Self(bytes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_pairs_of_digits_are_a_hardware_address() {
        assert_eq!("00:1a:2B:3c:4d:5e".parse(), Ok(Mac([0, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e])));
        assert_eq!(Mac([0, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e]).to_string(), "00:1a:2b:3c:4d:5e");
        for wrong in ["", "00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5e:6f", "0:1a:2b:3c:4d:5e", "+0:1a:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e"]
        {
            assert_eq!(wrong.parse::<Mac>(), Err(NotAMac), "{wrong}");
        }
    }

    #[test]
    fn addresses_of_nobody_and_of_groups_are_no_hosts() {
        assert_eq!(Mac::of_host(&[2, 0, 0, 0, 0, 1]), Some(Mac([2, 0, 0, 0, 0, 1])));
        for wrong in [&[0; 6][..], &[0xff; 6], &[1, 0, 0x5e, 0, 0, 1], &[2; 5], &[2; 8], &[]] {
            assert_eq!(Mac::of_host(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_network_without_a_name_has_none() {
        for wrong in [&b""[..], &[0; 8], &[b'a'; 33]] {
            assert_eq!(Ssid::new(wrong), None, "{wrong:?}");
        }
        assert_eq!(Ssid::new(b"\xffCaf\xc3\xa9").unwrap().as_bytes(), b"\xffCaf\xc3\xa9");
    }
}
