//! DNS queries past the tunnel.

use std::net::{IpAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use adit_e2e::leaks::name_server::answer_all;
use adit_e2e::leaks::probe;
use adit_e2e::leaks::scene::{Column, ENDPOINT, LOCAL, PUBLIC, Scene};
use adit_e2e::leaks::table::{Measured, row};
use anyhow::{anyhow, ensure};

const NAMES: u16 = 100;

#[test]
fn questions_to_a_resolver_on_the_local_network() -> anyhow::Result<()> {
    row("100 names asked of a resolver on the local network, each while up and after the service was killed")
        .kill_switch_only()
        .run(|scene| {
            // Resolves the name server's hardware address, so that no query waits for it.
            scene.client.ping_all_answered(LOCAL)?;
            scene.up()?;
            let up = ask(scene)?;
            scene.kill()?;
            Ok(up.and(ask(scene)?))
        })
}

/// The server's name, for which the attacker's name server gives another address.
const SERVER: &str = "vpn.adit.test";

#[test]
fn a_hostile_resolver_gives_the_victims_address_as_the_servers() -> anyhow::Result<()> {
    row("TunnelCrack ServerIP (CVE-2023-36673, CVE-2023-36671): a resolver gives the victim's address as the server's")
        .and_adit_up()
        .configured(|text| text.replace(&format!("{ENDPOINT}:"), &format!("{SERVER}:")))
        .run(|scene| {
            let victim: IpAddr = PUBLIC.parse()?;
            scene.client.etc("resolv.conf", &format!("nameserver {LOCAL}\n"))?;
            let (router, questions, ends) = (scene.router, AtomicUsize::new(0), AtomicBool::new(false));
            std::thread::scope(|scope| {
                let resolver =
                    scope.spawn(|| answer_all(router, format!("{LOCAL}:53").parse()?, PUBLIC.parse()?, &questions, &ends));
                // The victim's address is the router's, on all of whose addresses the server listens.
                let measured = scene.up().and_then(|()| scene.measure(&[victim], &[victim]));
                ends.store(true, Ordering::Relaxed);
                resolver.join().map_err(|_| anyhow!("the resolver panicked"))??;
                ensure!(scene.column == Column::Control || questions.load(Ordering::Relaxed) > 0, "nobody asked the resolver");
                measured
            })
        })
}

fn ask(scene: &Scene<'_>) -> anyhow::Result<Measured> {
    let resolver: IpAddr = LOCAL.parse()?;
    let sniffer = scene.sniff()?;
    scene.client.within(|| {
        let socket = UdpSocket::bind("0.0.0.0:0")?;
        for number in 0..NAMES {
            // Header: recursion desired, one question; then the name, A, IN.
            let [high, low] = number.to_be_bytes();
            let name = format!("n{number:03}");
            let question =
                [&[high, low, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4], name.as_bytes(), b"\x04adit\x04test\x00\0\x01\0\x01"].concat();
            // A packet that cannot be sent counts like one that is dropped.
            let _ = socket.send_to(&question, (resolver, 53));
            // A higher rate would overflow queues on the way, which is no protection.
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    })?;
    let recording = scene.finish(sniffer)?;
    let asked = recording.packets().filter(|packet| packet.destination == resolver && packet.port() == Some(53));
    let clear = asked.filter(|packet| !probe::is_wireguard(packet)).count();
    Ok(Measured { sent: NAMES.into(), clear, through: None, story: "questions".to_owned() })
}
