//! What is asked and what is answered, without a connection.

use std::net::IpAddr;

/// Headers that are looked at; a request with more is not understood.
const MAX_HEADERS: usize = 32;
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
        let host = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("host"));
        if host.is_some_and(|host| !std::str::from_utf8(host.value).is_ok_and(is_this_computer)) {
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

/// Whether a `Host` header names the loopback interface.
fn is_this_computer(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What is answered where no numbers are asked for; None: they are.
pub(super) fn answer_without_numbers(request: &Request) -> Option<Answer> {
    match request {
        Request::Get | Request::Head => None,
        Request::Front => Some(Answer::Front),
        Request::Elsewhere => Some(Answer::Refused("404 Not Found", "The numbers are at /metrics.\n")),
        Request::OtherMethod => Some(Answer::Refused("405 Method Not Allowed", "The numbers can only be read.\n")),
        Request::OtherHost => Some(Answer::Refused("403 Forbidden", "Ask by 127.0.0.1, [::1] or localhost.\n")),
        Request::NotUnderstood => Some(Answer::Refused("400 Bad Request", "This is not HTTP/1.1.\n")),
        Request::TooLarge => Some(Answer::Refused("431 Request Header Fields Too Large", "Ask with less.\n")),
    }
}

/// An answer.
pub(super) enum Answer {
    /// The numbers.
    Numbers(String),
    /// Where they are.
    Front,
    /// With status and reason.
    Refused(&'static str, &'static str),
    /// The numbers are not to be had.
    Broken,
}

impl Answer {
    /// As it goes out; the head alone where only that was asked for.
    pub(super) fn bytes(&self, only_head: bool) -> Vec<u8> {
        let (status, kind, body) = match self {
            Self::Numbers(text) => ("200 OK", "text/plain; version=0.0.4; charset=utf-8", text.as_str()),
            Self::Front => ("200 OK", "text/plain; charset=utf-8", "Numbers of Adit for Prometheus: /metrics\n"),
            Self::Refused(status, text) => (*status, "text/plain; charset=utf-8", *text),
            Self::Broken => {
                ("503 Service Unavailable", "text/plain; charset=utf-8", "The numbers are not to be had; see the log.\n")
            }
        };
        let allow = if status.starts_with("405") { "Allow: GET, HEAD\r\n" } else { "" };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{allow}Cache-Control: no-store\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let mut bytes = head.into_bytes();
        if !only_head {
            bytes.extend_from_slice(body.as_bytes());
        }
        bytes
    }
}
