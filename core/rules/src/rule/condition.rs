//! One condition of a rule.

use adit_config::{Cidr, PublicKey};
use serde::{Deserialize, Serialize};

use super::{Alternatives, Glob, Suffix, Window, networks};
use crate::facts::{LinkKind, Mac, Security};

/// A condition: a matcher, or its opposite.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Whether the condition holds where the matcher does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not: bool,
    /// The test that a fact has to pass.
    pub is: Matcher,
}

/// A comparison with the facts. Where it has several values, one of them must match.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matcher {
    /// The kind of the link.
    Kind(Alternatives<LinkKind>),
    /// The link is Wi-Fi, and the name of the network matches at least one of the patterns without `!`, if there are any, and none
    /// of those with `!`.
    Ssid(Alternatives<Glob>),
    /// The link is Wi-Fi, and the access point has this hardware address.
    Bssid(Alternatives<Mac>),
    /// The link is Wi-Fi, and its radio link is protected like this.
    Security(Alternatives<Security>),
    /// The default gateway has this hardware address.
    Gateway(Alternatives<Mac>),
    /// An address of the link is in this network.
    Subnet(#[serde(deserialize_with = "networks::deserialize")] Alternatives<Cidr>),
    /// The network announced this DNS suffix, or one below it.
    DnsSuffix(Alternatives<Suffix>),
    /// Traffic costs money.
    Metered,
    /// The local time is in this window.
    Time(Alternatives<Window>),
    /// A VPN of another program is up.
    OtherVpn,
    /// The owner of this key answered the home probe on the link.
    Home(Alternatives<Home>),
    /// The computer is in no network.
    NoNetwork,
}

/// The key of a home probe's answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Home(#[serde(with = "crate::key_text")] pub PublicKey);

impl Condition {
    /// Returns the condition that holds where the matcher does.
    pub const fn is(is: Matcher) -> Self {
        Self { not: false, is }
    }

    /// Returns the condition that holds where the matcher does not.
    pub const fn not(is: Matcher) -> Self {
        Self { not: true, is }
    }
}
