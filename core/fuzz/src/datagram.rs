//! Datagrams to an engine that has a session.
//!
//! The engine accepts only messages that the peer has sealed, each once, with a complete inner packet from the peer's own
//! address. Nothing else changes the endpoint. Both functions that determine a datagram's type agree.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use adit_protocol::wire::{self, Kind, Message};
use adit_protocol::{Dropped, Ecn};
use adit_testkit::{Pair, Transport};

use crate::input::Input;
use crate::responder::{PEER, Responder};

/// Checks one sequence of events.
pub fn check(bytes: &[u8]) {
    let mut responder = Responder::new();
    let mut peer = Responder::peer();
    let initiation = peer.initiation(7, responder.timestamp());
    let mut place = Responder::place(0);
    responder.receive(place, Ecn::NotEct, &initiation.message).expect("a right initiation");
    let response = responder.sent().remove(0).payload;
    let mut transport = peer.finish(&initiation, &response).expect("a right response");
    let keepalive = transport.data(&[]);
    responder.receive(place, Ecn::NotEct, &keepalive).expect("a right keepalive");
    let mut seen = HashSet::from([0]);
    let mut genuine = vec![keepalive];
    let mut age = Duration::ZERO;
    let mut input = Input::new(bytes);
    while !input.is_empty() {
        match input.byte() % 8 {
            kind @ 0..3 => {
                let counter = counter(kind, &mut input, &mut transport);
                let (from, ecn) = (Responder::place(input.byte()), Ecn::from_bits(input.byte()));
                let packet = input.short();
                let message = transport.seal(counter, packet);
                let outcome = responder.receive(from, ecn, &message);
                let is_new = is_new(counter, &mut seen, age);
                expect(&mut responder, outcome, is_new, packet, ecn);
                if is_new.is_ok() {
                    place = from;
                }
                genuine.push(message);
            }
            3 => {
                let at = usize::from(input.byte()) % genuine.len();
                let outcome = responder.receive(Responder::place(input.byte()), Ecn::NotEct, &genuine[at]);
                assert!(outcome.is_err(), "a replay");
            }
            4 => {
                let mut message = genuine[usize::from(input.byte()) % genuine.len()].clone();
                let (at, flip) = (usize::from(input.u16()) % message.len(), input.byte().max(1));
                message[at] ^= flip;
                is_dropped(&mut responder, &input.byte(), &message);
            }
            5 => {
                let mut message = genuine[usize::from(input.byte()) % genuine.len()].clone();
                message.truncate(usize::from(input.u16()) % message.len());
                is_dropped(&mut responder, &input.byte(), &message);
            }
            6 => {
                let from = input.byte();
                is_dropped(&mut responder, &from, input.short());
            }
            _ => {
                let time = Duration::from_millis(u64::from(input.u16()));
                age += time;
                responder.wait(time);
            }
        }
        sends_to(&mut responder, place);
    }
}

/// Returns the next counter, one that was skipped, or any.
fn counter(kind: u8, input: &mut Input<'_>, transport: &mut Transport) -> u64 {
    match kind {
        0 => {
            transport.next += 1;
            transport.next - 1
        }
        1 => {
            transport.next += u64::from(input.u16());
            transport.next.saturating_sub(u64::from(input.u16()))
        }
        _ => input.u64(),
    }
}

/// Returns whether a message that the peer has sealed must be accepted.
fn is_new(counter: u64, seen: &mut HashSet<u64>, age: Duration) -> Result<(), Dropped> {
    let greatest = seen.iter().max().copied().unwrap_or_default();
    if age >= Duration::from_secs(180) {
        Err(Dropped::SessionExpired)
    } else if counter >= adit_protocol::timing::REJECT_AFTER_MESSAGES {
        Err(Dropped::CounterExhausted)
    } else if greatest.saturating_sub(counter) > adit_protocol::replay::WINDOW || !seen.insert(counter) {
        Err(Dropped::Replay)
    } else {
        Ok(())
    }
}

fn expect(responder: &mut Responder, outcome: Result<(), Dropped>, is_new: Result<(), Dropped>, packet: &[u8], ecn: Ecn) {
    let received = responder.engine.poll_received();
    if let Err(reason) = is_new {
        // A session past its maximum age may already have been removed.
        assert!(outcome == Err(reason) || reason == Dropped::SessionExpired && outcome == Err(Dropped::UnknownIndex));
        assert_eq!(received, None);
        return;
    }
    match (inner(packet), packet) {
        (_, []) => assert_eq!((outcome, received), (Ok(()), None), "a keepalive"),
        (None, _) => {
            assert!(matches!(outcome, Err(Dropped::InnerPacket | Dropped::SourceNotAllowed)), "{outcome:?}");
            assert_eq!(received, None);
        }
        (Some(whole), _) if ecn == Ecn::NotEct => assert_eq!((outcome, received.as_deref()), (Ok(()), Some(whole))),
        (Some(whole), _) => match (outcome, received) {
            (Ok(()), Some(received)) => assert_eq!(received.len(), whole.len()),
            (outcome, received) => assert_eq!((outcome, received), (Err(Dropped::Congestion), None)),
        },
    }
}

/// Returns the packet without its padding if it is complete and from the peer's own address.
fn inner(packet: &[u8]) -> Option<&[u8]> {
    let word = |at: usize| usize::from(packet[at]) * 256 + usize::from(packet[at + 1]);
    let (length, source): (usize, std::net::IpAddr) = match (packet.first()? >> 4, packet.len()) {
        (4, 20..) => (word(2), <[u8; 4]>::try_from(&packet[12..16]).ok()?.into()),
        (6, 40..) => (word(4) + 40, <[u8; 16]>::try_from(&packet[8..24]).ok()?.into()),
        _ => return None,
    };
    let is_peers = source == Pair::ipv4(PEER) || source == Pair::ipv6(PEER);
    packet.get(..length).filter(|packet| is_peers && packet.len() >= 20)
}

fn is_dropped(responder: &mut Responder, from: &u8, datagram: &[u8]) {
    let kind = wire::kind(datagram);
    let mut copy = datagram.to_vec();
    match (Message::parse(&mut copy), kind) {
        (Ok(Message::Data(data)), Ok(Kind::Data { receiver })) => assert_eq!(data.receiver(), receiver),
        (Ok(Message::Data(_)), other) => panic!("data to one, {other:?} to the other"),
        (Ok(_), kind) => assert_eq!(kind, Ok(Kind::Handshake)),
        (Err(reason), kind) => assert_eq!(kind, Err(reason)),
    }
    // An address of its own, to which nothing may ever be sent.
    let elsewhere = SocketAddr::from(([198, 51, 100, *from], 1));
    assert!(responder.receive(elsewhere, Ecn::NotEct, datagram).is_err(), "a forged datagram");
    assert_eq!(responder.engine.poll_received(), None);
}

fn sends_to(responder: &mut Responder, place: SocketAddr) {
    for transmit in responder.sent() {
        assert_eq!(transmit.path.remote, place, "it sends where it has last heard its peer");
    }
}
