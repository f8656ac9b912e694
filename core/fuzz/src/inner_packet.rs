//! Parsing of inner packets: length, addresses, ECN, and the ICMP error for a packet without a route.
//!
//! The results equal those of a second, simple parser. ECN follows RFC 6040 and keeps correct checksums correct. An ICMP error is
//! a valid packet, goes to the sender, and never answers an ICMP error, including one of its own.

use std::net::IpAddr;

use adit_protocol::{Dropped, Ecn, icmp, inner};
use adit_tunnel::checksum::Sum;

use crate::input::Input;
use crate::packets::sum;

/// Checks one packet: a byte with the outer ECN bits, then the packet.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let outer = Ecn::from_bits(input.byte());
    let packet = input.rest();
    assert_eq!(Sum::of(packet).fold() % 0xffff, sum(0, packet) % 0xffff);
    let read = naive(packet);
    assert_eq!(inner::source(packet), read.map(|(source, ..)| source));
    assert_eq!(inner::destination(packet), read.map(|(_, destination, _)| destination));
    assert_eq!(inner::length(packet), read.map(|(.., length)| length).filter(|length| *length <= packet.len() && *length >= 20));
    for mtu in [0, 1280, 1420] {
        let padded = inner::padded_len(packet.len(), mtu);
        assert!((packet.len()..packet.len() + 16).contains(&padded));
    }
    congestion(outer, packet);
    if let Some(answer) = icmp::unreachable(packet) {
        unreachable(packet, &answer);
    }
}

/// Returns source, destination and the length in the header.
fn naive(packet: &[u8]) -> Option<(IpAddr, IpAddr, usize)> {
    let word = |at: usize| usize::from(packet[at]) * 256 + usize::from(packet[at + 1]);
    match (packet.first()? >> 4, packet.len()) {
        (4, 20..) => {
            let address = |at: usize| IpAddr::from(<[u8; 4]>::try_from(&packet[at..at + 4]).expect("4 bytes"));
            Some((address(12), address(16), word(2)))
        }
        (6, 40..) => {
            let address = |at: usize| IpAddr::from(<[u8; 16]>::try_from(&packet[at..at + 16]).expect("16 bytes"));
            Some((address(8), address(24), word(4) + 40))
        }
        _ => None,
    }
}

fn congestion(outer: Ecn, packet: &[u8]) {
    let mut changed = packet.to_vec();
    let before = inner::ecn(packet);
    assert_eq!(before.is_some(), naive(packet).is_some());
    let outcome = inner::decapsulate(outer, &mut changed);
    match before {
        None => assert_eq!((outcome, &changed[..]), (Err(Dropped::InnerPacket), packet)),
        Some(Ecn::NotEct) if outer == Ecn::Ce => assert_eq!((outcome, &changed[..]), (Err(Dropped::Congestion), packet)),
        Some(before) => {
            assert_eq!(outcome, Ok(()));
            let after = inner::ecn(&changed).expect("it is still a packet");
            assert!(before != Ecn::Ce || after == Ecn::Ce, "a mark is never taken away");
            assert!(before == Ecn::NotEct || outer != Ecn::Ce || after == Ecn::Ce, "a mark is never lost");
            let header = |packet: &[u8]| sum(0, &packet[..20]) % 0xffff;
            if packet[0] >> 4 == 4 {
                assert_eq!(header(&changed), header(packet), "the checksum is as right as it was");
                assert_eq!((changed[1] & !3, &changed[12..]), (packet[1] & !3, &packet[12..]), "nothing else has changed");
            } else {
                assert_eq!((changed[1] & !0x30, &changed[2..]), (packet[1] & !0x30, &packet[2..]), "nothing else has changed");
            }
        }
    }
}

fn unreachable(packet: &[u8], answer: &[u8]) {
    let (source, destination, length) = naive(packet).expect("only a packet is answered");
    let (from, to, said) = naive(answer).expect("the answer is a packet");
    assert_eq!((from, to, said), (destination, source, answer.len()), "it goes back to the sender");
    assert_eq!(icmp::unreachable(answer), None, "an error is not answered by an error");
    let header = if from.is_ipv4() { 20 } else { 40 };
    assert!(answer.len() <= if from.is_ipv4() { 576 } else { 1280 });
    let quoted = &answer[header + 8..];
    assert!(packet[..length].starts_with(quoted), "it quotes the packet");
    if from.is_ipv4() {
        assert_eq!((sum(0, &answer[..20]), sum(0, &answer[20..])), (0xffff, 0xffff));
    } else {
        let pseudo = 58 + u32::try_from(answer.len() - 40).expect("short");
        assert_eq!(sum(u32::from(sum(pseudo, &answer[8..40])), &answer[40..]), 0xffff);
    }
}
