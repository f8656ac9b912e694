//! `cargo xtask abuse [ROUNDS]`: whether a user who abuses the control socket gets in the way of packets, of memory, or of others who ask.
//!
//! A tunnel of the service carries TCP, by turns alone, beside an ordinary user who has a thousand clients, readers that do not read,
//! connections that say half a word, frames that say they are 64 MiB, and requests as fast as they are taken, and beside one who does the
//! same with himself. Both get the same share of a processor from the kernel, so that what the second does to the tunnel is what the
//! abuser's own threads do to it, and the rest is what the service does for him.
#![forbid(unsafe_code)]

mod flood;
mod quota;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use adit_api::BlockingClient;
use adit_e2e::process::{Process, wait_for};
use adit_e2e::{Device, Ends, Family, Host, How, Implementation, Lab, Namespace, Service, Side as _};
use adit_ipc::Blocking;
use anyhow::{Context as _, bail, ensure};

use quota::Quota;

/// One measurement, seconds.
const SECONDS: u64 = 4;
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
            flood::flood(Path::new(socket));
            Ok(())
        }
        ["burn"] => {
            flood::burn();
            Ok(())
        }
        [] => measure(5),
        [rounds] => match rounds.parse() {
            Ok(rounds) if rounds > 0 => measure(rounds),
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
    bail!("usage: abuse [ROUNDS], at least 1")
}

/// What a measurement is beside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nobody,
    Burner,
    Abuser,
}

/// The median of each: alone, beside the abuse, and beside who only burns as much.
fn measure(rounds: usize) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("abuse of the control socket")? else { return Ok(()) };
    let Some(quota) = Quota::open()? else { return Ok(()) };
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
    let (mut alone, mut burned, mut abused, mut slowest, mut most) = (vec![], vec![], vec![], Duration::ZERO, 0);
    let (mut answers, mut spent, mut took) = (0, Vec::new(), [Vec::new(), Vec::new()]);
    for round in 0..rounds {
        // By turns, and each in every place as often as the others.
        let mut order = [Beside::Nobody, Beside::Burner, Beside::Abuser];
        order.rotate_left(round % 3);
        for beside in order {
            if beside == Beside::Nobody {
                alone.push(throughput(&client)?);
                continue;
            }
            let who = start(&lab, &client, &quota, (beside == Beside::Abuser).then_some(&socket))?;
            let (ends, honest) = (AtomicBool::new(false), service.client()?);
            let (begun, burnt) = (Instant::now(), of_all_threads(who.id())?);
            let (bits, watched) = thread::scope(|scope| {
                let watch = scope.spawn(|| watch(honest, process, &ends));
                let bits = throughput(&client);
                ends.store(true, Ordering::Relaxed);
                (bits, watch.join())
            });
            let share = (of_all_threads(who.id())? - burnt) / begun.elapsed().as_secs_f64();
            let watched = watched.map_err(|_| anyhow::anyhow!("who watches panicked"))??;
            took[usize::from(beside == Beside::Abuser)].push(share);
            if beside == Beside::Burner {
                burned.push(bits?);
                continue;
            }
            abused.push(bits?);
            slowest = slowest.max(watched.slowest);
            most = most.max(watched.memory);
            answers += watched.answers;
            spent.push(watched.talk);
            println!("{}", who.printed().lines().last().unwrap_or("the flood said nothing"));
            drop(who);
            // Until its connections are gone.
            thread::sleep(Duration::from_millis(500));
        }
        let last = |bits: &[f64]| bits.last().copied().unwrap_or(f64::NAN) / 1e9;
        println!(
            "{:.2} Gbit/s alone, {:.2} beside who burns, {:.2} beside the abuse",
            last(&alone),
            last(&burned),
            last(&abused)
        );
    }
    let ratios: Vec<f64> = burned.iter().zip(&abused).map(|(burned, abused)| abused / burned).collect();
    let [burner, abuser] = took.map(median);
    println!(
        "{rounds} rounds of 3 times {SECONDS} s: {:.2} Gbit/s alone, {:.2} beside who burns {burner:.2} of a processor, {:.2} beside the abuse, \
         which takes {abuser:.2}",
        median(alone) / 1e9,
        median(burned) / 1e9,
        median(abused) / 1e9
    );
    let (ratio, spent) = (median(ratios.clone()), median(spent));
    println!("abuse to burning, of each round: {ratio:.3} (median of {ratios:.3?})");
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
    let mut sum = 0.0;
    for task in std::fs::read_dir(format!("/proc/{process}/task"))?.flatten() {
        // A thread may end while it is looked at.
        let Ok(stat) = std::fs::read_to_string(task.path().join("stat")) else { continue };
        if stat.contains("(tokio") || stat.contains("(ipc") {
            sum += seconds(&stat).unwrap_or_default();
        }
    }
    Ok(sum)
}

/// Processor seconds of a process, with those of its threads that have ended.
fn of_all_threads(process: u32) -> anyhow::Result<f64> {
    seconds(&std::fs::read_to_string(format!("/proc/{process}/stat"))?).context("no processor time in /proc/PID/stat")
}

/// User's and system's time of a line `stat` (proc(5)), where a tick is 10 ms on all architectures that are built for.
fn seconds(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut numbers = after_name.split_whitespace().skip(11).map(str::parse::<u32>);
    Some(f64::from(numbers.next()?.ok()? + numbers.next()?.ok()?) / 100.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Starts the abuser of a socket, or who only burns, with the quota.
fn start(lab: &Lab, client: &Namespace, quota: &Quota, socket: Option<&PathBuf>) -> anyhow::Result<Process> {
    // Where others may execute it.
    let program: PathBuf = std::env::current_exe()?;
    let arguments = ["-n", "19", "setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "--"].map(Into::into);
    let what = socket.map_or_else(|| vec!["burn".into()], |socket| vec!["flood".into(), socket.clone().into_os_string()]);
    let arguments = arguments.into_iter().chain([program.into_os_string()]).chain(what);
    let process = client.start("nice", arguments, &[], &lab.file("beside"))?;
    let begun = || process.printed();
    wait_for("it to begin", Duration::from_secs(60), || {
        (begun().contains("connections") || begun().contains("burning")).then_some(())
    })
    .with_context(begun)?;
    // Not before: a thousand threads would take half a minute to begin with it.
    quota.hold(process.id())?;
    Ok(process)
}
