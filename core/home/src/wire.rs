//! The two messages, both of fixed length. The answer is shorter than the probe, so a responder amplifies nothing.
//!
//! ```text
//! probe  (100 bytes)  "AH", version 1, kind 1 | Noise NK, first message: 32 key, 32 payload, 16 tag  | 16 proof
//! answer  (76 bytes)  "AH", version 1, kind 2 | Noise NK, second message: 32 key, 24 payload, 16 tag
//! ```

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use adit_protocol::{PublicKey, nk};
use blake2::digest::consts::U16;
use blake2::digest::{Digest, KeyInit, Mac};
use blake2::{Blake2s256, Blake2sMac};
use subtle::ConstantTimeEq;

/// Length of a probe, bytes.
pub const PROBE: usize = HEADER + nk::OVERHEAD + ASKED + PROOF;
/// Length of an answer, bytes.
pub const ANSWER: usize = HEADER + nk::OVERHEAD + SEEN;

const HEADER: usize = 4;
const PROOF: usize = 16;
/// Length of a probe's payload: the asker's clock (8), zeros.
pub(crate) const ASKED: usize = 32;
/// Length of an answer's payload: the asker's address (16) and port (2) as the responder saw them, zeros.
pub(crate) const SEEN: usize = 24;

const PROBE_HEADER: [u8; HEADER] = *b"AH\x01\x01";
const ANSWER_HEADER: [u8; HEADER] = *b"AH\x01\x02";

/// The prologue of the handshake: a key that serves another protocol too proves nothing here.
pub(crate) const PROLOGUE: &[u8] = b"Adit home probe, version 1";
const PROOF_LABEL: &[u8] = b"Adit home proof, version 1";

const _: () = assert!(ANSWER <= PROBE);

/// The proof that the sender of a probe knows the responder's public key. It costs one hash to check.
pub(crate) struct Proof([u8; 32]);

impl std::fmt::Debug for Proof {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl Proof {
    pub(crate) fn to(responder: &PublicKey) -> Self {
        Self(Blake2s256::new().chain_update(PROOF_LABEL).chain_update(responder.as_bytes()).finalize().into())
    }

    fn over(&self, covered: &[u8]) -> [u8; PROOF] {
        let mut mac = Blake2sMac::<U16>::new_from_slice(&self.0).expect("a key of 32 bytes");
        mac.update(covered);
        mac.finalize().into_bytes().into()
    }

    /// Puts header and proof around the first message of a handshake.
    pub(crate) fn probe(&self, handshake: &[u8]) -> Vec<u8> {
        let mut probe = [&PROBE_HEADER[..], handshake].concat();
        let proof = self.over(&probe);
        probe.extend(proof);
        probe
    }

    /// Returns the first message of a handshake if the probe has the length, the header and the proof.
    pub(crate) fn check<'a>(&self, probe: &'a [u8]) -> Option<&'a [u8]> {
        let probe: &[u8; PROBE] = probe.try_into().ok()?;
        let (covered, proof) = probe.split_last_chunk::<PROOF>()?;
        let handshake = covered.strip_prefix(&PROBE_HEADER)?;
        bool::from(self.over(covered).ct_eq(proof)).then_some(handshake)
    }
}

/// Puts a header before the second message of a handshake.
pub(crate) fn answer(handshake: &[u8]) -> Vec<u8> {
    [&ANSWER_HEADER[..], handshake].concat()
}

/// Returns the second message of a handshake if the answer has the length and the header.
pub(crate) fn check_answer(answer: &[u8]) -> Option<&[u8]> {
    let answer: &[u8; ANSWER] = answer.try_into().ok()?;
    answer.strip_prefix(&ANSWER_HEADER)
}

/// Encodes the payload of a probe. `unix`: the time since 1970.
pub(crate) fn asked(unix: Duration) -> [u8; ASKED] {
    let mut payload = [0; ASKED];
    payload[..8].copy_from_slice(&unix.as_secs().to_be_bytes());
    payload
}

/// Returns the asker's clock.
pub(crate) fn asked_at(payload: &[u8]) -> Option<Duration> {
    let (seconds, rest) = payload.split_first_chunk::<8>()?;
    rest.iter().all(|byte| *byte == 0).then(|| Duration::from_secs(u64::from_be_bytes(*seconds)))
}

/// Encodes the payload of an answer: where the probe came from. The scope of a link-local address is the responder's own matter.
pub(crate) fn seen(asker: SocketAddr) -> [u8; SEEN] {
    let address: Ipv6Addr = match asker.ip().to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    let mut payload = [0; SEEN];
    payload[..16].copy_from_slice(&address.octets());
    payload[16..18].copy_from_slice(&asker.port().to_be_bytes());
    payload
}
