//! An HTTP proxy (RFC 9110 section 9.3.6): CONNECT, and plain requests with an absolute URL, one per connection.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use httparse::{EMPTY_HEADER, Header, Status};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::credentials::Credentials;
use crate::dial::DialError;
use crate::forward::{HEAD_PATIENCE, relay};
use crate::plan::Front;
use crate::stack::{ConnectError, Connection};
use crate::target::Target;

/// Maximum size of a request head in bytes.
const LONGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 100;

/// The longest wait for a client to read its refusal before the proxy closes the connection.
const FAREWELL: Duration = Duration::from_secs(1);

/// Headers that concern only this proxy, whether `Connection` lists them or not (RFC 9110 section 7.6.1). `Transfer-Encoding` is
/// not among them, because the content is forwarded unchanged.
const HOP_BY_HOP: [&str; 6] = ["proxy-authorization", "proxy-connection", "connection", "keep-alive", "te", "upgrade"];

/// Headers that the server needs to find the end of the content.
const FRAMING: [&str; 2] = ["content-length", "transfer-encoding"];

/// The reason why a request is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Status code and reason phrase, such as `400 Bad Request`.
    pub status: &'static str,
    /// An explanation for people.
    pub why: String,
}

impl Refusal {
    /// Makes a refusal.
    pub fn new(status: &'static str, why: impl Into<String>) -> Self {
        Self { status, why: why.into() }
    }
}

/// A parsed request.
#[derive(PartialEq, Eq, Debug)]
pub struct Request {
    /// Target of the connection.
    pub target: Target,
    /// The head that is sent to the target first; `None` for CONNECT.
    pub head: Option<Zeroizing<Vec<u8>>>,
    /// Bytes that followed the request's head; at most 16 KiB. They are sent to the target.
    pub rest: Zeroizing<Vec<u8>>,
}

/// Serves one client.
pub(crate) async fn serve(front: Arc<Front>, mut program: TcpStream) {
    let Some(outcome) = begin(&front, &mut program).await else { return };
    match outcome {
        Ok(mut connection) => relay(&mut connection, &mut program).await,
        Err(refusal) => refuse(&mut program, &refusal).await,
    }
}

/// Reads the request and opens the connection. Returns `None` if the client has disconnected.
async fn begin(front: &Front, program: &mut TcpStream) -> Option<Result<Connection, Refusal>> {
    let request = match read_request(program, front.credentials.as_ref()).await? {
        Ok(request) => request,
        Err(refusal) => return Some(Err(refusal)),
    };
    let mut connection = match front.dialer.dial(&request.target).await {
        Ok(connection) => connection,
        Err(error) => return Some(Err(blame(&error))),
    };
    match request.head {
        None => program.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?,
        Some(head) => connection.send_first(&head),
    }
    connection.send_first(&request.rest);
    Some(Ok(connection))
}

/// Reads one request up to the end of its head, for at most ten seconds. `credentials` are the users of the proxy; `None`: no
/// password is required. Returns `None` if the stream ended or failed before the head was complete.
pub async fn read_request<S: AsyncRead + Unpin>(
    program: &mut S,
    credentials: Option<&Credentials>,
) -> Option<Result<Request, Refusal>> {
    let mut head = Zeroizing::new(Vec::with_capacity(LONGEST_HEAD));
    let end = match timeout(HEAD_PATIENCE, read_head(program, &mut head)).await {
        Ok(Some(end)) => end,
        Ok(None) if head.len() < LONGEST_HEAD => return None,
        Ok(None) => return Some(Err(Refusal::new("431 Request Header Fields Too Large", "The request's head is too long."))),
        Err(_) => return Some(Err(Refusal::new("408 Request Timeout", "The request did not come in time."))),
    };
    let (head, rest) = head.split_at_checked(end)?;
    Some(understand(head, credentials).map(|request| Request { rest: Zeroizing::new(rest.to_vec()), ..request }))
}

/// Reads up to the empty line and returns the position of its end. Returns `None` if it did not arrive.
async fn read_head<S: AsyncRead + Unpin>(program: &mut S, head: &mut Vec<u8>) -> Option<usize> {
    const END: &[u8] = b"\r\n\r\n";
    while head.len() < LONGEST_HEAD {
        let seen = head.len().saturating_sub(END.len() - 1);
        let room = LONGEST_HEAD - head.len();
        if (&mut *program).take(room as u64).read_buf(head).await.ok()? == 0 {
            return None;
        }
        if let Some(at) = head.get(seen..)?.windows(END.len()).position(|window| window == END) {
            return Some(seen + at + END.len());
        }
    }
    None
}

fn understand(head: &[u8], credentials: Option<&Credentials>) -> Result<Request, Refusal> {
    let bad = |why| Refusal::new("400 Bad Request", why);
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    if !matches!(request.parse(head), Ok(Status::Complete(_))) {
        return Err(bad("This is not a request of HTTP/1.1."));
    }
    let (Some(method), Some(path)) = (request.method, request.path) else {
        return Err(bad("This is not a request of HTTP/1.1."));
    };
    if let Some(credentials) = credentials
        && !is_admitted(request.headers, credentials)
    {
        return Err(Refusal::new("407 Proxy Authentication Required", "This proxy wants a user name and a password."));
    }
    if method == "CONNECT" {
        let target = path.parse().map_err(|_| bad("CONNECT needs HOST:PORT."))?;
        return Ok(Request { target, head: None, rest: Zeroizing::default() });
    }
    let Some(url) = strip_scheme(path) else {
        return Err(bad("This is a proxy, not a web server: it takes CONNECT, and requests for http:// URLs."));
    };
    let (authority, path) = url.split_at(url.find(['/', '?']).unwrap_or(url.len()));
    let target =
        authority.parse().ok().or_else(|| Target::new(authority, 80)).ok_or_else(|| bad("The URL's host is not understood."))?;
    if FRAMING.iter().any(|name| is_named_by_connection(request.headers, name)) {
        return Err(bad("Connection names Content-Length or Transfer-Encoding, without which the request has no end."));
    }
    let head = Some(forwarded(method, path, authority, request.headers));
    Ok(Request { target, head, rest: Zeroizing::default() })
}

fn strip_scheme(url: &str) -> Option<&str> {
    const SCHEME: &str = "http://";
    url.split_at_checked(SCHEME.len()).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(SCHEME)).map(|(_, rest)| rest)
}

/// Returns true if a `Connection` header lists the header `name`.
fn is_named_by_connection(headers: &[Header<'_>], name: &str) -> bool {
    let connection = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("connection"));
    let mut options = connection.flat_map(|header| header.value.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    options.any(|option| option.eq_ignore_ascii_case(name.as_bytes()))
}

/// Builds the head for the server: the received one without the headers that concern only the proxy. Each connection carries one
/// request.
fn forwarded(method: &str, path: &str, authority: &str, headers: &[Header<'_>]) -> Zeroizing<Vec<u8>> {
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut head = Zeroizing::new(format!("{method} {slash}{path} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes());
    let theirs = |header: &&Header<'_>| {
        !HOP_BY_HOP.iter().chain(&["host"]).any(|ours| header.name.eq_ignore_ascii_case(ours))
            && !is_named_by_connection(headers, header.name)
    };
    for header in headers.iter().filter(theirs) {
        head.extend_from_slice(header.name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(header.value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"Connection: close\r\n\r\n");
    head
}

fn is_admitted(headers: &[Header<'_>], credentials: &Credentials) -> bool {
    let given = || {
        let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case("proxy-authorization"))?;
        let (scheme, encoded) = std::str::from_utf8(header.value).ok()?.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let given = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
        let at = given.iter().position(|byte| *byte == b':')?;
        Some(credentials.admit(given.get(..at)?, given.get(at + 1..)?))
    };
    given().unwrap_or(false)
}

fn blame(error: &DialError) -> Refusal {
    let status = match error {
        DialError::Connect(ConnectError::TimedOut(_) | ConnectError::Unreachable) => "504 Gateway Timeout",
        DialError::Connect(ConnectError::TooMany) => "503 Service Unavailable",
        DialError::Resolve(_) | DialError::Connect(ConnectError::Refused | ConnectError::NoAddress(_)) => "502 Bad Gateway",
    };
    Refusal::new(status, format!("adit: {error}."))
}

/// Tells a client why its request is refused, and closes its connection.
pub async fn refuse(program: &mut TcpStream, Refusal { status, why }: &Refusal) {
    let challenge = if status.starts_with("407") { "Proxy-Authenticate: Basic realm=\"adit\"\r\n" } else { "" };
    let answer = format!(
        "HTTP/1.1 {status}\r\n{challenge}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{why}\n",
        why.len() + 1
    );
    if program.write_all(answer.as_bytes()).await.is_err() || program.shutdown().await.is_err() {
        return;
    }
    // Closing the connection with unread bytes would discard the answer.
    let listens = async {
        let mut ignored = [0; 1024];
        while matches!(program.read(&mut ignored).await, Ok(count) if count > 0) {}
    };
    let _ = timeout(FAREWELL, listens).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str) -> Result<(String, Option<String>), String> {
        let request = understand(head.as_bytes(), None).map_err(|refusal| refusal.status.to_owned())?;
        let head = request.head.map(|head| String::from_utf8_lossy(&head).into_owned());
        Ok((request.target.to_string(), head))
    }

    #[test]
    fn connect_names_its_target_and_a_url_loses_what_is_for_the_proxy() {
        assert_eq!(read("CONNECT [fd00::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n"), Ok(("[fd00::1]:443".into(), None)));
        let head = "GET HTTP://intranet/a?b HTTP/1.1\r\nHost: other\r\nProxy-Authorization: Basic eDp5\r\nProxy-Connection: keep-alive\r\nAccept: */*\r\n\r\n";
        let sent = "GET /a?b HTTP/1.1\r\nHost: intranet\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        assert_eq!(read(head), Ok(("intranet:80".into(), Some(sent.into()))));
        let (target, sent) = read("GET http://intranet:8080?b HTTP/1.0\r\n\r\n").unwrap();
        assert_eq!(target, "intranet:8080");
        assert!(sent.unwrap().starts_with("GET /?b HTTP/1.1\r\nHost: intranet:8080\r\n"));
    }

    #[test]
    fn headers_that_connection_names_do_not_go_on() {
        let head = "GET http://intranet/ HTTP/1.1\r\nConnection: close, X-Foo ,,\r\nX-Foo: 1\r\nx-FOO: 2\r\nX-Bar: 3\r\n\
            CONNECTION:\tTE,x-secret\r\nTE: trailers\r\nX-Secret: 4\r\nUpgrade: h2c\r\nX-Foo-Bar: 5\r\nTransfer-Encoding: chunked\r\n\r\n";
        let sent = "GET / HTTP/1.1\r\nHost: intranet\r\nX-Bar: 3\r\nX-Foo-Bar: 5\r\nTransfer-Encoding: chunked\r\n\
            Connection: close\r\n\r\n";
        assert_eq!(read(head), Ok(("intranet:80".into(), Some(sent.into()))));
    }

    #[test]
    fn what_no_proxy_can_do_is_refused() {
        for bad in [
            "POST http://intranet/ HTTP/1.1\r\nConnection: content-length\r\nContent-Length: 3\r\n\r\n",
            "POST http://intranet/ HTTP/1.1\r\nConnection: close\r\nConnection: Transfer-Encoding\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET https://intranet/ HTTP/1.1\r\n\r\n",
            "GET http://user:secret@intranet/ HTTP/1.1\r\n\r\n",
            "GET http:// HTTP/1.1\r\n\r\n",
            "CONNECT intranet HTTP/1.1\r\n\r\n",
            "CONNECT intranet:0 HTTP/1.1\r\n\r\n",
            "\u{5}\u{1}\u{0}\r\n\r\n",
        ] {
            assert_eq!(read(bad), Err("400 Bad Request".into()), "{bad}");
        }
    }

    #[test]
    fn only_the_right_password_opens() {
        let credentials = Credentials::parse("ann:one:two").unwrap();
        let admitted = |value: &str| {
            let head = format!("CONNECT a:1 HTTP/1.1\r\nProxy-Authorization: {value}\r\n\r\n");
            understand(head.as_bytes(), Some(&credentials)).is_ok()
        };
        assert!(admitted(&format!("basic {}", STANDARD.encode("ann:one:two"))));
        for wrong in ["", "Basic", "Basic !!", "Bearer YW5uOm9uZTp0d28=", &format!("Basic {}", STANDARD.encode("ann"))] {
            assert!(!admitted(wrong), "{wrong}");
        }
    }
}
