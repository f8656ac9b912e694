//! A configuration in the making: what was read so far, and where each part of it stands.

use std::collections::HashMap;

use adit_protocol::PublicKey;

use super::Place;
use crate::config::{Interface, Peer};
use crate::keyword::{Key, Section};
use crate::value::Cidr;

#[derive(Default)]
pub(super) struct Draft {
    /// Of the first `[Interface]`.
    pub(super) header: Option<Place>,
    pub(super) interface: Interface,
    /// Where each key that counts once, and the last search domain of `DNS`, was last seen in `[Interface]`.
    pub(super) seen: HashMap<Key, Place>,
    pub(super) peers: Vec<PeerDraft>,
    pub(super) allowed_ips: usize,
}

pub(super) struct PeerDraft {
    pub(super) header: Place,
    /// Where each key that counts once was last seen in this section.
    pub(super) seen: HashMap<Key, Place>,
    pub(super) public_key: Option<PublicKey>,
    /// All but the public key and the allowed IPs.
    pub(super) rest: Peer,
    pub(super) allowed_ips: Vec<Change>,
    /// Whether some allowed IP had a `+` or `-`, so that the list adds to that of an earlier section of the same peer.
    pub(super) is_incremental: bool,
}

/// One item of `AllowedIPs`.
pub(super) struct Change {
    pub(super) network: Cidr,
    pub(super) place: Place,
    /// It had a `-`.
    pub(super) remove: bool,
}

impl Draft {
    /// Notes that a key is there, although its value could not be read. Returns where it was before.
    pub(super) fn saw(&mut self, key: Option<Key>, place: &Place) -> Option<Place> {
        let key = key?;
        let seen = match key.section() {
            Section::Interface => &mut self.seen,
            Section::Peer => &mut self.peers.last_mut()?.seen,
        };
        seen.insert(key, place.clone())
    }

    pub(super) fn begin_peer(&mut self, header: Place) {
        self.peers.push(PeerDraft {
            header,
            seen: HashMap::new(),
            public_key: None,
            rest: Peer::new(PublicKey::from_bytes([0; 32])),
            allowed_ips: Vec::new(),
            is_incremental: false,
        });
    }
}
