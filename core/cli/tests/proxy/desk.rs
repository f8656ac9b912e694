//! Runs the command as the user nobody, and makes the configurations of both ends.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use adit_protocol::PrivateKey;
use serde_json::Value;

use super::partner::Partner;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a copy of the command and a configuration, which the user nobody can read.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    pub(crate) key: PrivateKey,
}

/// A running `adit proxy`.
pub(crate) struct Proxy {
    child: Child,
    /// The JSON that it printed at the start.
    pub(crate) start: Value,
    said: Arc<(Mutex<String>, Condvar)>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("adit-test-").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        // Another process copies the file: if this process wrote it, a child forked meanwhile would inherit the open file, and
        // running the copy would fail with ETXTBSY.
        let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_adit")).arg(folder.path().join("adit")).status().unwrap();
        assert!(copied.success());
        let mut key = [0; 32];
        getrandom::fill(&mut key).unwrap();
        Self { folder, key: PrivateKey::from_bytes(key) }
    }

    /// Makes a desk, and starts the other end of its tunnel.
    pub(crate) fn with_partner(interface: &str) -> (Self, Partner) {
        let desk = Self::new();
        let mut key = [0; 32];
        getrandom::fill(&mut key).unwrap();
        let partner_key = PrivateKey::from_bytes(key);
        let partner = Partner::start(&partner_key, desk.key.public());
        desk.configure(&format!(
            "{interface}[Peer]\nPublicKey = {}\nAllowedIPs = 10.66.0.0/16, fd66::/64\nEndpoint = 127.0.0.1:{}\n",
            partner_key.public(),
            partner.port
        ));
        (desk, partner)
    }

    /// Writes the configuration, with the `[Interface]` key and addresses first.
    pub(crate) fn configure(&self, rest: &str) {
        let key = self.key.dangerously_reveal_base64();
        let text = format!("[Interface]\nPrivateKey = {}\nAddress = 10.66.0.2/24, fd66::2/64\n{rest}", &*key);
        self.write("t.conf", &text);
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        if is_root() {
            std::os::unix::fs::chown(&path, Some(65534), Some(65534)).unwrap();
        }
        path
    }

    /// Makes the file unreadable for the command.
    pub(crate) fn forbid(&self, name: &str) {
        let path = self.folder.path().join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    }

    /// Builds the command: it runs as nobody without any capability if the test runs as root, else as the test's user.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let binary = self.folder.path().join("adit");
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--"]).arg(binary);
            command
        } else {
            Command::new(binary)
        };
        command.arg("proxy").arg("./t.conf").args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs the command to its end.
    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the command in the background, and waits until it listens.
    pub(crate) fn start(&self, arguments: &[&str]) -> Proxy {
        self.start_command(self.command(&[arguments, &["--json"]].concat()))
    }

    pub(crate) fn start_command(&self, mut command: Command) -> Proxy {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::<(Mutex<String>, Condvar)>::default();
        let (listener, stderr) = (Arc::clone(&said), child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                listener.0.lock().unwrap().push_str(&(line + "\n"));
                listener.1.notify_all();
            }
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let start = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it did not start: {}", said.0.lock().unwrap()));
        Proxy { child, start, said }
    }
}

impl Proxy {
    /// Returns the address of the first port of this kind.
    pub(crate) fn at(&self, kind: &str) -> SocketAddr {
        let listening = self.start["listening"].as_array().unwrap();
        let found = listening.iter().find(|place| place["kind"] == kind).unwrap();
        found["address"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn connect(&self, kind: &str) -> TcpStream {
        let stream = TcpStream::connect(self.at(kind)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Waits until it has printed `words` on standard error.
    pub(crate) fn hear(&self, words: &str) {
        let said = self.said.0.lock().unwrap();
        let (said, _) = self.said.1.wait_timeout_while(said, PATIENCE, |said| !said.contains(words)).unwrap();
        assert!(said.contains(words), "it did not say `{words}`:\n{said}");
    }

    pub(crate) fn status(&self, field: &str) -> String {
        let status = fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join("status")).unwrap();
        status.lines().find_map(|line| line.strip_prefix(field)).unwrap().trim_start_matches(':').trim().to_owned()
    }

    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(Path::new("/proc").join(self.child.id().to_string()).join("fd")).unwrap().count()
    }

    /// Sends Ctrl-C, and returns the exit code.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The error is ignored: it may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Returns `len` bytes with a long period.
pub(crate) fn bytes(len: usize, seed: usize) -> Vec<u8> {
    let mut state = seed as u32 | 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..len).map(|_| next()).collect()
}

/// Sends `sent`, closes this direction, and checks that exactly the same bytes come back.
pub(crate) fn echo(mut stream: TcpStream, sent: &[u8]) {
    let mut writes = stream.try_clone().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            writes.write_all(sent).unwrap();
            writes.shutdown(std::net::Shutdown::Write).unwrap();
        });
        let (mut at, mut buffer) = (0, vec![0; 64 * 1024]);
        loop {
            let count = stream.read(&mut buffer).unwrap();
            if count == 0 {
                break;
            }
            assert!(sent.get(at..at + count) == Some(&buffer[..count]), "what came back differs at {at}");
            at += count;
        }
        assert_eq!(at, sent.len(), "bytes are missing");
    });
}
