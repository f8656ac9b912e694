//! The configurations of the tunnels, and the facts about each.

use adit_e2e::{Device, Family, Host, Implementation, Keys, Lab, Namespace, Side as _};

/// The port that two of them use.
const PORT: u16 = 7007;

/// The facts about a configuration.
pub(crate) struct Facts {
    lines: &'static str,
    /// Allowed IPs of its peer, separated by commas.
    allowed: &'static str,
    /// The resources, besides all traffic, that no two tunnels can both have.
    pub(crate) takes: &'static [&'static str],
}

impl Facts {
    /// Returns the allowed IPs of its peer.
    pub(crate) fn networks(&self) -> impl Iterator<Item = &'static str> {
        self.allowed.split(", ")
    }

    /// Returns true if it takes all traffic of a family.
    pub(crate) fn takes_all(&self) -> bool {
        self.networks().any(|network| network.ends_with("/0"))
    }
}

/// Some of them conflict: by a network, a port, an address, or all traffic.
pub(crate) const FACTS: [Facts; 7] = [
    Facts { lines: "Address = 10.1.0.2/24", allowed: "10.1.0.0/24", takes: &["10.1.0.0/24", "10.1.0.2"] },
    Facts {
        lines: "Address = 10.1.7.2/24",
        allowed: "10.1.0.0/16, 192.0.2.0/24",
        takes: &["10.1.0.0/24", "10.1.0.0/16", "192.0.2.0/24", "10.1.7.2"],
    },
    Facts {
        lines: "Address = 10.2.0.2/24\nListenPort = 7007",
        allowed: "10.2.0.0/24",
        takes: &["port", "10.2.0.0/24", "10.2.0.2"],
    },
    Facts {
        lines: "Address = 10.3.0.2/24, fd03::2/64\nListenPort = 7007",
        allowed: "10.3.0.0/24, fd03::/64",
        takes: &["port", "10.3.0.0/24", "fd03::/64", "10.3.0.2", "fd03::2"],
    },
    Facts { lines: "Address = 10.4.0.2/24, fd04::2/64\nMTU = 1300", allowed: "0.0.0.0/0, ::/0", takes: &["10.4.0.2", "fd04::2"] },
    Facts { lines: "Address = 10.5.0.2/24", allowed: "0.0.0.0/0", takes: &["10.5.0.2"] },
    Facts { lines: "Address = 10.5.0.2/32", allowed: "10.6.0.0/24", takes: &["10.6.0.0/24", "10.5.0.2"] },
];

/// The texts of the configurations, whose peer really answers.
pub(crate) struct Texts<'lab> {
    pub(crate) all: Vec<String>,
    _peer: Device<'lab>,
}

impl<'lab> Texts<'lab> {
    /// Starts the peer and builds the texts.
    pub(crate) fn of_a_peer(lab: &'lab Lab, server: &'lab Namespace) -> anyhow::Result<Self> {
        assert!(FACTS[2].lines.ends_with(&PORT.to_string()), "the port that is taken is the one that is named");
        let peer = Device::start(lab, server, Implementation::AditWg, Host(2))?;
        let own = Keys::generate()?;
        let mut served = format!("[Interface]\nPrivateKey = {}\nListenPort = {}\n", own.private, Host(2).port());
        let mut all = Vec::new();
        for (number, Facts { lines, allowed, .. }) in FACTS.iter().enumerate() {
            let keys = Keys::generate()?;
            served += &format!("\n[Peer]\nPublicKey = {}\nAllowedIPs = 10.20.{number}.2/32\n", keys.public);
            all.push(format!(
                "[Interface]\nPrivateKey = {}\n{lines}\n\n[Peer]\nPublicKey = {}\nAllowedIPs = {allowed}\nEndpoint = {}\n",
                keys.private,
                own.public,
                Host(2).endpoint(Family::V4)
            ));
        }
        peer.setconf(&served)?;
        Ok(Self { all, _peer: peer })
    }
}
