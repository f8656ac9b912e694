//! Reads what is asked. Needs nothing else of the daemon: `core/fuzz` includes this file.

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Headers that are looked at; a request with more is not understood.
const MAX_HEADERS: usize = 32;
/// Largest head of a request, bytes.
pub(super) const MAX_HEAD: usize = 8 << 10;
/// Where the numbers are.
const PATH: &str = "/metrics";

/// A request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Request {
    /// For the numbers.
    Get,
    /// Only whether there are any.
    Head,
    /// For the front page.
    Front,
    /// For something that there is not.
    Elsewhere,
    /// Something that cannot be done to numbers.
    OtherMethod,
    /// By a name that this computer does not have: a web page that makes its own name point here (DNS rebinding) gets nothing.
    OtherHost,
    /// Not HTTP/1.
    NotUnderstood,
    /// A longer head than anybody needs.
    TooLarge,
}

impl Request {
    /// None: there is more to come.
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

/// Reads a request through the end of its head, however it is cut into pieces.
///
/// # Errors
/// When the stream fails, or ends before the head does.
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

/// Whether a `Host` header names the loopback interface.
fn is_this_computer(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
