//! A name server that answers every query for an IPv4 address with the same address, and has no other records.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::namespace::Namespace;

/// Length of a DNS header, bytes.
const HEADER: usize = 12;

/// Answers at `at` in `namespace` until `ends` is set, and counts the queries for IPv4 addresses.
pub fn answer_all(
    namespace: &Namespace,
    at: SocketAddr,
    with: Ipv4Addr,
    questions: &AtomicUsize,
    ends: &AtomicBool,
) -> anyhow::Result<()> {
    namespace.within(|| {
        let socket = UdpSocket::bind(at)?;
        socket.set_read_timeout(Some(Duration::from_millis(100)))?;
        let mut question = [0; 512];
        while !ends.load(Ordering::Relaxed) {
            let Ok((length, from)) = socket.recv_from(&mut question) else { continue };
            let Some(asked) = question.get(..length).filter(|asked| asked.len() > HEADER) else { continue };
            let is_for_ipv4 = asked.ends_with(&[0, 1, 0, 1]);
            // Header of a response to one question, without an error, with one record or none.
            let header = [&asked[..2], &[0x81, 0x80, 0, 1, 0, u8::from(is_for_ipv4), 0, 0, 0, 0]].concat();
            let mut answer = [&header, &asked[HEADER..]].concat();
            if is_for_ipv4 {
                questions.fetch_add(1, Ordering::Relaxed);
                // A record for the name at byte 12: A, IN, 60 s, four bytes.
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
                answer.extend(with.octets());
            }
            socket.send_to(&answer, from)?;
        }
        Ok(())
    })
}
