//! The protection of a Wi-Fi network, from what its access point offers.

use crate::network_facts::Security;

/// The protection that an access point offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Offer {
    /// The capability "privacy": frames are encrypted.
    pub privacy: bool,
    /// The WPA element of Microsoft, the predecessor of RSN.
    pub wpa: Option<KeyManagement>,
    /// The RSN element (IEEE 802.11, 9.4.2.24): WPA2 and WPA3.
    pub rsn: Option<KeyManagement>,
}

/// The ways to agree on keys that an access point offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KeyManagement {
    /// A shared password (PSK).
    pub password: bool,
    /// A shared password, with SAE.
    pub sae: bool,
    /// IEEE 802.1X.
    pub enterprise: bool,
    /// Encryption without authentication (OWE).
    pub opportunistic: bool,
}

impl Offer {
    /// Returns the weakest protection of the offer, because an attacker chooses what the computer uses. `None` if none is known.
    pub fn security(&self) -> Option<Security> {
        let (wpa, rsn) = (self.wpa.unwrap_or_default(), self.rsn.unwrap_or_default());
        if self.wpa.is_none() && self.rsn.is_none() {
            return Some(if self.privacy { Security::Wep } else { Security::Open });
        }
        let weakest_first = [
            (wpa.opportunistic || rsn.opportunistic, Security::Open),
            (wpa.password, Security::Wpa),
            (rsn.password, Security::Wpa2),
            (wpa.sae || rsn.sae, Security::Wpa3),
            (wpa.enterprise || rsn.enterprise, Security::Enterprise),
        ];
        weakest_first.into_iter().find_map(|(is_offered, security)| is_offered.then_some(security))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_offer_counts() {
        let none = KeyManagement::default();
        let password = Some(KeyManagement { password: true, ..none });
        let sae = Some(KeyManagement { sae: true, ..none });
        let transition = Some(KeyManagement { password: true, sae: true, ..none });
        let enterprise = Some(KeyManagement { enterprise: true, ..none });
        let owe = Some(KeyManagement { opportunistic: true, ..none });
        let offer = |privacy, wpa, rsn| Offer { privacy, wpa, rsn }.security();
        assert_eq!(offer(false, None, None), Some(Security::Open));
        assert_eq!(offer(true, None, None), Some(Security::Wep));
        assert_eq!(offer(true, password, None), Some(Security::Wpa));
        assert_eq!(offer(true, password, password), Some(Security::Wpa), "mixed mode");
        assert_eq!(offer(true, None, password), Some(Security::Wpa2));
        assert_eq!(offer(true, None, transition), Some(Security::Wpa2), "WPA3 with a transition mode");
        assert_eq!(offer(true, None, sae), Some(Security::Wpa3));
        assert_eq!(offer(true, None, enterprise), Some(Security::Enterprise));
        assert_eq!(offer(true, enterprise, password), Some(Security::Wpa2));
        assert_eq!(offer(true, None, owe), Some(Security::Open));
        assert_eq!(offer(true, None, Some(none)), None, "a key management of the future");
    }
}
