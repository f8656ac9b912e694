//! An idle `adit proxy` follows the network without privileges, before any program sends a request: its peer learns a new
//! address, and the proxy finds a peer that has moved.
#![forbid(unsafe_code)]

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::time::{Duration, Instant};

use adit_e2e::process::wait_for;
use adit_e2e::{Device, Ends, Family, Host, Implementation, Lab, Namespace, Process, Side as _};
use anyhow::{Context as _, ensure};

const PATIENCE: Duration = Duration::from_secs(20);
/// Limit for the server to learn a change. Without a change, an idle tunnel's next packet is the handshake after two minutes.
const BACK: Duration = Duration::from_secs(5);
/// A port on the client's address in the tunnel, which leads to a program there.
const REMOTE_PORT: u16 = 7000;
const NOBODY: u32 = 65534;
const CLIENT: Host = Host(1);
const SERVER: Host = Host(2);

/// A server with an interface, and `adit proxy` as nobody at the client. Nothing but handshakes is sent.
struct Scene<'lab> {
    client: &'lab Namespace,
    device: Device<'lab>,
    ends: Ends,
    program: TcpListener,
    proxy: Process,
}

impl<'lab> Scene<'lab> {
    /// Starts both. The server's endpoint is `host` and its port.
    fn start(lab: &'lab Lab, client: &'lab Namespace, server: &'lab Namespace, host: &str) -> anyhow::Result<Self> {
        let device = Device::start(lab, server, Implementation::AditWg, SERVER)?;
        let ends = Ends::generate(false)?;
        device.setconf(&ends.conf(&ends.responder, SERVER, &ends.initiator, CLIENT, None))?;
        let text = format!(
            "[Interface]\nPrivateKey = {}\nAddress = {}\n\n[Peer]\nPublicKey = {}\nEndpoint = {host}:{}\nAllowedIPs = {}\n",
            ends.initiator.private,
            CLIENT.inner_networks().replace(' ', ", "),
            ends.responder.public,
            SERVER.port(),
            SERVER.allowed_ips()
        );
        let conf = lab.write("office.conf", &text)?;
        chown(&conf, Some(NOBODY), Some(NOBODY))?;
        lab.let_others_in()?;
        let adit = lab.built_for_all("adit")?;
        let program = client.within(|| Ok(TcpListener::bind("127.0.0.1:0")?))?;
        let remote = format!("{REMOTE_PORT}:{}", program.local_addr()?);
        let (adit, conf) = (adit.to_string_lossy(), conf.to_string_lossy());
        let as_nobody = "--reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --".split(' ');
        let arguments = as_nobody.chain([&*adit, "proxy", &*conf, "--remote", &*remote]);
        let proxy = client.start("setpriv", arguments, &[], &lab.file("proxy.log"))?;
        let scene = Self { client, device, ends, program, proxy };
        wait_for("the first handshake", PATIENCE, || scene.proxy.printed().contains("answered within").then_some(()))?;
        Ok(scene)
    }

    /// Returns the client's endpoint at the server.
    fn seen_by_server(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.device.endpoint_of(&self.ends.initiator.public)?.parse()?)
    }

    /// Waits until the server has the client's endpoint at `address`. Fails if that takes longer than [`BACK`].
    fn server_learns(&self, address: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        let wanted: IpAddr = address.parse()?;
        wait_for("the server to learn where the client is", PATIENCE, || {
            self.seen_by_server().is_ok_and(|seen| seen.ip() == wanted).then_some(())
        })
        .with_context(|| self.proxy.printed())?;
        println!("the server learned {address} after {} ms", begun.elapsed().as_millis());
        ensure!(begun.elapsed() <= BACK, "it took {:?}", begun.elapsed());
        Ok(())
    }

    /// Sends a request of the server to the client, which has sent nothing but handshakes.
    fn a_request_of_the_server_arrives(&self) -> anyhow::Result<()> {
        let inside = SocketAddr::new(CLIENT.inner(Family::V4), REMOTE_PORT);
        std::thread::scope(|scope| {
            let program = &self.program;
            let answers = scope.spawn(|| -> anyhow::Result<()> {
                let (mut stream, _) = program.accept()?;
                let mut request = [0; 4];
                stream.read_exact(&mut request)?;
                Ok(stream.write_all(&request)?)
            });
            self.device.namespace().within(|| {
                let mut stream = TcpStream::connect_timeout(&inside, PATIENCE).context("the server reaches nobody")?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.write_all(b"ping")?;
                let mut answer = [0; 4];
                stream.read_exact(&mut answer)?;
                ensure!(&answer == b"ping", "the answer is {answer:?}");
                Ok(())
            })?;
            answers.join().map_err(|_| anyhow::anyhow!("the program panicked"))?
        })
    }
}

#[test]
fn a_quiet_proxy_tells_its_peer_at_once_where_it_is_after_a_change_of_address() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a quiet proxy moves")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let scene = Scene::start(&lab, &client, &server, "10.77.0.2")?;
    for (from, to) in [(1, 11), (11, 12), (12, 1)] {
        scene.client.ip(&format!("addr add 10.77.0.{to}/24 dev eth0"))?;
        scene.client.ip(&format!("addr del 10.77.0.{from}/24 dev eth0"))?;
        scene.server_learns(&format!("10.77.0.{to}"))?;
        scene.a_request_of_the_server_arrives()?;
    }
    ensure!(scene.proxy.printed().contains("the network has changed"), "it says nothing:\n{}", scene.proxy.printed());
    Ok(())
}

#[test]
fn a_quiet_proxy_follows_the_default_route_to_another_interface() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a quiet proxy and two links")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    client.link("wlan0", "10.78.0.1/24", &server, "wlan0", "10.78.0.2/24")?;
    server.ip("addr add 10.79.0.2/32 dev lo")?;
    client.ip("route add default via 10.77.0.2")?;
    let scene = Scene::start(&lab, &client, &server, "10.79.0.2")?;
    scene.client.ip("route replace default via 10.78.0.2")?;
    scene.server_learns("10.78.0.1")?;
    scene.client.ip("route replace default via 10.77.0.2")?;
    scene.server_learns("10.77.0.1")?;
    scene.a_request_of_the_server_arrives()
}

#[test]
fn a_quiet_proxy_that_moves_looks_up_again_where_its_peer_is() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a quiet proxy and a name")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    client.etc("hosts", "127.0.0.1 localhost\n10.77.0.2 vpn.adit.test\n")?;
    let scene = Scene::start(&lab, &client, &server, "vpn.adit.test")?;
    client.etc("hosts", "127.0.0.1 localhost\n10.77.0.12 vpn.adit.test\n")?;
    server.ip("addr add 10.77.0.12/24 dev eth0")?;
    server.ip("addr del 10.77.0.2/24 dev eth0")?;
    client.ip("addr add 10.77.0.11/24 dev eth0")?;
    client.ip("addr del 10.77.0.1/24 dev eth0")?;
    scene.server_learns("10.77.0.11")?;
    scene.a_request_of_the_server_arrives()
}
