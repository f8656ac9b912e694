//! Sends and receives handshake messages (whitepaper sections 5.4.2 to 5.4.4), and checks them in the kernel's order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use rand_core::Rng;

use super::peers::{PeerControl, Pending};
use super::{Engine, Event, HANDSHAKE_DSCP, Transmit};
use crate::cookie::CookieJar;
use crate::dropped::Dropped;
use crate::noise::{self, Identity, Invalid, StaticStatic, TransportKeys};
use crate::path::{Ecn, UdpPath};
use crate::peer::Peer;
use crate::session::Session;
use crate::time::{Instant, Now};
use crate::timing::{INITIATION_INTERVAL, JITTER_MILLIS};
use crate::wire::{CookieReply, INITIATION_SIZE, Initiation, MAC_SIZE, Message, RESPONSE_SIZE, Response};

impl Engine {
    /// Starts a handshake now, unless one was started less than five seconds ago. It shows at once whether the peer answers.
    pub fn initiate(&mut self, peer: &Peer, now: Now) {
        self.begin_handshake(peer.slot, now, false);
    }

    /// Reacts to a change of the route to the peer. If there is a session, a keepalive tells the peer our new address at once. A
    /// handshake shows whether the new route works. This initiation may follow an earlier one within five seconds (the exception
    /// to rule R3), because the earlier one took the old route; the caller limits how often.
    pub fn path_changed(&mut self, peer: &Peer, now: Now) {
        let slot = peer.slot;
        peer.forget_source();
        if peer.sending.load().is_some() {
            self.send_keepalive(slot, now);
        }
        peer.clocks.initiated.store(0, Relaxed);
        self.begin_handshake(slot, now, false);
    }

    /// Sends a copy of the pending initiation to another address of the peer. The peer accepts whichever copy arrives first and
    /// drops the others as replays, so the source address of its response is an address that works and becomes the endpoint (rule
    /// R14). Does nothing if no initiation is pending.
    pub fn also_ask(&mut self, peer: &Peer, endpoint: SocketAddr) {
        let Some(control) = self.peer(peer.slot) else { return };
        let Some(pending) = &control.pending else { return };
        let transmit = handshake_transmit(UdpPath::to(endpoint), &pending.message);
        control.shared.note_copy_sent(pending.message.len());
        self.transmits.push_back(transmit);
    }

    /// Sets whether the engine emits [`Event::PeerDoubtful`] for the peer.
    pub fn doubt_early(&mut self, peer: &Peer, early: bool, now: Instant) {
        peer.doubts_early.store(early, Relaxed);
        self.reschedule(peer.slot, now);
    }

    /// Sends an initiation (section 5.4.2), at most one per [`Timing::rekey_timeout`](crate::timing::Timing) (rule R3).
    pub(super) fn begin_handshake(&mut self, slot: u32, now: Now, retry: bool) {
        let Some(peer) = self.peers.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        if !retry {
            peer.attempts = 0;
        }
        if peer.shared.next_handshake_at(&self.plane.timing).is_some_and(|allowed| allowed > now.instant) {
            return;
        }
        if let Some(old) = peer.pending.take() {
            self.pending.remove(&old.index);
        }
        let (Some(identity), Some(path)) = (&self.identity, peer.shared.path()) else { return };
        let Ok(static_static) = static_static(identity, peer) else { return };
        let index = unused_index(&mut *self.rng, &self.pending, &self.plane.sessions);
        let timestamp = peer.timestamps.next(now.unix);

        let mut message = [0; INITIATION_SIZE];
        let mut initiation = Initiation::new(&mut message, index);
        let key = *peer.shared.public_key();
        let Ok(state) = noise::initiate(identity, &key, &static_static, timestamp, &mut *self.rng, &mut initiation) else {
            return;
        };
        cookie_jar(peer).stamp(&mut message, now.instant);

        peer.pending = Some(Box::new(Pending { index, state, message, sent: now.instant }));
        self.pending.insert(index, slot);
        peer.shared.wants_handshake.store(false, Relaxed);
        peer.jitter = self.rng.next_u32() % JITTER_MILLIS;
        peer.shared.note_handshake_sent(now.instant, message.len());
        let attempt = peer.attempts + 1;
        self.transmits.push_back(handshake_transmit(path, &message));
        self.emit(Event::HandshakeStarted { peer: key, attempt, timestamp });
        self.reschedule(slot, now.instant);
    }

    /// Handles a handshake message of type 1, 2 or 3. Sends no answer to a message that it drops, except a cookie reply under
    /// load.
    pub fn handle_handshake(&mut self, from: UdpPath, message: &mut [u8], now: Now) -> Result<(), Dropped> {
        self.publish();
        let result = match Message::parse(message) {
            Ok(Message::Initiation(initiation)) => self.consume_initiation(from, initiation, now),
            Ok(Message::Response(response)) => self.consume_response(from, response, now),
            Ok(Message::CookieReply(reply)) => self.consume_cookie_reply(reply, now.instant),
            Ok(Message::Data(_)) => Err(Dropped::MessageType),
            Err(reason) => Err(reason),
        };
        if let Err(reason) = result {
            self.plane.drops.count(reason);
            self.emit(Event::HandshakeDropped { from: from.remote, reason });
        }
        result
    }

    fn consume_initiation(&mut self, from: UdpPath, mut message: Initiation<'_>, now: Now) -> Result<(), Dropped> {
        let sender = message.sender();
        let mac1 = *message.mac1();
        self.check_macs(from, message.bytes(), &mac1, sender, now)?;
        let identity = self.identity.as_ref().ok_or(Dropped::NoPrivateKey)?;
        let opened = noise::open_initiation(identity, &mut message).map_err(|Invalid| Dropped::Handshake)?;
        let slot = *self.by_key.get(&opened.initiator).ok_or(Dropped::UnknownPeer)?;
        let peer = self.peers.get_mut(slot as usize).and_then(Option::as_mut).ok_or(Dropped::UnknownPeer)?;
        let static_static = static_static(identity, peer).map_err(|Invalid| Dropped::Handshake)?;
        let (timestamp, responder) = opened.authenticate(&static_static, &mut message).map_err(|Invalid| Dropped::Handshake)?;
        if peer.greatest_received.is_some_and(|greatest| timestamp <= greatest) {
            return Err(Dropped::ReplayedInitiation);
        }
        if peer.accepted.is_some_and(|accepted| now.instant.since(accepted) < INITIATION_INTERVAL) {
            return Err(Dropped::InitiationFlood);
        }
        peer.greatest_received = Some(timestamp);
        peer.accepted = Some(now.instant);

        let index = unused_index(&mut *self.rng, &self.pending, &self.plane.sessions);
        let mut response = [0; RESPONSE_SIZE];
        let keys = responder
            .respond(&peer.preshared_key(), &mut *self.rng, &mut Response::new(&mut response, index, sender))
            .map_err(|Invalid| Dropped::Handshake)?;
        cookie_jar(peer).stamp(&mut response, now.instant);
        let shared = Arc::clone(&peer.shared);
        shared.learn_path(&self.plane, from);
        shared.note_handshake_received(now.instant, INITIATION_SIZE);
        self.install(slot, index, sender, keys, false, now);
        shared.note_handshake_sent(now.instant, response.len());
        self.transmits.push_back(handshake_transmit(from, &response));
        self.reschedule(slot, now.instant);
        Ok(())
    }

    fn consume_response(&mut self, from: UdpPath, mut message: Response<'_>, now: Now) -> Result<(), Dropped> {
        let (sender, index) = (message.sender(), message.receiver());
        let mac1 = *message.mac1();
        self.check_macs(from, message.bytes(), &mac1, sender, now)?;
        let slot = *self.pending.get(&index).ok_or(Dropped::UnknownIndex)?;
        let peer = self.peers.get_mut(slot as usize).and_then(Option::as_mut).ok_or(Dropped::UnknownPeer)?;
        let (Some(identity), Some(pending)) = (&self.identity, &peer.pending) else { return Err(Dropped::UnknownIndex) };
        let keys = pending.state.finish(identity, &peer.preshared_key(), &mut message).map_err(|Invalid| Dropped::Handshake)?;
        let round_trip = now.instant.since(pending.sent);
        peer.pending = None;
        peer.round_trip = Some(round_trip);
        self.pending.remove(&index);
        let shared = Arc::clone(&peer.shared);
        shared.learn_path(&self.plane, from);
        shared.note_handshake_received(now.instant, RESPONSE_SIZE);
        self.install(slot, index, sender, keys, true, now);
        self.complete(slot, now, true);
        // Key confirmation: the responder may not send before it has received a message from us on the new session (rule R12).
        if shared.staged().is_empty() {
            self.send_keepalive(slot, now);
        } else {
            self.flushing.push_back(slot);
        }
        self.reschedule(slot, now.instant);
        Ok(())
    }

    /// Accepts a cookie reply. Only peers that we sent a message to can give us a cookie, and it changes nothing but the next
    /// handshake message (rule Q6).
    fn consume_cookie_reply(&mut self, mut message: CookieReply<'_>, now: Instant) -> Result<(), Dropped> {
        let index = message.receiver();
        let of_session = || self.plane.session(index).map(|session| session.peer.slot);
        let slot = self.pending.get(&index).copied().or_else(of_session).ok_or(Dropped::UnknownIndex)?;
        let peer = self.peer_mut(slot).ok_or(Dropped::UnknownPeer)?;
        if !peer.cookie.as_mut().is_some_and(|jar| jar.consume(&mut message, now)) {
            return Err(Dropped::Cookie);
        }
        let peer = *peer.shared.public_key();
        self.emit(Event::CookieReceived { peer });
        Ok(())
    }

    /// Checks mac1 always, and the cookie and the rate limit under load (section 5.3). No key agreement is computed before this
    /// check.
    fn check_macs(&mut self, from: UdpPath, message: &[u8], mac1: &[u8; MAC_SIZE], sender: u32, now: Now) -> Result<(), Dropped> {
        let checker = self.checker.as_mut().ok_or(Dropped::NoPrivateKey)?;
        if !checker.mac1_ok(message) {
            return Err(Dropped::Mac1);
        }
        if self.loaded_until.is_none_or(|until| until <= now.instant) {
            return Ok(());
        }
        if !checker.mac2_ok(message, from.remote, now.instant) {
            let reply = checker.reply(mac1, from.remote, sender, &mut *self.rng, now.instant);
            self.transmits.push_back(handshake_transmit(from, &reply));
            return Err(Dropped::CookieRequired);
        }
        if self.limiter.allow(from.remote.ip(), now.instant) { Ok(()) } else { Err(Dropped::RateLimited) }
    }

    /// Adds a new session to the three that a peer may have (rule R11).
    fn install(&mut self, slot: u32, index: u32, remote: u32, keys: TransportKeys, initiator: bool, now: Now) {
        let Some(peer) = self.peers.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        peer.derived = Some(now.instant);
        let shared = Arc::clone(&peer.shared);
        let session = Arc::new(Session::new(Arc::clone(&shared), index, remote, initiator, keys, now.instant));
        self.plane.sessions.insert(&session);
        let mut key_pairs = shared.key_pairs();
        let gone = if initiator {
            let current = key_pairs.current.replace(Arc::clone(&session));
            let next = key_pairs.next.take();
            let (kept, other) = if next.is_some() { (next, current) } else { (current, None) };
            let previous = std::mem::replace(&mut key_pairs.previous, kept);
            shared.sending.store(Some(session));
            [other, previous]
        } else {
            // The kernel drops the previous session here. After two crossing handshakes that session is the one that the peer
            // still sends on.
            [key_pairs.next.replace(session), None]
        };
        drop(key_pairs);
        gone.into_iter().flatten().for_each(|old| self.plane.sessions.remove(old.local_index));
    }

    /// Notes that both sides have proved that they hold the new keys.
    pub(super) fn complete(&mut self, slot: u32, now: Now, initiator: bool) {
        let Some(peer) = self.peers.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        peer.attempts = 0;
        peer.last_handshake = now.unix;
        peer.shared.wants_handshake.store(false, Relaxed);
        if let Some(pending) = peer.pending.take() {
            self.pending.remove(&pending.index);
        }
        let peer = *peer.shared.public_key();
        self.emit(Event::HandshakeCompleted { peer, initiator });
    }
}

/// Returns a random index that is not in use (rule P5).
fn unused_index(
    rng: &mut dyn rand_core::CryptoRng,
    pending: &std::collections::HashMap<u32, u32>,
    sessions: &crate::plane::SessionTable,
) -> u32 {
    loop {
        let index = rng.next_u32();
        if !pending.contains_key(&index) && !sessions.contains(index) {
            return index;
        }
    }
}

fn static_static(identity: &Identity, peer: &mut PeerControl) -> Result<StaticStatic, Invalid> {
    if let Some(known) = &peer.static_static {
        return Ok(StaticStatic::clone(known));
    }
    let shared = identity.static_static(peer.shared.public_key())?;
    peer.static_static = Some(Box::new(shared.clone()));
    Ok(shared)
}

fn cookie_jar(peer: &mut PeerControl) -> &mut CookieJar {
    let public_key = *peer.shared.public_key();
    peer.cookie.get_or_insert_with(|| Box::new(CookieJar::new(&public_key)))
}

fn handshake_transmit(path: UdpPath, message: &[u8]) -> Transmit {
    Transmit { path, ecn: Ecn::NotEct, dscp: HANDSHAKE_DSCP, payload: message.to_vec() }
}

/// Builds the path from the source address alone, for callers that know nothing else of the datagram.
impl From<SocketAddr> for UdpPath {
    fn from(remote: SocketAddr) -> Self {
        Self::to(remote)
    }
}
