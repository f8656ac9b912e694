//! The example tunnels, and what their servers know. Their keys are the same everywhere: nothing leaves the memory.

use std::net::Ipv4Addr;

use adit_protocol::PrivateKey;

/// The names that the computer's resolver knows.
pub(crate) const NAMES: &[(&str, Ipv4Addr)] = &[("office.example.org", OFFICE), ("vpn.example.net", EVERYTHING)];

// Addresses for documentation (RFC 5737).
const HOME: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);
const OFFICE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 20);
const EVERYTHING: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 5);

/// The example tunnels.
const SAMPLES: [Sample; 4] = [
    Sample {
        name: "Home",
        interface: "home",
        number: 1,
        endpoint: "198.51.100.7",
        more: "AllowedIPs = 10.1.0.0/24, 192.168.77.0/24\nPersistentKeepalive = 25\n",
        dns: "",
        server: Some(HOME),
    },
    Sample {
        name: "Office",
        interface: "office",
        number: 2,
        endpoint: "office.example.org",
        more: "AllowedIPs = 10.2.0.0/16\n",
        dns: "",
        server: Some(OFFICE),
    },
    Sample {
        name: "Everything",
        interface: "everything",
        number: 3,
        endpoint: "vpn.example.net",
        more: "AllowedIPs = 0.0.0.0/0, ::/0\n",
        dns: "DNS = 10.3.0.1\n",
        server: Some(EVERYTHING),
    },
    Sample {
        name: "No answer",
        interface: "silent",
        number: 4,
        endpoint: "203.0.113.99",
        more: "AllowedIPs = 10.4.0.0/24\n",
        dns: "",
        server: None,
    },
];

/// An example tunnel.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) interface: &'static str,
    /// The second byte of its addresses, and the seed of its keys.
    number: u8,
    endpoint: &'static str,
    /// Lines for the peer.
    more: &'static str,
    /// Lines for the interface.
    dns: &'static str,
    /// The address of the server in the simulated Internet. None if nobody answers.
    pub(crate) server: Option<Ipv4Addr>,
}

/// Returns the example tunnels.
pub(crate) fn samples() -> &'static [Sample] {
    &SAMPLES
}

impl Sample {
    /// Returns the configuration of the computer's end.
    pub(crate) fn config(&self) -> String {
        let Self { name, number, endpoint, more, dns, .. } = self;
        format!(
            "[Interface]\nPrivateKey = {}\nAddress = 10.{number}.0.2/24\n{dns}\n[Peer]\n# Name = {name} server\nPublicKey = {}\n\
             {more}Endpoint = {endpoint}:51820\n",
            *self.own_key().dangerously_reveal_base64(),
            self.server_key().public()
        )
    }

    /// Returns the configuration of the server's end.
    pub(crate) fn server_config(&self) -> String {
        let number = self.number;
        format!(
            "[Interface]\nPrivateKey = {}\nListenPort = 51820\nAddress = 10.{number}.0.1/24\n\n[Peer]\nPublicKey = {}\n\
             AllowedIPs = 10.{number}.0.2/32\n",
            *self.server_key().dangerously_reveal_base64(),
            self.own_key().public()
        )
    }

    /// Returns the address of the server inside the tunnel, and the computer's.
    pub(crate) fn inner_addresses(&self) -> (Ipv4Addr, Ipv4Addr) {
        (Ipv4Addr::new(10, self.number, 0, 1), Ipv4Addr::new(10, self.number, 0, 2))
    }

    fn own_key(&self) -> PrivateKey {
        PrivateKey::from_bytes([self.number; 32])
    }

    fn server_key(&self) -> PrivateKey {
        PrivateKey::from_bytes([self.number + 100; 32])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_a_configuration_without_a_problem() {
        for sample in samples() {
            for text in [sample.config(), sample.server_config()] {
                let document = adit_config::Document::parse(text.as_bytes()).unwrap();
                let (_, findings) = adit_config::parse::config(&document).unwrap();
                assert!(findings.is_empty(), "{}: {findings:?}", sample.name);
            }
        }
    }
}
