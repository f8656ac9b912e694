//! A simulated computer for a test: network and mount namespaces of its own, which end with it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A `resolvconf` that records its input, in place of openresolv.
const RESOLVCONF: &str = r#"#!/bin/sh
mkdir -p /run/records
case "$1" in
-a) cat > "/run/records/$2" ;;
-d) rm -f "/run/records/$2" ;;
-l) cat "/run/records/$2" 2>/dev/null ;;
esac
"#;

/// Sets the namespaces up: no name resolves, `/run` is empty, `/etc/wireguard` and `/usr/local/sbin` are the test's.
const SETUP: &str = "set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /usr/local/sbin
mkdir -p /etc/wireguard
mount -t tmpfs tmpfs /etc/wireguard
echo nameserver 127.0.0.1 > /run/resolv.conf
mount --bind /run/resolv.conf /etc/resolv.conf
ip link set lo up
echo ready
exec sleep 600";

pub(crate) struct Computer {
    holder: Child,
    pub(crate) files: TempDir,
}

/// A command that runs in the background.
pub(crate) struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    /// Ends when no process has the command's standard error open.
    reader: std::thread::JoinHandle<()>,
}

pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
}

impl Computer {
    /// Makes a computer. None, after printing why, if namespaces are not available.
    pub(crate) fn new() -> Option<Self> {
        let holder = Command::new("unshare")
            .args(["--net", "--mount", "--propagation", "private", "sh", "-c", SETUP])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut holder) = holder else {
            println!("SKIPPED: `unshare` of util-linux is not installed");
            return None;
        };
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut computer = Self { holder, files: tempfile::tempdir().unwrap() };
        if line != "ready\n" {
            let mut said = String::new();
            std::io::Read::read_to_string(&mut computer.holder.stderr.take().unwrap(), &mut said).unwrap();
            let forbidden = said.contains("unshare failed: Operation not permitted");
            assert!(forbidden, "the namespaces of a test cannot be set up: {said}");
            println!("SKIPPED: no namespaces of our own (root is needed)");
            return None;
        }
        Some(computer)
    }

    /// Makes two computers on a local network 192.168.7.0/24 and fd07::/64; the default route of the first leads to the second.
    pub(crate) fn pair() -> Option<(Self, Self)> {
        let (near, far) = (Self::new()?, Self::new()?);
        near.sh(&format!("ip link add e0 type veth peer name e0 netns {}", far.holder.id()));
        for (computer, host) in [(&near, 2), (&far, 1)] {
            computer.sh(&format!(
                "ip address add 192.168.7.{host}/24 dev e0; ip address add fd07::{host}/64 dev e0 nodad; \
                 sysctl -qw net.ipv6.conf.e0.accept_dad=0 net.ipv6.conf.e0.addr_gen_mode=1; ip link set e0 up"
            ));
        }
        near.sh("ip route add default via 192.168.7.1; ip -6 route add default via fd07::1");
        for computer in [&near, &far] {
            // The kernel announces the carrier a moment after both ends are up.
            computer.sh("for i in $(seq 200); do ip link show dev e0 | grep -q 'state UP' && break; sleep 0.05; done");
        }
        Some((near, far))
    }

    pub(crate) fn has(&self, program: &str) -> bool {
        let there = self.run(&["sh", "-c", &format!("command -v {program}")]).status.success();
        if !there {
            println!("SKIPPED: {program} is not installed");
        }
        there
    }

    /// Makes `/etc/resolv.conf` read-only: it would be written if there is no other way to set resolvers.
    pub(crate) fn make_resolv_conf_read_only(&self) {
        self.sh("mount -o remount,bind,ro /etc/resolv.conf");
    }

    pub(crate) fn install_resolvconf(&self) {
        self.install("resolvconf", RESOLVCONF);
    }

    /// Installs a script as a program.
    pub(crate) fn install(&self, name: &str, script: &str) {
        let path = self.file(name, script);
        self.sh(&format!("install -m 755 {} /usr/local/sbin/{name}", path.display()));
    }

    /// Writes a file that only root can read.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--net", "--mount", "--target", &self.holder.id().to_string(), "--"]).args(arguments);
        command.env("WG_ENDPOINT_RESOLUTION_RETRIES", "0").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a shell script, which must succeed, and returns what it prints.
    pub(crate) fn sh(&self, script: &str) -> String {
        let output = self.run(&["sh", "-c", script]);
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs `adit` to its end.
    pub(crate) fn adit(&self, arguments: &[&str]) -> Ended {
        let output = self.run(&[&[env!("CARGO_BIN_EXE_adit")], arguments].concat());
        let said = [output.stdout, output.stderr].concat();
        Ended { code: output.status.code(), said: String::from_utf8_lossy(&said).into_owned() }
    }

    /// Starts `adit`, and lets it run.
    pub(crate) fn start_adit(&self, arguments: &[&str]) -> Running {
        let mut child =
            self.command(&[&[env!("CARGO_BIN_EXE_adit")], arguments].concat()).stderr(Stdio::piped()).spawn().unwrap();
        let (said, mut pipe) = (Arc::new(Mutex::new(String::new())), child.stderr.take().unwrap());
        let writer = Arc::clone(&said);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                writer.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        Running { child, said, reader }
    }

    /// Returns everything that a tunnel may change and must restore.
    pub(crate) fn snapshot(&self) -> String {
        self.sh(
            "ip -d address; ip -4 rule; ip -6 rule; ip -4 route show table all; ip -6 route show table all; nft list ruleset; \
             cat /proc/sys/net/ipv4/conf/all/src_valid_mark; find /run -type f -o -type s; find /run/records -type f -exec cat {} + \
             2>/dev/null || true",
        )
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

impl Running {
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until the command has printed `text`; fails if it does not.
    pub(crate) fn wait_for(&self, text: &str) {
        until(|| self.said().contains(text), || format!("never said {text:?}, but:\n{}", self.said()));
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until the command ends by itself.
    pub(crate) fn wait(mut self) -> Ended {
        until(|| self.child.try_wait().unwrap().is_some(), || "it does not end".into());
        let code = self.child.wait().unwrap().code();
        until(|| self.reader.is_finished(), || "something that it started holds its standard error".into());
        Ended { code, said: self.said() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(mut happens: impl FnMut() -> bool, otherwise: impl FnOnce() -> String) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !happens() {
        assert!(Instant::now() < deadline, "{}", otherwise());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Returns the path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
