//! Handshake messages with a valid mac1, which only a sender who knows the engine's public key can create.
//!
//! A message of the peer is answered once, in the order of timestamps. Any other message gets no answer, except a cookie reply
//! under load. Whatever happened before, the peer can always establish a session.

use std::time::Duration;

use adit_protocol::timing::{INITIATION_INTERVAL, LOAD_BACKLOG};
use adit_protocol::wire::{COOKIE_REPLY_SIZE, INITIATION_SIZE, RESPONSE_SIZE};
use adit_protocol::{Dropped, Ecn};
use adit_testkit::probe::{Probe, Sent};
use adit_testkit::{Pair, packet};

use crate::input::Input;
use crate::responder::{OWN, PEER, Responder};

/// Maximum number of events. It is enough to cover everything, and small because each event costs several key agreements.
const MOST_EVENTS: usize = 40;

/// Checks one sequence of events.
pub fn check(bytes: &[u8]) {
    let mut scene = Scene::new();
    let mut input = Input::new(bytes);
    for _ in 0..MOST_EVENTS {
        if input.is_empty() {
            break;
        }
        scene.event(&mut input);
    }
    scene.the_peer_gets_a_session();
}

struct Scene {
    responder: Responder,
    peer: Probe,
    /// The greatest accepted timestamp, and the time since then.
    accepted: Option<([u8; 12], Duration)>,
    /// The time for which the engine stays under load.
    load: Duration,
    /// Initiations that the peer has created.
    made: Vec<Sent>,
    /// The engine's own last initiation.
    own: Option<Vec<u8>>,
}

impl Scene {
    fn new() -> Self {
        Self {
            responder: Responder::new(),
            peer: Responder::peer(),
            accepted: None,
            load: Duration::ZERO,
            made: Vec::new(),
            own: None,
        }
    }

    fn event(&mut self, input: &mut Input<'_>) {
        match input.byte() % 10 {
            0 | 1 => self.initiation(input),
            2 => self.replay(input),
            3 => self.forged_initiation(input),
            4 => self.stranger(input),
            5 => self.any_message(input),
            6 => self.own_initiation(),
            7 => self.response(input),
            8 => self.cookie_reply(input),
            _ => self.time(input),
        }
    }

    /// The peer starts a handshake with any timestamp.
    fn initiation(&mut self, input: &mut Input<'_>) {
        let mut timestamp = self.responder.timestamp();
        let change = input.byte();
        if change & 1 == 1 {
            timestamp[usize::from(change >> 1) % 12] = input.byte();
        }
        let sent = self.peer.initiation(u32::from(input.byte()), timestamp);
        self.send_initiation(&sent, timestamp);
        self.made.push(sent);
    }

    fn replay(&mut self, input: &mut Input<'_>) {
        let Some(sent) = self.made.get(usize::from(input.byte()) % self.made.len().max(1)).cloned() else { return };
        let outcome = self.receive(&sent.message);
        // An initiation that came under load, or too soon after another one, is accepted the first time that it can be.
        if outcome.is_ok() {
            let response = self.one_answer(RESPONSE_SIZE);
            assert!(self.peer.finish(&sent, &response).is_some());
            self.accepted = None;
            self.made.retain(|other| other.message != sent.message);
        } else {
            self.no_answer_but_a_cookie(&sent.message, outcome);
        }
    }

    fn send_initiation(&mut self, sent: &Sent, timestamp: [u8; 12]) {
        let outcome = self.receive(&sent.message);
        match outcome {
            Ok(()) => {
                if let Some((greatest, age)) = self.accepted {
                    assert!(timestamp > greatest && age >= INITIATION_INTERVAL, "an initiation that is old or comes too soon");
                }
                self.accepted = Some((timestamp, Duration::ZERO));
                let response = self.one_answer(RESPONSE_SIZE);
                let mut transport = self.peer.finish(sent, &response).expect("the answer to an initiation authenticates");
                let keepalive = transport.data(&[]);
                assert_eq!(self.receive(&keepalive), Ok(()), "the session is there");
                self.responder.sent();
            }
            outcome => self.no_answer_but_a_cookie(&sent.message, outcome),
        }
    }

    /// Sends a valid initiation with a changed encrypted part and correct MACs.
    fn forged_initiation(&mut self, input: &mut Input<'_>) {
        let mut message = self.peer.initiation(1, self.responder.timestamp()).message;
        let (at, flip) = (8 + usize::from(input.byte()) % 108, input.byte().max(1));
        message[at] ^= flip;
        let is_stamped = input.bool();
        if is_stamped {
            self.peer.stamp(&mut message);
        }
        let outcome = self.receive(&message);
        assert!(is_stamped || outcome == Err(Dropped::Mac1));
        self.no_answer_but_a_cookie(&message, outcome);
    }

    fn stranger(&mut self, input: &mut Input<'_>) {
        let mut stranger = Responder::stranger();
        stranger.ephemeral = [input.byte(); 32];
        stranger.cookie = self.peer.cookie;
        let message = stranger.initiation(9, self.responder.timestamp()).message;
        let outcome = self.receive(&message);
        self.no_answer_but_a_cookie(&message, outcome);
    }

    /// Sends arbitrary bytes in the form of a handshake message, with correct MACs.
    fn any_message(&mut self, input: &mut Input<'_>) {
        let (kind, size) = [(1, INITIATION_SIZE), (2, RESPONSE_SIZE), (3, COOKIE_REPLY_SIZE)][usize::from(input.byte() % 3)];
        let mut message = input.bytes(size).to_vec();
        message.resize(size, 0);
        message[..4].copy_from_slice(&[kind, 0, 0, 0]);
        if kind != 3 {
            self.peer.stamp(&mut message);
        }
        let outcome = self.receive(&message);
        self.no_answer_but_a_cookie(&message, outcome);
    }

    /// The engine has a packet to send and starts a handshake.
    fn own_initiation(&mut self) {
        let known = self.responder.engine.find_peer(&Pair::public(PEER)).expect("it knows its peer");
        self.responder.engine.set_endpoint(&known, Responder::place(0));
        let packet = packet::udp(Pair::ipv4(OWN), Pair::ipv4(PEER), 0, b"x");
        let now = self.responder.now();
        // Without a session the packet is staged; with one it is sent.
        let _ = self.responder.engine.handle_packet(&packet, now);
        let sent = self.responder.sent();
        self.own = sent.into_iter().map(|transmit| transmit.payload).find(|message| message[0] == 1).or(self.own.take());
    }

    /// The peer answers the engine's initiation, or an attacker forges the answer.
    fn response(&mut self, input: &mut Input<'_>) {
        let Some(own) = self.own.take() else { return };
        let answer = self.peer.answer(&own, 5).expect("the engine's initiation authenticates");
        let change = input.byte();
        let mut message = answer.message;
        if change != 0 {
            message[12 + usize::from(change) % 48] ^= input.byte().max(1);
            self.peer.stamp(&mut message);
            let outcome = self.receive(&message);
            self.no_answer_but_a_cookie(&message, outcome);
            self.own = Some(own);
        } else {
            // It fails if the initiation was given up, another one was sent since, or the engine is under load.
            let _ = self.receive(&message);
            self.responder.sent();
        }
    }

    /// The peer is under load and sends a cookie, or an attacker forges one.
    fn cookie_reply(&mut self, input: &mut Input<'_>) {
        let Some(own) = &self.own else { return };
        let sender = u32::from_le_bytes(own[4..8].try_into().expect("4 bytes"));
        let mut reply = self.peer.cookie_reply(own, sender, [input.byte(); 24], [1; 16]);
        let change = input.byte();
        if change != 0 {
            reply[8 + usize::from(change) % 56] ^= input.byte().max(1);
            let outcome = self.receive(&reply);
            assert!(matches!(outcome, Err(Dropped::Cookie | Dropped::UnknownIndex)), "{outcome:?}");
        } else {
            let _ = self.receive(&reply);
        }
        assert!(self.responder.sent().is_empty(), "a cookie is not answered");
    }

    fn time(&mut self, input: &mut Input<'_>) {
        let time = Duration::from_millis(u64::from(input.u16()));
        self.responder.wait(time);
        self.load = self.load.saturating_sub(time);
        if let Some((_, age)) = &mut self.accepted {
            *age += time;
        }
        let sent = self.responder.sent();
        self.own = sent.into_iter().map(|transmit| transmit.payload).find(|message| message[0] == 1).or(self.own.take());
        if input.bool() {
            let now = self.responder.now().instant;
            self.responder.engine.note_backlog(LOAD_BACKLOG, now);
            self.load = Duration::from_secs(1);
        }
    }

    fn receive(&mut self, message: &[u8]) -> Result<(), Dropped> {
        self.responder.receive(Responder::place(0), Ecn::NotEct, message)
    }

    fn one_answer(&mut self, size: usize) -> Vec<u8> {
        let mut sent = self.responder.sent();
        sent.retain(|transmit| transmit.payload.len() == size);
        assert_eq!(sent.len(), 1, "one answer");
        sent.remove(0).payload
    }

    fn no_answer_but_a_cookie(&mut self, message: &[u8], outcome: Result<(), Dropped>) {
        let reason = outcome.expect_err("it is dropped");
        let sent = self.responder.sent();
        if reason == Dropped::CookieRequired {
            assert!(!self.load.is_zero(), "a cookie without load");
            assert_eq!(sent.len(), 1);
            let cookie = self.peer.open_cookie(&sent[0].payload, message);
            self.peer.cookie = Some(cookie.expect("the cookie answers this message"));
        } else {
            assert!(sent.is_empty(), "an answer to a message that was dropped: {reason}");
        }
        assert_eq!(self.responder.engine.poll_received(), None);
    }

    /// Checks that the peer can establish a session, so that no earlier message has done lasting harm.
    fn the_peer_gets_a_session(&mut self) {
        self.responder.wait(Duration::from_secs(10));
        self.responder.sent();
        // The greatest possible timestamp, because the peer may have used any.
        let timestamp = [0xff; 12];
        if self.accepted.is_some_and(|(greatest, _)| greatest >= timestamp) {
            return;
        }
        self.peer.cookie = None;
        let sent = self.peer.initiation(77, timestamp);
        if self.made.iter().any(|made| made.message == sent.message) {
            return;
        }
        assert_eq!(self.receive(&sent.message), Ok(()), "the peer can always make a session");
        let response = self.one_answer(RESPONSE_SIZE);
        assert!(self.peer.finish(&sent, &response).is_some());
    }
}
