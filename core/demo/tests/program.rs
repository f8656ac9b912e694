//! The demo's own program, as `cargo xtask demo` runs it. The tests of `adit` run the same demo in more places, and interrupt it.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that every user may use, with a copy of the program and a place for its files.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::Builder::new().prefix("adit-test-").tempdir().unwrap());
        fs::create_dir(desk.temporary()).unwrap();
        for folder in [desk.0.path(), &desk.temporary()] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
        }
        // Another process copies the file: if this process wrote it, a child forked meanwhile would inherit the open file, and
        // running the copy would fail with ETXTBSY.
        let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_adit-demo")).arg(desk.program()).status().unwrap();
        assert!(copied.success());
        desk
    }

    fn program(&self) -> PathBuf {
        self.0.path().join("adit-demo")
    }

    fn temporary(&self) -> PathBuf {
        self.0.path().join("tmp")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.output(Command::new(self.program()).args(arguments))
    }

    /// Runs the program without root, even if the test runs as root.
    fn run_without_root(&self, arguments: &[&str]) -> Output {
        if !is_root() {
            return self.run(arguments);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(self.program()).args(arguments);
        self.output(&mut command)
    }

    fn output(&self, command: &mut Command) -> Output {
        command.env("TMPDIR", self.temporary()).stdin(Stdio::null()).output().unwrap()
    }

    fn assert_page_came(&self, output: &Output, mode: &str) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(figures["mode"], mode);
        let body = figures["page"]["body"].as_str().unwrap();
        assert!(body.contains("This page came to 10.77.0.2 through WireGuard."), "{body}");
        assert_eq!(fs::read_dir(self.temporary()).unwrap().count(), 0, "the demo's folder is gone");
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

#[test]
fn root_gets_the_page_through_a_tunnel_that_the_program_itself_keeps_up() {
    if !is_root() || !Command::new("unshare").args(["--net", "true"]).status().is_ok_and(|status| status.success()) {
        println!("SKIPPED: network namespaces take root");
        return;
    }
    let desk = Desk::new();
    desk.assert_page_came(&desk.run(&["--json", "--seconds", "1"]), "namespaces");
}

#[test]
fn without_root_the_page_comes_through_an_ip_stack_in_the_process() {
    let desk = Desk::new();
    desk.assert_page_came(&desk.run_without_root(&["--json", "--seconds", "1"]), "userspace");
}

#[test]
fn figures_that_cannot_be_printed_are_a_failure() {
    let desk = Desk::new();
    for arguments in [&["--userspace", "--seconds", "1"][..], &["--userspace", "--seconds", "1", "--json"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(desk.program());
        command.args(arguments).env("TMPDIR", desk.temporary()).stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("adit: writing to standard output: No space left on device"), "{said}");
        assert_eq!(fs::read_dir(desk.temporary()).unwrap().count(), 0, "the demo's folder is gone");
    }
}

#[test]
fn no_escape_sequence_reaches_a_terminal_that_does_not_want_them() {
    let desk = Desk::new();
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let line = format!("{} --userspace --seconds 1", desk.program().display());
        let mut command = Command::new("script");
        command.args(["-qefc", &line, "/dev/null"]).env("TERM", "xterm").env_remove("NO_COLOR").env(name, value);
        let output = desk.output(&mut command);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("ok: fetched") && !shown.contains('\u{1b}'), "{shown}");
    }
}

#[test]
fn a_file_is_kept_up_for_root_alone_and_one_with_errors_for_nobody() {
    const KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    let desk = Desk::new();
    let up = |name: &str, text: &str| {
        let path = desk.temporary().join(name);
        fs::write(&path, text).unwrap();
        let output = desk.run_without_root(&["up", path.to_str().unwrap()]);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = up("near.conf", &format!("[Interface]\nPrivateKey = {KEY}\n"));
    assert_eq!(code, Some(3));
    assert!(said.contains("changing the network needs root"), "{said}");
    let (code, said) = up("wrong.conf", "[Interface]\nPrivateKey = 1\n");
    assert_eq!(code, Some(1));
    assert!(said.contains("PrivateKey: invalid key") && said.contains("has errors; nothing was changed"), "{said}");
    assert!(!Path::new("/sys/class/net/near").exists());
}
