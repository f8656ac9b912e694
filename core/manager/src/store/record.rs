//! The plaintext of a tunnel's file: `length 4 | JSON without secrets | texts, one behind the other | pending key 32`.
//!
//! The secrets are outside the JSON, so that no JSON reader or writer copies them to memory that is not erased.

use std::collections::BTreeMap;

use adit_api::{TunnelId, TunnelName};
use adit_config::InterfaceName;
use adit_protocol::{PresharedKey, PrivateKey, PublicKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::FindingCode;
use super::tunnel::{Cause, Settings, Source, Summary, UnixTime, Version};

/// Limits on the earlier texts of a tunnel: their number and their total size in bytes.
const MAX_EARLIER: usize = 20;
const MAX_EARLIER_BYTES: usize = 4 << 20;
/// Maximum size of a tunnel's file in bytes.
pub(super) const MAX_FILE: u64 = 8 << 20;

/// All stored data of a tunnel.
pub(super) struct Record {
    pub(super) summary: Summary,
    pub(super) text: Zeroizing<String>,
    /// Earlier texts, the latest first.
    pub(super) earlier: Vec<Earlier>,
    pub(super) pending_key: Option<PrivateKey>,
}

pub(super) struct Earlier {
    pub(super) version: Version,
    pub(super) text: Zeroizing<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    name: TunnelName,
    interface: InterfaceName,
    source: Source,
    current: StoredVersion,
    earlier: Vec<StoredVersion>,
    created: UnixTime,
    key_created: UnixTime,
    /// Creation times of preshared keys, by the peer's public key as text.
    #[serde(default)]
    preshared_created: BTreeMap<String, UnixTime>,
    has_pending_key: bool,
    settings: Settings,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredVersion {
    number: u64,
    since: UnixTime,
    cause: Cause,
    bytes: u32,
}

impl Record {
    /// Replaces the tunnel's text and adds the previous text to the earlier ones.
    pub(super) fn succeed(&mut self, text: Zeroizing<String>, number: u64, cause: Cause, now: UnixTime) {
        let before = std::mem::replace(&mut self.text, text);
        let Summary { version, changed, cause: cause_before, .. } = self.summary;
        let version = Version { number: version, since: changed, cause: cause_before };
        let (keys_before, keys) = (Keys::of(&before), Keys::of(&self.text));
        if keys_before.own != keys.own {
            self.summary.key_created = now;
        }
        let known = std::mem::take(&mut self.summary.preshared_created);
        let since = |peer: &PublicKey, key: &PresharedKey| match keys_before.preshared.get(peer) {
            Some(before) if before == key => known.get(peer).copied().unwrap_or(self.summary.created),
            Some(_) | None => now,
        };
        self.summary.preshared_created = keys.preshared.iter().map(|(peer, key)| (*peer, since(peer, key))).collect();
        self.earlier.insert(0, Earlier { version, text: before });
        let mut bytes = 0;
        let fits = self.earlier.iter().take(MAX_EARLIER).take_while(|earlier| {
            bytes += earlier.text.len();
            bytes <= MAX_EARLIER_BYTES
        });
        let kept = fits.count();
        self.earlier.truncate(kept);
        (self.summary.version, self.summary.changed, self.summary.cause) = (number, now, cause);
    }

    pub(super) fn encode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let stored = |version: Version, text: &str| {
            let Version { number, since, cause } = version;
            Some(StoredVersion { number, since, cause, bytes: u32::try_from(text.len()).ok()? })
        };
        let Summary {
            id: _,
            name,
            interface,
            source,
            version,
            changed,
            cause,
            created,
            key_created,
            preshared_created,
            has_pending_key: _,
            settings,
        } = self.summary.clone();
        let current = Version { number: version, since: changed, cause };
        let stored = Stored {
            name,
            interface,
            source,
            current: stored(current, &self.text)?,
            earlier: self.earlier.iter().map(|earlier| stored(earlier.version, &earlier.text)).collect::<Option<_>>()?,
            created,
            key_created,
            preshared_created: preshared_created.into_iter().map(|(peer, since)| (peer.to_string(), since)).collect(),
            has_pending_key: self.pending_key.is_some(),
            settings,
        };
        let json = serde_json::to_vec(&stored).ok()?;
        let texts = || [&self.text].into_iter().chain(self.earlier.iter().map(|earlier| &earlier.text));
        let size = 4 + json.len() + texts().map(|text| text.len()).sum::<usize>() + 32;
        // The capacity suffices for everything, so that the buffer never moves and leaves no copy behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(size));
        plain.extend_from_slice(&u32::try_from(json.len()).ok()?.to_le_bytes());
        plain.extend_from_slice(&json);
        texts().for_each(|text| plain.extend_from_slice(text.as_bytes()));
        if let Some(key) = &self.pending_key {
            plain.extend_from_slice(key.dangerously_reveal());
        }
        Some(plain)
    }

    pub(super) fn decode(id: TunnelId, plain: &[u8]) -> Result<Self, FindingCode> {
        Self::try_decode(id, plain).ok_or(FindingCode::NotUnderstood)
    }

    fn try_decode(id: TunnelId, plain: &[u8]) -> Option<Self> {
        let (length, rest) = plain.split_first_chunk()?;
        let (json, mut rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let Stored {
            name,
            interface,
            source,
            current,
            earlier,
            created,
            key_created,
            preshared_created,
            has_pending_key,
            settings,
        } = serde_json::from_slice(json).ok()?;
        let mut next = |version: &StoredVersion| {
            let (text, after) = rest.split_at_checked(version.bytes as usize)?;
            rest = after;
            Some(Zeroizing::new(std::str::from_utf8(text).ok()?.to_owned()))
        };
        let text = next(&current)?;
        let earlier: Vec<Earlier> = earlier
            .iter()
            .map(|stored| {
                let version = Version { number: stored.number, since: stored.since, cause: stored.cause };
                Some(Earlier { version, text: next(stored)? })
            })
            .collect::<Option<_>>()?;
        let pending_key = match (has_pending_key, rest) {
            (false, []) => None,
            (true, key) => Some(PrivateKey::from_bytes(*Zeroizing::new(<[u8; 32]>::try_from(key).ok()?))),
            (false, _) => return None,
        };
        let StoredVersion { number: version, since: changed, cause, bytes: _ } = current;
        let preshared_created =
            preshared_created.into_iter().map(|(peer, since)| Some((peer.parse().ok()?, since))).collect::<Option<_>>()?;
        let summary = Summary {
            id,
            name,
            interface,
            source,
            version,
            changed,
            cause,
            created,
            key_created,
            preshared_created,
            has_pending_key,
            settings,
        };
        Some(Self { summary, text, earlier, pending_key })
    }
}

/// The keys in a text; none if the text is not a valid configuration.
#[derive(Default)]
pub(super) struct Keys {
    /// This end's public key, whether its private half is in the text or requested at connect.
    own: Option<PublicKey>,
    pub(super) preshared: BTreeMap<PublicKey, PresharedKey>,
}

impl Keys {
    pub(super) fn of(text: &str) -> Self {
        let document = adit_config::Document::parse(text.as_bytes()).ok();
        let Some((config, _)) = document.and_then(|document| adit_config::parse::config(&document).ok()) else {
            return Self::default();
        };
        let preshared =
            |peer: &adit_config::Peer| Some((peer.public_key, peer.preshared_key.clone().filter(|key| !key.is_none())?));
        Self { own: config.interface.public_key(), preshared: config.peers.iter().filter_map(preshared).collect() }
    }
}
