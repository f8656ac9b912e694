//! `cargo xtask abuse [PAIRS]`: whether a user who abuses the control socket gets in the way of packets, of memory, or of others who ask.
//!
//! A tunnel of the service carries TCP, by turns alone and beside an ordinary user who has a thousand clients, readers that do not read,
//! connections that say half a word, frames that say they are 64 MiB, and requests as fast as they are taken. The abuser's
//! threads have the least priority, but there are a thousand of them: where there are few processors, what they take themselves is in the
//! figure too, and what the service's socket took is told beside it.
#![forbid(unsafe_code)]

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use adit_api::BlockingClient;
use adit_e2e::process::{Process, wait_for};
use adit_e2e::{Device, Ends, Family, Host, How, Implementation, Lab, Namespace, Service, Side as _};
use adit_ipc::Blocking;
use anyhow::{Context as _, bail, ensure};

/// One measurement, seconds.
const SECONDS: u64 = 5;
const CLIENTS: usize = 1_000;
/// Of the thousand, so many misbehave in each of the other ways.
const OF_EACH: usize = 40;
/// Who abuses: `nobody`.
const USER: &str = "65534";
/// What is promised.
const SHARE: f64 = 0.05;
const MEMORY: u64 = 32 << 20;
const ANSWER: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["flood", socket] => {
            flood(Path::new(socket));
            Ok(())
        }
        [] => measure(5),
        [pairs] => match pairs.parse() {
            Ok(pairs) if pairs > 0 => measure(pairs),
            Ok(_) | Err(_) => usage(),
        },
        _ => usage(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("FAILED: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> anyhow::Result<()> {
    bail!("usage: abuse [PAIRS], at least 1")
}

/// The median of each: alone, and beside the abuse.
fn measure(pairs: usize) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("abuse of the control socket")? else { return Ok(()) };
    ensure!(adit_e2e::program("iperf3").is_some(), "iperf3 is not installed");
    let (client, server) = lab.two_hosts()?;
    let device = Device::start(&lab, &server, Implementation::AditWg, Host(2))?;
    let ends = Ends::generate(true)?;
    device.setconf(&ends.conf(&ends.responder, Host(2), &ends.initiator, Host(1), None))?;
    let conf = format!(
        "[Interface]\nPrivateKey = {}\nAddress = {}\n[Peer]\nPublicKey = {}\nPresharedKey = {}\nEndpoint = {}\nAllowedIPs = {}\n",
        ends.initiator.private,
        Host(1).inner_networks().replace(' ', ", "),
        ends.responder.public,
        ends.preshared.as_deref().unwrap_or_default(),
        Host(2).endpoint(Family::V4),
        Host(2).allowed_ips()
    );
    let interface = lab.interface_name();
    let conf = lab.write(&format!("{interface}.conf"), &conf)?;
    // Where everybody may go, as /run/adit is.
    let open = tempfile::Builder::new().prefix("adit-abuse-").tempdir()?;
    std::fs::set_permissions(open.path(), std::fs::Permissions::from_mode(0o755))?;
    let how = How { socket: open.path().join("adit.sock"), ..How::plain(&lab) };
    let socket = how.socket.clone();
    let mut service = Service::start(&lab, &client, how)?;
    let id = service.import_file(&interface, &conf)?;
    service.connect(id)?;
    let listens = server.start("iperf3", ["-s", "--forceflush"], &[], &lab.file("iperf3"))?;
    wait_for("iperf3 to listen", Duration::from_secs(10), || listens.printed().contains("listening").then_some(()))?;
    throughput(&client)?;

    let process = service.process().id();
    let before = memory(process)?;
    let (mut alone, mut beside, mut slowest, mut most) = (Vec::new(), Vec::new(), Duration::ZERO, 0);
    let (mut answers, mut spent) = (0, Vec::new());
    for pair in 0..pairs {
        // By turns, and each first as often as the other.
        for abused in [pair % 2 == 1, pair % 2 == 0] {
            if !abused {
                alone.push(throughput(&client)?);
                continue;
            }
            let flood = start_flood(&lab, &client, &socket)?;
            let (ends, honest) = (AtomicBool::new(false), service.client()?);
            let (bits, watched) = thread::scope(|scope| {
                let watch = scope.spawn(|| watch(honest, process, &ends));
                let bits = throughput(&client);
                ends.store(true, Ordering::Relaxed);
                (bits, watch.join())
            });
            let watched = watched.map_err(|_| anyhow::anyhow!("who watches panicked"))??;
            beside.push(bits?);
            slowest = slowest.max(watched.slowest);
            most = most.max(watched.memory);
            answers += watched.answers;
            spent.push(watched.talk);
            println!("{}", flood.printed().lines().last().unwrap_or("the flood said nothing"));
            drop(flood);
            // Until its connections are gone.
            thread::sleep(Duration::from_millis(500));
        }
    }
    let ratios: Vec<f64> = alone.iter().zip(&beside).map(|(alone, beside)| beside / alone).collect();
    let (alone, beside, ratio, spent) = (median(alone), median(beside), median(ratios.clone()), median(spent));
    println!(
        "{pairs} pairs of {SECONDS} s: {:.2} Gbit/s alone, {:.2} beside the abuse; of each pair {ratio:.3} (median of {ratios:.3?})",
        alone / 1e9,
        beside / 1e9
    );
    println!("memory: {:.1} MiB before, {:.1} at most", mib(before), mib(most));
    println!("an honest client: {answers} answers, the slowest after {slowest:?}");
    println!("what the socket cost: {spent:.2} of one core");
    let grown = most.saturating_sub(before);
    let kept = [((ratio - 1.0).abs() <= SHARE, "throughput"), (grown <= MEMORY, "memory"), (slowest <= ANSWER, "answers")];
    for (kept, what) in kept {
        println!("{what}: {}", if kept { "kept" } else { "NOT KEPT" });
    }
    service.client()?.disconnect(id)?;
    service.terminate()?;
    ensure!(kept.iter().all(|(kept, _)| *kept), "not all is kept");
    Ok(())
}

/// Bits in a second that one TCP connection carries into the tunnel.
fn throughput(client: &Namespace) -> anyhow::Result<f64> {
    let address = Host(2).inner(Family::V4);
    let text = client.shell(&format!("iperf3 -c {address} -t {SECONDS} -O 1 -J --connect-timeout 5000"))?;
    let told: serde_json::Value = serde_json::from_str(&text)?;
    told["end"]["sum_received"]["bits_per_second"].as_f64().with_context(|| text.clone())
}

#[derive(Default)]
struct Watched {
    slowest: Duration,
    memory: u64,
    answers: u64,
    /// Processor time of the threads that serve the socket, as a part of one core.
    talk: f64,
}

/// Asks as somebody would who looks, ten times in a second.
fn watch(client: BlockingClient<Blocking>, process: u32, ends: &AtomicBool) -> anyhow::Result<Watched> {
    let mut watched = Watched::default();
    let (begun, talked) = (Instant::now(), talk(process)?);
    while !ends.load(Ordering::Relaxed) {
        let asked = Instant::now();
        client.tunnels()?;
        watched.slowest = watched.slowest.max(asked.elapsed());
        watched.answers += 1;
        watched.memory = watched.memory.max(memory(process)?);
        thread::sleep(Duration::from_millis(100));
    }
    watched.talk = (talk(process)? - talked) / begun.elapsed().as_secs_f64();
    Ok(watched)
}

/// Resident bytes of a process.
fn memory(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.split_whitespace().next().context("no number")?.parse::<u64>()? * 1024)
}

/// Processor seconds of the threads that serve the socket.
fn talk(process: u32) -> anyhow::Result<f64> {
    let mut ticks = 0;
    for task in std::fs::read_dir(format!("/proc/{process}/task"))?.flatten() {
        // A thread may end while it is looked at.
        let Ok(stat) = std::fs::read_to_string(task.path().join("stat")) else { continue };
        let Some((head, tail)) = stat.rsplit_once(')') else { continue };
        if head.contains("(tokio") || head.contains("(ipc") {
            ticks += tail.split_whitespace().skip(11).take(2).filter_map(|number| number.parse::<u64>().ok()).sum::<u64>();
        }
    }
    Ok(ticks as f64 / 100.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn start_flood(lab: &Lab, client: &Namespace, socket: &Path) -> anyhow::Result<Process> {
    // Where others may execute it.
    let program: PathBuf = std::env::current_exe()?;
    let arguments = ["-n", "19", "setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "--"].map(Into::into);
    let arguments = arguments.into_iter().chain([program.into_os_string(), "flood".into(), socket.as_os_str().to_owned()]);
    let flood = client.start("nice", arguments, &[], &lab.file("flood"))?;
    wait_for("the flood to begin", Duration::from_secs(20), || flood.printed().contains("connections").then_some(()))
        .with_context(|| flood.printed())?;
    Ok(flood)
}

/// What was done until now.
#[derive(Default)]
struct Done {
    connections: AtomicU64,
    requests: AtomicU64,
    giants: AtomicU64,
}

/// Abuses the socket in every way until it is killed.
fn flood(socket: &Path) {
    let (done, parent) = (Done::default(), rustix::process::getppid());
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let done = &done;
            let work = move || loop {
                if let Ok(stream) = UnixStream::connect(socket) {
                    done.connections.fetch_add(1, Ordering::Relaxed);
                    // That it is sent away is what it is for.
                    let _ = match number / OF_EACH {
                        0 => half_open(stream),
                        1 => giant(stream, done),
                        2 => slow_reader(stream, done),
                        _ => ask(stream, done),
                    };
                }
                thread::sleep(Duration::from_millis(100));
            };
            // Where there are no more threads, those that there are do.
            let _ = thread::Builder::new().stack_size(64 << 10).spawn_scoped(scope, work);
        }
        loop {
            thread::sleep(Duration::from_millis(500));
            // Another user's process is not killed with who started it.
            if rustix::process::getppid() != parent {
                std::process::exit(0);
            }
            let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
            println!(
                "{} connections, {} requests, {} giant frames",
                count(&done.connections),
                count(&done.requests),
                count(&done.giants)
            );
        }
    });
}

fn frame(text: &str) -> Vec<u8> {
    [&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes(), text.as_bytes()].concat()
}

fn hello() -> Vec<u8> {
    frame(r#"{"hello":{"oldest":1,"newest":1000,"program":"flood"}}"#)
}

/// Says half a word, and waits.
fn half_open(mut stream: UnixStream) -> std::io::Result<()> {
    stream.write_all(&hello()[..9])?;
    let _ = stream.read(&mut [0; 4096])?;
    stream.read(&mut [0; 4096]).map(drop)
}

/// Announces 64 MiB, and sends as much of it as is taken.
fn giant(mut stream: UnixStream, done: &Done) -> std::io::Result<()> {
    stream.write_all(&hello())?;
    stream.write_all(&(64_u32 << 20).to_le_bytes())?;
    done.giants.fetch_add(1, Ordering::Relaxed);
    let piece = vec![b' '; 64 << 10];
    for _ in 0..1024 {
        stream.write_all(&piece)?;
    }
    Ok(())
}

/// Asks for a lot, and reads nothing.
fn slow_reader(mut stream: UnixStream, done: &Done) -> std::io::Result<()> {
    stream.write_all(&hello())?;
    stream.write_all(&frame(r#"{"subscribe":{"id":1}}"#))?;
    requests(&mut stream, done, 2)
}

/// Asks as fast as it is let, and reads.
fn ask(mut stream: UnixStream, done: &Done) -> std::io::Result<()> {
    stream.write_all(&hello())?;
    let mut reading = stream.try_clone()?;
    thread::Builder::new().stack_size(64 << 10).spawn(move || {
        let mut sink = [0; 4096];
        while reading.read(&mut sink).is_ok_and(|count| count > 0) {}
    })?;
    requests(&mut stream, done, 1)
}

fn requests(stream: &mut UnixStream, done: &Done, first: u64) -> std::io::Result<()> {
    for id in first..1_000_000 {
        stream.write_all(&frame(&format!(r#"{{"call":{{"id":{id},"request":{{"method":"tunnels","params":{{}}}}}}}}"#)))?;
        done.requests.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
