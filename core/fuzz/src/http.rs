//! The head of a request to the HTTP proxy.
//!
//! The division of the bytes into reads has no effect. Without the right password no request is accepted. The server receives one
//! request, for the host that is dialled, without the headers that concern only the proxy.

use adit_proxy::Credentials;
use adit_proxy::http::{Refusal, Request, read_request};
use httparse::{EMPTY_HEADER, Status};

use crate::input::Input;
use crate::socks5::is_a_target;
use crate::stream::{Client, block_on};

const MOST_HEAD: usize = 16 * 1024;

/// Checks one client: a byte of options, then the bytes that the client sends.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.byte();
    let says = input.rest();
    let credentials = (choices & 1 == 1).then(|| Credentials::parse("ann:one:two").expect("one user"));
    let whole = serve(says, usize::MAX, credentials.as_ref());
    let pieces = serve(says, usize::from(choices >> 1) + 1, credentials.as_ref());
    assert_eq!(without_rest(&pieces), without_rest(&whole), "pieces change nothing");
    match whole {
        None => assert!(says.len() < MOST_HEAD),
        Some(Err(Refusal { status, why })) => {
            assert!(status.starts_with('4') && !why.contains(['\r', '\n']), "{status}: {why}");
        }
        Some(Ok(Request { target, head, rest })) => {
            is_a_target(&target);
            assert!(says.ends_with(&rest));
            if credentials.is_some() {
                // ann:one:two in base64, whatever precedes and follows it.
                assert!(says.windows(15).any(|window| window == b"YW5uOm9uZTp0d28"), "a password was given");
            }
            if let Some(head) = head {
                is_one_request(&head, &target.to_string());
                nothing_named_by_connection(&head, says);
            }
        }
    }
}

/// The result of reading a request. `None`: the stream ended too early.
type Outcome = Option<Result<Request, Refusal>>;

fn serve(says: &[u8], piece: usize, credentials: Option<&Credentials>) -> Outcome {
    block_on(read_request(&mut Client::new(says, piece), credentials))
}

/// Returns the result without the bytes after the head, whose number depends on how the bytes are divided into reads.
fn without_rest(outcome: &Outcome) -> String {
    match outcome {
        Some(Ok(request)) => format!("{} {:?}", request.target, request.head),
        Some(Err(refusal)) => format!("{refusal:?}"),
        None => String::new(),
    }
}

/// Checks that headers listed in the client's `Connection` are not forwarded.
fn nothing_named_by_connection(head: &[u8], says: &[u8]) {
    let (mut asked, mut sent) = ([EMPTY_HEADER; 128], [EMPTY_HEADER; 128]);
    let (mut request, mut forwarded) = (httparse::Request::new(&mut asked), httparse::Request::new(&mut sent));
    let understood = [request.parse(says).is_ok(), forwarded.parse(head).is_ok()];
    assert_eq!(understood, [true; 2]);
    let options = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("connection"));
    for option in
        options.flat_map(|header| String::from_utf8_lossy(header.value).split(',').map(str::to_owned).collect::<Vec<_>>())
    {
        let option = option.trim_ascii();
        // The proxy sets these two itself.
        let is_ours = ["connection", "host"].iter().any(|ours| option.eq_ignore_ascii_case(ours));
        let goes_on = forwarded.headers.iter().any(|header| header.name.eq_ignore_ascii_case(option));
        assert!(is_ours || !goes_on, "{option} goes on to the server");
    }
}

fn is_one_request(head: &[u8], target: &str) {
    let mut headers = [EMPTY_HEADER; 128];
    let mut request = httparse::Request::new(&mut headers);
    assert_eq!(request.parse(head), Ok(Status::Complete(head.len())), "the server reads one request and nothing behind it");
    assert!(request.path.is_some_and(|path| path.starts_with('/')));
    let named = |name: &str| request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).collect::<Vec<_>>();
    for ours in ["proxy-authorization", "proxy-connection", "keep-alive"] {
        assert!(named(ours).is_empty(), "{ours} is for the proxy");
    }
    assert!(matches!(&named("connection")[..], [only] if only.value == b"close"));
    let hosts = named("host");
    let [host] = &hosts[..] else { panic!("{} hosts", hosts.len()) };
    let host = std::str::from_utf8(host.value).expect("a host");
    let dialled = host.parse().ok().or_else(|| adit_proxy::Target::new(host, 80)).expect("a host that can be dialled");
    assert_eq!(dialled.to_string(), target, "the server is told the host that is dialled");
}
