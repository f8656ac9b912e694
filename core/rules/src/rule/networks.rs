//! Lists of networks in rules as data.

use adit_config::Cidr;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::Alternatives;

/// Deserializes networks. Fails on an address with host bits, like the text of a rule.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Alternatives<Cidr>, D::Error> {
    let networks = Alternatives::<Cidr>::deserialize(deserializer)?;
    match networks.iter().find(|network| network.has_host_bits()) {
        Some(wrong) => {
            Err(D::Error::custom(format!("`{wrong}` is the address of a host, not a network; write `{}`", wrong.network())))
        }
        None => Ok(networks),
    }
}
