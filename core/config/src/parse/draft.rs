//! An unfinished configuration: the values read so far, and the place of each.

use std::collections::HashMap;

use adit_protocol::PublicKey;

use super::Place;
use crate::config::{Interface, Peer};
use crate::keyword::{Key, Section};
use crate::value::Cidr;

#[derive(Default)]
pub(super) struct Draft {
    /// Place of the first `[Interface]`.
    pub(super) header: Option<Place>,
    pub(super) interface: Interface,
    /// Last place in `[Interface]` of each key that has only one value, and of the last search domain of `DNS`.
    pub(super) seen: HashMap<Key, Place>,
    pub(super) peers: Vec<PeerDraft>,
    pub(super) allowed_ips: usize,
}

pub(super) struct PeerDraft {
    pub(super) header: Place,
    /// Last place in this section of each key that has only one value.
    pub(super) seen: HashMap<Key, Place>,
    pub(super) public_key: Option<PublicKey>,
    /// Place of the first further endpoint.
    pub(super) further: Option<Place>,
    /// All fields except the public key and the allowed IPs.
    pub(super) rest: Peer,
    pub(super) allowed_ips: Vec<Change>,
    /// True if an allowed IP had a `+` or `-`, so that the list adds to that of an earlier section of the same peer.
    pub(super) is_incremental: bool,
}

/// One item of `AllowedIPs`.
pub(super) struct Change {
    pub(super) network: Cidr,
    pub(super) place: Place,
    /// True if it had a `-`.
    pub(super) remove: bool,
}

impl Draft {
    /// Notes that a key is present, even if its value could not be read. Returns its previous place.
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
            further: None,
            rest: Peer::new(PublicKey::from_bytes([0; 32])),
            allowed_ips: Vec::new(),
            is_incremental: false,
        });
    }
}
