//! Neighbours: containers whose packets the client forwards, and hosts of the local network that probe for the tunnel's
//! address.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use adit_e2e::Namespace;
use adit_e2e::leaks::probe::{KINDS, checksum, send};
use adit_e2e::leaks::scene::{Column, PUBLIC, Scene};
use adit_e2e::leaks::table::{Measured, row};
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, ipproto, sendto, socket_with};

/// The client's address in the tunnel.
const INNER: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);

#[test]
fn forwarded_traffic_of_containers() -> anyhow::Result<()> {
    row("A container behind the client (veth, masquerade) sends while the tunnel is up").run(|scene| {
        let container = contain(scene)?;
        scene.up()?;
        from(scene, &container, true)
    })
}

#[test]
fn forwarded_traffic_of_containers_after_a_kill() -> anyhow::Result<()> {
    row("A container behind the client sends after the service was killed").kill_switch_only().run(|scene| {
        let container = contain(scene)?;
        scene.up()?;
        scene.kill()?;
        from(scene, &container, false)
    })
}

fn contain(scene: &Scene<'_>) -> anyhow::Result<Namespace> {
    let container = scene.lab.namespace("container")?;
    scene.client.link("ct0", "172.30.0.1/24", &container, "eth0", "172.30.0.2/24")?;
    container.ip("route add default via 172.30.0.1")?;
    for outside in ["eth0", &scene.tunnel.interface] {
        scene.client.masquerade("172.30.0.0/24", outside)?;
    }
    Ok(container)
}

fn from(scene: &Scene<'_>, container: &Namespace, up: bool) -> anyhow::Result<Measured> {
    let victim: [IpAddr; 1] = [PUBLIC.parse()?];
    scene.measure_with(&victim, if up { &victim } else { &[] }, KINDS, || send(container, &victim))
}

/// Creates a host on a second network of the client's that routes the tunnel's address to the client.
fn neighbour(scene: &Scene<'_>) -> anyhow::Result<Namespace> {
    let neighbour = scene.lab.namespace("neighbour")?;
    scene.client.link("eth1", "192.168.88.1/24", &neighbour, "eth0", "192.168.88.2/24")?;
    scene.client.shell("for i in all eth1; do echo 0 >/proc/sys/net/ipv4/conf/$i/rp_filter; done")?;
    neighbour.ip(&format!("route add {INNER} via 192.168.88.1"))?;
    if scene.column == Column::Control {
        // Without a tunnel the address must be on another interface.
        scene.client.ip(&format!("addr add {INNER}/32 dev lo"))?;
    }
    Ok(neighbour)
}

#[test]
fn segments_to_the_tunnels_address() -> anyhow::Result<()> {
    const PROBES: u16 = 5;
    row("CVE-2019-14899: a neighbour sends SYN and SYN/ACK segments to the tunnel's address (rp_filter off); answers are counted")
        .run(|scene| {
            let neighbour = neighbour(scene)?;
            scene.up()?;
            let sniffer = adit_e2e::Capture::start(scene.lab, &neighbour, "eth0", &format!("tcp and src host {INNER}"))?;
            neighbour.within(|| {
                let flags = SocketFlags::CLOEXEC;
                let socket = socket_with(AddressFamily::INET, SocketType::RAW, flags, Some(ipproto::TCP))?;
                for port in 0..PROBES {
                    // A SYN, and a SYN/ACK.
                    for flags in [0x02, 0x12] {
                        let segment = segment(4000 + port, flags);
                        sendto(&socket, &segment, SendFlags::empty(), &SocketAddr::new(INNER.into(), 0))?;
                    }
                }
                Ok(())
            })?;
            // Any answers arrive before the one to this later ping.
            neighbour.reaches("192.168.88.1")?;
            let clear = sniffer.finish()?.frames.len();
            Ok(Measured { sent: 2 * usize::from(PROBES), clear, through: None, story: "answers".to_owned() })
        })
}

/// Builds a TCP segment without data from 192.168.88.2 to the tunnel's address.
fn segment(port: u16, flags: u8) -> Vec<u8> {
    let [high, low] = port.to_be_bytes();
    let mut segment = vec![0x30, 0x39, high, low, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags, 0x20, 0, 0, 0, 0, 0];
    let pseudo = [&[192, 168, 88, 2], &INNER.octets()[..], &[0, 6, 0, 20], &segment].concat();
    segment[16..18].copy_from_slice(&checksum(&pseudo));
    segment
}

#[test]
fn arp_requests_for_the_tunnels_address() -> anyhow::Result<()> {
    row("ARP requests on the local network for the tunnel's address (MLLVD-CR-24-03); answers are counted").run(|scene| {
        let neighbour = neighbour(scene)?;
        scene.up()?;
        let own = answers(scene, &neighbour, "192.168.88.1")?;
        anyhow::ensure!(own >= 1, "the client does not answer for its own address");
        let clear = answers(scene, &neighbour, &INNER.to_string())?;
        Ok(Measured { sent: 2, clear, through: None, story: "answers".to_owned() })
    })
}

/// Returns how many ARP replies two requests get.
fn answers(scene: &Scene<'_>, neighbour: &Namespace, address: &str) -> anyhow::Result<usize> {
    let sniffer = adit_e2e::Capture::start(scene.lab, neighbour, "eth0", &format!("arp[6:2] = 2 and arp src host {address}"))?;
    // It fails if nobody answers.
    neighbour.try_shell(&format!("busybox arping -c 2 -w 3 -I eth0 {address}"))?;
    Ok(sniffer.finish()?.frames.len())
}
