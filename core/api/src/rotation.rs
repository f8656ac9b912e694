//! Replacing a tunnel's key without losing the tunnel: the new one waits until the other side knows it.

use serde::{Deserialize, Serialize};

use crate::PublicKey;

/// A key that is about to replace a tunnel's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RotationView {
    /// Its public half, which the other side has to be told.
    pub public_key: PublicKey,
    /// When it was made, Unix milliseconds.
    pub since: u64,
    /// What the other side puts into its configuration, as `.conf` text: a `[Peer]` with the new key. Holds no secret.
    pub text_for_peers: String,
}

/// Whether the other side knows the new key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RotationTest {
    /// Peers that answered a handshake with the new key.
    pub answered: Vec<PublicKey>,
    /// Peers that did not.
    pub silent: Vec<PublicKey>,
    /// Peers without an endpoint, which cannot be asked.
    pub not_asked: Vec<PublicKey>,
}
