//! The networks that the computer is in, as rules see them. A fact that nobody knows is None.

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

use crate::PublicKey;

/// All networks at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Networks {
    /// The links that are up, without tunnels. Empty: the computer is in no network.
    pub links: Vec<NetworkLink>,
    /// True if a VPN of another program is up.
    pub other_vpn: Option<bool>,
    /// The local time; None in a request: now.
    pub at: Option<DayTime>,
}

/// A link and the network behind it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NetworkLink {
    /// The name of the interface.
    pub interface: String,
    /// The kind.
    pub kind: LinkKind,
    /// True if a default route leads over it. If any link has one, only those with one decide.
    pub is_default: bool,
    /// The name of the Wi-Fi network. Invisible characters and bytes that are not UTF-8 are `\xNN`, a backslash is `\\`.
    pub wifi_name: Option<String>,
    /// The hardware address of the access point, such as `aa:bb:cc:dd:ee:ff`.
    pub access_point: Option<String>,
    /// The protection of the radio link.
    pub wifi_security: Option<WifiSecurity>,
    /// The hardware address of the default gateway.
    pub gateway: Option<String>,
    /// The networks of the link's addresses.
    #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
    pub subnets: Vec<Cidr>,
    /// The DNS suffixes that the network announced.
    pub dns_suffixes: Option<Vec<String>>,
    /// True if traffic costs money.
    pub metered: Option<bool>,
    /// The answer of the home probe.
    pub home: HomeAnswer,
    /// The result of the system's check for a captive portal.
    pub portal: PortalState,
}

/// The kind of a link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LinkKind {
    /// Wi-Fi.
    Wifi,
    /// Ethernet with a cable.
    Ethernet,
    /// A cellular network.
    Cellular,
    /// Another kind.
    Other,
}

/// The protection of a Wi-Fi network.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum WifiSecurity {
    /// No password.
    Open,
    /// WEP, which is broken.
    Wep,
    /// WPA with a password.
    Wpa,
    /// WPA2 with a password.
    Wpa2,
    /// WPA3 with a password.
    Wpa3,
    /// An account for each user (IEEE 802.1X).
    Enterprise,
}

/// The answer of the home probe on a link.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum HomeAnswer {
    /// Nobody has asked, or the question is still open.
    NotAsked,
    /// Nobody answered in time.
    NoAnswer,
    /// The owner of this key answered.
    Answered {
        /// The key.
        key: PublicKey,
    },
}

/// Whether a network holds traffic back until somebody has visited its page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PortalState {
    /// Nobody knows.
    Unknown,
    /// The Internet answers.
    None,
    /// It does.
    Captive,
}

/// A day of the week and the time of that day, in local time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DayTime {
    /// The day.
    pub day: Weekday,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "each is the day of that name")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}
