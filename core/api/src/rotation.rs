//! Key rotation: replaces a tunnel's key without interrupting it. The new key waits until the other side knows it.

use serde::{Deserialize, Serialize};

use crate::PublicKey;

/// A new key that waits to replace a tunnel's key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RotationView {
    /// Its public key, for the other side.
    pub public_key: PublicKey,
    /// When it was made, Unix milliseconds.
    pub since: u64,
    /// The text for the other side's configuration, in `.conf` format: a `[Peer]` with the new key. Contains no secret.
    pub text_for_peers: String,
}

/// The result of a test whether the other side knows the new key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RotationTest {
    /// Peers that answered a handshake with the new key.
    pub answered: Vec<PublicKey>,
    /// Peers that did not answer.
    pub silent: Vec<PublicKey>,
    /// Peers without an endpoint, which cannot be tested.
    pub not_asked: Vec<PublicKey>,
}
