//! The abuser: clients that abuse a socket in several ways.

use std::io::{Read as _, Write as _};
use std::ops::Range;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

const CLIENTS: usize = 1_000;
/// Number of clients for each of the other kinds of abuse; the rest sends requests.
const OF_EACH: usize = 40;

/// Ends this process if its parent has ended: a process of another user is not killed with the one that started it.
fn end_with(parent: Option<rustix::process::Pid>) {
    if rustix::process::getppid() != parent {
        std::process::exit(0);
    }
}

/// Counts of the abuse so far.
#[derive(Default)]
struct Done {
    connections: AtomicU64,
    requests: AtomicU64,
    giants: AtomicU64,
}

/// Runs the same abuse against a socket of its own, which closes every connection.
pub(crate) fn flood_itself() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let socket = folder.path().join("own.sock");
    let listener = UnixListener::bind(&socket)?;
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // The client may be gone already.
            let _ = stream.write_all(&hello());
        }
    });
    flood(&socket);
    Ok(())
}

/// Abuses the socket in every way until this process is killed.
pub(crate) fn flood(socket: &Path) {
    let (done, parent) = (Done::default(), rustix::process::getppid());
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let done = &done;
            let work = move || loop {
                if let Ok(stream) = UnixStream::connect(socket) {
                    done.connections.fetch_add(1, Ordering::Relaxed);
                    // Clients expect that the service closes their connections.
                    let _ = match number / OF_EACH {
                        0 => half_open(stream),
                        1 => giant(stream, done),
                        2 => slow_reader(stream, done),
                        _ => ask(stream, done),
                    };
                }
                // Limits the rate of the abuse.
                thread::sleep(Duration::from_millis(100));
            };
            // If no more threads can be started, the existing ones continue.
            let _ = thread::Builder::new().stack_size(64 << 10).spawn_scoped(scope, work);
        }
        loop {
            thread::sleep(Duration::from_millis(500));
            end_with(parent);
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

/// Sends part of a frame, and waits.
fn half_open(mut stream: UnixStream) -> std::io::Result<()> {
    stream.write_all(&hello()[..9])?;
    let _ = stream.read(&mut [0; 4096])?;
    stream.read(&mut [0; 4096]).map(drop)
}

/// Announces a frame of 64 MiB, and sends as much of it as the service takes.
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

/// Sends many requests, and reads no answer.
fn slow_reader(mut stream: UnixStream, done: &Done) -> std::io::Result<()> {
    stream.write_all(&hello())?;
    stream.write_all(&frame(r#"{"subscribe":{"id":1}}"#))?;
    requests(&mut stream, done, 2..1_000_000)
}

/// Sends requests as fast as the service takes them, and reads the answers on a thread of its own.
fn ask(mut stream: UnixStream, done: &Done) -> std::io::Result<()> {
    stream.write_all(&hello())?;
    let mut answers = stream.try_clone()?;
    let read = move || {
        let mut sink = [0; 4096];
        while answers.read(&mut sink).is_ok_and(|count| count > 0) {}
    };
    let reader = thread::Builder::new().stack_size(64 << 10).spawn(read)?;
    let sent_away = requests(&mut stream, done, 1..1_000_000);
    // Bounds the number of threads: two for each client.
    let _ = reader.join();
    sent_away
}

fn requests(stream: &mut UnixStream, done: &Done, numbers: Range<u64>) -> std::io::Result<()> {
    for id in numbers {
        stream.write_all(&frame(&format!(r#"{{"call":{{"id":{id},"request":{{"method":"tunnels","params":{{}}}}}}}}"#)))?;
        done.requests.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
