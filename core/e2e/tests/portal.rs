//! A network with a captive portal: one program of one user reaches its page past a closed kill switch, and nothing else does. The
//! network's router sees every packet.
#![forbid(unsafe_code)]

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use adit_api::{KillSwitch, PortalEnd};
use adit_e2e::capture::Capture;
use adit_e2e::name_server::NameServer;
use adit_e2e::process::wait_for;
use adit_e2e::{FullTunnel, How, Lab, Namespace, People, Service, Who};
use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);
/// The router, which is also the network's name server.
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
/// The address that the name server gives for every name.
const PORTAL: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);
/// An address that no name leads to.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 9);

/// A web server that redirects every request to its page until somebody has signed in there.
struct Portal {
    is_passed: Arc<AtomicBool>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Portal {
    fn start(router: &Namespace) -> anyhow::Result<Self> {
        router.ip(&format!("addr add {PORTAL} dev lo"))?;
        // The router is the tunnel's other end as well, and there is no portal behind that.
        router.shell(&format!(
            "nft 'table ip beside {{ chain input {{ type filter hook input priority 0; \
             iifname != \"eth0\" ip daddr {PORTAL} drop; }}; }}'"
        ))?;
        let listener = router.within(|| Ok(TcpListener::bind((PORTAL, 80))?))?;
        listener.set_nonblocking(true)?;
        let (is_passed, ends) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (passed, end) = (Arc::clone(&is_passed), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                match listener.accept() {
                    // The other end may have gone.
                    Ok((stream, _)) => drop(answer(stream, &passed)),
                    Err(_) => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        });
        Ok(Self { is_passed, ends, thread: Some(thread) })
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(mut stream: TcpStream, is_passed: &AtomicBool) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut head = [0; 2048];
    let length = stream.read(&mut head)?;
    let head = String::from_utf8_lossy(head.get(..length).unwrap_or_default());
    if head.starts_with("GET /sign-in") {
        is_passed.store(true, Ordering::Relaxed);
    }
    let answer = match is_passed.load(Ordering::Relaxed) {
        true => "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsuccess\n",
        false => "HTTP/1.1 302 Found\r\nLocation: http://login.example/sign-in\r\nContent-Length: 0\r\n\r\n",
    };
    stream.write_all(answer.as_bytes())
}

/// The computer, the router and the program that signs in.
struct Scene<'a> {
    lab: &'a Lab,
    client: &'a Namespace,
    router: &'a Namespace,
    people: People,
    adit: std::path::PathBuf,
}

/// A running `adit portal`.
struct Visit {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    proxy: SocketAddr,
}

impl Scene<'_> {
    fn command(&self, who: Who, arguments: &[&str]) -> Command {
        let mut command = self.people.command(who, self.client, &self.adit);
        command.arg("portal").args(arguments).args(["--check-url", "http://known.example/page", "--check-text", "success"]);
        command.arg("--socket").arg(self.lab.file("adit.sock"));
        command
    }

    /// Runs `adit portal` to its end, and returns exit code and output.
    fn run(&self, who: Who, arguments: &[&str]) -> anyhow::Result<(Option<i32>, String)> {
        let output = self.command(who, arguments).stdin(Stdio::null()).output()?;
        let text = [output.stdout, output.stderr].concat();
        Ok((output.status.code(), String::from_utf8_lossy(&text).into_owned()))
    }

    fn visit(&self, who: Who) -> anyhow::Result<Visit> {
        let mut command = self.command(who, &["--print", "--json"]);
        // A signal to the group then reaches the program itself, whatever started it.
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?);
        let line = next_line(&mut lines)?;
        let proxy = line["proxy"].as_str().with_context(|| line.to_string())?.parse()?;
        Ok(Visit { child, lines, proxy })
    }

    /// Tries to connect from the computer as this user. Returns true if the other end answers.
    fn connects(&self, who: Who, to: (Ipv4Addr, u16)) -> anyhow::Result<bool> {
        let connect = || anyhow::Ok(TcpStream::connect_timeout(&to.into(), Duration::from_millis(500)).is_ok());
        let people = &self.people;
        self.client.within(|| people.work_as(who, connect))
    }

    /// Sends a request to the proxy as this user, and returns the answer.
    fn through(&self, who: Who, proxy: SocketAddr, url: &str) -> anyhow::Result<String> {
        let ask = || -> anyhow::Result<String> {
            let mut stream = TcpStream::connect(proxy)?;
            stream.set_read_timeout(Some(Duration::from_secs(30)))?;
            stream.write_all(format!("GET {url} HTTP/1.1\r\n\r\n").as_bytes())?;
            let mut answer = String::new();
            // A proxy that serves only its own user closes the connection, perhaps with a reset.
            let _ = stream.read_to_string(&mut answer);
            Ok(answer)
        };
        let people = &self.people;
        self.client.within(|| people.work_as(who, ask))
    }

    /// Runs `work` and returns the number of packets that arrive at the router meanwhile and match the filter.
    fn seen<T>(&self, filter: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(usize, T)> {
        let capture = Capture::start(self.lab, self.router, "eth0", filter)?;
        let result = work()?;
        Ok((capture.finish()?.frames.len(), result))
    }

    /// Asserts that no TCP packet of the computer arrives, whoever sends it where.
    fn is_shut_out(&self, when: &str) -> anyhow::Result<()> {
        let (count, _) = self.seen("tcp and src host 10.77.0.1", || {
            for who in [Who::Root, Who::Operator, Who::Nobody] {
                for to in [(PORTAL, 80), (PORTAL, 8443), (ELSEWHERE, 80)] {
                    self.connects(who, to)?;
                }
            }
            Ok(())
        })?;
        ensure!(count == 0, "{when}: {count} packets arrived");
        let rules = self.client.shell("nft list ruleset")?;
        ensure!(!rules.contains("portal"), "{when}: the way is still there:\n{rules}");
        Ok(())
    }
}

impl Visit {
    /// Waits for its end, and returns its exit code and the reason that it prints.
    fn end(mut self) -> anyhow::Result<(Option<i32>, Value)> {
        let line = next_line(&mut self.lines).unwrap_or_default();
        Ok((self.child.wait()?.code(), line["ended"].clone()))
    }

    fn kill(&mut self) -> anyhow::Result<()> {
        // `setpriv` and `ip netns exec` become the program.
        kill_process(Pid::from_child(&self.child), Signal::KILL)?;
        self.child.wait()?;
        Ok(())
    }
}

fn next_line(lines: &mut impl BufRead) -> anyhow::Result<Value> {
    let mut line = String::new();
    lines.read_line(&mut line)?;
    serde_json::from_str(&line).with_context(|| format!("{line:?}"))
}

#[test]
fn one_program_reaches_the_portal_and_nothing_else_opens_until_it_is_shut_out_again() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a captive portal")? else { return Ok(()) };
    lab.let_others_in()?;
    let (client, router) = lab.two_hosts()?;
    client.etc("resolv.conf", &format!("nameserver {ROUTER}\n"))?;
    let tunnel = FullTunnel::new(&lab, &client, &router, "")?;
    let people = People::on(&client)?;
    let names = NameServer::start(&router, SocketAddr::from((ROUTER, 53)), PORTAL)?;
    let portal = Portal::start(&router)?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let scene = Scene { lab: &lab, client: &client, router: &router, people, adit: lab.built_for_all("adit")? };

    // Without a tunnel everybody reaches it, and the capture sees that.
    for who in [Who::Root, Who::Operator] {
        let (count, connects) = scene.seen("tcp and src host 10.77.0.1", || scene.connects(who, (PORTAL, 80)))?;
        ensure!(connects && count >= 1, "{who:?}: {count} packets, {connects}");
    }
    let (code, said) = scene.run(Who::Operator, &["--check"])?;
    ensure!(code == Some(11) && said.contains("no kill switch is closed"), "{code:?}: {said}");

    service.kill_switch(id, true)?;
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    scene.is_shut_out("before")?;
    let (code, said) = scene.run(Who::Nobody, &["--print"])?;
    ensure!(code == Some(3), "a user who may not operate: {code:?}: {said}");
    scene.is_shut_out("refused")?;

    only_the_program_gets_through(&scene)?;
    ensure!(names.asked("login.example") == 1 && names.asked("known.example") >= 1);
    ensure!(service.client()?.portal()?.last_end == Some(PortalEnd::Asked));
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    // Killed: the program, then the service.
    portal.is_passed.store(false, Ordering::Relaxed);
    let mut visit = scene.visit(Who::Operator)?;
    ensure!(scene.through(Who::Operator, visit.proxy, "http://login.example/")?.starts_with("HTTP/1.1 302"));
    visit.kill()?;
    wait_for("the service to shut it out", PATIENCE, || {
        let view = service.client().ok()?.portal().ok()?;
        (view.open.is_none() && view.last_end == Some(PortalEnd::ProgramGone)).then_some(())
    })?;
    scene.is_shut_out("the program was killed")?;

    let visit = scene.visit(Who::Operator)?;
    ensure!(scene.through(Who::Operator, visit.proxy, "http://login.example/")?.starts_with("HTTP/1.1 302"));
    let rules = client.shell("nft list ruleset")?;
    ensure!(rules.contains("portal4"), "it is open:\n{rules}");
    service.kill()?;
    ensure!(visit.end()?.0 == Some(1), "the program says that the service is gone");
    service.again()?;
    scene.is_shut_out("the service was killed")?;
    service.wait_until_up(id)?;

    // Two programs at once, and the end that another one asks for.
    let visit = scene.visit(Who::Operator)?;
    let (code, said) = scene.run(Who::Root, &["--print"])?;
    ensure!(code == Some(11) && said.contains("a program of uid 64998 may reach"), "{code:?}: {said}");
    ensure!(scene.run(Who::Root, &["--close"])?.0 == Some(0));
    let (code, reason) = visit.end()?;
    ensure!(code == Some(0) && reason == "asked", "{code:?}: {reason}");
    scene.is_shut_out("another program ended it")?;

    // A time that the user gave.
    let (code, said) = scene.run(Who::Operator, &["--print", "--json", "--for", "2s"])?;
    ensure!(code == Some(7) && said.contains("time_over"), "{code:?}: {said}");
    scene.is_shut_out("its time is over")?;

    // Under lockdown, with the tunnel up and down.
    service.client()?.set_kill_switch(id, KillSwitch::Lockdown, false)?;
    let (code, said) = scene.run(Who::Operator, &["--print"])?;
    ensure!(code == Some(3), "an operator under lockdown: {code:?}: {said}");
    for is_up in [true, false] {
        if !is_up {
            service.client()?.disconnect(id)?;
        }
        let (code, said) = scene.run(Who::Root, &["--check"])?;
        ensure!(code == Some(11) && said.contains("wants you to sign in"), "up: {is_up}: {code:?}: {said}");
        scene.is_shut_out("under lockdown")?;
    }
    service.client()?.set_kill_switch(id, KillSwitch::Off, false)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}

/// The program signs in: while it may, only its packets arrive, and only for hosts that it asked for.
fn only_the_program_gets_through(scene: &Scene<'_>) -> anyhow::Result<()> {
    let visit = scene.visit(Who::Operator)?;
    let (count, answer) = scene.seen(&format!("tcp and src host 10.77.0.1 and dst host {PORTAL} and dst port 80"), || {
        scene.through(Who::Operator, visit.proxy, "http://login.example/")
    })?;
    ensure!(answer.starts_with("HTTP/1.1 302") && answer.contains("Location: "), "{answer}");
    ensure!(count >= 3, "the capture sees the program: {count}");
    for (who, to) in
        [(Who::Operator, (PORTAL, 80)), (Who::Root, (PORTAL, 80)), (Who::Nobody, (PORTAL, 80)), (Who::Operator, (ELSEWHERE, 80))]
    {
        ensure!(!scene.connects(who, to)?, "{who:?} reached {to:?}");
    }
    // The program's own check goes to port 80 too. Nothing goes anywhere else.
    let others = format!("tcp and src host 10.77.0.1 and not (dst host {PORTAL} and dst port 80)");
    let (count, ()) = scene.seen(&others, || {
        for who in [Who::Root, Who::Operator] {
            for to in [(PORTAL, 81), (PORTAL, 8443), (ELSEWHERE, 80), (ELSEWHERE, 443)] {
                ensure!(!scene.connects(who, to)?, "{who:?} reached {to:?}");
            }
        }
        let refused = scene.through(Who::Operator, visit.proxy, "http://login.example:22/")?;
        ensure!(refused.starts_with("HTTP/1.1 403"), "{refused}");
        Ok(())
    })?;
    ensure!(count == 0, "{count} other packets arrived");
    for stranger in [Who::Root, Who::Nobody] {
        let answer = scene.through(stranger, visit.proxy, "http://login.example/")?;
        ensure!(answer.is_empty(), "{stranger:?} uses the proxy: {answer}");
    }
    let answer = scene.through(Who::Operator, visit.proxy, "http://127.0.0.1/")?;
    ensure!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    let answer = scene.through(Who::Operator, visit.proxy, "http://login.example/sign-in")?;
    ensure!(answer.ends_with("success\n"), "{answer}");
    let (code, reason) = visit.end()?;
    ensure!(code == Some(0) && reason == "passed", "{code:?}: {reason}");
    scene.is_shut_out("signed in")
}
