//! The HTTP client: fetches the page, and transfers bytes for a while to measure the speed.

use std::io::{self, Read, Write};
use std::net::SocketAddrV4;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::sockets::{Sockets, Stream};
use crate::web::{BULK, CHUNK, PAGE};

/// The longest page, bytes.
const MAX_PAGE: u64 = 64 * 1024;

/// The fetched page.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The time from opening the connection to the last byte.
    pub(crate) took: Duration,
}

/// The TCP payload that arrived, and how long that took.
#[derive(Clone, Copy)]
pub(crate) struct Transfer {
    pub(crate) bytes: u64,
    pub(crate) took: Duration,
}

impl Transfer {
    /// Returns the payload rate in bits a second.
    pub(crate) fn rate(&self) -> f64 {
        self.bytes as f64 * 8.0 / self.took.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// Fetches the page.
pub(crate) fn fetch(sockets: &dyn Sockets, from: SocketAddrV4) -> anyhow::Result<Page> {
    let start = Instant::now();
    let stream = request(sockets, from, "GET", PAGE)?;
    let (status, body) = read_answer(stream).context("reading the page")?;
    Ok(Page { status, body, took: start.elapsed() })
}

/// Receives data for `duration`.
pub(crate) fn download(sockets: &dyn Sockets, from: SocketAddrV4, duration: Duration) -> anyhow::Result<Transfer> {
    let mut stream = request(sockets, from, "GET", BULK)?;
    let mut buffer = vec![0; CHUNK];
    let mut bytes = 0;
    let start = Instant::now();
    while start.elapsed() < duration {
        match stream.read(&mut buffer).context("receiving")? {
            0 => bail!("the peer stopped sending after {bytes} bytes"),
            count => bytes += count as u64,
        }
    }
    Ok(Transfer { bytes, took: start.elapsed() })
}

/// Sends data for `duration`, then waits until the other end has confirmed every byte.
pub(crate) fn upload(sockets: &dyn Sockets, to: SocketAddrV4, duration: Duration) -> anyhow::Result<Transfer> {
    let mut stream = request(sockets, to, "PUT", BULK)?;
    let chunk = vec![b'a'; CHUNK];
    let mut bytes: u64 = 0;
    let start = Instant::now();
    while start.elapsed() < duration {
        bytes += stream.write(&chunk).context("sending")? as u64;
    }
    stream.finish().context("sending")?;
    let (_, counted) = read_answer(stream).context("waiting until all has arrived")?;
    ensure!(counted == bytes.to_string(), "{bytes} bytes were sent, and {counted} arrived");
    Ok(Transfer { bytes, took: start.elapsed() })
}

fn request(sockets: &dyn Sockets, to: SocketAddrV4, method: &str, path: &str) -> anyhow::Result<Box<dyn Stream>> {
    let mut stream = sockets.connect(to).with_context(|| format!("connecting to {to} through the tunnel"))?;
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", to.ip());
    stream.write_all(head.as_bytes()).context("sending a request")?;
    Ok(stream)
}

/// Reads the status and the body, after which the other end closes the connection.
fn read_answer(stream: Box<dyn Stream>) -> anyhow::Result<(u16, String)> {
    let mut text = String::new();
    stream.take(MAX_PAGE).read_to_string(&mut text)?;
    parse(&text).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData)).context("the answer is not HTTP")
}

fn parse(answer: &str) -> Option<(u16, String)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let length: usize = head.lines().find_map(|line| line.strip_prefix("Content-Length: "))?.parse().ok()?;
    (body.len() == length).then(|| (status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_was_cut_short_is_none() {
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage";
        assert_eq!(parse(whole), Some((200, "page".to_owned())));
        for end in 0..whole.len() {
            assert_eq!(parse(&whole[..end]), None, "{end}");
        }
    }
}
