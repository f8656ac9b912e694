//! The configurations that tunnels are given, and what is true of each, known beforehand.

use adit_e2e::{Device, Family, Host, Implementation, Keys, Lab, Namespace, Side as _};

/// Port that two of them want.
const PORT: u16 = 7007;

/// What a configuration takes of the computer.
pub(crate) struct Facts {
    lines: &'static str,
    /// Networks of its peer, separated by commas.
    allowed: &'static str,
    /// What no two tunnels can both have, beside all traffic.
    pub(crate) takes: &'static [&'static str],
}

impl Facts {
    /// Networks of its peer.
    pub(crate) fn networks(&self) -> impl Iterator<Item = &'static str> {
        self.allowed.split(", ")
    }

    /// Whether all traffic of a family is its own.
    pub(crate) fn takes_all(&self) -> bool {
        self.networks().any(|network| network.ends_with("/0"))
    }
}

/// Some are at odds: by a network, a port, an address, or all traffic.
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

/// The configurations, whose peer really answers.
pub(crate) struct Texts<'lab> {
    pub(crate) all: Vec<String>,
    _peer: Device<'lab>,
}

impl<'lab> Texts<'lab> {
    /// Starts the peer.
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
