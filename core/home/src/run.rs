//! Drives the two state machines on a socket.

use std::io;
use std::net::SocketAddr;

use adit_platform::device::Stop;
use adit_platform::lan::LanSocket;
use adit_protocol::Now;
use rand_core::CryptoRng;

use crate::datagram::{Datagram, Link};
use crate::wire::PROBE;
use crate::{Ask, Next, Responder, Silence};

/// One byte more than the longest message, so that a longer datagram is not taken for one.
const ROOM: usize = PROBE + 1;

/// Asks at `to`, which are addresses of the socket's link, and waits for the answer. Returns true if this is home, and false if
/// nobody proved it in time or `stop` is set.
///
/// # Errors
/// If no probe could be sent, or the socket fails.
pub fn ask(
    ask: &mut Ask,
    socket: &dyn LanSocket,
    to: &[SocketAddr],
    stop: &dyn Stop,
    clock: &dyn Fn() -> Now,
    rng: &mut (impl CryptoRng + ?Sized),
) -> io::Result<bool> {
    let mut buffer = [0; ROOM];
    loop {
        let now = clock();
        match ask.next(now, rng) {
            Next::Send(probe) => send(socket, to, &probe)?,
            Next::GiveUp => return Ok(false),
            Next::WaitUntil(then) => {
                let Some(heard) = socket.receive(&mut buffer, stop, Some(then.since(now.instant)))? else {
                    if stop.is_stopped() {
                        return Ok(false);
                    }
                    continue;
                };
                let Some(bytes) = buffer.get(..heard.len) else { continue };
                let datagram = Datagram { source: heard.source, hop_limit: heard.hop_limit, bytes };
                if ask.hear(&datagram, clock().instant).is_ok() {
                    return Ok(true);
                }
            }
        }
    }
}

/// Sends to all addresses. Fails if none can be reached.
fn send(socket: &dyn LanSocket, to: &[SocketAddr], probe: &[u8]) -> io::Result<()> {
    let results: Vec<io::Result<()>> = to.iter().map(|address| socket.send(*address, probe)).collect();
    if results.iter().any(Result::is_ok) {
        return Ok(());
    }
    results.into_iter().next().unwrap_or_else(|| Err(io::Error::new(io::ErrorKind::InvalidInput, "no address to ask at")))
}

/// Answers on a socket until `stop` is set. `link` returns the present networks of the socket's interface. `tell` hears of each
/// datagram: its source, and the reason why it got no answer.
///
/// # Errors
/// If the socket fails.
pub fn serve(
    responder: &mut Responder,
    socket: &dyn LanSocket,
    link: &dyn Fn() -> Link,
    stop: &dyn Stop,
    clock: &dyn Fn() -> Now,
    rng: &mut (impl CryptoRng + ?Sized),
    tell: &mut dyn FnMut(SocketAddr, Result<(), Silence>),
) -> io::Result<()> {
    let mut buffer = [0; ROOM];
    while !stop.is_stopped() {
        let Some(heard) = socket.receive(&mut buffer, stop, None)? else { continue };
        let Some(bytes) = buffer.get(..heard.len) else { continue };
        let datagram = Datagram { source: heard.source, hop_limit: heard.hop_limit, bytes };
        let answer = responder.hear(&datagram, &link(), clock(), rng);
        if let Ok(answer) = &answer {
            // The asker may have left in the meantime.
            let _ = socket.send(heard.source, answer);
        }
        tell(heard.source, answer.map(drop));
    }
    Ok(())
}
