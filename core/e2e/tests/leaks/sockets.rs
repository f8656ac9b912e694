//! Programs on the client that try to get past the tunnel, or that began before it was up.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

use adit_e2e::leaks::probe::{self, KINDS, PORTS};
use adit_e2e::leaks::scene::{Column, ENDPOINT, PUBLIC, Scene};
use adit_e2e::leaks::table::{Measured, row};
use adit_e2e::{Host, People, Who};
use anyhow::ensure;

#[test]
fn sockets_bound_to_the_network_interface() -> anyhow::Result<()> {
    let attack = "A program binds its sockets to the network interface (SO_BINDTODEVICE), as root and as nobody";
    row(attack).kill_switch_only().run(|scene| {
        scene.up()?;
        let victim: IpAddr = PUBLIC.parse()?;
        let root = scene.measure_with(&[victim], &[], KINDS, || bound(scene, ""))?;
        let nobody = scene
            .measure_with(&[victim], &[], KINDS, || bound(scene, "setpriv --reuid=65534 --regid=65534 --clear-groups -- "))?;
        Ok(root.and(nobody))
    })
}

/// Sends the five kinds of probes from sockets bound to `eth0`, as the user that the prefix selects.
fn bound(scene: &Scene<'_>, prefix: &str) -> anyhow::Result<()> {
    let each = PORTS.map(|port| {
        format!(
            "echo 'adit canary' | {prefix}socat -u - UDP4-SENDTO:{PUBLIC}:{port},so-bindtodevice=eth0 & \
             {prefix}socat -u /dev/null TCP4:{PUBLIC}:{port},so-bindtodevice=eth0,connect-timeout=0.2 & "
        )
    });
    // The sniffer tells whether they got out.
    scene.client.try_shell(&format!("{}{prefix}ping -c 1 -W 1 -I eth0 {PUBLIC} & wait", each.concat()))?;
    Ok(())
}

#[test]
fn another_program_sends_to_the_endpoint() -> anyhow::Result<()> {
    let attack = "TunnelCrack ServerIP (CVE-2023-36671, CVE-2023-36673): the endpoint's name resolves to the victim; other programs, as nobody, send there";
    let by_name = |text: &str| text.replace(&format!("Endpoint = {ENDPOINT}:"), "Endpoint = vpn.adit.test:");
    row(attack).and_adit_up().configured(by_name).run(|scene| {
        scene.client.etc("hosts", &format!("127.0.0.1 localhost\n{ENDPOINT} vpn.adit.test\n"))?;
        let people = People::on(scene.client)?;
        scene.up()?;
        let victim: IpAddr = ENDPOINT.parse()?;
        if scene.column != Column::Control {
            let endpoints = scene.client.shell("wg show all endpoints")?;
            ensure!(endpoints.contains(ENDPOINT), "the victim is not the endpoint: {endpoints}");
        }
        let as_root = scene.measure(&[victim], &[victim])?;
        let targets: [SocketAddr; 3] = [Host(2).port(), 443, 4242].map(|port| (victim, port).into());
        let as_nobody = scene.measure_with(&[victim], &[victim], 2 * targets.len(), || {
            scene.client.within(|| {
                people.work_as(Who::Nobody, || {
                    for target in targets {
                        probe::udp(target);
                        probe::tcp(target);
                    }
                    Ok(())
                })
            })
        })?;
        Ok(as_root.and(as_nobody))
    })
}

#[test]
fn connections_from_before_the_tunnel() -> anyhow::Result<()> {
    row("TCP and UDP connections from before the tunnel was up go on sending").and_adit_up().run(|scene| {
        let victim: IpAddr = PUBLIC.parse()?;
        let listener = scene.router.within(|| Ok(TcpListener::bind((victim, 4300))?))?;
        let (tcp, udp) = scene.client.within(|| {
            let udp = UdpSocket::bind("10.77.0.1:0")?;
            udp.connect((victim, 4300))?;
            Ok((TcpStream::connect((victim, 4300))?, udp))
        })?;
        let _accepted = listener.accept()?;
        scene.up()?;
        let sniffer = scene.sniff()?;
        let sent = go_on(tcp, &udp)?;
        let recording = scene.finish(sniffer)?;
        let of_them = |protocol| {
            let packets = recording.packets().filter(|packet| packet.destination == victim && packet.port() == Some(4300));
            packets.filter(|packet| packet.protocol == protocol).count()
        };
        // Without a tunnel TCP may put several writes into a packet.
        let (segments, datagrams) = (of_them(6), of_them(17));
        let clear = if scene.column == Column::Control && segments > 0 { sent } else { segments + datagrams };
        let story = format!("{segments} TCP segments and {datagrams} UDP datagrams");
        Ok(Measured { sent, clear, through: None, story })
    })
}

/// Writes to both for half a second. Returns the number of writes.
fn go_on(mut tcp: TcpStream, udp: &UdpSocket) -> anyhow::Result<usize> {
    const ROUNDS: usize = 50;
    tcp.set_nonblocking(true)?;
    for _ in 0..ROUNDS {
        // A full buffer and an unreachable network count like a dropped packet.
        let _ = tcp.write(b"adit canary");
        let _ = udp.send(b"adit canary");
        // Sets the rate of the writes.
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(2 * ROUNDS)
}
