//! A request for the metrics of `aditd --metrics`.
//!
//! The division of the bytes into reads has no effect. No more is kept than the largest head. The metrics are given only to
//! clients that request them under a name of the loopback interface.

use httparse::EMPTY_HEADER;

use crate::input::Input;
use crate::stream::{Client, block_on};

// The daemon is a program without a library.
#[path = "../../daemon/src/metrics/request.rs"]
mod request;

use request::{MAX_HEAD, Request, read};

/// Checks one client: a byte with the size of the reads, then the bytes that the client sends.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let piece = usize::from(input.byte()) + 1;
    let says = input.rest();
    let whole = serve(says, usize::MAX);
    assert_eq!(serve(says, piece), whole, "pieces change nothing");
    match whole {
        // The stream ended too early.
        None => assert!(says.len() < MAX_HEAD),
        Some(Request::TooLarge) => {}
        Some(Request::Get | Request::Head | Request::Front) => was_asked_by_this_computer(says),
        Some(Request::Elsewhere | Request::OtherMethod | Request::OtherHost | Request::NotUnderstood) => {}
    }
}

fn serve(says: &[u8], piece: usize) -> Option<Request> {
    let mut client = Client::new(says, piece);
    let request = block_on(read(&mut client)).ok();
    assert!(says.len() - client.left().len() <= MAX_HEAD, "no more is read than a head may have");
    request
}

fn was_asked_by_this_computer(says: &[u8]) {
    let mut headers = [EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    assert!(request.parse(says).is_ok_and(|status| status.is_complete()));
    assert!(matches!(request.method, Some("GET" | "HEAD")));
    for host in request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host")) {
        let host = std::str::from_utf8(host.value).expect("a host").to_ascii_lowercase();
        assert!(["localhost", "127.", "["].iter().any(|name| host.starts_with(name)), "{host} is another computer");
    }
}
