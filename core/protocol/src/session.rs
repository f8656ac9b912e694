//! A key pair in use: seals and opens transport messages (whitepaper section 5.4.6) from any thread.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};

use crate::counters::{ReceivedCounters, SendCounter};
use crate::dropped::Dropped;
use crate::noise::TransportKeys;
use crate::peer::Peer;
use crate::time::Instant;
use crate::timing::{REJECT_AFTER_MESSAGES, REKEY_AFTER_MESSAGES};
use crate::wire::{DATA_HEADER_SIZE, DATA_OVERHEAD, Data, TAG_SIZE};

/// One session with one peer, shared between threads. Only its counter, its replay window and its flags change.
pub struct Session {
    pub(crate) peer: Arc<Peer>,
    pub(crate) local_index: u32,
    remote_index: u32,
    pub(crate) initiator: bool,
    created: Instant,
    send: LessSafeKey,
    receive: LessSafeKey,
    next_counter: SendCounter,
    received: ReceivedCounters,
    /// True once the session may be used for sending. The responder may not send before it has received (section 5.1); the
    /// initiator's flag is set from the start.
    pub(crate) confirmed: AtomicBool,
    /// True once an initiator has requested a successor because it received data late in the session's life; it does so only
    /// once.
    pub(crate) asked_last_minute: AtomicBool,
}

impl Session {
    pub(crate) fn new(
        peer: Arc<Peer>,
        local_index: u32,
        remote_index: u32,
        initiator: bool,
        keys: TransportKeys,
        now: Instant,
    ) -> Self {
        Self {
            peer,
            local_index,
            remote_index,
            initiator,
            created: now,
            send: keys.send,
            receive: keys.receive,
            next_counter: SendCounter::new(),
            received: ReceivedCounters::new(),
            confirmed: AtomicBool::new(initiator),
            asked_last_minute: AtomicBool::new(false),
        }
    }

    /// Returns the peer of this session.
    pub fn peer(&self) -> &Arc<Peer> {
        &self.peer
    }

    /// Returns when the handshake completed.
    pub const fn created(&self) -> Instant {
        self.created
    }

    /// Returns the counter of the next message, or `None` when the session's counters are used up (rule R6).
    pub fn next_counter(&self) -> Option<u64> {
        self.next_counter.take()
    }

    pub(crate) fn is_out_of_counters(&self) -> bool {
        self.next_counter.next() >= REJECT_AFTER_MESSAGES
    }

    pub(crate) fn wants_rekey_by_count(&self) -> bool {
        self.next_counter.next() > REKEY_AFTER_MESSAGES
    }

    /// Continues at `counter`, for tests of the limits only. Going back would reuse a nonce and so reveal plaintext.
    pub fn danger_set_counter(&self, counter: u64) {
        self.next_counter.danger_set(counter);
    }

    /// Seals `plaintext`, followed by `padding` (< 16) zero bytes, into `out`. Returns the message's length, `plaintext.len() +
    /// padding + DATA_OVERHEAD`. `counter` comes from [`Session::next_counter`] and is used once.
    ///
    /// # Panics
    /// If `out` is shorter than the message.
    pub fn seal(&self, counter: u64, plaintext: &[u8], padding: usize, out: &mut [u8]) -> usize {
        const ZEROS: [u8; 16] = [0; 16];
        let len = plaintext.len() + padding + DATA_OVERHEAD;
        let (header, body) = out[..len].split_at_mut(DATA_HEADER_SIZE);
        header.copy_from_slice(&Data::header(self.remote_index, counter));
        let (ciphertext, rest) = body.split_at_mut(plaintext.len());
        self.send
            .seal_out_of_place_scatter(nonce(counter), Aad::empty(), plaintext, ciphertext, &ZEROS[..padding], rest)
            .expect("a packet is shorter than the cipher's limit");
        len
    }

    /// Authenticates and decrypts a complete transport message into `out` (at least `message.len() - DATA_OVERHEAD` long) and
    /// marks its counter as seen. Returns the length of the padded packet, 0 for a keepalive. After an error the content of `out`
    /// is unspecified.
    pub fn open(&self, message: &[u8], out: &mut [u8]) -> Result<usize, Dropped> {
        let (header, sealed) = message.split_at_checked(DATA_HEADER_SIZE).ok_or(Dropped::MessageLength)?;
        let len = sealed.len().checked_sub(TAG_SIZE).ok_or(Dropped::MessageLength)?;
        let (ciphertext, tag) = sealed.split_at(len);
        let out = out.get_mut(..len).ok_or(Dropped::MessageLength)?;
        let counter = u64::from_le_bytes(header[8..].try_into().expect("a header has 16 bytes"));
        if counter >= REJECT_AFTER_MESSAGES {
            return Err(Dropped::CounterExhausted);
        }
        self.receive.open_separate_gather(nonce(counter), Aad::empty(), ciphertext, tag, out).map_err(|_| Dropped::Decrypt)?;
        // Only the counter of an authenticated message may move the window (section 5.4.6).
        if self.received.accept(counter) { Ok(len) } else { Err(Dropped::Replay) }
    }
}

fn nonce(counter: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&counter.to_le_bytes());
    Nonce::assume_unique_for_key(bytes)
}
