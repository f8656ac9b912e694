//! A peer changes its port with each packet, hundreds of times per second, while the kill switch is active.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use adit_api::{ConfigText, TunnelState};
use adit_e2e::process::wait_for;
use adit_e2e::{Family, Host, How, Keys, Lab, Scripted, Service};
use adit_protocol::PresharedKey;
use anyhow::{Context as _, ensure};

const PORTS_PER_SECOND: u32 = 500;
const SECONDS: usize = 5;
/// Changes of the packet filter that bringing the tunnel up and down may take, besides those for the peer's moves: the kill
/// switch before the first step, while names are looked up, around the tunnel and its removal; the guard of addresses and its
/// removal.
const UP_AND_DOWN: usize = 12;

#[test]
fn roaming_flood_does_not_delay_disconnect_nor_run_nft_more_than_once_a_second() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a roaming flood")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let own = Keys::generate()?;
    let mut scripted = Scripted::bind(&one, &own.public)?;
    let mut service = Service::start(&lab, &two, How::plain(&lab))?;
    let text = format!(
        "[Interface]\nPrivateKey = {}\nListenPort = {}\nAddress = {}\n[Peer]\nPublicKey = {}\nPresharedKey = {}\nAllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = {}\n",
        own.private,
        Host(2).port(),
        Host(2).inner_networks().replace(' ', ", "),
        scripted.public_key(),
        PresharedKey::from_bytes(scripted.preshared_key()).dangerously_reveal_base64().as_str(),
        Host(1).endpoint(Family::V4)
    );
    let interface = lab.interface_name();
    let control = service.client()?;
    let id = control.import(interface.parse()?, interface.parse()?, ConfigText::new(text))?.id;
    control.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    // One line for each transaction, whichever program makes it.
    let monitor = two.start("nft", ["monitor"], &[], &lab.file("nft-monitor"))?;
    let changes = || monitor.printed().lines().filter(|line| line.starts_with("# new generation")).count();
    let change_something = || -> anyhow::Result<()> {
        two.shell("nft add table inet adit-test-sees; nft delete table inet adit-test-sees").map(drop)
    };
    wait_for("nft monitor to see changes", Duration::from_secs(10), || {
        (change_something().is_ok() && changes() > 0).then_some(())
    })?;
    let before = changes();

    service.connect(id)?;
    let mut transport = scripted.start_session()?;
    let sent = scripted.roam(&one, &mut transport, PORTS_PER_SECOND, Duration::from_secs(SECONDS.try_into()?))?;
    ensure!(sent >= PORTS_PER_SECOND * 2, "the flood was none: {sent} packets");
    let TunnelState::Up(_) = service.state(id)? else { anyhow::bail!("not up: {:?}", service.state(id)?) };
    ensure!(service.log_lines("peer_moved")? > 0, "the peer did not roam");
    let asked = Instant::now();
    control.disconnect(id).with_context(|| service.process().printed())?;
    let took = asked.elapsed();
    ensure!(took < Duration::from_secs(1), "disconnect took {took:?}");
    let changes = changes() - before;
    println!("{sent} ports, {changes} changes of the packet filter, disconnect took {took:?}");
    ensure!(changes > 1, "nft monitor saw nothing");
    ensure!(changes <= SECONDS + 1 + UP_AND_DOWN, "{changes} changes of the packet filter for {sent} moves in {SECONDS} s");
    service.terminate()
}
