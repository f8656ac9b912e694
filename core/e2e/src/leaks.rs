//! Tests for leaks: sends every kind of packet while a sniffer at the other end of the link counts those in clear.

pub mod advertisement;
pub mod canary;
pub mod dhcp;
pub mod name_server;
pub mod probe;
pub mod scene;
pub mod table;

use std::time::Duration;

use anyhow::ensure;

use crate::capture::Capture;
use crate::lab::Lab;
use crate::namespace::Namespace;

/// Addresses on the far side, by the ordinary default route.
pub const INTERNET: [&str; 2] = ["203.0.113.9", "2001:db8::9"];
/// Matches everything to the Internet in clear. The tunnel's own packets go to the server's address on the link.
pub const CLEAR: &str = "host 203.0.113.9 or host 2001:db8::9";

/// Sends every kind of packet: UDP and TCP to the ports of DNS and another, and pings, over both families.
pub fn probe(client: &Namespace) -> anyhow::Result<()> {
    client.within(|| {
        for address in INTERNET {
            let address: std::net::IpAddr = address.parse()?;
            for port in [53, 853, 4242] {
                let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                // A packet that cannot be sent counts like one that is dropped.
                let _ = std::net::UdpSocket::bind(any)?.send_to(b"probe", (address, port));
                let _ = std::net::TcpStream::connect_timeout(&(address, port).into(), Duration::from_millis(50));
            }
        }
        Ok(())
    })?;
    for address in INTERNET {
        client.try_shell(&format!("ping -c 1 -W 1 {address}"))?;
    }
    Ok(())
}

/// Counts the packets in clear during `meanwhile` and then [`probe()`].
pub fn seen(
    lab: &Lab,
    server: &Namespace,
    client: &Namespace,
    meanwhile: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let sniffer = Capture::start(lab, server, "eth0", CLEAR)?;
    meanwhile()?;
    probe(client)?;
    Ok(sniffer.finish()?.frames.len())
}

fn nothing() -> anyhow::Result<()> {
    Ok(())
}

/// Verifies that the sniffer sees packets of every kind when nothing stops them.
pub fn everything_is_seen(lab: &Lab, server: &Namespace, client: &Namespace) -> anyhow::Result<()> {
    let count = seen(lab, server, client, nothing)?;
    // Three datagrams, three first segments and a ping for each family, and answers.
    ensure!(count >= 14, "the sniffer sees {count} packets only");
    Ok(())
}

/// Fails if any packet gets out. `when` names the point of the test in the error.
pub fn nothing_is_seen(lab: &Lab, server: &Namespace, client: &Namespace, when: &str) -> anyhow::Result<()> {
    let count = seen(lab, server, client, nothing)?;
    ensure!(count == 0, "{when}: {count} packets in clear");
    Ok(())
}
