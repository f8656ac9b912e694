//! The home probe between network namespaces: `adit home serve` at home, `adit home ask` on a laptop, and others on their links.
#![forbid(unsafe_code)]

use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use adit_e2e::capture::Packet;
use adit_e2e::process::wait_for;
use adit_e2e::{Capture, Keys, Lab, Namespace, Process, Recording, adit, adit_succeeds, built};
use adit_platform::native;
use adit_platform::network::Closed;
use anyhow::{Context as _, ensure};

const PORT: u16 = 51819;
const PROBE: usize = 100;
const ANSWER: usize = 76;
const LIMIT: Duration = Duration::from_secs(20);

/// A home with a responder's key, and a laptop on its link.
struct Home<'lab> {
    lab: &'lab Lab,
    home: Namespace,
    laptop: Namespace,
    file: PathBuf,
    public: String,
}

impl<'lab> Home<'lab> {
    fn new(lab: &'lab Lab) -> anyhow::Result<Self> {
        let (home, laptop) = (lab.namespace("home")?, lab.namespace("laptop")?);
        laptop.link("wlan0", "192.168.1.7/24", &home, "eth0", "192.168.1.2/24")?;
        let file = lab.file("home.key");
        let public = adit_succeeds(lab, &home, &format!("home key {}", file.display()))?.trim().to_owned();
        Ok(Self { lab, home, laptop, file, public })
    }

    /// Starts a responder, and waits until it answers.
    fn serve(&self, more: &[&str]) -> anyhow::Result<Process> {
        let log = self.lab.file(&format!("{}.log", self.lab.interface_name()));
        let arguments = ["home", "serve"].into_iter().map(Into::into).chain([self.file.clone().into_os_string()]);
        let arguments = arguments.chain(more.iter().map(Into::into));
        let process = self.home.start(built("adit")?, arguments, &[], &log)?;
        wait_for("the responder to answer", LIMIT, || process.printed().contains("answering on eth0").then_some(()))
            .with_context(|| process.printed())?;
        Ok(process)
    }

    /// Asks on the laptop for this key: exit code and text.
    fn ask(&self, key: &str, more: &str) -> anyhow::Result<(i32, String)> {
        adit(self.lab, &self.laptop, &format!("home ask {key} {more}"))
    }

    fn is_home(&self) -> anyhow::Result<()> {
        let (code, printed) = self.ask(&self.public, "--interface wlan0")?;
        ensure!(code == 0 && printed.contains("this is home"), "{code}: {printed}");
        Ok(())
    }

    /// Records the link at home.
    fn record(&self, filter: &str) -> anyhow::Result<Capture> {
        Capture::start(self.lab, &self.home, "eth0", filter)
    }

    /// Opens a socket of the laptop that sends as a neighbour does.
    fn neighbour(&self) -> anyhow::Result<UdpSocket> {
        self.laptop.within(|| {
            let socket = UdpSocket::bind("192.168.1.7:0")?;
            socket.set_ttl(255)?;
            Ok(socket)
        })
    }
}

fn of_length(recording: &Recording, length: usize) -> anyhow::Result<Vec<u8>> {
    let found = recording.udp_payloads().into_iter().find(|payload| payload.len() == length);
    found.with_context(|| format!("no datagram of {length} bytes was recorded"))
}

/// Returns the number of packets to this port, and of ICMP messages.
fn answers_to(recording: &Recording, socket: &UdpSocket) -> anyhow::Result<usize> {
    let port = socket.local_addr()?.port();
    Ok(recording.packets().filter(|packet| packet.port() == Some(port) || packet.protocol == 1).count())
}

#[test]
fn at_home_the_owner_of_the_key_answers_and_nobody_answers_for_another_key() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the home probe")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    let mode = std::fs::metadata(&home.file)?.permissions().mode() & 0o777;
    ensure!(mode == 0o600, "the key file has mode {mode:o}");
    let again = adit_succeeds(&lab, &home.home, &format!("home key {}", home.file.display()))?;
    ensure!(again.trim() == home.public, "the key stays: {again}");

    let (code, printed) = home.ask(&home.public, "")?;
    ensure!(code == 7 && printed.contains("nobody answered on wlan0"), "without a responder: {code}: {printed}");
    let mut responder = home.serve(&[])?;
    home.is_home()?;
    let (code, printed) = home.ask(&home.public, "--json")?;
    ensure!(code == 0 && printed.contains("\"home\": true"), "{code}: {printed}");
    let (code, printed) = home.ask(&Keys::generate()?.public, "--interface wlan0")?;
    ensure!(code == 7 && printed.contains("nobody answered on wlan0"), "another key: {code}: {printed}");
    responder.signal(rustix::process::Signal::TERM)?;
    ensure!(responder.wait(LIMIT)?.success(), "{}", responder.printed());
    Ok(())
}

#[test]
fn a_responder_follows_the_networks_of_its_computer() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a responder follows the networks")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    let responder = home.serve(&[])?;
    home.home.ip("addr flush dev eth0")?;
    home.home.ip("link set eth0 down")?;
    wait_for("no network", LIMIT, || responder.printed().contains("in no network").then_some(()))?;
    home.home.set_up("eth0", "192.168.1.3/24")?;
    wait_for("the network again", LIMIT, || (responder.printed().matches("answering on eth0").count() == 2).then_some(()))
        .with_context(|| responder.printed())?;
    home.is_home()
}

#[test]
fn an_ordinary_user_may_serve_and_ask() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("an ordinary user serves and asks")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    lab.let_others_in()?;
    let program = lab.built_for_all("adit")?;
    let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
    std::os::unix::fs::chown(&home.file, Some(65534), Some(65534))?;
    let log = lab.file("nobody.log");
    let line = format!("exec {nobody} {} home serve {} --interface eth0", program.display(), home.file.display());
    let responder = home.home.start("sh", ["-c", &line], &[], &log)?;
    wait_for("the responder to answer", LIMIT, || responder.printed().contains("answering on eth0").then_some(()))
        .with_context(|| responder.printed())?;
    let printed = home.laptop.shell(&format!("{nobody} {} home ask {}", program.display(), home.public))?;
    ensure!(printed.contains("this is home"), "{printed}");
    Ok(())
}

#[test]
fn a_recorded_answer_is_not_home_anywhere_else() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a recorded answer")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    let recorded = {
        let _responder = home.serve(&["--interface", "eth0"])?;
        let capture = home.record(&format!("ip and udp port {PORT}"))?;
        home.is_home()?;
        of_length(&capture.finish()?, ANSWER)?
    };
    // Somebody at the other end of the link has recorded it. This could be any other place.
    let café = home.home.within(|| {
        let socket = UdpSocket::bind(("0.0.0.0", PORT))?;
        socket.set_ttl(255)?;
        socket.set_read_timeout(Some(LIMIT))?;
        Ok(socket)
    })?;
    let repeats = thread::spawn(move || -> anyhow::Result<()> {
        for _ in 0..3 {
            let (_, asker) = café.recv_from(&mut [0; 1500])?;
            café.send_to(&recorded, asker)?;
        }
        Ok(())
    });
    let (code, printed) = home.ask(&home.public, "--interface wlan0")?;
    ensure!(code == 7 && printed.contains("proves nothing"), "{code}: {printed}");
    repeats.join().map_err(|_| anyhow::anyhow!("the other place panicked"))?
}

#[test]
fn a_recorded_probe_gets_no_second_answer_not_even_after_a_restart() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a recorded probe")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    let mut responder = home.serve(&["--interface", "eth0"])?;
    let capture = home.record(&format!("ip and udp port {PORT}"))?;
    home.is_home()?;
    let recorded = of_length(&capture.finish()?, PROBE)?;
    for place in ["running on", "restarted"] {
        let (repeats, capture) = (home.neighbour()?, home.record("ip")?);
        for _ in 0..100 {
            repeats.send_to(&recorded, ("192.168.1.2", PORT))?;
        }
        // The answer shows that earlier messages have been read.
        home.is_home()?;
        let answers = answers_to(&capture.finish()?, &repeats)?;
        ensure!(answers == 0, "{place}: {answers} answers to a repeated probe");
        responder.kill()?;
        responder = home.serve(&["--interface", "eth0"])?;
    }
    Ok(())
}

#[test]
fn strangers_hear_nothing() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("strangers hear nothing")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    let _responder = home.serve(&["--interface", "eth0"])?;
    let capture = home.record(&format!("udp port {PORT}"))?;
    home.ask(&Keys::generate()?.public, "--interface wlan0")?;
    let of_another_home = of_length(&capture.finish()?, PROBE)?;
    let (scan, capture) = (home.neighbour()?, home.record("ip")?);
    let dns = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01";
    let mut header_only = [0; PROBE];
    header_only[..4].copy_from_slice(b"AH\x01\x01");
    for datagram in [&b""[..], &[0; 1], dns, &[0xff; 1400], &header_only, &of_another_home] {
        for _ in 0..10 {
            scan.send_to(datagram, ("192.168.1.2", PORT))?;
        }
    }
    home.is_home()?;
    let answers = answers_to(&capture.finish()?, &scan)?;
    ensure!(answers == 0, "{answers} answers to a stranger");
    Ok(())
}

#[test]
fn through_a_closed_kill_switch_the_probe_gets_out_and_nothing_else_does() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the home probe and the kill switch")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    let _responder = home.serve(&["--interface", "eth0"])?;
    home.laptop.ip("route add default via 192.168.1.2")?;
    let close = |home_probe| {
        home.laptop.within(|| {
            let closed = Closed { owner: "0123abcd".into(), lan_of: None, home_probe };
            let name = "wg0".parse().context("the name of an interface")?;
            Ok(native::network()?.lock(&name, &closed)?)
        })
    };
    close(false)?;
    let (code, printed) = home.ask(&home.public, "--interface wlan0")?;
    ensure!(code == 1, "the rules do not ask for it: {code}: {printed}");
    close(true)?;
    let address = home.laptop.shell("cat /sys/class/net/wlan0/address")?;
    let capture = home.record(&format!("ether src {} and not arp", address.trim()))?;
    home.is_home()?;
    let socket = home.neighbour()?;
    for (address, port) in [("192.168.1.2", 53), ("192.168.1.2", 51820), ("203.0.113.1", PORT)] {
        ensure!(socket.send_to(b"in clear", (address, port)).is_err(), "{address}:{port} is reached");
    }
    ensure!(!home.laptop.try_shell("ping -c 1 -W 1 192.168.1.2")?.status.success(), "a ping gets out");
    let recording = capture.finish()?;
    // Neighbour discovery and group membership, which every link with IPv6 needs.
    let is_discovery = |packet: &Packet<'_>| matches!(packet.protocol, 0 | 58);
    let is_probe = |packet: &Packet<'_>| {
        let everybody = ["255.255.255.255", "ff02::1"].contains(&packet.destination.to_string().as_str());
        everybody && packet.port() == Some(PORT) && packet.udp_payload().is_some_and(|payload| payload.len() == PROBE)
    };
    ensure!(recording.packets().any(|packet| is_probe(&packet)), "no probe was recorded");
    let others: Vec<Packet<'_>> = recording.packets().filter(|packet| !is_discovery(packet) && !is_probe(packet)).collect();
    ensure!(others.is_empty(), "{others:?}");
    Ok(())
}

#[test]
fn impossible_questions_and_responders_are_refused_with_a_plain_reason() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("what cannot be asked or served")? else { return Ok(()) };
    let home = Home::new(&lab)?;
    let _responder = home.serve(&["--interface", "eth0"])?;
    let file = home.file.display();
    let nobody = lab.namespace("nowhere")?;
    let garbage = lab.write("garbage.key", "no key\n")?;
    let public = &home.public;
    let cases: &[(&Namespace, String, i32, &str)] = &[
        (&home.laptop, "home ask nonsense".into(), 2, "KEY is no public key"),
        (&home.laptop, format!("home ask {public} --interface nowhere"), 1, "there is no interface nowhere"),
        (&home.laptop, format!("home ask {public} --interface lo --port 0"), 2, "0 is not in 1..=65535"),
        (&nobody, format!("home ask {public}"), 1, "this computer is in no network"),
        (&home.home, format!("home serve {file} --interface nowhere"), 1, "there is no interface nowhere"),
        (&home.home, format!("home serve {file} --interface eth0"), 1, "UDP port 51819 is in use on eth0"),
        (&home.home, "home serve /nonexistent/home.key".into(), 1, "make it with: adit home key"),
        (&home.home, format!("home serve {}", garbage.display()), 1, "is no private key"),
    ];
    for (namespace, line, expected, text) in cases {
        let (code, printed) = adit(&lab, namespace, line)?;
        ensure!(code == *expected && printed.contains(text), "adit {line} ended with {code}: {printed}");
        ensure!(!printed.contains("nonsense") && !printed.contains("panicked"), "adit {line}: {printed}");
    }
    let (code, printed) = home.ask("nonsense", "--json")?;
    ensure!(code == 2 && printed.contains("\"code\":\"usage\""), "{code}: {printed}");
    Ok(())
}
