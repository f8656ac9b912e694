//! Parses HTTP requests. Depends on no other module of the daemon, because `core/fuzz` includes this file.

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Maximum number of headers in a request. A request with more is answered as too large.
const MAX_HEADERS: usize = 32;
/// Maximum size of a request's head in bytes.
pub(super) const MAX_HEAD: usize = 8 << 10;
/// Path of the metrics.
const PATH: &str = "/metrics";

/// A request, classified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Request {
    /// GET of the metrics.
    Get,
    /// HEAD of the metrics.
    Head,
    /// GET of the front page.
    Front,
    /// A path that does not exist.
    Elsewhere,
    /// A method other than GET and HEAD.
    OtherMethod,
    /// A `Host` that is not this computer. A web page whose name points to the loopback address (DNS rebinding) gets nothing.
    OtherHost,
    /// Not a valid HTTP/1 request.
    NotUnderstood,
    /// The head or its number of headers exceeds the limits.
    TooLarge,
}

impl Request {
    /// Parses a request's head. Returns None if the head is incomplete.
    pub(super) fn parse(head: &[u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(head) {
            Ok(httparse::Status::Partial) => return None,
            Ok(httparse::Status::Complete(_)) => {}
            Err(httparse::Error::TooManyHeaders) => return Some(Self::TooLarge),
            Err(_) => return Some(Self::NotUnderstood),
        }
        let mut hosts = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
        if hosts.any(|host| !std::str::from_utf8(host.value).is_ok_and(is_this_computer)) {
            return Some(Self::OtherHost);
        }
        let path = request.path.unwrap_or_default();
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        Some(match (request.method.unwrap_or_default(), path) {
            ("GET", PATH) => Self::Get,
            ("HEAD", PATH) => Self::Head,
            ("GET", "/") => Self::Front,
            ("GET" | "HEAD", _) => Self::Elsewhere,
            _ => Self::OtherMethod,
        })
    }
}

/// Reads a request up to the end of its head, however the stream splits it.
///
/// # Errors
/// Fails if the stream fails or ends before the head does.
pub(super) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Request> {
    let mut head = Vec::with_capacity(512);
    while head.len() < MAX_HEAD {
        let room = MAX_HEAD - head.len();
        if (&mut *stream).take(room as u64).read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(request) = Request::parse(&head) {
            return Ok(request);
        }
    }
    Ok(Request::TooLarge)
}

/// Returns true if a `Host` header names the loopback interface.
fn is_this_computer(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
