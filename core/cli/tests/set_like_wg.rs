//! Compares `adit wg set`, `setconf`, `addconf` and `syncconf` with the stock `wg` on the same sockets: both must request the
//! same change, and reject errors with the same words.
#![cfg(target_os = "linux")]

use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use adit_platform::linux::uapi_socket::UapiSocket;
use adit_platform::uapi_listener::UapiListener;
use adit_protocol::PublicKey;
use adit_tunnel::uapi::{Limits, serve};
use adit_tunnel::{Control, DeviceUpdate, DeviceView, PeerView, UpdateError};

const ADIT: &str = env!("CARGO_BIN_EXE_adit");
const KEY: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
const OTHER: &str = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
const SECRET: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

/// Records the changes that are requested of it.
struct Recorder {
    view: DeviceView,
    asked: Mutex<Vec<DeviceUpdate>>,
}

impl Control for Recorder {
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        self.asked.lock().unwrap().push(update);
        Ok(())
    }
    fn view(&self) -> DeviceView {
        self.view.clone()
    }
}

struct Platform {
    folder: tempfile::TempDir,
    recorder: Arc<Recorder>,
}

/// Runs `story` with an interface `wg0` that has the peer [`KEY`] and another one, without settings that some versions of wg
/// forget to remove.
fn on_ground(story: impl FnOnce(&Platform)) {
    let possible = Command::new("unshare").args(["--mount", "--", "wg", "--version"]).output();
    if !possible.is_ok_and(|ran| ran.status.success()) {
        println!("SKIPPED: no wg, or no right to make a mount namespace");
        return;
    }
    let peers = vec![PeerView::new(KEY.parse().unwrap()), PeerView::new(PublicKey::from_bytes([7; 32]))];
    let view = DeviceView { peers, ..DeviceView::default() };
    let recorder = Arc::new(Recorder { view, asked: Mutex::default() });
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sockets")).unwrap();
    for (name, text) in [("key", SECRET), ("empty", ""), ("short", "abc"), ("long", &format!("{SECRET}x"))] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let platform = Platform { folder, recorder };
    let socket = UapiSocket::bind(&platform.folder.path().join("sockets"), "wg0").unwrap();
    let control: Arc<dyn Control> = platform.recorder.clone();
    thread::scope(|threads| {
        threads.spawn(|| serve(&socket, &control, Limits::default()));
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| story(&platform)));
        socket.close();
        told.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

impl Platform {
    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, program: &[&str], arguments: &[&str]) -> (Output, Vec<DeviceUpdate>) {
        const SCRIPT: &str =
            "mount -t tmpfs none /run && mkdir /run/wireguard && mount --bind \"$0\" /run/wireguard && exec \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["--net", "--mount", "--", "sh", "-c", SCRIPT]).arg(self.folder.path().join("sockets"));
        command.args(program).args(arguments).env("WG_ENDPOINT_RESOLUTION_RETRIES", "0").current_dir(self.folder.path());
        let output = command.output().unwrap();
        (output, std::mem::take(&mut *self.recorder.asked.lock().unwrap()))
    }

    /// Returns the changes that both request, and the text that both print.
    fn same(&self, arguments: &[&str]) -> (Vec<DeviceUpdate>, String) {
        let (theirs, wanted) = self.run(&["wg"], arguments);
        let (ours, asked) = self.run(&[ADIT, "wg"], arguments);
        let text = |output: &[u8]| String::from_utf8_lossy(output).into_owned();
        // If the kernel has no WireGuard, wg prints another error when it asks the kernel for the interface.
        let said = text(&theirs.stderr).replace(": Protocol not supported", ": No such device");
        let said = said.replace("Usage: wg ", "Usage: adit wg ");
        assert_eq!(text(&ours.stderr), said, "{arguments:?}");
        assert_eq!(ours.status.code(), theirs.status.code(), "{arguments:?}");
        assert_eq!(asked, wanted, "{arguments:?}");
        (asked, said)
    }

    fn conf(&self, text: &str) -> String {
        std::fs::write(self.folder.path().join("x.conf"), text).unwrap();
        self.file("x.conf")
    }
}

#[test]
fn settings_are_those_that_wg_would_set() {
    on_ground(|platform| {
        for line in [
            "listen-port 51820",
            "listen-port 0 fwmark 0x1f",
            "fwmark off",
            "fwmark 7 private-key key",
            "private-key empty",
            &format!("peer {KEY} remove"),
            &format!("peer {KEY} allowed-ips 10.0.0.0/8,fd00::/8,192.0.2.1"),
            &format!("peer {KEY} preshared-key key endpoint 192.0.2.1:5 persistent-keepalive 25"),
            &format!("peer {KEY} endpoint [2001:db8::1]:5 persistent-keepalive off peer {OTHER} preshared-key empty"),
            &format!("peer {KEY} endpoint localhost:domain"),
        ] {
            let words: Vec<&str> = ["set", "wg0"].into_iter().chain(line.split(' ')).collect();
            let (asked, said) = platform.same(&words);
            assert_eq!((asked.len(), said.as_str()), (1, ""), "{line}");
        }
        // Not every installed wg knows these signs.
        let (_, asked) = platform.run(&[ADIT, "wg"], &["set", "wg0", "peer", KEY, "allowed-ips", "+10.1.0.0/16,-10.2.0.0/16"]);
        let peer = &asked[0].peers[0];
        assert!(!peer.replace_allowed_ips);
        assert_eq!(
            peer.allowed_ips.iter().map(|(network, add)| (network.prefix, *add)).collect::<Vec<_>>(),
            [(16, true), (16, false)]
        );
        let (asked, _) = platform.same(&["set", "wg0", "peer", KEY, "allowed-ips", ""]);
        assert!(asked[0].peers[0].replace_allowed_ips && asked[0].peers[0].allowed_ips.is_empty());
        let (_, said) = platform.same(&["set", "wg0", "peer", KEY, "allowed-ips", "10.0.0.1/8"]);
        assert!(said.contains("nonzero host part"), "{said}");
    });
}

#[test]
fn refusals_have_the_words_of_wg() {
    on_ground(|platform| {
        let words = [
            vec![],
            vec!["wg0"],
            vec!["wg0", "listen-port"],
            vec!["wg0", "listen-port", ""],
            vec!["wg0", "listen-port", "no-such-service"],
            vec!["wg0", "fwmark", "x"],
            vec!["wg0", "fwmark", "0xfffffffff"],
            vec!["wg0", "nonsense", "1"],
            vec!["wg0", "endpoint", "1.2.3.4:5"],
            vec!["wg0", "remove"],
            vec!["wg0", "private-key", "missing"],
            vec!["wg0", "private-key", "short"],
            vec!["wg0", "private-key", "long"],
            vec!["wg0", "peer", KEY, "listen-port", "1"],
            vec!["wg0", "peer", KEY, "persistent-keepalive", "65536"],
            vec!["wg0", "peer", KEY, "allowed-ips", "10.0.0.0/33"],
            vec!["wg0", "peer", KEY, "allowed-ips", "10.0.0.0/x"],
            vec!["wg0", "peer", KEY, "allowed-ips", "10.0.0/8"],
            vec!["wg0", "peer", KEY, "endpoint", ""],
            vec!["wg0", "peer", KEY, "endpoint", "[::1:5"],
            vec!["wg0", "peer", KEY, "endpoint", "1.2.3.4"],
            vec!["wg0", "peer", KEY, "endpoint", "no-such-host.invalid:5"],
            vec!["nowhere", "listen-port", "1"],
        ];
        for words in words {
            let (asked, said) = platform.same(&[&["set"][..], &words].concat());
            assert!(asked.is_empty() && !said.is_empty(), "{words:?}: {said}");
        }
        let (output, _) = platform.run(&[ADIT, "wg"], &["set", "wg0", "peer", &SECRET[1..]]);
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "Key is not the correct length or format\n",
            "it may be a private one"
        );
    });
}

#[test]
fn files_are_applied_added_and_synchronised_as_wg_does() {
    let whole = format!(
        "[Interface]\nPrivateKey = {SECRET} # mine\nListenPort=5\n\n[peer]\nPublicKey={KEY}\nAllowedIPs = 10.0.0.0/8, fd00::/8\n\
         AllowedIPs = 192.0.2.0/24\nEndpoint = 192.0.2.1:5\n[Peer]\nPublicKey = {OTHER}\nPresharedKey = {SECRET}\n\
         PersistentKeepalive = off\n"
    );
    on_ground(|platform| {
        for verb in ["setconf", "addconf", "syncconf"] {
            for text in [&whole, "", "[Interface]\n", "[Interface]\nFwMark = 0x10\n"] {
                let file = platform.conf(text);
                let (mut theirs, mut ours) =
                    (platform.run(&["wg"], &[verb, "wg0", &file]), platform.run(&[ADIT, "wg"], &[verb, "wg0", &file]));
                // wg removes peers in the reverse order of their keys.
                for (_, asked) in [&mut theirs, &mut ours] {
                    asked
                        .iter_mut()
                        .for_each(|update| update.peers.sort_by_key(|peer| (!peer.remove, *peer.public_key.as_bytes())));
                }
                assert_eq!(ours.0.status.code(), theirs.0.status.code(), "{verb}");
                assert_eq!((ours.1.len(), &ours.1), (1, &theirs.1), "{verb} {text}");
            }
            for text in ["nonsense\n", "[Interface]\nAddress\n", "[Peer]\nAllowedIPs = 10.0.0.0/8\n", "[Interface]\nFwMark = x\n"]
            {
                let (asked, said) = platform.same(&[verb, "wg0", &platform.conf(text)]);
                assert!(asked.is_empty() && !said.is_empty(), "{text}: {said}");
            }
            let (_, said) = platform.same(&[verb, "wg0"]);
            assert!(said.starts_with("Usage: adit wg "), "{said}");
            platform.same(&[verb, "wg0", "/no/such/file"]);
            platform.same(&[verb, "nowhere", &platform.conf(&whole)]);
        }
        let (output, _) =
            platform.run(&[ADIT, "wg"], &["setconf", "wg0", &platform.conf(&format!("[Interface]\nPresharedKey = {SECRET}\n"))]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, "Line unrecognized: `PresharedKey=...'\nConfiguration parsing error\n");
    });
}

#[test]
fn the_other_verbs_of_wg_are_there_too() {
    on_ground(|platform| {
        for arguments in
            [["show", "wg0", "dump"].as_slice(), &["show", "interfaces"], &["showconf", "wg0"], &["show", "all", "peers"]]
        {
            let (theirs, ours) = (platform.run(&["wg"], arguments).0, platform.run(&[ADIT, "wg"], arguments).0);
            assert_eq!(ours.stdout, theirs.stdout, "{arguments:?}");
        }
        assert_eq!(platform.run(&[ADIT, "wg"], &["genkey"]).0.stdout.len(), 45);
    });
}
