//! A TCP transfer in both directions at once. Every byte is checked.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, anyhow, ensure};

use crate::namespace::Namespace;

/// Time without progress until the transfer counts as stuck.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes written and read at once.
const CHUNK: usize = 128 * 1024;

/// Sends `bytes` from each end to the other, and checks what arrives.
pub fn transfer(one: (&Namespace, IpAddr), two: (&Namespace, IpAddr), bytes: usize) -> anyhow::Result<()> {
    let listener = two.0.within(|| Ok(TcpListener::bind((two.1, 0))?)).context("the transfer's listener")?;
    let address = listener.local_addr()?;
    thread::scope(|threads| {
        let answering = threads.spawn(|| -> anyhow::Result<()> { both_ways(&listener.accept()?.0, bytes) });
        let asking = one.0.within(|| connect(address)).and_then(|stream| both_ways(&stream, bytes));
        if asking.is_err() {
            // No other connection would unblock the other thread.
            drop(two.0.within(|| connect(address)));
        }
        let answered = answering.join().map_err(|_| anyhow!("the transfer's other end panicked"))?;
        asking.context("at the end that connected").and(answered.context("at the end that listened"))
    })
}

fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    TcpStream::connect_timeout(&address, PATIENCE).context("connecting")
}

fn both_ways(stream: &TcpStream, bytes: usize) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    thread::scope(|threads| {
        let sending = threads.spawn(|| send(stream, bytes));
        let received = receive(stream, bytes);
        let sent = sending.join().map_err(|_| anyhow!("the sender panicked"))?;
        received.context("receiving").and(sent.context("sending"))
    })
}

fn send(mut stream: &TcpStream, bytes: usize) -> anyhow::Result<()> {
    let mut content = Content::default();
    let (mut chunk, mut left) = (vec![0; CHUNK], bytes);
    while left > 0 {
        let part = chunk.get_mut(..left.min(CHUNK)).unwrap_or_default();
        part.fill_with(|| content.next());
        stream.write_all(part)?;
        left -= part.len();
    }
    Ok(stream.shutdown(Shutdown::Write)?)
}

fn receive(mut stream: &TcpStream, bytes: usize) -> anyhow::Result<()> {
    let mut content = Content::default();
    let (mut chunk, mut received) = (vec![0; CHUNK], 0);
    loop {
        let part = match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => chunk.get(..count).unwrap_or_default(),
            // Stopping and continuing the process interrupts a read with a timeout (signal(7)).
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).with_context(|| format!("after {received} of {bytes} bytes")),
        };
        let right = part.iter().take_while(|byte| **byte == content.next()).count();
        ensure!(right == part.len(), "byte {} is not what was sent", received + right);
        received += part.len();
    }
    ensure!(received == bytes, "{received} of {bytes} bytes came");
    Ok(())
}

/// Bytes that do not repeat within a long distance (an xorshift generator: Marsaglia 2003).
struct Content(u32);

impl Default for Content {
    fn default() -> Self {
        Self(0x2545_f491)
    }
}

impl Content {
    fn next(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0.to_be_bytes()[0]
    }
}
