//! Tests of the roles: every method, requested by root, by members of the group, by the user in front of the computer, and by
//! other users.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use adit_api::{KillSwitch, METHODS, Request, Role, TunnelId};
use adit_ipc::Limits;
use adit_ipc::local::LocalRoles;
use adit_platform::linux::authority::Authority;

use crate::ground::{Server, open_folder, own_uid, probe};

const NOBODY: u32 = 65_534;
const SITTING: u32 = 65_533;
const GROUP: u32 = 64_999;

/// Returns one request of each method as JSON.
fn requests() -> String {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/tests/golden/requests.json");
    let text = std::fs::read_to_string(golden).unwrap();
    let mut requests: Vec<Request> = serde_json::from_str(&text).unwrap();
    // A method may have several examples.
    requests.dedup_by_key(|request| request.method().name);
    let names: Vec<&str> = requests.iter().map(|request| request.method().name).collect();
    assert_eq!(names, METHODS.iter().map(|method| method.name).collect::<Vec<_>>());
    serde_json::to_string(&requests).unwrap()
}

/// Returns a child process's answers to one request of each method.
fn asked_by(child: Command, socket: &Path, trusted: u32) -> Vec<String> {
    answers_to(&requests(), child, socket, trusted)
}

/// Returns a child process's answers to these requests.
fn answers_to(requests: &str, mut child: Command, socket: &Path, trusted: u32) -> Vec<String> {
    child.arg("ask").arg(socket).arg(trusted.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(requests.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn probe_as(uid: u32, gid: u32) -> Command {
    let mut command = Command::new(probe());
    command.uid(uid).gid(gid);
    command
}

fn server() -> (Server, tempfile::TempDir) {
    let users = open_folder();
    std::fs::write(users.path().join(SITTING.to_string()), "NAME=ann\nACTIVE_SEATS=seat0\n").unwrap();
    (Server::with(Limits::default(), LocalRoles::from(Authority::with(Some(GROUP), users.path()))), users)
}

fn may(server: &Server, role: Role, answers: &[String]) {
    assert_eq!(answers.len(), METHODS.len(), "{answers:?}");
    for (method, answer) in METHODS.iter().zip(answers) {
        assert_eq!(answer != "not_allowed", role >= method.needs, "{} for {role:?}: {answer}", method.name);
    }
    let called: Vec<&str> = server.service.calls.lock().unwrap().drain(..).map(|(method, _)| method).collect();
    let allowed: Vec<&str> = METHODS.iter().filter(|method| role >= method.needs).map(|method| method.name).collect();
    assert_eq!(called, allowed, "nothing that is not allowed reaches the service");
}

#[test]
fn everybody_may_exactly_what_their_role_says() {
    let (server, _users) = server();
    if own_uid() != 0 {
        println!("SKIPPED: being another user takes root");
        may(&server, Role::Status, &asked_by(Command::new(probe()), &server.path, own_uid()));
        return;
    }
    may(&server, Role::Administer, &asked_by(Command::new(probe()), &server.path, 0));
    may(&server, Role::Status, &asked_by(probe_as(NOBODY, NOBODY), &server.path, 0));
    may(&server, Role::Operate, &asked_by(probe_as(NOBODY, GROUP), &server.path, 0));
    may(&server, Role::Operate, &asked_by(probe_as(SITTING, NOBODY), &server.path, 0));
}

#[test]
fn operators_switch_between_off_and_block_and_lockdown_is_for_root() {
    if own_uid() != 0 {
        return println!("SKIPPED: being another user takes root");
    }
    let (server, _users) = server();
    let set = |kill_switch| Request::SetKillSwitch { id: TunnelId::from_bits(7), kill_switch, allow_lan: false };
    let requests = [KillSwitch::Off, KillSwitch::Block, KillSwitch::Lockdown].map(set);
    let text = serde_json::to_string(&requests).unwrap();
    for (child, answers) in [
        (Command::new(probe()), ["ok", "ok", "ok"]),
        (probe_as(NOBODY, GROUP), ["ok", "ok", "not_allowed"]),
        (probe_as(SITTING, NOBODY), ["ok", "ok", "not_allowed"]),
        (probe_as(NOBODY, NOBODY), ["not_allowed"; 3]),
    ] {
        assert_eq!(answers_to(&text, child, &server.path, 0), answers);
    }
}

#[test]
fn a_supplementary_group_counts_and_a_user_namespace_s_root_does_not() {
    if own_uid() != 0 {
        return println!("SKIPPED: being another user takes root");
    }
    let works = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let user = NOBODY.to_string();
    let (server, _users) = server();
    let identity = ["--reuid", &user, "--regid", &user];
    if works(Command::new("setpriv").args(identity).args(["--clear-groups", "true"])) {
        let mut child = Command::new("setpriv");
        child.args(identity).arg(format!("--groups={GROUP}")).arg(probe());
        may(&server, Role::Operate, &asked_by(child, &server.path, 0));
    } else {
        println!("SKIPPED: no setpriv, which gives supplementary groups");
    }
    let inside = ["--user", "--map-root-user"];
    let mut look = Command::new("unshare");
    if works(look.args(inside).arg("true").uid(NOBODY).gid(NOBODY)) {
        let mut child = Command::new("unshare");
        child.args(inside).arg(probe()).uid(NOBODY).gid(NOBODY);
        // Inside the namespace, the root of the outside appears as nobody, so the client is told to trust that user.
        may(&server, Role::Status, &asked_by(child, &server.path, NOBODY));
    } else {
        println!("SKIPPED: users may make no user namespace here");
    }
}

#[test]
fn a_fake_daemon_of_an_unprivileged_user_is_not_spoken_to() {
    if own_uid() != 0 {
        return println!("SKIPPED: being another user takes root");
    }
    let folder = open_folder();
    let theirs = folder.path().join("theirs");
    std::fs::create_dir(&theirs).unwrap();
    std::os::unix::fs::chown(&theirs, Some(NOBODY), Some(NOBODY)).unwrap();
    let socket = theirs.join("adit.sock");
    let mut fake = probe_as(NOBODY, NOBODY);
    let mut fake = fake.arg("serve").arg(&socket).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut listening = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(fake.stdout.take().unwrap()), &mut listening).unwrap();
    assert_eq!(listening, "listening\n");
    let answers = asked_by(Command::new(probe()), &socket, 0);
    assert!(answers[0].starts_with("no connection: ") && answers[0].contains("65534"), "{answers:?}");
    // Even in a folder of root's, the process that answers is the wrong user's.
    std::os::unix::fs::chown(&theirs, Some(0), Some(0)).unwrap();
    let answers = asked_by(Command::new(probe()), &socket, 0);
    assert!(answers[0].contains("a process of user 65534 listens on"), "{answers:?}");
    drop(fake.stdin.take());
    assert!(fake.wait().unwrap().success());
}
