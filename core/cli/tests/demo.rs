//! Runs `adit demo` as a person does: with and without root, to its end and interrupted, and checks each time that nothing is
//! left of it.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

const PAGE: &str = "<h1>Daylight at the end of the tunnel</h1>";
const WHO: &str = "This page came to 10.77.0.2 through WireGuard.";

/// A copy of the command, so that its processes cannot be confused with others, and a folder for its temporary files.
struct Desk {
    folder: tempfile::TempDir,
    _among_others: Option<RwLockReadGuard<'static, ()>>,
}

/// Locked exclusively by a test that leaves something behind for a while, which the other tests would see.
static UNTIDY: RwLock<()> = RwLock::new(());

impl Desk {
    fn new() -> Self {
        Self::beside(Some(UNTIDY.read().unwrap_or_else(PoisonError::into_inner)))
    }

    fn beside(others: Option<RwLockReadGuard<'static, ()>>) -> Self {
        let folder = tempfile::Builder::new().prefix("adit-test-").tempdir().unwrap();
        let desk = Self { folder, _among_others: others };
        open_to_all(desk.folder.path());
        // Another process copies the file: if this process wrote it, a child forked meanwhile would inherit the open file, and
        // running the copy would fail with ETXTBSY.
        let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_adit")).arg(desk.binary()).status().unwrap();
        assert!(copied.success());
        fs::create_dir(desk.temporary()).unwrap();
        open_to_all(&desk.temporary());
        desk
    }

    fn binary(&self) -> PathBuf {
        self.folder.path().join("adit")
    }

    fn temporary(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(self.binary());
        self.furnish(&mut command, arguments);
        command
    }

    fn command_of_nobody(&self, arguments: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(self.binary());
        self.furnish(&mut command, arguments);
        command
    }

    fn furnish(&self, command: &mut Command, arguments: &str) {
        command.arg("demo").args(arguments.split_ascii_whitespace()).env("TMPDIR", self.temporary()).stdin(Stdio::null());
    }

    /// Returns the network namespaces that the command's processes are in or hold open.
    fn namespaces(&self) -> BTreeSet<PathBuf> {
        let own = fs::read_link("/proc/self/ns/net").unwrap();
        self.processes().flat_map(|process| network_namespaces_of(&process)).filter(|namespace| *namespace != own).collect()
    }

    /// Returns the command's process and its children: all of them have inherited this TMPDIR.
    fn processes(&self) -> impl Iterator<Item = PathBuf> {
        let mark = format!("TMPDIR={}\0", self.temporary().display()).into_bytes();
        let is_ours = move |environment: Vec<u8>| environment.windows(mark.len()).any(|part| part == mark);
        processes().filter(move |process| fs::read(process.join("environ")).is_ok_and(&is_ours))
    }

    /// Checks that there is no file and no process. With the last process its namespaces are gone too, because they have no name.
    fn assert_empty(&self) {
        let files: Vec<_> = fs::read_dir(self.temporary()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(files.is_empty(), "{files:?}");
        let deadline = Instant::now() + Duration::from_secs(3);
        // A helper process may just be ending.
        while let Some(process) = self.processes().next() {
            assert!(Instant::now() < deadline, "{} still runs", process.display());
            thread::sleep(Duration::from_millis(5));
        }
        for folder in ["/run/netns", "/var/run/wireguard", "/run/adit", "/run/adit-root"] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let pid = name.strip_prefix("demo").map(|rest| rest.split('.').next().unwrap_or_default());
                let is_left = pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists());
                assert!(!is_left, "{} is left", entry.path().display());
            }
        }
        let interfaces = fs::read_to_string("/proc/net/dev").unwrap();
        assert!(!interfaces.contains("cable") && !interfaces.contains("demo"), "{interfaces}");
    }
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
}

fn processes() -> impl Iterator<Item = PathBuf> {
    let is_number = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().parse::<u32>().is_ok());
    fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()).filter(is_number)
}

fn network_namespaces_of(process: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let held = fs::read_dir(process.join("fd")).into_iter().flatten().flatten().map(|entry| entry.path());
    let links = held.chain([process.join("ns/net")]).filter_map(|link| fs::read_link(link).ok());
    links.filter(|link| link.to_string_lossy().starts_with("net:["))
}

/// Returns true if namespaces can be made here; prints that the test is skipped if not.
fn has_root() -> bool {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let allowed = root && Command::new("unshare").args(["--net", "true"]).status().is_ok_and(|status| status.success());
    if !allowed {
        println!("SKIPPED: network namespaces take root");
    }
    allowed
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn figures(output: &Output) -> Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn assert_plausible(figures: &Value, mode: &str) {
    assert_eq!(figures["mode"], mode);
    let body = figures["page"]["body"].as_str().unwrap();
    assert!(body.contains(PAGE) && body.contains(WHO), "{body}");
    let number = |path: &str| figures.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {path}"));
    assert!((1e-6..5.0).contains(&number("/handshake_seconds")));
    for direction in ["/download", "/upload"] {
        assert!(number(&format!("{direction}/bits_per_second")) > 1e6, "{figures:#}");
        assert!((1.0..10.0).contains(&number(&format!("{direction}/seconds"))));
    }
    // Every byte of payload came in a datagram with headers, as did the acknowledgements of the other direction.
    for (counter, payload) in [("/rx_bytes", "/download/bytes"), ("/tx_bytes", "/upload/bytes")] {
        let (counted, moved) = (number(counter), number(payload));
        assert!(counted > moved && counted < moved * 2.0 + 1e7, "{figures:#}");
    }
    assert!(number("/total_seconds") < 15.0);
}

/// Starts a demo, and returns after it has printed a line that contains `mark`.
fn under_way(mut command: Command, mark: &str) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    if !lines.any(|line| line.unwrap().contains(mark)) {
        panic!("it ended before {mark:?}: {}", text(&child.wait_with_output().unwrap().stderr));
    }
    // The pipe stays open, as a terminal does.
    thread::spawn(move || lines.count());
    child
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

fn end(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    panic!("it did not end");
}

#[test]
fn root_sees_a_page_come_through_real_interfaces_and_nothing_is_left() {
    if !has_root() {
        return;
    }
    let desk = Desk::new();
    let figures = figures(&desk.command("--json --seconds 1").output().unwrap());
    assert_plausible(&figures, "namespaces");
    desk.assert_empty();
}

#[test]
fn without_root_the_demo_fetches_its_page_through_an_ip_stack_in_the_process() {
    let desk = Desk::new();
    let command = if has_root() { desk.command_of_nobody("--json --seconds 1") } else { desk.command("--json --seconds 1") };
    let figures = figures(&{ command }.output().unwrap());
    assert_plausible(&figures, "userspace");
    desk.assert_empty();
}

#[test]
fn every_step_is_told_in_words_and_why_there_is_no_real_interface() {
    if !has_root() {
        return;
    }
    let desk = Desk::new();
    let common = ["http://10.77.0.1/", ".conf", "handshake in ", " ms", PAGE, WHO, "downloaded at ", "bit/s", "nothing is left"];
    let stories = [
        (desk.command("--seconds 1"), ["network namespaces", "running: adit up "]),
        (desk.command_of_nobody("--seconds 1"), ["need root", "smoltcp"]),
    ];
    for (mut command, own) in stories {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        let said = text(&output.stdout);
        for words in common.into_iter().chain(own) {
            assert!(said.contains(words), "no {words:?} in:\n{said}");
        }
        assert!(!said.contains('\x1b'), "colours are for terminals");
    }
}

#[test]
fn a_signal_in_the_middle_leaves_nothing() {
    if !has_root() {
        return;
    }
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        for userspace in ["", " --userspace"] {
            let desk = Desk::new();
            let mut child = under_way(desk.command(&format!("--seconds 30{userspace}")), "fetched");
            let namespaces = desk.namespaces();
            assert_eq!(namespaces.len(), if userspace.is_empty() { 2 } else { 0 }, "{namespaces:?}");
            assert_eq!(fs::read_dir(desk.temporary()).unwrap().count(), 1);
            send(signal, &child);
            assert_eq!(end(&mut child).code(), Some(code));
            desk.assert_empty();
        }
    }
}

#[test]
fn a_signal_at_any_moment_of_the_start_leaves_nothing() {
    if !has_root() {
        return;
    }
    let desk = Desk::new();
    for delay in (0..100).step_by(7) {
        let mut child = desk.command("--seconds 30").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The delay chooses the moment of the start at which the signal arrives.
        thread::sleep(Duration::from_millis(delay));
        send("TERM", &child);
        let status = end(&mut child);
        // Before the demo listens for signals there is nothing to undo, and the signal may kill it.
        assert!(status.code() == Some(143) || status.signal() == Some(15), "{status}");
        desk.assert_empty();
    }
}

#[test]
fn files_of_a_killed_demo_are_removed_by_the_next_one() {
    if !has_root() {
        return;
    }
    let _alone = UNTIDY.write().unwrap_or_else(PoisonError::into_inner);
    let desk = Desk::beside(None);
    let mut child = under_way(desk.command("--seconds 30"), "fetched");
    assert_eq!(desk.namespaces().len(), 2);
    send("KILL", &child);
    assert_eq!(end(&mut child).signal(), Some(9));
    assert_eq!(fs::read_dir(desk.temporary()).unwrap().count(), 1, "nobody could remove it");
    figures(&desk.command("--json --seconds 1").output().unwrap());
    desk.assert_empty();
}

#[test]
fn impossible_requests_are_refused_with_a_plain_reason() {
    let desk = Desk::new();
    let output = desk.command("--userspace").env("TMPDIR", "/nonexistent").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "adit: making a folder in /nonexistent: No such file or directory (os error 2)\n");
    let output = desk.command("--seconds 0").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("0 is not in 1..=60"));
    desk.assert_empty();
}

#[test]
fn a_reader_that_goes_away_does_not_stop_the_cleaning() {
    let desk = Desk::new();
    let mut command = desk.command("--userspace --seconds 1");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(end(&mut child).code(), Some(1), "figures that nobody got are no success");
    desk.assert_empty();
}
