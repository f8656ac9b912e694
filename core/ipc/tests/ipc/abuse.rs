//! Clients that violate the protocol, by mistake or on purpose. The server tells them why it disconnects them, and other
//! clients are not affected.

use std::io::{IoSlice, Read, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use crate::ground::Server;

const TUNNELS: &[u8] = br#"{"call":{"id":1,"request":{"method":"tunnels","params":{}}}}"#;

#[test]
fn lengths_that_lie_and_frames_that_are_none_end_the_connection_with_a_reason() {
    let server = Server::new();
    let deep = format!(r#"{{"call":{{"id":1,"request":{}{}}}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let with_length = |json: &str| [&u32::try_from(json.len()).unwrap().to_le_bytes(), json.as_bytes()].concat();
    for bytes in [
        vec![0; 4],
        (1_u32 << 26).to_le_bytes().to_vec(),
        u32::MAX.to_le_bytes().to_vec(),
        ((1_u32 << 20) + 1).to_le_bytes().to_vec(),
        with_length("no json"),
        with_length("{}"),
        with_length("[]"),
        with_length(r#"{"format_disk":{"id":1}}"#),
        with_length(r#"{"hello":{"oldest":1,"newest":1000,"program":"again"}}"#),
        with_length(r#"{"call":{"id":-1,"request":{}}}"#),
        with_length(r#"{"call":{"id":18446744073709551616,"request":{}}}"#),
        with_length("\"\\ud800\""),
        with_length(&deep),
        [&4_u32.to_le_bytes()[..], &[0xff, 0xfe, 0x00, 0x80]].concat(),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
    ] {
        let mut raw = server.greeted();
        raw.bytes(&bytes);
        assert_eq!(raw.goodbye(), "not_understood", "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
        let mut before_hello = server.raw();
        before_hello.bytes(&bytes);
        let is_hello = bytes.windows(7).any(|window| window == b"\"hello\"");
        if !is_hello {
            assert_eq!(before_hello.goodbye(), "not_understood");
        }
    }
    server.still_answers();
}

#[test]
fn a_request_that_is_none_is_an_error_of_that_request_alone() {
    let server = Server::new();
    let mut raw = server.greeted();
    for (id, request) in [
        (1, r#"{"method":"format_disk","params":{}}"#),
        (2, r#"{"method":"disconnect","params":{"id":"../../etc/shadow"}}"#),
        (3, r#"{"method":"disconnect","params":{}}"#),
        (4, r#"null"#),
        (5, r#"{"method":"rename","params":{"id":"00000000000000000000000000000007","name":"a\u0000b"}}"#),
        (6, r#"{"method":"import","params":{"name":"x","interface":"wg0\nPostUp = id","config":""}}"#),
    ] {
        raw.send(format!(r#"{{"call":{{"id":{id},"request":{request}}}}}"#).as_bytes());
        let answer = raw.receive().unwrap();
        assert_eq!((&answer["error"]["id"], &answer["error"]["error"]["code"]), (&id.into(), &"bad_request".into()), "{answer}");
    }
    raw.send(br#"{"call":{"id":7,"request":{"method":"tunnels","params":{}}}}"#);
    assert_eq!(raw.receive().unwrap()["answer"]["id"], 7);
    assert_eq!(server.service.calls.lock().unwrap().len(), 1);
}

#[test]
fn an_id_that_was_used_before_ends_the_connection() {
    let server = Server::new();
    for second in ["1", "0"] {
        let mut raw = server.greeted();
        raw.send(TUNNELS);
        raw.send(format!(r#"{{"call":{{"id":{second},"request":{{"method":"tunnels","params":{{}}}}}}}}"#).as_bytes());
        assert_eq!(raw.goodbye(), "not_understood");
    }
    let mut twice = server.greeted();
    twice.send(br#"{"subscribe":{"id":1}}"#);
    twice.send(br#"{"subscribe":{"id":2}}"#);
    assert_eq!(twice.goodbye(), "not_understood");
}

#[test]
fn who_closes_in_the_middle_of_a_message_is_forgotten_at_every_byte() {
    let server = Server::new();
    let frame = [&u32::try_from(TUNNELS.len()).unwrap().to_le_bytes(), TUNNELS].concat();
    for length in 0..frame.len() {
        let mut raw = server.greeted();
        raw.bytes(&frame[..length]);
    }
    server.still_answers();
    assert_eq!(server.service.calls.lock().unwrap().len(), 1);
}

#[test]
fn who_says_nothing_or_says_it_byte_by_byte_is_sent_away() {
    let server = Server::impatient();
    assert_eq!(server.raw().goodbye(), "too_slow");
    let mut half_a_hello = server.raw();
    half_a_hello.bytes(&[40, 0, 0, 0, b'{']);
    assert_eq!(half_a_hello.goodbye(), "too_slow");
    let mut half_a_length = server.greeted();
    half_a_length.bytes(&[1]);
    assert_eq!(half_a_length.goodbye(), "too_slow");
    let mut half_a_frame = server.greeted();
    half_a_frame.bytes(&(1_u32 << 20).to_le_bytes());
    half_a_frame.bytes(&[b'['; 1000]);
    assert_eq!(half_a_frame.goodbye(), "too_slow");
    server.still_answers();
}

#[test]
fn who_asks_and_does_not_read_the_answers_is_let_go() {
    let server = Server::impatient();
    let mut raw = server.greeted();
    let mut sent = 0;
    for id in 1_u64.. {
        let call = format!(
            r#"{{"call":{{"id":{id},"request":{{"method":"logs","params":{{"after":0,"level":"info","limit":900}}}}}}}}"#
        );
        let frame = [&u32::try_from(call.len()).unwrap().to_le_bytes(), call.as_bytes()].concat();
        if raw.0.write_all(&frame).is_err() {
            break;
        }
        sent = id;
    }
    // More requests fit into the socket's buffer, but the server does not read them before the answers are read.
    let asked = server.service.calls.lock().unwrap().len();
    assert!(u64::try_from(asked).unwrap() <= sent && asked < 40, "{asked} of {sent}");
    server.still_answers();
}

#[test]
fn a_descriptor_that_is_passed_along_is_closed() {
    let server = Server::new();
    let raw = server.greeted();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let frame = [&u32::try_from(TUNNELS.len()).unwrap().to_le_bytes(), TUNNELS].concat();
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors = [writer.as_fd()];
    assert!(ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)));
    let sent = sendmsg(raw.0.as_fd(), &[IoSlice::new(&frame)], &mut ancillary, SendFlags::empty()).unwrap();
    assert_eq!(sent, frame.len());
    drop(writer);
    let mut raw = raw;
    assert_eq!(raw.receive().unwrap()["answer"]["id"], 1);
    // The pipe ends only when the server has closed the passed descriptor.
    assert_eq!(reader.read_to_end(&mut Vec::new()).unwrap(), 0);
    raw.send(br#"{"call":{"id":2,"request":{"method":"tunnels","params":{}}}}"#);
    assert_eq!(raw.receive().unwrap()["answer"]["id"], 2);
}

#[test]
fn a_thousand_requests_at_once_are_all_answered_in_time() {
    let limits = adit_ipc::Limits { requests_per_second: 10_000, burst: 10, ..adit_ipc::Limits::default() };
    let server = Server::with(limits, crate::ground::Everybody);
    let client = server.client();
    server.runtime.block_on(async {
        let client = std::sync::Arc::new(client);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..1000 {
            let client = std::sync::Arc::clone(&client);
            calls.spawn(async move { client.all_tunnels().await.unwrap() });
        }
        assert_eq!(calls.join_all().await.len(), 1000);
    });
}

/// Number of panics in the library's own code. From outside, a panicked task would only look like a disconnected client.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn watched_server() -> Server {
    let inner = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.location().is_some_and(|location| !location.file().contains("tests/")) {
            PANICS.fetch_add(1, Ordering::SeqCst);
        }
        inner(panic);
    }));
    Server::impatient()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered_or_refused_with_a_reason(
        pieces in proptest::collection::vec(prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..50),
            Just(TUNNELS.to_vec()),
            "[\\[\\]{}\":,a-z0-9]{0,60}".prop_map(String::into_bytes),
            r#"\{"(call|subscribe|hello)":\{"id":[0-9]{1,3},"request":\{"method":"(tunnels|logs|route)","params":\{\}\}\}\}"#
                .prop_map(String::into_bytes),
        ], 1..6),
        framed: bool,
        greeted: bool,
    ) {
        thread_local! { static SERVER: Server = watched_server(); }
        SERVER.with(|server| {
            let mut raw = if greeted { server.greeted() } else { server.raw() };
            for piece in pieces {
                let header = u32::try_from(piece.len()).unwrap().to_le_bytes();
                let bytes = if framed { [&header[..], &piece].concat() } else { piece };
                // Fails if the server has closed its end already.
                let _ = raw.0.write_all(&bytes);
            }
            let _ = raw.0.shutdown(std::net::Shutdown::Write);
            let mut last = None;
            while let Some(message) = raw.receive() {
                last = Some(message);
            }
            prop_assert_eq!(PANICS.load(Ordering::SeqCst), 0, "a panic of our own");
            // The server sends nothing if the client's frames were valid and requested nothing.
            if let Some(last) = last {
                let known = ["hello", "answer", "error", "subscribed", "goodbye"];
                prop_assert!(known.iter().any(|kind| last.get(kind).is_some()), "{last}");
            }
            Ok(())
        })?;
    }
}
