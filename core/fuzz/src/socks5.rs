//! SOCKS5: a client's negotiation and request, and datagrams of UDP ASSOCIATE.
//!
//! The division of the bytes into reads has no effect. Nothing after the request is read. Without the right password no request
//! is accepted. A parsed value has the same meaning when it is written again.

use std::net::SocketAddr;

use adit_proxy::socks5::{Request, datagram, read_datagram, read_request};
use adit_proxy::{Credentials, Target, TargetHost};

use crate::input::Input;
use crate::stream::{Client, block_on};

const USER: &str = "ann:one:two";

/// Checks one client: a byte of options, then the bytes that the client sends.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.byte();
    let says = input.rest();
    if choices & 2 != 0 {
        return datagrams(says);
    }
    let credentials = (choices & 1 == 1).then(|| Credentials::parse(USER).expect("one user"));
    let whole = Client::new(says, usize::MAX);
    let (outcome, told, left) = serve(whole, credentials.as_ref());
    let pieces = Client::new(says, usize::from(choices >> 4) + 1);
    assert_eq!(serve(pieces, credentials.as_ref()), (outcome.clone(), told.clone(), left), "pieces change nothing");
    let read = &says[..says.len() - left.len()];
    match outcome {
        Ok(Some(request)) => {
            assert_eq!((read[0], told[0]), (5, 5), "both speak version 5");
            if credentials.is_some() {
                assert_eq!(told, [5, 2, 1, 0], "the password was asked for and found right");
                assert!(read.windows(12).any(|window| window == b"\x03ann\x07one:two"), "a password was given");
            } else {
                assert_eq!(told, [5, 0]);
            }
            if let Request::Connect(target) = request {
                is_a_target(&target);
            }
        }
        Ok(None) => assert!(told.is_empty() || told == [5, 0xff] || told[..2] == [5, 2] || told == [5, 0]),
        Err(kind) => assert_eq!((kind, left), (std::io::ErrorKind::UnexpectedEof, &[][..]), "it ended in the middle"),
    }
}

type Outcome<'a> = (Result<Option<Request>, std::io::ErrorKind>, Vec<u8>, &'a [u8]);

fn serve<'a>(mut client: Client<'a>, credentials: Option<&Credentials>) -> Outcome<'a> {
    let outcome = block_on(read_request(&mut client, credentials)).map_err(|error| error.kind());
    let left = client.left();
    (outcome, client.told, left)
}

/// Checks that a target can be dialled: it has the same meaning on a command line, and nothing in it can move a cursor.
pub(crate) fn is_a_target(target: &Target) {
    let text = target.to_string();
    assert!(!text.contains(|character: char| character.is_control() || character.is_whitespace()), "{text:?}");
    assert_ne!(target.port, 0);
    assert_eq!(text.parse::<Target>().as_ref(), Ok(target), "{text}");
}

fn datagrams(bytes: &[u8]) {
    let Some((target, payload)) = block_on(read_datagram(bytes)) else { return };
    is_a_target(&target);
    assert!(bytes.ends_with(payload));
    if let TargetHost::Ip(address) = target.host {
        let again = datagram(SocketAddr::new(address, target.port), payload);
        assert_eq!(block_on(read_datagram(&again)), Some((target, payload)), "what is written is read back");
    }
}
