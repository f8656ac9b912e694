//! Drives the two state machines on a socket.

use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use adit_platform::device::Stop;
use adit_platform::lan::LanSocket;
use adit_protocol::{Instant, Now, PublicKey};
use rand_core::CryptoRng;

use crate::datagram::{Datagram, Link};
use crate::wire::PROBE;
use crate::{Ask, Next, NotHome, Responder, Silence};

/// One byte more than the longest message, so that a longer datagram is not taken for one.
const ROOM: usize = PROBE + 1;

/// The result of a question on one link.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    /// The keys whose owners answered.
    pub answered: Vec<PublicKey>,
    /// The most telling reason why a datagram was not believed. None: there was no such datagram.
    pub refused: Option<NotHome>,
}

impl Asked {
    /// Combines the results of several paths.
    ///
    /// # Errors
    /// The first error, if every path failed.
    pub(crate) fn of_all(results: Vec<io::Result<Self>>) -> io::Result<Self> {
        let mut all: Option<Self> = None;
        let mut failed = None;
        for result in results {
            match result {
                Ok(asked) => {
                    let all = all.get_or_insert_default();
                    all.refused = all.refused.max(asked.refused);
                    all.answered.extend(asked.answered);
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        match (all, failed) {
            (Some(mut all), _) => {
                all.answered.sort();
                all.answered.dedup();
                Ok(all)
            }
            (None, Some(error)) => Err(error),
            (None, None) => Ok(Self::default()),
        }
    }
}

/// Asks all questions at `to`, which are addresses of the socket's link. Returns when each has its answer, when the time for
/// answers is over, or when `stop` is set.
///
/// # Errors
/// If no probe could be sent, or the socket fails.
pub fn ask(
    mut questions: Vec<Ask>,
    socket: &dyn LanSocket,
    to: &[SocketAddr],
    stop: &dyn Stop,
    clock: &dyn Fn() -> Now,
    rng: &mut (impl CryptoRng + ?Sized),
) -> io::Result<Asked> {
    let mut asked = Asked::default();
    let mut buffer = [0; ROOM];
    let mut was_sent = false;
    let mut failed = None;
    loop {
        let now = clock();
        let mut wake: Option<Instant> = None;
        for question in &mut questions {
            let then = advance(question, now, rng, &mut |probe| match send(socket, to, probe) {
                Ok(()) => was_sent = true,
                Err(error) => failed = Some(error),
            });
            wake = wake.into_iter().chain(then).min();
        }
        let Some(wake) = wake else {
            return match failed {
                Some(error) if !was_sent => Err(error),
                // An earlier or a later probe may have had its answer.
                Some(_) | None => Ok(asked),
            };
        };
        let Some(heard) = socket.receive(&mut buffer, stop, Some(wake.since(now.instant)))? else {
            if stop.is_stopped() {
                return Ok(asked);
            }
            continue;
        };
        let Some(bytes) = buffer.get(..heard.len) else { continue };
        let datagram = Datagram { source: heard.source, hop_limit: heard.hop_limit, bytes };
        hear(&mut questions, &datagram, clock().instant, &mut asked);
    }
}

/// Sends the probes of a question that are due. Returns when to continue. None: its time is over.
fn advance(question: &mut Ask, now: Now, rng: &mut (impl CryptoRng + ?Sized), send: &mut dyn FnMut(&[u8])) -> Option<Instant> {
    loop {
        match question.next(now, rng) {
            Next::Send(probe) => send(&probe),
            Next::WaitUntil(then) => return Some(then),
            Next::GiveUp => return None,
        }
    }
}

/// Removes the question that a datagram answers.
fn hear(questions: &mut Vec<Ask>, datagram: &Datagram<'_>, now: Instant, asked: &mut Asked) {
    let mut refused = None;
    for (index, question) in questions.iter().enumerate() {
        match question.hear(datagram, now) {
            Ok(()) => {
                asked.answered.push(*question.home());
                questions.remove(index);
                return;
            }
            Err(reason) => refused = refused.max(Some(reason)),
        }
    }
    asked.refused = asked.refused.max(refused);
}

/// Sends to all addresses. Fails if none can be reached.
fn send(socket: &dyn LanSocket, to: &[SocketAddr], probe: &[u8]) -> io::Result<()> {
    let results: Vec<io::Result<()>> = to.iter().map(|address| socket.send(*address, probe)).collect();
    if results.iter().any(Result::is_ok) {
        return Ok(());
    }
    results.into_iter().next().unwrap_or_else(|| Err(io::Error::new(io::ErrorKind::InvalidInput, "no address to ask at")))
}

/// Answers on a socket until `stop` is set. `link` returns the present networks of the socket's interface, and is called for a
/// probe of somebody who knows the public key. `tell` hears of each datagram: its source, and the reason why it got no answer.
/// Several sockets can share a responder.
///
/// # Errors
/// If the socket fails.
pub fn serve(
    responder: &Mutex<Responder>,
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
        let answer = responder.lock().unwrap_or_else(PoisonError::into_inner).hear(&datagram, link, clock(), rng);
        if let Ok(answer) = &answer {
            // The asker may have left in the meantime.
            let _ = socket.send(heard.source, answer);
        }
        tell(heard.source, answer.map(drop));
    }
    Ok(())
}
