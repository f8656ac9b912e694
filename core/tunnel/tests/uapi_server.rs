//! Tests many clients at once on a real socket, among them misbehaving ones and the stock `wg`.
#![cfg(target_os = "linux")]

mod memory;

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::Ipv6Addr;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use adit_platform::linux::uapi_socket::UapiSocket;
use adit_platform::uapi_listener::UapiListener;
use adit_protocol::{PrivateKey, PublicKey};
use adit_tunnel::uapi::{Ended, Limits, serve};
use adit_tunnel::{Control, PeerView};
use memory::MemoryTunnel;

/// Serves a tunnel in memory while `story` runs.
fn served(limits: Limits, story: impl FnOnce(&UapiSocket, &dyn Control)) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let socket = UapiSocket::bind(folder.path(), "wg0").unwrap();
    let control: Arc<dyn Control> = Arc::new(MemoryTunnel::default());
    thread::scope(|threads| {
        let server = threads.spawn(|| serve(&socket, &control, limits));
        let story = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| story(&socket, &*control)));
        socket.close();
        let ended = server.join().unwrap();
        story.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        ended
    })
}

fn ask(client: &mut UnixStream, request: &str) -> String {
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\n\n") && client.read(&mut byte).unwrap() == 1 {
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_client_that_sends_too_slowly_is_told_and_cut_off() {
    let limits = Limits { request_time: Duration::from_millis(200), ..Limits::default() };
    served(limits, |socket, control| {
        let mut slow = UnixStream::connect(socket.path()).unwrap();
        slow.write_all(b"set=1\nfwmark=1\n").unwrap();
        let begun = Instant::now();
        let mut feeder = slow.try_clone().unwrap();
        let feeding = thread::spawn(move || {
            while feeder.write_all(b"fwmark=1\n").is_ok() {
                // The client's interval between lines, a fraction of the time limit of its request.
                thread::sleep(Duration::from_millis(20));
            }
        });
        let mut answer = Vec::new();
        // The answer may be followed by a reset instead of an end: the feeder's last bytes were not read.
        let _ = slow.read_to_end(&mut answer);
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_eq!(answer, b"errno=-110\n\n");
        feeding.join().unwrap();
        assert_eq!(control.view().fwmark, 0);
    });
}

#[test]
fn a_client_that_says_nothing_may_stay() {
    let limits = Limits { request_time: Duration::from_millis(50), ..Limits::default() };
    served(limits, |socket, _| {
        let mut client = UnixStream::connect(socket.path()).unwrap();
        for _ in 0..3 {
            // The client sends nothing for twice the time limit of a request.
            thread::sleep(Duration::from_millis(100));
            assert_eq!(ask(&mut client, "get=1\n\n"), "errno=0\n\n");
        }
    });
}

#[test]
fn a_client_that_does_not_read_its_answer_is_cut_off() {
    let limits = Limits { request_time: Duration::from_millis(200), ..Limits::default() };
    served(limits, |socket, _| {
        let mut deaf = UnixStream::connect(socket.path()).unwrap();
        let peers: String = (0..5000).map(|number| format!("public_key={number:064x}\n")).collect();
        assert_eq!(ask(&mut deaf, &format!("set=1\n{peers}\n")), "errno=0\n\n");
        deaf.write_all(b"get=1\n\n").unwrap();
        // Writes without reading until the server has closed the connection.
        deaf.set_nonblocking(true).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while !matches!(deaf.write(b"\n"), Err(error) if error.kind() != ErrorKind::WouldBlock) {
            assert!(Instant::now() < deadline, "the server waits for ever");
            thread::sleep(Duration::from_millis(5));
        }
        deaf.set_nonblocking(false).unwrap();
        let mut answer = Vec::new();
        // A connection that is closed before everything was read from it ends with a reset.
        let _ = deaf.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.contains("public_key") && !answer.contains("errno"), "the server must not have waited");
    });
}

#[test]
fn an_honest_client_is_answered_while_a_thousand_others_hang_on() {
    served(Limits::default(), |socket, _| {
        let mut idle = Vec::new();
        for _ in 0..1000 {
            let mut client = UnixStream::connect(socket.path()).unwrap();
            // Connections that were closed in favour of newer ones refuse this.
            let _ = client.write_all(b"set=1\nfwmark=1\n");
            idle.push(client);
        }
        let begun = Instant::now();
        let mut honest = UnixStream::connect(socket.path()).unwrap();
        assert_eq!(ask(&mut honest, "get=1\n\n"), "errno=0\n\n");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        let alive = idle.iter().filter(|client| client.set_nonblocking(true).is_ok() && is_open(client)).count();
        assert!(alive < 64, "{alive} of the thousand are still served");
    });
}

fn is_open(mut client: &UnixStream) -> bool {
    client.read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

#[test]
fn removing_the_file_ends_the_server_and_its_clients() {
    let ended = served(Limits::default(), |socket, _| {
        let mut client = UnixStream::connect(socket.path()).unwrap();
        assert_eq!(ask(&mut client, "get=1\n\n"), "errno=0\n\n");
        fs::remove_file(socket.path()).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    });
    assert_eq!(ended, Ended::Removed);
}

#[test]
fn bytes_after_a_request_over_16_mib_do_not_take_its_answer_away() {
    served(Limits::default(), |socket, _| {
        let mut client = UnixStream::connect(socket.path()).unwrap();
        let line = format!("{}\n", "x".repeat(4000));
        client.write_all(b"set=1\n").unwrap();
        for _ in 0..5000 {
            client.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(ask(&mut client, "\n"), "errno=-90\n\n");
    });
}

/// Runs the stock `wg` in a mount namespace in which `/var/run/wireguard` is `folder`. If that is impossible, prints the reason
/// and returns `None`.
fn stock_wg(folder: &Path, arguments: &[&str]) -> Option<Output> {
    const SCRIPT: &str =
        "mount -t tmpfs none /run && mkdir /run/wireguard && mount --bind \"$0\" /run/wireguard && exec wg \"$@\"";
    let possible =
        Command::new("unshare").args(["--mount", "--", "wg", "--version"]).output().is_ok_and(|ran| ran.status.success());
    if !possible {
        println!("SKIPPED: no wg, or no right to make a mount namespace");
        return None;
    }
    Some(Command::new("unshare").args(["--mount", "--", "sh", "-c", SCRIPT]).arg(folder).args(arguments).output().unwrap())
}

fn succeed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn stock_wg_sets_130_561_allowed_ips_at_once_and_shows_them_again() {
    served(Limits::default(), |socket, control| {
        let folder = socket.path().parent().unwrap();
        // Like the kernel's own test: 255 networks of 256 and more addresses, in both families.
        let peer = PrivateKey::from_bytes([3; 32]).public();
        let mut config = format!(
            "[Interface]\nPrivateKey = {}\n[Peer]\nPublicKey = {peer}\n",
            PrivateKey::from_bytes([2; 32]).dangerously_reveal_base64().as_str()
        );
        let networks = (0..=255_u8).flat_map(|a| (0..=254_u8).map(move |b| (a, b)));
        let (mut count, mut v4, mut v6) = (0, Vec::new(), Vec::new());
        for (a, b) in networks {
            v4.push(format!("10.{a}.{b}.0/25"));
            v6.push(format!("{}/64", Ipv6Addr::new(0xfd00, a.into(), b.into(), 0, 0, 0, 0, 0)));
            count += 2;
        }
        v6.push("fd01::/64".to_owned());
        assert_eq!(count + 1, 130_561);
        config.push_str(&format!("AllowedIPs = {}\nAllowedIPs = {}\n", v4.join(", "), v6.join(", ")));
        let path = folder.join("config");
        fs::write(&path, config).unwrap();
        let Some(set) = stock_wg(folder, &["setconf", "wg0", path.to_str().unwrap()]) else { return };
        succeed(&set);
        assert_eq!(control.view().peers[0].allowed_ips.len(), 130_561);
        let shown = succeed(&stock_wg(folder, &["show", "wg0", "allowed-ips"]).unwrap());
        let networks = shown.trim_end().split_once('\t').unwrap().1;
        assert!(networks == [v4, v6].concat().join(" "), "they came back in another order or shape");
    });
}

#[test]
fn every_verb_of_stock_wg_does_what_it_says() {
    served(Limits::default(), |socket, control| {
        let folder = socket.path().parent().unwrap();
        let (alice, bob) = (PrivateKey::from_bytes([4; 32]).public(), PrivateKey::from_bytes([5; 32]).public());
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let key = write("key", PrivateKey::from_bytes([2; 32]).dangerously_reveal_base64().to_string());
        let wg = |arguments: &[&str]| stock_wg(folder, arguments).map(|output| succeed(&output));
        let (a, b) = (alice.to_string(), bob.to_string());

        let set = ["set", "wg0", "private-key", &key, "listen-port", "4242", "fwmark", "0x99", "peer", &a, "preshared-key", &key];
        let peer = ["endpoint", "[2001:db8::1]:51820", "persistent-keepalive", "25", "allowed-ips", "10.0.0.0/8,fd00::/8"];
        if wg(&[&set[..], &peer[..]].concat()).is_none() {
            return;
        }
        let view = control.view();
        assert_eq!((view.private_key, view.listen_port, view.fwmark), (Some(PrivateKey::from_bytes([2; 32])), 4242, 0x99));
        assert!(!view.peers[0].preshared_key.is_none());
        assert_eq!((view.peers[0].persistent_keepalive, view.peers[0].allowed_ips.len()), (25, 2));
        assert_eq!(view.peers[0].endpoint, "[2001:db8::1]:51820".parse().ok());

        let showconf = wg(&["showconf", "wg0"]).unwrap();
        wg(&["addconf", "wg0", &write("add", format!("[Peer]\nPublicKey={b}\nAllowedIPs=10.0.0.0/8\n"))]);
        assert_eq!(peers(control), [(alice, 1), (bob, 1)]);
        wg(&["syncconf", "wg0", &write("sync", showconf.clone())]);
        assert_eq!(peers(control), [(alice, 2)]);
        assert_eq!(wg(&["showconf", "wg0"]).unwrap(), showconf);
        wg(&["set", "wg0", "peer", &a, "remove", "peer", &b]);
        assert_eq!(peers(control), [(bob, 0)]);
        wg(&["setconf", "wg0", &write("set", showconf.clone())]);
        assert_eq!(wg(&["showconf", "wg0"]).unwrap(), showconf);

        let own = PrivateKey::from_bytes([2; 32]).public().to_string();
        wg(&["set", "wg0", "peer", &own, "allowed-ips", "10.9.0.0/16"]);
        assert_eq!(peers(control), [(alice, 2)], "a peer with the tunnel's own key is passed over");

        let refused = stock_wg(folder, &["set", "wg0", "listen-port", "80"]).unwrap();
        assert_eq!(String::from_utf8_lossy(&refused.stderr), "Unable to modify interface: Address already in use\n");
    });
}

fn peers(control: &dyn Control) -> Vec<(PublicKey, usize)> {
    control.view().peers.iter().map(|peer| (peer.public_key, peer.allowed_ips.len())).collect()
}

#[test]
fn a_peer_that_was_only_named_has_nothing() {
    served(Limits::default(), |socket, control| {
        let key = PrivateKey::from_bytes([4; 32]).public();
        let mut client = UnixStream::connect(socket.path()).unwrap();
        assert_eq!(ask(&mut client, &format!("set=1\npublic_key={key:x}\n\n")), "errno=0\n\n");
        assert_eq!(format!("{:?}", control.view().peers), format!("{:?}", [PeerView::new(key)]));
    });
}
