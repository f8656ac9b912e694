//! Administering with polkit's leave: a bus of the test's own, with an authority on it that decides as the test says.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit_api::Role;
use adit_ipc::linux::{ACTION, LocalRoles, Polkit};
use adit_ipc::{Peer, Process, RoleSource};
use zbus::OwnedVariant;

const USER: u32 = 4_000_000_000;
const LEAVE: u32 = 101;
const NO_LEAVE: u32 = 102;
const NO_ANSWER: u32 = 103;
const UNKNOWN: u32 = 104;

type Subject = (String, HashMap<String, OwnedVariant>);

/// Process, its start, user, action, flags.
type Question = (u32, u64, i32, String, u32);

/// Decides by the number of the process.
#[derive(Clone, Default)]
struct Authority {
    asked: Arc<Mutex<Vec<Question>>>,
}

#[zbus::interface(name = "org.freedesktop.PolicyKit1.Authority")]
impl Authority {
    async fn check_authorization(
        &self,
        subject: Subject,
        action: String,
        _details: HashMap<String, String>,
        flags: u32,
        _cancellation: String,
    ) -> zbus::fdo::Result<((bool, bool, HashMap<String, String>),)> {
        let (kind, about) = subject;
        assert_eq!(kind, "unix-process");
        let pid = u32::try_from(&about["pid"]).unwrap();
        let (started, uid) = (u64::try_from(&about["start-time"]).unwrap(), i32::try_from(&about["uid"]).unwrap());
        self.asked.lock().unwrap().push((pid, started, uid, action, flags));
        match pid {
            pid if pid == LEAVE => Ok(((true, false, HashMap::new()),)),
            pid if pid == NO_LEAVE => Ok(((false, true, HashMap::new()),)),
            pid if pid == NO_ANSWER => std::future::pending().await,
            _ => Err(zbus::fdo::Error::Failed("no such action".into())),
        }
    }
}

/// A message bus; ends when dropped.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Option<Self> {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let mut daemon = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take()?).read_line(&mut address).ok()?;
        let bus = Self { daemon, address: address.trim().to_owned() };
        (!bus.address.is_empty()).then_some(bus)
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn peer(uid: u32, process: Option<u32>) -> Peer {
    Peer { uid, groups: vec![uid], process: process.map(|pid| Process::new(pid, || true)) }
}

#[test]
fn polkit_is_asked_only_about_administering_and_what_it_does_not_allow_is_not_allowed() {
    let Some(bus) = Bus::start() else {
        return println!("SKIPPED: no dbus-daemon");
    };
    let authority = Authority::default();
    let nobody_sits = tempfile::tempdir().unwrap();
    let with_patience = |patience| LocalRoles::with(None, nobody_sits.path()).and(Polkit::at(&bus.address, patience));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let service = zbus::connection::Builder::address(bus.address.as_str());
        let service = service.name("org.freedesktop.PolicyKit1");
        let path = "/org/freedesktop/PolicyKit1/Authority";
        let _service = service.serve_at(path, authority.clone()).build().await.unwrap();
        let roles = with_patience(Duration::from_secs(60));
        for needs in [Role::Status, Role::Operate] {
            assert_eq!(roles.role(&peer(USER, Some(LEAVE)), needs).await, Role::Status);
        }
        assert_eq!(roles.role(&peer(0, Some(LEAVE)), Role::Administer).await, Role::Administer);
        assert_eq!(roles.role(&peer(USER, None), Role::Administer).await, Role::Status);
        assert_eq!(authority.asked.lock().unwrap().len(), 0, "nobody is asked where there is nothing to decide");
        assert_eq!(roles.role(&peer(USER, Some(LEAVE)), Role::Administer).await, Role::Administer);
        assert_eq!(roles.role(&peer(USER, Some(NO_LEAVE)), Role::Administer).await, Role::Status);
        assert_eq!(roles.role(&peer(USER, Some(UNKNOWN)), Role::Administer).await, Role::Status);
        let hasty = with_patience(Duration::from_millis(200));
        assert_eq!(hasty.role(&peer(USER, Some(NO_ANSWER)), Role::Administer).await, Role::Status);
        let ended = Process::new(LEAVE, || false);
        let ended = Peer { process: Some(ended), ..peer(USER, None) };
        assert_eq!(roles.role(&ended, Role::Administer).await, Role::Status, "its number may be that of another process now");
        let first = authority.asked.lock().unwrap()[0].clone();
        assert_eq!(first, (101, 0, -294_967_296, ACTION.to_owned(), 1));
    });
}

#[test]
fn without_polkit_only_root_administers() {
    let nobody_sits = tempfile::tempdir().unwrap();
    let polkit = Polkit::at("unix:path=/nonexistent/bus", Duration::from_secs(60));
    let roles = LocalRoles::with(None, nobody_sits.path()).and(polkit);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        assert_eq!(roles.role(&peer(USER, Some(LEAVE)), Role::Administer).await, Role::Status);
        assert_eq!(roles.role(&peer(0, None), Role::Administer).await, Role::Administer);
    });
}
