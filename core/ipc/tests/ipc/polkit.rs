//! Tests of polkit's decisions: a message bus of the test's own, with a fake authority on it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit_api::{Action, Role};
use adit_ipc::local::LocalRoles;
use adit_ipc::{Peer, RoleSource};
use adit_platform::linux::authority;
use adit_platform::linux::polkit::{ACTIONS, ADMINISTER, KILL_SWITCH, LOCKDOWN, Polkit};
use adit_platform::peer::{Peer as NativePeer, Process, User};
use zbus::OwnedVariant;

use crate::ground::{open_folder, own_uid, probe};

const USER: u32 = 4_000_000_000;
const LEAVE: u32 = 101;
const NO_LEAVE: u32 = 102;
const NO_ANSWER: u32 = 103;
const UNKNOWN: u32 = 104;
/// The process that is allowed to administer and nothing else.
const ADMINISTRATOR: u32 = 105;
const GROUP: u32 = 64_999;

type Subject = (String, HashMap<String, OwnedVariant>);

/// A question to the authority: process id, start of the process, user id, action, flags.
type Question = (u32, u64, i32, String, u32);

/// An action in the form in which polkit lists it.
type Listed = (String, String, String, String, String, String, u32, u32, u32, HashMap<String, String>);

/// A fake authority that decides by the process id.
#[derive(Clone, Default)]
struct Authority {
    asked: Arc<Mutex<Vec<Question>>>,
    /// True if Adit's policy is not installed.
    has_no_policy: bool,
    allows_all: bool,
}

impl Authority {
    fn without_policy() -> Self {
        Self { has_no_policy: true, ..Self::default() }
    }

    /// Returns the actions that the authority was asked about since the last call.
    fn take_actions(&self) -> Vec<String> {
        self.asked.lock().unwrap().drain(..).map(|(_, _, _, action, _)| action).collect()
    }
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
        self.asked.lock().unwrap().push((pid, started, uid, action.clone(), flags));
        match pid {
            _ if self.allows_all => Ok(((true, false, HashMap::new()),)),
            _ if self.has_no_policy => Err(zbus::fdo::Error::Failed("not registered".into())),
            pid if pid == ADMINISTRATOR => Ok(((action == ADMINISTER, false, HashMap::new()),)),
            pid if pid == LEAVE => Ok(((true, false, HashMap::new()),)),
            pid if pid == NO_LEAVE => Ok(((false, true, HashMap::new()),)),
            pid if pid == NO_ANSWER => std::future::pending().await,
            _ => Err(zbus::fdo::Error::Failed("no such process".into())),
        }
    }

    async fn enumerate_actions(&self, _locale: String) -> (Vec<Listed>,) {
        let text = String::new;
        let listed = |id: &str| (id.to_owned(), text(), text(), text(), text(), text(), 0, 0, 0, HashMap::new());
        (if self.has_no_policy { Vec::new() } else { ACTIONS.map(listed).into() },)
    }
}

/// A message bus. Its daemon ends when this is dropped.
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
    in_groups(uid, vec![uid], process.map(|pid| Process::new(pid, || true)))
}

fn in_groups(uid: u32, groups: Vec<u32>, process: Option<Process>) -> Peer {
    NativePeer { user: User { uid, groups }, process }.into()
}

#[test]
fn polkit_is_asked_only_about_administering_and_what_it_does_not_allow_is_not_allowed() {
    let Some(bus) = Bus::start() else {
        return println!("SKIPPED: no dbus-daemon");
    };
    let authority = Authority::default();
    let nobody_sits = tempfile::tempdir().unwrap();
    let with_patience =
        |patience| LocalRoles::from(authority::Authority::with(None, nobody_sits.path()).and(Polkit::at(&bus.address, patience)));
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
        let ended = in_groups(USER, vec![USER], Some(ended));
        assert_eq!(roles.role(&ended, Role::Administer).await, Role::Status, "its number may be that of another process now");
        let first = authority.asked.lock().unwrap()[0].clone();
        assert_eq!(first, (101, 0, -294_967_296, ADMINISTER.to_owned(), 1));
    });
}

/// Puts an authority on the bus for as long as the returned connection lives.
async fn served(bus: &Bus, authority: &Authority) -> zbus::Connection {
    let service = zbus::connection::Builder::address(bus.address.as_str()).name("org.freedesktop.PolicyKit1");
    let path = "/org/freedesktop/PolicyKit1/Authority";
    service.serve_at(path, authority.clone()).build().await.unwrap()
}

/// Returns a peer that is a member of the operators' group.
fn operator(process: u32) -> Peer {
    in_groups(USER, vec![GROUP], Some(Process::new(process, || true)))
}

#[test]
fn each_strength_of_the_kill_switch_is_an_action_of_its_own_that_polkit_decides_for_operators_too() {
    let Some(bus) = Bus::start() else {
        return println!("SKIPPED: no dbus-daemon");
    };
    let authority = Authority::default();
    let nobody_sits = tempfile::tempdir().unwrap();
    let polkit = Polkit::at(&bus.address, Duration::from_secs(60));
    let roles = LocalRoles::from(authority::Authority::with(Some(GROUP), nobody_sits.path()).and(polkit));
    let hasty = Polkit::at(&bus.address, Duration::from_millis(200));
    let hasty = LocalRoles::from(authority::Authority::with(Some(GROUP), nobody_sits.path()).and(hasty));
    let (kill_switch, lockdown) = (Some(Action::KillSwitch), Some(Action::Lockdown));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let _service = served(&bus, &authority).await;
        for needs in [None, kill_switch, lockdown] {
            assert_eq!(roles.action(&peer(0, None), needs).await, lockdown, "root always may");
            assert_eq!(authority.take_actions(), [""; 0]);
        }
        assert_eq!(roles.action(&operator(LEAVE), None).await, None);
        assert_eq!(authority.take_actions(), [""; 0]);
        for (needs, id) in [(Action::KillSwitch, KILL_SWITCH), (Action::Lockdown, LOCKDOWN)] {
            for somebody in [peer(USER, Some(LEAVE)), operator(LEAVE)] {
                assert_eq!(roles.action(&somebody, Some(needs)).await, Some(needs));
            }
            for process in [NO_LEAVE, UNKNOWN, ADMINISTRATOR] {
                assert_eq!(roles.action(&operator(process), Some(needs)).await, None, "{needs:?}, process {process}");
            }
            assert_eq!(hasty.action(&operator(NO_ANSWER), Some(needs)).await, None);
            assert_eq!(authority.take_actions(), [id; 6]);
            let unseen = in_groups(USER, vec![GROUP], None);
            assert_eq!(roles.action(&unseen, Some(needs)).await, None, "polkit cannot be asked about it");
        }
        let administrator = peer(USER, Some(ADMINISTRATOR));
        assert_eq!(roles.role(&administrator, Role::Administer).await, Role::Administer);
        assert_eq!(roles.action(&administrator, lockdown).await, None, "leave to administer is no leave to end lockdown");
    });
}

#[test]
fn without_polkit_or_its_policy_operators_open_a_block_and_only_root_ends_lockdown() {
    let Some(bus) = Bus::start() else {
        return println!("SKIPPED: no dbus-daemon");
    };
    let nobody_sits = tempfile::tempdir().unwrap();
    let at = |address: &str| {
        let polkit = Polkit::at(address, Duration::from_secs(60));
        LocalRoles::from(authority::Authority::with(Some(GROUP), nobody_sits.path()).and(polkit))
    };
    let check = async |roles: &LocalRoles, what: &str| {
        let unseen = in_groups(USER, vec![GROUP], None);
        for operator in [operator(LEAVE), unseen] {
            assert_eq!(roles.action(&operator, Some(Action::KillSwitch)).await, Some(Action::KillSwitch), "{what}");
            assert_eq!(roles.action(&operator, Some(Action::Lockdown)).await, None, "{what}");
        }
        for needs in Action::ALL {
            assert_eq!(roles.action(&peer(USER, Some(LEAVE)), Some(needs)).await, None, "{what}");
        }
        assert_eq!(roles.action(&peer(0, None), Some(Action::Lockdown)).await, Some(Action::Lockdown), "{what}");
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        check(&LocalRoles::from(authority::Authority::with(Some(GROUP), nobody_sits.path())), "no polkit wanted").await;
        check(&at("unix:path=/nonexistent/bus"), "no bus").await;
        check(&at(&bus.address), "no polkit on the bus").await;
        let _service = served(&bus, &Authority::without_policy()).await;
        check(&at(&bus.address), "no policy").await;
    });
}

#[test]
fn the_address_of_a_bus_in_the_environment_is_not_asked() {
    if own_uid() != 0 {
        return println!("SKIPPED: being another user takes root");
    }
    let Some(bus) = Bus::start() else {
        return println!("SKIPPED: no dbus-daemon");
    };
    let folder = open_folder();
    let socket = folder.path().join("adit.sock");
    let authority = Authority { allows_all: true, ..Authority::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _service = runtime.block_on(served(&bus, &authority));
    let mut server = Command::new(probe());
    server.arg("serve").arg(&socket).env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
    let mut server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut listening = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut listening).unwrap();
    let mut nobody = Command::new(probe());
    nobody.arg("ask").arg(&socket).arg("0").uid(65_534).gid(65_534);
    let mut nobody = nobody.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let export = r#"[{"method":"export","params":{"id":"0123456789abcdef0123456789abcdef"}}]"#;
    nobody.stdin.take().unwrap().write_all(export.as_bytes()).unwrap();
    let answer = nobody.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(answer.stdout).unwrap(), "not_allowed\n");
    assert_eq!(authority.take_actions(), [""; 0]);
    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
}
