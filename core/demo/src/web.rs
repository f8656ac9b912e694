//! The small web server behind the peer: one page for people, and one resource for measurements.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::thread;

use crate::sockets::{Listener, Sockets, Stream};

/// The page's path.
pub(crate) const PAGE: &str = "/";
/// The path for measurements: a GET returns endless data, and the data of a PUT is counted.
pub(crate) const BULK: &str = "/bulk";
/// Bytes of one read or write of a measurement.
pub(crate) const CHUNK: usize = 128 * 1024;

/// The longest request head, bytes.
const MAX_HEAD: u64 = 8 * 1024;

/// Starts the server, which runs until the process ends.
pub(crate) fn start(sockets: &dyn Sockets, on: SocketAddrV4) -> io::Result<()> {
    let listener = sockets.listen(on)?;
    thread::Builder::new().name("web".into()).spawn(move || serve(listener)).map(drop)
}

fn serve(mut listener: Box<dyn Listener>) {
    while let Ok((stream, from)) = listener.accept() {
        let answer = move || {
            // A measurement closes its connection early, which is no error.
            let _ = answer(stream, from);
        };
        if thread::Builder::new().name("web-answer".into()).spawn(answer).is_err() {
            return;
        }
    }
}

fn answer(stream: Box<dyn Stream>, from: Ipv4Addr) -> io::Result<()> {
    let mut stream = BufReader::with_capacity(CHUNK, stream);
    let head = read_head(&mut stream)?;
    let mut words = head.split_ascii_whitespace();
    match (words.next(), words.next()) {
        (Some("GET"), Some(PAGE)) => respond(stream.get_mut(), "200 OK", "text/html; charset=utf-8", &page(from))?,
        (Some("GET"), Some(BULK)) => pour(stream.get_mut())?,
        (Some("PUT"), Some(BULK)) => {
            let counted = io::copy(&mut stream, &mut io::sink())?;
            respond(stream.get_mut(), "200 OK", "text/plain", &counted.to_string())?;
        }
        _ => respond(stream.get_mut(), "404 Not Found", "text/plain", "There is nothing here.\n")?,
    }
    stream.get_mut().finish()?;
    // Waits until the other end has closed too: closing first could discard data that it has not read yet.
    io::copy(&mut stream, &mut io::sink()).map(drop)
}

fn read_head(stream: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    let mut stream = stream.take(MAX_HEAD);
    while stream.read_line(&mut head)? > 2 {}
    Ok(head)
}

fn respond(stream: &mut dyn Write, status: &str, kind: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    stream.flush()
}

fn pour(stream: &mut dyn Write) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n\r\n")?;
    let chunk = vec![b'a'; CHUNK];
    loop {
        stream.write_all(&chunk)?;
    }
}

fn page(from: Ipv4Addr) -> String {
    format!(
        "<!doctype html>\n<title>Adit demo</title>\n<h1>Daylight at the end of the tunnel</h1>\n\
         <p>This page came to {from} through WireGuard.</p>\n"
    )
}
