//! Cookies: a responder under load makes initiators prove their address before it computes any key agreement for them (whitepaper
//! sections 5.3 and 5.4.7).
//!
//! A cookie is a MAC of the initiator's address and port under a secret that changes every two minutes, so the responder keeps no
//! state per initiator. The cookie is encrypted with a key derived from the responder's public key and is bound to the mac1 that
//! it answers: only somebody who saw that very message can forge a cookie reply.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::mac::{keyed, split};
use crate::wire::{COOKIE_REPLY_SIZE, CookieReply, MAC_SIZE, TAG_SIZE};
use crate::{Instant, Macs, PublicKey};

/// Age at which the responder replaces its secret, which invalidates every cookie made from it (whitepaper section 6.1).
const SECRET_LIFETIME: Duration = Duration::from_secs(120);

/// An initiator stops using a cookie this much before the responder does, because the message that carries it takes time to
/// arrive.
const LATENCY: Duration = Duration::from_secs(5);

const COOKIE_SIZE: usize = 16;

/// The responder's side: checks both MACs of received handshake messages and creates cookie replies.
#[derive(Debug)]
pub struct CookieChecker {
    macs: Macs,
    secret: Option<Aged<32>>,
}

/// The initiator's side, one per peer: stamps both MACs on handshake messages to the peer and stores the cookie that the peer
/// sent.
#[derive(Debug)]
pub struct CookieJar {
    macs: Macs,
    cookie: Option<Aged<COOKIE_SIZE>>,
    /// mac1 of the last message stamped, until a cookie reply has answered it.
    unanswered: Option<[u8; MAC_SIZE]>,
}

/// A secret and the time at which it was created.
struct Aged<const SIZE: usize> {
    bytes: Zeroizing<[u8; SIZE]>,
    born: Instant,
}

impl CookieChecker {
    /// Creates the checker of the device whose public key is `own`.
    pub fn new(own: &PublicKey) -> Self {
        Self { macs: Macs::to(own), secret: None }
    }

    /// Returns true if the complete handshake message carries a mac1 made for our public key.
    pub fn mac1_ok(&self, message: &[u8]) -> bool {
        self.macs.mac1_ok(message)
    }

    /// Returns true if the complete handshake message from `source` carries a mac2 made with the cookie that `source` would get
    /// at `now`.
    pub fn mac2_ok(&self, message: &[u8], source: SocketAddr, now: Instant) -> bool {
        let Some(secret) = self.secret.as_ref().filter(|secret| secret.younger_than(SECRET_LIFETIME, now)) else { return false };
        let Some((covered, mac1, mac2)) = split(message) else { return false };
        keyed(&*cookie(&secret.bytes, source), &[covered, mac1]).ct_eq(mac2).into()
    }

    /// Creates the cookie reply to a message that came from `source` and carried `mac1`.
    ///
    /// `receiver` is the sender index of that message. Generates a new secret from `rng` if there is none or the last one is 120
    /// s old.
    pub fn reply(
        &mut self,
        mac1: &[u8; MAC_SIZE],
        source: SocketAddr,
        receiver: u32,
        rng: &mut (impl CryptoRng + ?Sized),
        now: Instant,
    ) -> [u8; COOKIE_REPLY_SIZE] {
        if !self.secret.as_ref().is_some_and(|secret| secret.younger_than(SECRET_LIFETIME, now)) {
            self.secret = None;
        }
        let secret = self.secret.get_or_insert_with(|| {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill_bytes(&mut *bytes);
            Aged { bytes, born: now }
        });
        let mut cookie = cookie(&secret.bytes, source);

        let mut bytes = [0; COOKIE_REPLY_SIZE];
        let mut reply = CookieReply::new(&mut bytes, receiver);
        rng.fill_bytes(reply.nonce());
        let nonce = XNonce::from(*reply.nonce());
        let tag = cipher(&self.macs)
            .encrypt_inout_detached(&nonce, mac1, cookie.as_mut_slice().into())
            .expect("sixteen bytes are not too long for the cipher");
        let (sealed, sealed_tag) = reply.encrypted_cookie().split_at_mut(COOKIE_SIZE);
        sealed.copy_from_slice(&*cookie);
        sealed_tag.copy_from_slice(&tag);
        bytes
    }
}

impl CookieJar {
    /// Creates the jar for messages to `peer`.
    pub fn new(peer: &PublicKey) -> Self {
        Self { macs: Macs::to(peer), cookie: None, unanswered: None }
    }

    /// Fills in mac1 and mac2 of a handshake message that is otherwise complete. mac2 is zero if there is no cookie or the cookie
    /// is 115 s old.
    pub fn stamp<const SIZE: usize>(&mut self, message: &mut [u8; SIZE], now: Instant) {
        const { assert!(SIZE >= 2 * MAC_SIZE) };
        let (covered, macs) = message.split_at_mut(SIZE - 2 * MAC_SIZE);
        let (mac1, mac2) = macs.split_at_mut(MAC_SIZE);
        let stamped = self.macs.mac1_of(covered);
        mac1.copy_from_slice(&stamped);
        match self.cookie.as_ref().filter(|cookie| cookie.younger_than(SECRET_LIFETIME - LATENCY, now)) {
            Some(cookie) => mac2.copy_from_slice(&keyed(&*cookie.bytes, &[covered, mac1])),
            None => mac2.fill(0),
        }
        self.unanswered = Some(stamped);
    }

    /// Stores the cookie of a reply for the following messages. Returns false, and changes nothing, if the reply does not
    /// authenticate as the first answer to the last message stamped.
    pub fn consume(&mut self, reply: &mut CookieReply<'_>, now: Instant) -> bool {
        let Some(mac1) = self.unanswered else { return false };
        let nonce = XNonce::from(*reply.nonce());
        let (sealed, tag) = reply.encrypted_cookie().split_at(COOKIE_SIZE);
        let mut bytes = Zeroizing::new([0; COOKIE_SIZE]);
        bytes.copy_from_slice(sealed);
        let mut expected = [0; TAG_SIZE];
        expected.copy_from_slice(tag);
        let opened = cipher(&self.macs).decrypt_inout_detached(&nonce, &mac1, bytes.as_mut_slice().into(), &Tag::from(expected));
        if opened.is_err() {
            return false;
        }
        self.cookie = Some(Aged { bytes, born: now });
        self.unanswered = None;
        true
    }
}

impl<const SIZE: usize> Aged<SIZE> {
    fn younger_than(&self, age: Duration, now: Instant) -> bool {
        now.since(self.born) < age
    }
}

impl<const SIZE: usize> std::fmt::Debug for Aged<SIZE> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The MAC of the address in network byte order (an IPv4-mapped address as IPv4), followed by the port. The port is included
/// because many hosts may share one NAT address.
fn cookie(secret: &[u8; 32], source: SocketAddr) -> Zeroizing<[u8; COOKIE_SIZE]> {
    let port = source.port().to_be_bytes();
    Zeroizing::new(match source.ip().to_canonical() {
        IpAddr::V4(ip) => keyed(secret, &[&ip.octets(), &port]),
        IpAddr::V6(ip) => keyed(secret, &[&ip.octets(), &port]),
    })
}

fn cipher(macs: &Macs) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(macs.cookie_key().into())
}

#[cfg(test)]
mod tests;
