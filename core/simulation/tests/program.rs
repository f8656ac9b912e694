//! Tests of the program `adit-simulation`: its socket, its page, and its end.
#![forbid(unsafe_code)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use adit_ipc::local::connect_blocking;
use adit_platform::native::control_socket::Trust;
use tempfile::TempDir;

/// A running program, which is killed when this is dropped.
struct Program {
    child: Child,
    folder: TempDir,
    /// The host and port of the page.
    address: String,
}

impl Program {
    /// Starts it with a page that is one file.
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("page")).unwrap();
        std::fs::write(folder.path().join("page/index.html"), "<!doctype html>hello").unwrap();
        std::fs::write(folder.path().join("secret"), "not a part of the page").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_adit-simulation"))
            .arg("--socket")
            .arg(folder.path().join("adit.sock"))
            .arg("--page")
            .arg(folder.path().join("page"))
            .arg("--until-eof")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let page = lines.next().expect("a line");
        let address = page.strip_prefix("page: http://").and_then(|rest| rest.strip_suffix('/')).expect("an address").to_owned();
        assert!(lines.next().expect("a line").starts_with("socket: "));
        Self { child, folder, address }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("adit.sock")
    }

    /// Sends a request and returns the whole answer.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    fn post(&self, path: &str, host: &str, kind: &str, body: &str) -> String {
        let length = body.len();
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).expect("a status")
}

const ABOUT: &str = r#"{"method":"about","params":{}}"#;

#[test]
fn it_answers_programs_of_its_user_on_its_socket() {
    let program = Program::start();
    let client = connect_blocking(&program.socket(), "test 0", Trust::ServiceOrOwnUser).unwrap();
    assert!(client.about().unwrap().simulated);
    assert_eq!(client.all_tunnels().unwrap().len(), 4);
}

#[test]
fn a_browser_gets_the_page_with_its_policy_and_answers_to_its_requests() {
    let program = Program::start();
    let page = program.get("/");
    assert_eq!(status(&page), "200");
    assert!(page.contains("content-security-policy: default-src 'none';") && page.ends_with("hello"), "{page}");
    let answer = program.post("/rpc", &program.address, "application/json", ABOUT);
    assert!(answer.contains(r#""simulated":true"#), "{answer}");
    let refused = r#"{"method":"disconnect","params":{"id":"00000000-0000-4000-8000-000000000000"}}"#;
    assert_eq!(status(&program.post("/rpc", &program.address, "application/json", refused)), "422");
    assert_eq!(status(&program.post("/rpc", &program.address, "application/json", "{")), "400");
}

#[test]
fn files_outside_the_page_are_not_served() {
    let program = Program::start();
    for path in ["/../secret", "/..%2fsecret", "//etc/passwd", "/%2e%2e/secret", "/nothing.js"] {
        assert_eq!(status(&program.get(path)), "404", "{path}");
    }
}

#[test]
fn pages_of_other_sites_are_refused() {
    let program = Program::start();
    assert_eq!(status(&program.post("/rpc", "evil.example", "application/json", ABOUT)), "403", "DNS rebinding");
    assert_eq!(status(&program.post("/rpc", &program.address, "text/plain", ABOUT)), "415", "a form of another site");
}

/// Panics unless the program has ended well and left nothing in its folder but what the test put there.
fn assert_nothing_is_left(mut program: Program) {
    assert!(program.child.wait().unwrap().success());
    let entries = program.folder.path().read_dir().unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["page", "secret"]);
}

#[test]
fn it_ends_with_a_signal_and_leaves_nothing_behind() {
    let program = Program::start();
    let client = connect_blocking(&program.socket(), "test 0", Trust::ServiceOrOwnUser).unwrap();
    client.about().unwrap();
    let pid = rustix::process::Pid::from_child(&program.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_nothing_is_left(program);
}

#[test]
fn it_ends_with_the_program_that_started_it() {
    let mut program = Program::start();
    drop(program.child.stdin.take());
    assert_nothing_is_left(program);
}

#[test]
fn a_folder_without_a_page_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_adit-simulation")).arg("--page").arg(folder.path()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("index.html"), "{output:?}");
}
