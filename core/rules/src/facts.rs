//! The facts about the networks that the computer is joined to: the input of every decision.
//!
//! A fact that nobody could find out is a value of its own. It never helps a condition that relaxes protection.

mod known;
mod local_time;
mod mac;
mod ssid;

use adit_config::{Cidr, PublicKey};
use serde::{Deserialize, Serialize};

pub use known::Known;
pub use local_time::{Day, LocalTime};
pub use mac::{Mac, MacError};
pub use ssid::{Ssid, SsidError};

/// Everything known about the networks that the computer is joined to, at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// The links that are up and lead to a network, the preferred one first. Loopback, bridges of containers and tunnels are not
    /// among them. Empty: the computer is in no network.
    pub links: Vec<Link>,
    /// The local time.
    pub at: LocalTime,
    /// Whether a VPN of another program is up.
    pub other_vpn: Known<bool>,
}

/// One link of the computer and the network behind it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// The name of the interface.
    pub interface: String,
    /// The kind of link.
    pub kind: LinkKind,
    /// Whether a default route leads over the link, so that it may carry traffic for the Internet. Several links can have one.
    pub is_default: bool,
    /// The Wi-Fi network; `None` for another kind of link, or if nothing is known about it.
    pub wifi: Option<Wifi>,
    /// The hardware address of the default gateway; `None` if it is unknown or there is no gateway.
    pub gateway_mac: Option<Mac>,
    /// The networks of the link's addresses. Empty: the link has no address yet.
    pub subnets: Vec<Cidr>,
    /// All DNS suffixes that the network announced, such as `corp.example`. An empty list says that it announced none; a source
    /// that cannot tell this from not knowing yet gives `Unknown` instead of an empty list.
    pub dns_suffixes: Known<Vec<String>>,
    /// Whether traffic on the link costs money.
    pub metered: Known<bool>,
    /// The answer of the home probe on this link.
    pub home: ProbeResult,
    /// Whether the network has a captive portal.
    pub portal: Portal,
}

/// The kind of a link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Wi-Fi (IEEE 802.11).
    Wifi,
    /// Ethernet with a cable.
    Ethernet,
    /// A cellular network.
    Cellular,
    /// Another kind.
    Other,
}

/// The known facts about a Wi-Fi network.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Wifi {
    /// The name of the network.
    pub ssid: Option<Ssid>,
    /// The hardware address of the access point.
    pub bssid: Option<Mac>,
    /// The protection of the radio link.
    pub security: Option<Security>,
}

/// How a Wi-Fi network protects its radio link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// No password. OWE ("enhanced open") counts as open too, because it authenticates nobody.
    Open,
    /// WEP, which can be broken within minutes.
    Wep,
    /// WPA with a password.
    Wpa,
    /// WPA2 with a password.
    Wpa2,
    /// WPA3 with a password.
    Wpa3,
    /// WPA, WPA2 or WPA3 with an account for each user (IEEE 802.1X).
    Enterprise,
}

/// The result of the home probe: a question on the local network that only the owner of a known key can answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeResult {
    /// No question has been asked yet, or it is still open.
    NotAsked,
    /// Nobody answered in time.
    NoAnswer,
    /// The owner of this key answered.
    Answered {
        /// The public key that the answer was proven with.
        #[serde(with = "crate::key_text")]
        key: PublicKey,
    },
}

/// Whether a network holds traffic back until somebody has visited its page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portal {
    /// Nobody knows.
    Unknown,
    /// The Internet can be reached.
    None,
    /// There is a captive portal, and nobody has passed it yet.
    Captive,
}

impl Facts {
    /// Returns the links that decisions are made for: those with a default route, or all links if none has one.
    pub fn deciding_links(&self) -> impl Iterator<Item = &Link> {
        let has_default = self.links.iter().any(|link| link.is_default);
        self.links.iter().filter(move |link| link.is_default || !has_default)
    }
}

impl Link {
    /// Returns a link of which only the interface, the kind and `is_default: true` are known.
    pub fn unknown(interface: impl Into<String>, kind: LinkKind) -> Self {
        Self {
            interface: interface.into(),
            kind,
            is_default: true,
            wifi: None,
            gateway_mac: None,
            subnets: Vec::new(),
            dns_suffixes: Known::Unknown,
            metered: Known::Unknown,
            home: ProbeResult::NotAsked,
            portal: Portal::Unknown,
        }
    }

    /// Returns the name of the Wi-Fi network, if it is known.
    pub fn ssid(&self) -> Option<&Ssid> {
        self.wifi.as_ref().and_then(|wifi| wifi.ssid.as_ref())
    }
}
