//! Encrypted packets never enter the tunnel that they come from, neither if the allowed IPs contain the endpoint, nor if
//! another program adds a route that leads there.
#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::time::Duration;

use adit_api::TunnelState;
use adit_e2e::process::wait_for;
use adit_e2e::{Device, Ends, Family, Host, How, Implementation, Lab, Namespace, Process, Service, Side as _, built};
use anyhow::ensure;

const PATIENCE: Duration = Duration::from_secs(10);
/// An address on the far side, within all of the networks below.
const FAR: &str = "203.0.113.9";

struct Scene<'lab> {
    lab: &'lab Lab,
    client: &'lab Namespace,
    _server: Device<'lab>,
    interface: String,
    ends: Ends,
}

impl<'lab> Scene<'lab> {
    /// Sets up a server whose endpoint and an address behind it are in one public network.
    fn new(lab: &'lab Lab, client: &'lab Namespace, server: &'lab Namespace) -> anyhow::Result<Self> {
        server.ip(&format!("addr add {FAR}/32 dev lo"))?;
        server.ip("addr add 203.0.113.1/32 dev lo")?;
        client.ip("route add default via 10.77.0.2")?;
        let device = Device::start(lab, server, Implementation::AditWg, Host(2))?;
        let ends = Ends::generate(false)?;
        device.setconf(&ends.conf(&ends.responder, Host(2), &ends.initiator, Host(1), None))?;
        Ok(Self { lab, client, _server: device, interface: lab.interface_name(), ends })
    }

    fn conf(&self, endpoint: &str, allowed_ips: &str, more: &str) -> anyhow::Result<PathBuf> {
        let text = format!(
            "[Interface]\nPrivateKey = {}\nAddress = {}/24\n{more}\n\n[Peer]\nPublicKey = {}\nEndpoint = {endpoint}\nAllowedIPs = {allowed_ips}\n",
            self.ends.initiator.private,
            Host(1).inner(Family::V4),
            self.ends.responder.public,
        );
        self.lab.write(&format!("{}.conf", self.interface), &text)
    }

    fn up(&self, conf: PathBuf) -> anyhow::Result<Process> {
        let state = self.lab.file("state").display().to_string();
        let arguments = ["up".into(), conf.into_os_string()];
        let process = self.client.start(built("adit")?, arguments, &[("ADIT_STATE_DIR", &state)], &self.lab.file("adit-up"))?;
        wait_for("the peer to answer", PATIENCE, || process.printed().contains("answered within").then_some(()))?;
        Ok(process)
    }

    /// Returns the bytes that the tunnel has sent to its peer.
    fn sent(&self) -> anyhow::Result<u64> {
        let text = self.client.shell(&format!("wg show {} transfer", self.interface))?;
        Ok(text.split_whitespace().last().and_then(|sent| sent.parse().ok()).unwrap_or(u64::MAX))
    }
}

#[test]
fn a_tunnel_whose_allowed_ips_hold_its_endpoint_carries_traffic() -> anyhow::Result<()> {
    let literal = format!("203.0.113.1:{}", Host(2).port());
    let named = format!("server.example:{}", Host(2).port());
    for (endpoint, allowed_ips) in [
        (&literal, "0.0.0.0/1, 128.0.0.0/1"),
        (&literal, "203.0.113.0/24"),
        (&literal, "128.0.0.0/2, 192.0.0.0/3, 10.99.0.0/24"),
        (&named, "203.0.113.0/24"),
    ] {
        let Some(lab) = Lab::open("an endpoint inside of the allowed IPs")? else { return Ok(()) };
        let (client, server) = lab.two_hosts()?;
        client.etc("hosts", "203.0.113.1 server.example\n")?;
        let scene = Scene::new(&lab, &client, &server)?;
        let before = client.snapshot()?;
        let mut process = scene.up(scene.conf(endpoint, allowed_ips, "")?)?;
        let route = client.ip(&format!("route get {FAR}"))?;
        ensure!(route.contains(&scene.interface), "{allowed_ips}: {route}");
        client.ping_all_answered(FAR)?;
        let sent = scene.sent()?;
        ensure!(sent < 10_000, "{allowed_ips}: {sent} bytes for three pings");
        // The link's own network is narrower, so that its route stays in effect.
        ensure!(client.ip("route get 10.77.0.2")?.contains("eth0"), "{allowed_ips}");
        process.signal(rustix::process::Signal::TERM)?;
        process.wait(PATIENCE)?;
        let after = client.snapshot()?;
        ensure!(after == before, "{allowed_ips}: left behind; before:\n{before}\nafter:\n{after}");
    }
    Ok(())
}

#[test]
fn an_encrypted_packet_that_a_hand_made_route_leads_back_is_dropped_counted_and_named() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a routing loop")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let scene = Scene::new(&lab, &client, &server)?;
    let endpoint = format!("203.0.113.1:{}", Host(2).port());
    let conf = scene.conf(&endpoint, "203.0.113.0/24", "Table = off")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import_file(&scene.interface, &conf)?;
    service.connect(id)?;
    client.ip(&format!("route add 203.0.113.0/24 dev {}", scene.interface))?;
    let _ = client.ping(FAR, 3, Duration::from_millis(200), Duration::from_secs(1))?;
    let TunnelState::Up(up) = service.state(id)? else { anyhow::bail!("{:?}", service.state(id)) };
    ensure!(up.routing_loops > 0, "not counted: {up:?}");
    ensure!(scene.sent()? < 10_000, "sent round and round: {} bytes", scene.sent()?);
    let adit = built("adit")?.display().to_string();
    let status = client.shell(&format!("{adit} status {} --socket {}", scene.interface, lab.file("adit.sock").display()))?;
    ensure!(status.contains("Routing loop") && status.contains("ip route get"), "{status}");
    Ok(())
}

#[test]
fn a_peer_that_is_reached_through_another_peer_of_the_same_tunnel_is_no_loop() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a tunnel in the same tunnel")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let ours = Device::start(&lab, &client, Implementation::AditWg, Host(1))?;
    let outer = Device::start(&lab, &server, Implementation::AditWg, Host(2))?;
    let inner = Device::start(&lab, &server, Implementation::AditWg, Host(3))?;
    let (ends, third) = (Ends::generate(false)?, adit_e2e::Keys::generate()?);
    ends.configure(&ours, &outer, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;
    // Its endpoint is the address of the other one in the tunnel.
    let key = lab.write("third-key", &third.private)?;
    let port = Host(3).port();
    let allowed = format!("{}/32", Host(1).inner(Family::V4));
    let keys = (key.display(), &ends.initiator.public);
    inner.wg("set", &format!("private-key {} listen-port {port} peer {} allowed-ips {allowed}", keys.0, keys.1))?;
    let far = "10.98.0.3";
    server.ip(&format!("addr add {far}/32 dev {}", inner.interface()))?;
    let endpoint = format!("{}:{port}", Host(2).inner(Family::V4));
    ours.wg("set", &format!("peer {} allowed-ips {far}/32 endpoint {endpoint}", third.public))?;
    client.ip(&format!("route add {far}/32 dev {}", ours.interface()))?;
    let route = format!("route add 10.98.0.1/32 dev {}", inner.interface());
    inner.wg("set", &format!("peer {} allowed-ips {allowed},10.98.0.1/32", keys.1))?;
    client.ip(&format!("addr add 10.98.0.1/32 dev {}", ours.interface()))?;
    server.ip(&route)?;
    let answered = client.shell(&format!("ping -I 10.98.0.1 -c 3 -W 2 -i 0.2 {far}"));
    ensure!(answered.is_ok(), "{answered:?}");
    Ok(())
}
