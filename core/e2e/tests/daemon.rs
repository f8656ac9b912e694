//! The service as its users see it: tunnels come up, survive its death, and are removed without a trace.
#![forbid(unsafe_code)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

use adit_api::{ApiError, CallError, LogLevel, TunnelState};
use adit_e2e::process::{text_of, wait_for};
use adit_e2e::snapshot::beside_chance;
use adit_e2e::{FullTunnel, How, Lab, Namespace, Process, Service, built, client_of, program, skip};
use adit_protocol::PrivateKey;
use anyhow::{Context as _, ensure};
use rustix::process::Signal;

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_tunnel_comes_up_carries_everything_and_goes_without_a_trace_but_is_there_after_the_next_start() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the service")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    tunnel.the_client_is_as_before()?;
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.terminate()?;
    tunnel.the_client_is_as_before()?;
    ensure!(!lab.file("adit.sock").exists(), "the socket stays behind");

    service.again()?;
    service.wait_until_up(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()?;
    service.again()?;
    ensure!(matches!(service.state(id)?, TunnelState::Down { .. }), "{:?}", service.state(id)?);
    Ok(())
}

#[test]
fn after_kill_9_the_next_start_restores_the_tunnel_and_nothing_is_there_twice() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("kill -9 of the service")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    let up = beside_chance(&client.snapshot()?, &tunnel.interface);
    service.kill()?;
    service.again()?;
    service.wait_until_up(id)?;
    let mut restored = String::new();
    wait_for("the computer to look as it did", PATIENCE, || {
        restored = beside_chance(&client.snapshot().ok()?, &tunnel.interface);
        (restored == up).then_some(())
    })
    .with_context(|| format!("before:\n{up}\nafter:\n{restored}"))?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    // The log still has the lines from before the kill, and new lines follow them. Debug lines were never stored.
    let log = service.client()?.logs(0, LogLevel::Debug, 1_000)?;
    let codes: Vec<&str> = log.lines.iter().map(|line| line.code.name()).collect();
    ensure!(codes.iter().filter(|code| **code == "up").count() == 2, "{codes:?}");
    ensure!(codes.starts_with(&["daemon_started", "imported", "connecting", "up", "leftovers_removed"]), "{codes:?}");
    ensure!(log.lines.is_sorted_by(|one, next| one.number < next.number), "{:?}", log.lines);
    service.terminate()?;
    tunnel.the_client_is_as_before()
}

#[test]
fn at_the_start_of_the_computer_exactly_the_tunnels_set_to_start_come_up() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a start of the computer")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    for at_boot in [false, true] {
        service.client()?.set_start_at_boot(id, at_boot)?;
        service.kill()?;
        // Simulates a reboot.
        std::fs::write(lab.file("state/boot-id"), "that of the start before")?;
        service.again()?;
        if at_boot {
            service.wait_until_up(id)?;
            tunnel.everything_goes_through_the_tunnel(&lab)?;
        } else {
            ensure!(matches!(service.state(id)?, TunnelState::Down { reason: None, .. }), "{:?}", service.state(id)?);
            tunnel.the_client_is_as_before()?;
        }
    }
    service.terminate()?;
    tunnel.the_client_is_as_before()
}

#[test]
fn the_second_service_says_who_the_first_one_is() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("two services")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let mut first = Service::start(&lab, &client, How::plain(&lab))?;
    let refused = |how: How, reason: &str| -> anyhow::Result<()> {
        let mut second =
            client.start(built("aditd")?, how.command()?.get(1..).context("arguments")?, &[], &lab.file("second.log"))?;
        let status = second.wait(PATIENCE)?;
        let said = second.printed();
        ensure!(status.code() == Some(1) && said.contains(reason), "{status}: {said}");
        Ok(())
    };
    let other_socket = How { socket: lab.file("other.sock"), ..How::plain(&lab) };
    refused(other_socket, &format!("is in use by process {}", first.process().id()))?;
    let other_state = How { state: lab.file("other-state"), ..How::plain(&lab) };
    refused(other_state, "another daemon runs already")?;
    first.client()?.about()?;
    first.terminate()
}

#[test]
fn without_the_right_to_change_the_network_it_says_what_to_type() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the service without rights")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let mut command = client.command("setpriv");
    command.args(["--bounding-set", "-net_admin", "--inh-caps", "-net_admin"]).arg(built("aditd")?);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "{}: {said}", output.status);
    ensure!(said.contains("needs root or the capability CAP_NET_ADMIN; start it with: systemctl start aditd"), "{said}");
    Ok(())
}

/// The service manager's end of the notification socket.
struct Manager(UnixDatagram);

impl Manager {
    fn at(path: &Path) -> anyhow::Result<Self> {
        let socket = UnixDatagram::bind(path)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(socket))
    }

    fn next(&self) -> anyhow::Result<String> {
        let mut bytes = [0; 4096];
        let length = self.0.recv(&mut bytes).context("the service says nothing")?;
        Ok(String::from_utf8_lossy(&bytes[..length]).trim_end().to_owned())
    }

    fn until(&self, wanted: &str) -> anyhow::Result<()> {
        while self.next()? != wanted {}
        Ok(())
    }

    /// Returns true if no message arrives within three intervals.
    fn is_silent(&self, interval: Duration) -> anyhow::Result<bool> {
        self.0.set_nonblocking(true)?;
        while self.next().is_ok() {}
        self.0.set_nonblocking(false)?;
        self.0.set_read_timeout(Some(interval * 3))?;
        let silent = self.next().is_err();
        self.0.set_read_timeout(Some(PATIENCE))?;
        Ok(silent)
    }
}

#[test]
fn the_service_manager_hears_that_it_is_ready_how_it_is_that_it_lives_and_that_it_ends() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("signs of life")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let limit = Duration::from_millis(900);
    let notify = lab.file("notify");
    let manager = Manager::at(&notify)?;
    let environment = vec![
        ("NOTIFY_SOCKET".to_owned(), notify.display().to_string()),
        ("WATCHDOG_USEC".to_owned(), limit.as_micros().to_string()),
    ];
    let mut service = Service::spawn(&lab, &client, How { environment, ..How::plain(&lab) })?;
    ensure!(manager.next()? == "READY=1", "something else came first");
    // From now on the service must answer, at the first attempt.
    let id = service.import(&tunnel)?;
    manager.until("WATCHDOG=1")?;
    service.connect(id)?;
    manager.until(&format!("STATUS=1 tunnel, up: {}", tunnel.interface))?;
    manager.until("WATCHDOG=1")?;
    manager.until("WATCHDOG=1")?;
    service.process().signal(Signal::STOP)?;
    let silent = manager.is_silent(limit);
    service.process().signal(Signal::CONT)?;
    ensure!(silent?, "a process that stands still gave a sign of life");
    manager.until("WATCHDOG=1")?;
    service.process().signal(Signal::TERM)?;
    manager.until("STOPPING=1")?;
    service.process().wait(PATIENCE)?;
    ensure!(manager.is_silent(limit)?, "a sign of life after the end");
    tunnel.the_client_is_as_before()
}

#[test]
fn it_takes_the_socket_that_systemd_listens_on() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("socket activation")? else { return Ok(()) };
    let Some(activate) = program("systemd-socket-activate") else {
        skip("socket activation: systemd-socket-activate is not installed");
        return Ok(());
    };
    let client = lab.namespace("client")?;
    let how = How::plain(&lab);
    let mut arguments: Vec<std::ffi::OsString> = vec!["-l".into(), how.socket.clone().into()];
    arguments.extend(How { socket: lab.file("not-used.sock"), ..how.clone() }.command()?);
    let mut process = client.start(activate, arguments, &[], &lab.file("activated.log"))?;
    wait_for("the socket", PATIENCE, || how.socket.exists().then_some(()))?;
    // The first client starts the service, and is served.
    let about = client_of(&how.socket, &[0]).with_context(|| process.printed())?.about()?;
    ensure!(about.system == "linux", "{about:?}");
    process.signal(Signal::TERM)?;
    ensure!(process.wait(PATIENCE)?.success(), "{}", process.printed());
    ensure!(!lab.file("not-used.sock").exists());
    Ok(())
}

#[test]
fn a_damaged_tunnel_does_not_keep_the_others_from_working() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a damaged tunnel")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let good = service.import(&tunnel)?;
    let other = lab.interface_name();
    let conf = lab.write("other.conf", &format!("[Interface]\nPrivateKey = {}\n", tunnel.secrets[0]))?;
    let bad = service.import_file(&other, &conf)?;
    service.terminate()?;
    let file = lab.file(&format!("state/tunnels/{bad}.tunnel"));
    let mut bytes = std::fs::read(&file)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes)?;

    service.again()?;
    service.connect(good)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let log = service.client()?.logs(0, LogLevel::Error, 100)?;
    ensure!(log.lines.iter().any(|line| line.code.name() == "tunnel_broken"), "{log:?}");
    ensure!(matches!(service.client()?.tunnel(bad), Err(CallError::Refused(_))));
    ensure!(std::fs::read(&file)? == bytes, "the damaged file was touched");
    service.terminate()?;
    tunnel.the_client_is_as_before()
}

#[test]
fn a_full_disk_refuses_what_is_new_and_harms_nothing_that_is_there() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a full disk")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let how = How::plain(&lab);
    std::fs::create_dir(&how.state)?;
    text_of(std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs"]).arg(&how.state))?;
    let _mounted = Mounted(&how.state);
    let mut service = Service::start(&lab, &client, how.clone())?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    // Fills the rest of the disk.
    let filled = std::fs::File::create(how.state.join("filler"))?.write_all(&vec![0; 1 << 20]);
    ensure!(filled.is_err(), "that disk has no end");
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let other = lab.interface_name();
    let conf = lab.write("other.conf", &format!("[Interface]\nPrivateKey = {}\n", tunnel.secrets[0]))?;
    let refused = service.import_file(&other, &conf);
    let refused = refused.err().context("there was room")?;
    let error = refused.downcast_ref::<CallError<adit_ipc::ClientError>>().context("another error")?;
    let CallError::Refused(ApiError::Io { detail, .. }) = error else { anyhow::bail!("{error:?}") };
    ensure!(detail.contains("No space left on device"), "{detail}");
    ensure!(service.client()?.all_tunnels()?.len() == 1);
    service.kill()?;
    std::fs::remove_file(how.state.join("filler"))?;
    service.again()?;
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.terminate()?;
    tunnel.the_client_is_as_before()
}

/// A mount that ends with the test.
struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        // A lazy unmount, because the service may still have open files there.
        let _ = std::process::Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

#[test]
fn no_key_is_in_anything_that_it_says_or_writes_down_for_people() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("keys in logs")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let arguments = ["--log-level", "trace", "--metrics", "127.0.0.1:9586"].map(str::to_owned).to_vec();
    let mut service = Service::start(&lab, &client, How { arguments, ..How::plain(&lab) })?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let numbers = numbers(&client)?;
    let broken = std::fs::read_to_string(&tunnel.conf)?.replace("AllowedIPs", "AllowedIp");
    let caller = service.client()?;
    let _ = caller.replace_config(id, adit_api::ConfigText::new(broken), 1);
    caller.export(id)?;
    let told = format!("{:?}", caller.logs(0, LogLevel::Debug, 1_000)?);
    service.terminate()?;
    let written =
        text_of(std::process::Command::new("cat").args([lab.file("state/log/log-a.jsonl"), lab.file("state/log/log-b.jsonl")]))?;
    let said = service.process().printed();
    ensure!(said.contains("DEBUG") && written.contains("\"up\""), "too little was said to find anything in it:\n{said}{written}");
    for (place, text) in [("the numbers", numbers), ("the log", told), ("the log's files", written), ("standard error", said)] {
        for secret in &tunnel.secrets {
            let raw = *secret.parse::<PrivateKey>()?.dangerously_reveal();
            let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
            let list = format!("{raw:?}");
            let list = list.trim_matches(['[', ']']);
            let found = text.contains(secret) || text.to_lowercase().contains(&hex) || text.contains(list);
            ensure!(!found && !text.as_bytes().windows(32).any(|bytes| bytes == raw), "a key is in {place}");
        }
    }
    Ok(())
}

#[test]
fn the_numbers_of_a_tunnel_can_be_read_on_the_same_computer() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("numbers for Prometheus")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let arguments = ["--metrics", "127.0.0.1:9586"].map(str::to_owned).to_vec();
    let mut service = Service::start(&lab, &client, How { arguments, ..How::plain(&lab) })?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let text = numbers(&client)?;
    let value = |metric: &str| -> anyhow::Result<u64> {
        let start = format!("{metric}{{interface=\"{}\",public_key=\"", tunnel.interface);
        let line = text.lines().find(|line| line.starts_with(&start)).with_context(|| format!("no {metric} in:\n{text}"))?;
        ensure!(line.contains(",allowed_ips=\"0.0.0.0/0,::/0\"}"), "{line}");
        Ok(line.rsplit(' ').next().context("a value")?.parse()?)
    };
    ensure!(value("wireguard_sent_bytes_total")? > 500 && value("wireguard_received_bytes_total")? > 500, "{text}");
    ensure!(value("wireguard_latest_handshake_seconds")? > 1_700_000_000, "{text}");
    ensure!(text.contains(&format!("adit_tunnel_up{{interface=\"{0}\",name=\"{0}\"}} 1", tunnel.interface)), "{text}");
    service.terminate()
}

fn numbers(client: &Namespace) -> anyhow::Result<String> {
    client.within(|| {
        let mut stream = TcpStream::connect("127.0.0.1:9586")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost:9586\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("an answer")?;
        ensure!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        Ok(body.to_owned())
    })
}

#[test]
fn who_asks_for_numbers_and_dawdles_is_gone_after_a_while_and_keeps_out_only_their_like() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("slow readers of numbers")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let arguments = ["--metrics", "127.0.0.1:9586"].map(str::to_owned).to_vec();
    let mut service = Service::start(&lab, &client, How { arguments, ..How::plain(&lab) })?;
    client.within(|| {
        let connect = || -> anyhow::Result<TcpStream> {
            let stream = TcpStream::connect("127.0.0.1:9586")?;
            stream.set_read_timeout(Some(PATIENCE))?;
            Ok(stream)
        };
        let is_closed = |mut stream: &TcpStream| matches!(stream.read(&mut [0; 64]), Ok(0) | Err(_));
        let dawdlers: Vec<TcpStream> = (0..8).map(|_| connect()).collect::<anyhow::Result<_>>()?;
        (&dawdlers[0]).write_all(b"GET /metrics HTT")?;
        ensure!(is_closed(&connect()?), "a ninth was let in");
        for dawdler in &dawdlers {
            ensure!(is_closed(dawdler), "a dawdler was answered");
        }
        Ok(())
    })?;
    wait_for("room for others", PATIENCE, || numbers(&client).ok())?;
    service.terminate()
}

#[test]
fn in_the_journal_a_line_has_its_code_as_a_field_and_is_said_nowhere_else() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the journal")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let (folder, log) = (lab.file("journal"), lab.write("aditd.log", "")?);
    std::fs::create_dir(&folder)?;
    let journal = Manager::at(&folder.join("socket"))?;
    let stream = std::fs::metadata(&log)?;
    let stream = format!("{}:{}", std::os::unix::fs::MetadataExt::dev(&stream), std::os::unix::fs::MetadataExt::ino(&stream));
    let line = format!(
        "mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal && mount --bind {} /run/systemd/journal && exec \"$@\"",
        folder.display()
    );
    let mut arguments: Vec<std::ffi::OsString> = ["-c", &line, "sh"].map(Into::into).to_vec();
    arguments.extend(How::plain(&lab).command()?);
    let mut process = client.start("sh", arguments, &[("JOURNAL_STREAM", &stream)], &log)?;
    let entry = loop {
        let entry = journal.next().with_context(|| process.printed())?;
        if entry.contains("daemon_started") {
            break entry;
        }
    };
    for part in ["\nADIT_CODE\n", "PRIORITY\n", "SYSLOG_IDENTIFIER\n", "daemon_started version=\"0.1.0\""] {
        ensure!(entry.contains(part), "no {part} in {entry:?}");
    }
    process.signal(Signal::TERM)?;
    process.wait(PATIENCE)?;
    ensure!(process.printed().is_empty(), "said twice: {}", process.printed());
    Ok(())
}

/// Runs the service as the unit starts it: as a user other than root, with one capability.
#[test]
fn as_a_user_of_its_own_with_one_capability_it_does_everything_but_run_commands() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the service as a user of its own")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let uid = 65534;
    let folder = lab.file("service");
    text_of(std::process::Command::new("install").args(["-d", "-o", "65534", "-g", "65534", "-m", "755"]).arg(&folder))?;
    // By default only root may enter the scratch folder.
    text_of(std::process::Command::new("chmod").arg("711").arg(folder.parent().context("a scratch folder")?))?;
    let how = How { state: folder.join("state"), socket: folder.join("adit.sock"), ..How::plain(&lab) };
    let binary = folder.join("aditd");
    // Another process copies the file. A program that this process starts meanwhile would inherit the copy open for writing,
    // and executing the copy would fail.
    text_of(std::process::Command::new("cp").arg(built("aditd")?).arg(&binary))?;
    // The folders that tmpfiles.d and udev create on a real computer.
    let line = format!(
        "mount -t tmpfs -o mode=755 tmpfs /run && install -d -o {uid} -g {uid} /run/adit && install -d -m 1770 -g {uid} /run/wireguard && \
         mknod -m 666 /run/tun c 10 200 && mount --bind /run/tun /dev/net/tun && \
         exec setpriv --reuid={uid} --regid={uid} --clear-groups --no-new-privs --inh-caps=-all,+net_admin --ambient-caps=-all,+net_admin \
         --bounding-set=-all,+net_admin {} --state-dir {} --socket {}",
        binary.display(),
        how.state.display(),
        how.socket.display()
    );
    let mut process = client.start("sh", ["-c", &line], &[], &lab.file("aditd.log"))?;
    let connect = || client_of(&how.socket, &[0, uid]);
    let caller = wait_for("the service", PATIENCE, || connect().ok()).with_context(|| process.printed())?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    ensure!(status.contains("Uid:\t65534\t65534") && status.contains("CapEff:\t0000000000001000"), "{status}");
    let text = adit_api::ConfigText::new(std::fs::read_to_string(&tunnel.conf)?);
    let id = caller.import(tunnel.interface.parse()?, tunnel.interface.parse()?, text)?.id;
    caller.connect(id, false).with_context(|| process.printed())?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    ensure!(client.shell("nft list ruleset")?.contains(&tunnel.interface), "no packet filter");
    caller.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    commands_are_refused(&caller, &tunnel, &process)?;
    tunnel.the_client_is_as_before()?;
    process.signal(Signal::TERM)?;
    ensure!(process.wait(PATIENCE)?.success(), "{}", process.printed());
    tunnel.the_client_is_as_before()
}

/// On a real computer the unit's seccomp filter makes other system calls fail with EPERM, perhaps only rarely. Here they are
/// counted.
#[test]
fn threads_that_carry_packets_have_the_default_slice_and_all_others_a_shorter_one() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("slices of the service's threads")? else { return Ok(()) };
    let usual = slice_of(&std::fs::read_to_string("/proc/self/sched").unwrap_or_default());
    let Some(usual) = usual.filter(|_| has_slices_of_single_threads()) else {
        skip("slices of threads: the kernel has no slices of single threads, which came with Linux 6.12");
        return Ok(());
    };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    let (mut carriers, mut others) = (0, 0);
    for task in std::fs::read_dir(format!("/proc/{}/task", service.process().id()))? {
        let task = task?.path();
        // A thread may end meanwhile.
        let (Ok(name), Ok(sched)) = (std::fs::read_to_string(task.join("comm")), std::fs::read_to_string(task.join("sched")))
        else {
            continue;
        };
        let (name, slice) = (name.trim_end(), slice_of(&sched).with_context(|| format!("no slice in {sched:?}"))?);
        let carries = ["lane", "outbound-", "inbound-"].iter().any(|start| name.starts_with(start));
        *(if carries { &mut carriers } else { &mut others }) += 1;
        ensure!(slice == if carries { usual } else { 100_000 }, "{name}: {slice} ns, usual are {usual} ns");
    }
    ensure!(carriers >= 2 && others > carriers, "{carriers} threads carry packets, {others} do not");
    service.terminate()
}

/// Returns the slice in `/proc/PID/sched`, ns.
fn slice_of(sched: &str) -> Option<u64> {
    let line = sched.lines().find(|line| line.starts_with("se.slice"))?;
    line.rsplit_once(':')?.1.trim().parse().ok()
}

fn has_slices_of_single_threads() -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    (numbers.next(), numbers.next()) >= (Some(6), Some(12))
}

#[test]
fn every_system_call_that_it_makes_is_one_that_its_unit_allows() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("system calls")? else { return Ok(()) };
    let (Some(strace), Some(_)) = (program("strace"), program("systemd-analyze")) else {
        skip("system calls of the service: strace or systemd-analyze is not installed");
        return Ok(());
    };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let trace = lab.file("trace");
    let how = How { arguments: ["--metrics", "127.0.0.1:9586"].map(str::to_owned).to_vec(), ..How::plain(&lab) };
    let mut arguments: Vec<std::ffi::OsString> = ["-f", "-q", "-c", "-U", "name,calls", "-o"].map(Into::into).to_vec();
    arguments.push(trace.clone().into());
    arguments.extend(how.command()?);
    let mut traced = client.start(strace, arguments, &[], &lab.file("strace.log"))?;
    let caller = wait_for("the service", PATIENCE, || client_of(&how.socket, &[0]).ok()).with_context(|| traced.printed())?;
    let text = adit_api::ConfigText::new(std::fs::read_to_string(&tunnel.conf)?);
    let id = caller.import(tunnel.interface.parse()?, tunnel.interface.parse()?, text)?.id;
    caller.connect(id, false)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    numbers(&client)?;
    caller.remove(id)?;
    let daemon = text_of(std::process::Command::new("pgrep").args(["-P", &traced.id().to_string(), "aditd"]))?;
    text_of(std::process::Command::new("kill").args(["-TERM", daemon.trim()]))?;
    traced.wait(PATIENCE)?;
    let allowed = allowed_system_calls()?;
    let counted = std::fs::read_to_string(&trace)?;
    let made: Vec<&str> = counted.lines().skip(2).filter_map(|line| line.split_whitespace().next()).collect();
    ensure!(made.len() > 40 && made.contains(&"sendmsg"), "this is not all of it:\n{counted}");
    let not_system_calls = ["total", "restart_syscall"];
    let forbidden: Vec<&&str> = made
        .iter()
        .filter(|name| !name.starts_with('-') && !not_system_calls.contains(*name) && !allowed.contains(**name))
        .collect();
    ensure!(forbidden.is_empty(), "the unit forbids {forbidden:?}");
    Ok(())
}

/// Returns the system calls that the lines `SystemCallFilter=` of the unit allow.
fn allowed_system_calls() -> anyhow::Result<std::collections::BTreeSet<String>> {
    let unit = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../installers/linux/aditd.service"))?;
    let mut allowed = std::collections::BTreeSet::new();
    for line in unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let (forbids, names) = line.strip_prefix('~').map_or((false, line), |names| (true, names));
        let mut pending: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
        while let Some(name) = pending.pop() {
            if name.starts_with('@') {
                let listing = text_of(std::process::Command::new("systemd-analyze").args(["syscall-filter", &name]))?;
                let members =
                    listing.lines().skip(1).map(str::trim).filter(|member| !member.is_empty() && !member.starts_with('#'));
                pending.extend(members.map(str::to_owned));
            } else if forbids {
                allowed.remove(&name);
            } else {
                allowed.insert(name);
            }
        }
    }
    // systemd itself needs it to start the program.
    allowed.insert("execve".to_owned());
    Ok(allowed)
}

fn commands_are_refused(
    caller: &adit_api::BlockingClient<adit_ipc::Blocking>,
    tunnel: &FullTunnel<'_>,
    process: &Process,
) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&tunnel.conf)?.replacen("[Interface]\n", "[Interface]\nPostUp = true\n", 1);
    let view = caller.all_tunnels()?.into_iter().next().context("a tunnel")?;
    caller.replace_config(view.id, adit_api::ConfigText::new(text), view.version)?;
    let Err(CallError::Refused(ApiError::HooksNotApproved { hash })) = caller.connect(view.id, false) else {
        anyhow::bail!("commands ran that nobody approved of");
    };
    caller.approve_hooks(view.id, hash)?;
    let refused = caller.connect(view.id, false);
    ensure!(refused.is_err(), "commands ran");
    let said = process.printed();
    ensure!(said.contains("run by root only, and aditd runs as another user"), "{refused:?}:\n{said}");
    Ok(())
}
