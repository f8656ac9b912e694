//! The answer to a request for metrics, independent of a connection.

use super::request::Request;

/// Returns the answer to a request that is not for the metrics, or None if it is for the metrics.
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

/// An HTTP answer.
pub(super) enum Answer {
    /// The metrics as text.
    Numbers(String),
    /// The front page, which points to the metrics.
    Front,
    /// A refusal: status and explanation.
    Refused(&'static str, &'static str),
    /// The metrics could not be collected.
    Broken,
}

impl Answer {
    /// Encodes the answer; with `only_head`, without the body.
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
