//! The built `aditd.exe` and `adit.exe` on Windows, or under Wine: a service that is started by hand, asked, killed and started again,
//! and one that the service control manager starts. `adit.exe` must have been built into the same folder.
#![cfg(windows)]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use windows_service::service::{Service, ServiceAccess, ServiceActionType, ServiceExitCode, ServiceState, ServiceStatus};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

const ADITD: &str = env!("CARGO_BIN_EXE_aditd");
const PRIVATE: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
/// The longest wait for a program.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Only one service runs at a time: claims and the registration are the computer's.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The folders and the pipe of one service.
struct Place {
    folder: TempDir,
    pipe: String,
}

impl Place {
    fn new(test: &str) -> Self {
        let pipe = format!(r"\\.\pipe\ProtectedPrefix\Administrators\Adit\{test}-{}", std::process::id());
        Self { folder: tempfile::tempdir().unwrap(), pipe }
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Returns the options by which a service uses this place.
    fn options(&self) -> Vec<String> {
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        let conf_files = path(self.folder.path().join("conf"));
        vec!["--state-dir".into(), path(self.state()), "--socket".into(), self.pipe.clone(), "--conf-files".into(), conf_files]
    }

    /// Starts the service by hand, and waits until it answers.
    fn start(&self) -> Running {
        let log = fs::File::create(self.folder.path().join("aditd.log")).unwrap();
        let child =
            Command::new(ADITD).args(self.options()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut running = Running(child);
        let end = Instant::now() + PATIENCE;
        while !self.adit(["list"]).status.success() {
            let log = || fs::read_to_string(self.folder.path().join("aditd.log")).unwrap();
            assert!(running.0.try_wait().unwrap().is_none(), "aditd has ended: {}", log());
            assert!(Instant::now() < end, "aditd does not answer: {}", log());
            thread::sleep(POLL_INTERVAL);
        }
        running
    }

    /// Runs `adit` with the service's pipe.
    fn adit<const N: usize>(&self, arguments: [&str; N]) -> Output {
        let adit = Path::new(ADITD).with_file_name("adit.exe");
        assert!(adit.exists(), "{} is missing: cargo build --locked -p adit", adit.display());
        Command::new(adit).args(arguments).args(["--socket", &self.pipe]).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs `adit`, which must succeed, and returns its output.
    fn said<const N: usize>(&self, arguments: [&str; N]) -> String {
        let output = self.adit(arguments);
        assert!(output.status.success(), "adit {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs `adit`, which must fail, and returns its error.
    fn refused<const N: usize>(&self, arguments: [&str; N]) -> String {
        let output = self.adit(arguments);
        assert!(!output.status.success(), "adit {arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// A running service, which is killed when this is dropped.
struct Running(Child);

impl Running {
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn configuration() -> String {
    format!(
        "[Interface]\nPrivateKey = {PRIVATE}\nAddress = 10.8.0.2/24\n\n[Peer]\nPublicKey = \
         Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=\nAllowedIPs = 10.8.0.0/24\nEndpoint = 192.0.2.1:51820\n"
    )
}

#[test]
fn an_imported_tunnel_outlives_the_killed_service_and_its_key_is_in_no_file() {
    let _alone = ONE_AT_A_TIME.lock();
    let place = Place::new("by-hand");
    let service = place.start();
    place.said(["import", &place.file("home.conf", &configuration())]);
    assert!(place.said(["list"]).contains("home"));
    assert!(place.said(["export", "home"]).contains(PRIVATE));

    let wrong = place.refused(["import", &place.file("wrong.conf", "[Interface]\nPrivateKey = abc\n")]);
    assert!(wrong.contains("wrong.conf") && wrong.contains("PrivateKey"), "{wrong}");
    assert!(!place.said(["list"]).contains("wrong"));

    place.said(["rules", "list"]);
    let strange = place.refused(["status", "nobody"]);
    assert!(strange.contains("nobody"), "{strange}");

    service.kill();
    let away = place.refused(["list"]);
    assert!(away.contains("does not run") && away.contains("sc start Adit"), "{away}");
    for file in files_in(&place.state()) {
        let bytes = fs::read(&file).unwrap();
        assert!(!contains(&bytes, PRIVATE.as_bytes()), "{}", file.display());
    }
    // Sealed with a key of the computer.
    assert_ne!(fs::read(place.state().join("store.key")).unwrap().len(), 32);

    let _service = place.start();
    assert!(place.said(["list"]).contains("home"));
    assert!(place.said(["export", "home"]).contains(PRIVATE));
}

#[test]
fn a_second_service_on_the_same_state_ends_and_names_the_first() {
    let _alone = ONE_AT_A_TIME.lock();
    let place = Place::new("second");
    let first = place.start();
    let output = Command::new(ADITD).args(place.options()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains(&format!("process {}", first.0.id())), "{said}");
}

#[test]
fn a_pipe_of_another_name_is_refused_before_anything_starts() {
    let _alone = ONE_AT_A_TIME.lock();
    let place = Place::new("pipe");
    let state = place.state();
    let output = Command::new(ADITD)
        .args([OsStr::new("--socket"), OsStr::new(r"C:\adit.sock"), OsStr::new("--state-dir")])
        .arg(&state)
        .output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("no name of a pipe"), "{said}");
}

#[test]
fn the_service_control_manager_starts_and_stops_the_service_and_restarts_it_after_a_failure() {
    let _alone = ONE_AT_A_TIME.lock();
    let place = Place::new("scm");
    let aditd = |option: &str| Command::new(ADITD).arg(option).args(place.options()).stdin(Stdio::null()).output().unwrap();
    let done = |option: &str| {
        let output = aditd(option);
        assert!(output.status.success(), "{option}: {output:?}");
    };
    done("--install-service");
    let again = aditd("--install-service");
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("exists already"), "{again:?}");

    let service = registered();
    let actions = service.get_failure_actions().unwrap().actions.unwrap();
    assert!(actions.len() == 3 && actions.iter().all(|action| action.action_type == ServiceActionType::Restart), "{actions:?}");
    match service.get_failure_actions_on_non_crash_failures() {
        // ERROR_INVALID_LEVEL: Wine does not know this setting.
        Err(windows_service::Error::Winapi(error)) if error.raw_os_error() == Some(124) => {}
        restarts => assert!(restarts.unwrap()),
    }

    service.start::<&str>(&[]).unwrap();
    let running = wait_for(&service, ServiceState::Running);
    assert!(running.process_id.is_some());
    place.said(["import", &place.file("home.conf", &configuration())]);
    service.stop().unwrap();
    let stopped = wait_for(&service, ServiceState::Stopped);
    assert_eq!(stopped.exit_code, ServiceExitCode::NO_ERROR);
    place.refused(["list"]);

    // The second start finds what the first one stored; the removal stops it.
    service.start::<&str>(&[]).unwrap();
    wait_for(&service, ServiceState::Running);
    assert!(place.said(["list"]).contains("home"));
    drop(service);
    done("--remove-service");
    place.refused(["list"]);
    let gone = aditd("--remove-service");
    assert!(!gone.status.success() && String::from_utf8_lossy(&gone.stderr).contains("no service Adit"), "{gone:?}");
}

#[test]
fn nobody_but_the_service_control_manager_starts_it_as_a_service() {
    let output = Command::new(ADITD).arg("--as-service").stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("only the service control manager"), "{said}");
}

fn registered() -> Service {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).unwrap();
    let access = ServiceAccess::QUERY_STATUS | ServiceAccess::QUERY_CONFIG | ServiceAccess::START | ServiceAccess::STOP;
    manager.open_service("Adit", access).unwrap()
}

fn wait_for(service: &Service, state: ServiceState) -> ServiceStatus {
    let end = Instant::now() + PATIENCE;
    loop {
        let status = service.query_status().unwrap();
        if status.current_state == state {
            return status;
        }
        assert!(Instant::now() < end, "{status:?}");
        thread::sleep(POLL_INTERVAL);
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_in(&path)) } else { files.push(path) }
    }
    files
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
