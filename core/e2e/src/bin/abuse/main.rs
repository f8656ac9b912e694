//! `cargo xtask abuse [ROUNDS]`: measures whether a user who abuses the control socket slows down packets or other users, or
//! costs memory.
//!
//! A tunnel of the service carries 1 Gbit/s, alone and beside the abuse in turn. The abuser is an ordinary user with a thousand
//! clients: readers that do not read, connections that send part of a frame, frames that claim 64 MiB, and requests as fast as
//! they are taken. The abuser uses as much of the processors as possible. If the tunnel did too, both would share the computer,
//! and the measurement would show the kernel's scheduler.
#![forbid(unsafe_code)]

mod flood;
mod groups;

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use adit_api::BlockingClient;
use adit_e2e::process::{Process, wait_for};
use adit_e2e::{Device, Ends, Family, Host, How, Implementation, Lab, Namespace, Service, Side as _};
use adit_ipc::Blocking;
use adit_platform::processors::thread_time;
use anyhow::{Context as _, bail, ensure};

use groups::{Groups, Owner};

/// Duration of one measurement, seconds.
const SECONDS: u64 = 4;
/// Traffic through the tunnel, Gbit/s.
const RATE: u32 = 1;
/// The user who abuses the socket: `nobody`.
const USER: &str = "65534";
/// The promised bounds: change of the throughput (a part of 1), and growth of the memory (bytes).
const SHARE: f64 = 0.05;
const MEMORY: u64 = 32 << 20;
/// The bound for 99 of 100 answers.
const ANSWER: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["flood", socket] => {
            flood::flood(Path::new(socket));
            Ok(())
        }
        ["flood-itself"] => flood::flood_itself().context("cannot listen"),
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

/// The user that is active beside the honest client during a measurement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nobody,
    Abuser,
    /// A user as busy as the abuser who does not use the service.
    Busy,
}

fn usage() -> anyhow::Result<()> {
    bail!("usage: abuse [ROUNDS], at least 1")
}

/// Measures alone and beside the abuse, and prints the medians.
fn measure(rounds: usize) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("abuse of the control socket")? else { return Ok(()) };
    let Some(groups) = Groups::open()? else { return Ok(()) };
    ensure!(adit_e2e::program("iperf3").is_some(), "iperf3 is not installed");
    let (client, server) = lab.two_hosts()?;
    groups.enter(Owner::OtherComputer)?;
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
    let listens = server.start("iperf3", ["-s", "--forceflush"], &[], &lab.file("iperf3"))?;
    wait_for("iperf3 to listen", Duration::from_secs(10), || listens.printed().contains("listening").then_some(()))?;
    let interface = lab.interface_name();
    let conf = lab.write(&format!("{interface}.conf"), &conf)?;
    // A folder that everybody may enter, as /run/adit is.
    let open = tempfile::Builder::new().prefix("adit-abuse-").tempdir()?;
    std::fs::set_permissions(open.path(), std::fs::Permissions::from_mode(0o755))?;
    let how = How { socket: open.path().join("adit.sock"), ..How::plain(&lab) };
    let socket = how.socket.clone();
    groups.enter(Owner::Service)?;
    let mut service = Service::start(&lab, &client, how)?;
    groups.enter(Owner::HonestUser)?;
    let id = service.import_file(&interface, &conf)?;
    service.connect(id)?;
    throughput(&client)?;

    let process = service.process().id();
    let before = memory(process)?;
    let (mut alone, mut abused, mut most) = (vec![], vec![], 0);
    let (mut answers, mut of_service, mut beside_busy) = (vec![], vec![], vec![]);
    let (mut echoes, mut spent, mut took) = (vec![], vec![], vec![]);
    for round in 0..rounds {
        let mut turns = [Beside::Nobody, Beside::Abuser, Beside::Busy];
        // Each one comes first, second and last in turn.
        turns.rotate_left(round % 3);
        for beside in turns {
            let arguments = match beside {
                Beside::Nobody => {
                    alone.push(throughput(&client)?);
                    continue;
                }
                Beside::Abuser => vec!["flood".into(), socket.clone().into_os_string()],
                Beside::Busy => vec!["flood-itself".into()],
            };
            let open_before = descriptors(process)?;
            let who = start(&lab, &client, &groups, arguments)?;
            let (ends, honest) = (AtomicBool::new(false), service.client()?);
            let (begun, burnt) = (Instant::now(), of_all_threads(who.id())?);
            let (bits, watched) = thread::scope(|scope| {
                let watch = scope.spawn(|| watch(honest, process, &ends));
                let bits = throughput(&client);
                ends.store(true, Ordering::Relaxed);
                (bits, watch.join())
            });
            let burnt = (of_all_threads(who.id())? - burnt) / begun.elapsed().as_secs_f64();
            let watched = watched.map_err(|_| anyhow::anyhow!("who watches panicked"))??;
            let bits = bits?;
            println!("{}", who.printed().lines().last().unwrap_or("the flood said nothing"));
            drop(who);
            if beside == Beside::Busy {
                beside_busy.extend(watched.answers);
                continue;
            }
            took.push(burnt);
            abused.push(bits);
            most = most.max(watched.memory);
            answers.extend(watched.answers);
            of_service.extend(watched.of_service);
            echoes.extend(watched.echoes);
            spent.push(watched.talk);
            wait_for("its connections to go", Duration::from_secs(10), || {
                (descriptors(process).ok()? <= open_before).then_some(())
            })?;
        }
        let last = |bits: &[f64]| bits.last().copied().unwrap_or(f64::NAN) / 1e9;
        println!("{:.3} Gbit/s alone, {:.3} beside the abuse", last(&alone), last(&abused));
    }
    let ratios: Vec<f64> = alone.iter().zip(&abused).map(|(alone, abused)| abused / alone).collect();
    let took = median(took);
    println!(
        "{rounds} rounds of twice {SECONDS} s: {:.3} Gbit/s alone, {:.3} beside the abuse, which takes {took:.2} of a processor",
        median(alone) / 1e9,
        median(abused) / 1e9
    );
    let (ratio, spent) = (median(ratios.clone()), median(spent));
    println!("beside to alone, of each round: {ratio:.3} (median of {ratios:.3?})");
    println!("memory: {:.1} MiB before, {:.1} at most", mib(before), mib(most));
    let count = answers.len();
    let [answered, of_service, beside_busy, echoed] = [answers, of_service, beside_busy, echoes].map(spread);
    let told = |[median, p95, p99, slowest]: [Duration; 4]| {
        format!("median {median:.1?}, 95 % within {p95:.1?}, 99 % within {p99:.1?}, the slowest {slowest:.1?}")
    };
    println!("{count} answers to an honest client: {}", told(answered));
    println!("without the time in which the client itself waited for a processor: {}", told(of_service));
    println!("beside the same user, who does the same to a socket of their own: {}", told(beside_busy));
    println!("beside it, a byte to another thread and back: {}", told(echoed));
    println!("what the service does for it: {spent:.2} of a processor");
    let grown = most.saturating_sub(before);
    // A delay that any other busy program would cause as well is not the service's.
    let limit = ANSWER.max(beside_busy[2]);
    let kept = [((ratio - 1.0).abs() <= SHARE, "throughput"), (grown <= MEMORY, "memory"), (answered[2] <= limit, "answers")];
    for (kept, what) in kept {
        println!("{what}: {}", if kept { "kept" } else { "NOT KEPT" });
    }
    service.client()?.disconnect(id)?;
    service.terminate()?;
    ensure!(kept.iter().all(|(kept, _)| *kept), "not all is kept");
    Ok(())
}

/// Returns the throughput into the tunnel of one TCP connection of at most [`RATE`], bits per second.
fn throughput(client: &Namespace) -> anyhow::Result<f64> {
    let address = Host(2).inner(Family::V4);
    let text = client.shell(&format!("iperf3 -c {address} -b {RATE}G -t {SECONDS} -O 1 -J --connect-timeout 5000"))?;
    let told: serde_json::Value = serde_json::from_str(&text)?;
    told["end"]["sum_received"]["bits_per_second"].as_f64().with_context(|| text.clone())
}

#[derive(Default)]
struct Watched {
    answers: Vec<Duration>,
    /// The same without the time in which this thread was ready to run and had no CPU.
    of_service: Vec<Duration>,
    /// Round-trip times of a byte between two threads of this process: the delay of the computer itself.
    echoes: Vec<Duration>,
    memory: u64,
    /// Processor time of the threads that serve the socket, as a fraction of one core.
    talk: f64,
}

/// Sends requests as a status display would, ten times per second.
fn watch(client: BlockingClient<Blocking>, process: u32, ends: &AtomicBool) -> anyhow::Result<Watched> {
    let mut watched = Watched::default();
    let (begun, talked) = (Instant::now(), talk(process)?);
    let (mut near, mut far) = UnixStream::pair()?;
    // The thread ends with the other end of its socket.
    thread::spawn(move || std::io::copy(&mut far.try_clone()?, &mut far));
    while !ends.load(Ordering::Relaxed) {
        let (asked, waited) = (Instant::now(), thread_time()?.waited);
        client.all_tunnels()?;
        let took = asked.elapsed();
        watched.answers.push(took);
        watched.of_service.push(took.saturating_sub(thread_time()?.waited.saturating_sub(waited)));
        let called = Instant::now();
        near.write_all(&[0])?;
        near.read_exact(&mut [0])?;
        watched.echoes.push(called.elapsed());
        watched.memory = watched.memory.max(memory(process)?);
        // Ten times per second.
        thread::sleep(Duration::from_millis(100));
    }
    watched.talk = (talk(process)? - talked) / begun.elapsed().as_secs_f64();
    Ok(watched)
}

/// Returns the number of open files and sockets of a process.
fn descriptors(process: u32) -> anyhow::Result<usize> {
    Ok(std::fs::read_dir(format!("/proc/{process}/fd"))?.count())
}

/// Returns the resident memory of a process, bytes.
fn memory(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.split_whitespace().next().context("no number")?.parse::<u64>()? * 1024)
}

/// Returns the processor time of the threads that serve the socket, seconds.
fn talk(process: u32) -> anyhow::Result<f64> {
    let mut sum = 0.0;
    for task in std::fs::read_dir(format!("/proc/{process}/task"))?.flatten() {
        // A thread may end meanwhile.
        let Ok(stat) = std::fs::read_to_string(task.path().join("stat")) else { continue };
        if stat.contains("(tokio") || stat.contains("(ipc") {
            sum += seconds(&stat).unwrap_or_default();
        }
    }
    Ok(sum)
}

/// Returns the processor time of a process and of all its threads, ended ones included, seconds.
fn of_all_threads(process: u32) -> anyhow::Result<f64> {
    seconds(&std::fs::read_to_string(format!("/proc/{process}/stat"))?).context("no processor time in /proc/PID/stat")
}

/// Returns user and system time of a line `stat` (proc(5)), seconds. A tick is 10 ms on all architectures that are built for.
fn seconds(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut numbers = after_name.split_whitespace().skip(11).map(str::parse::<u32>);
    Some(f64::from(numbers.next()?.ok()? + numbers.next()?.ok()?) / 100.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Returns the median, the 95th and 99th percentile, and the maximum.
fn spread(mut times: Vec<Duration>) -> [Duration; 4] {
    times.sort_unstable();
    let count = times.len();
    let last = count.saturating_sub(1);
    [count / 2, (count * 95 / 100).min(last), (count * 99 / 100).min(last), last]
        .map(|at| times.get(at).copied().unwrap_or_default())
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Starts this program as another user.
fn start(lab: &Lab, client: &Namespace, groups: &Groups, does: Vec<OsString>) -> anyhow::Result<Process> {
    // Users without rights may not be able to execute the program where it was built.
    let program = std::env::current_exe()?.into_os_string();
    let arguments = ["--reuid", USER, "--regid", USER, "--clear-groups", "--"].map(Into::into);
    let arguments = arguments.into_iter().chain([program]).chain(does);
    let process = client.start("setpriv", arguments, &[], &lab.file("beside"))?;
    groups.add(Owner::OtherUser, process.id())?;
    wait_for("it to begin", Duration::from_secs(60), || process.printed().contains("connections").then_some(()))
        .with_context(|| process.printed())?;
    Ok(process)
}
