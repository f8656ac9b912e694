//! Whether anything gets out in clear: everything is tried, and a sniffer on the other end of the cable counts.

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

/// On the far side, by the ordinary default route.
pub const INTERNET: [&str; 2] = ["203.0.113.9", "2001:db8::9"];
/// Everything to the Internet in clear; the tunnel's own packets go to the server's address on the cable.
pub const CLEAR: &str = "host 203.0.113.9 or host 2001:db8::9";

/// Tries everything: UDP and TCP to the ports of DNS and another, and pings, over both families.
pub fn probe(client: &Namespace) -> anyhow::Result<()> {
    client.within(|| {
        for address in INTERNET {
            let address: std::net::IpAddr = address.parse()?;
            for port in [53, 853, 4242] {
                let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                // That it cannot be sent is as good as that it is dropped.
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

/// Packets in clear that are seen while everything is tried, and while `meanwhile` happens.
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

/// The sniffer sees packets of every kind when nothing is in their way.
pub fn everything_is_seen(lab: &Lab, server: &Namespace, client: &Namespace) -> anyhow::Result<()> {
    let count = seen(lab, server, client, nothing)?;
    // Three datagrams, three first segments and a ping for each family, and answers.
    ensure!(count >= 14, "the sniffer sees {count} packets only");
    Ok(())
}

/// Fails if anything gets out; `when` says at what point of the story.
pub fn nothing_is_seen(lab: &Lab, server: &Namespace, client: &Namespace, when: &str) -> anyhow::Result<()> {
    let count = seen(lab, server, client, nothing)?;
    ensure!(count == 0, "{when}: {count} packets in clear");
    Ok(())
}
