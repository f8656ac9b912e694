//! Replaces a tunnel's private key without losing the tunnel: the new key is stored beside the old one until the peers know it.

mod trial;

use std::net::SocketAddr;
use std::sync::Arc;

use adit_api::{ApiError, ConfigReplaced, LogCode, RotationTest, RotationView, TunnelId};
use adit_config::{Config, Document, Key, edit};
use adit_protocol::{PrivateKey, PublicKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use zeroize::Zeroizing;

use super::profile::parse_text;
use super::state::State;
use super::{Inner, refusal};
use crate::store::Cause;
use trial::Trial;

impl Inner {
    pub(super) fn begin_rotation(&self, id: TunnelId) -> Result<RotationView, ApiError> {
        let mut store = self.store();
        let tunnel = store.get(id, self.unix_time()).map_err(refusal::of_store)?;
        if tunnel.pending_key.is_some() {
            return Err(ApiError::RotationPending);
        }
        let (config, _) = parse_text(&tunnel.text)?;
        if config.interface.asks_for.is_some() {
            return Err(ApiError::KeyNotKept);
        }
        if config.interface.private_key.is_none() {
            return Err(ApiError::BadRequest { detail: "a command sets the private key: it cannot be replaced here".into() });
        }
        let key = PrivateKey::generate(&mut rng()?);
        let now = self.unix_time();
        let key_kept = refusal::made(store.set_pending_key(id, Some(key)))?;
        let time_kept = refusal::made(store.update(id, |settings| settings.key_pending_since = Some(now)))?;
        drop(store);
        self.publish_stored_change(id)?;
        self.note(id, LogCode::RotationBegun);
        key_kept.tell()?;
        time_kept.tell()?;
        let view = self.lock().get(id)?.profile.rotation().cloned();
        view.ok_or(ApiError::Internal)
    }

    /// Sends each peer that has an endpoint an initiation with the new key, without touching the running tunnel.
    pub(super) fn test_rotation(&self, id: TunnelId) -> Result<RotationTest, ApiError> {
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        let key = tunnel.pending_key.clone().ok_or(ApiError::NoRotation)?;
        let (config, _) = parse_text(&tunnel.text)?;
        let (endpoints, underlay) = match &self.lock().get(id)?.state {
            State::Up(up) => {
                let peers = up.running.view().peers;
                let endpoints: Vec<(PublicKey, SocketAddr)> =
                    peers.iter().filter_map(|peer| Some((peer.public_key, peer.endpoint?))).collect();
                (endpoints, Arc::clone(&up.applied.underlay))
            }
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => {
                return Err(ApiError::NotUp);
            }
        };
        let trial = Trial { key, peers: asked(&config, &endpoints), underlay: &*underlay, devices: &*self.devices };
        let answered =
            trial.run().map_err(|error| ApiError::Io { doing: "asking the peers".into(), detail: error.to_string() })?;
        let of = |wanted: fn(bool, bool) -> bool| -> Vec<adit_api::PublicKey> {
            let peers = config.remote_peers().map(|peer| peer.public_key);
            let is_wanted = |key: &PublicKey| wanted(endpoints.iter().any(|(known, _)| known == key), answered.contains(key));
            peers.filter(is_wanted).map(Into::into).collect()
        };
        Ok(RotationTest {
            answered: of(|_, answers| answers),
            silent: of(|asked, answers| asked && !answers),
            not_asked: of(|asked, _| !asked),
        })
    }

    pub(super) fn finish_rotation(&self, id: TunnelId, despite_silence: bool) -> Result<ConfigReplaced, ApiError> {
        if !despite_silence && self.test_rotation(id)?.answered.is_empty() {
            return Err(ApiError::RotationNotAnswered);
        }
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        let key = tunnel.pending_key.as_ref().ok_or(ApiError::NoRotation)?;
        let text = with_key(&tunnel.text, key)?;
        let (replaced, unconfirmed) = self.replace_and_follow(id, &text, tunnel.summary.version, Cause::KeyRotated)?;
        self.note(id, LogCode::RotationFinished);
        // The tunnel has the new key, also if the disk did not confirm that, so that no key waits any more.
        let cancelled = self.cancel_rotation(id);
        unconfirmed.tell()?;
        cancelled?;
        Ok(replaced)
    }

    pub(super) fn cancel_rotation(&self, id: TunnelId) -> Result<(), ApiError> {
        let mut store = self.store();
        if !store.summary(id).map_err(refusal::of_store)?.has_pending_key {
            return Err(ApiError::NoRotation);
        }
        let key_removed = refusal::made(store.set_pending_key(id, None))?;
        let time_removed = refusal::made(store.update(id, |settings| settings.key_pending_since = None))?;
        drop(store);
        self.publish_stored_change(id)?;
        key_removed.tell()?;
        time_removed.tell()
    }
}

/// Returns the peers that have an endpoint, with the data that a handshake needs.
fn asked(config: &Config, endpoints: &[(PublicKey, SocketAddr)]) -> Vec<trial::Asked> {
    let peer = |peer: &adit_config::Peer| {
        let (_, endpoint) = endpoints.iter().find(|(key, _)| *key == peer.public_key)?;
        Some(trial::Asked { key: peer.public_key, preshared: peer.preshared_key.clone(), endpoint: *endpoint })
    };
    config.remote_peers().filter_map(peer).collect()
}

/// Returns the text with another private key and no other byte changed.
fn with_key(text: &str, key: &PrivateKey) -> Result<Zeroizing<String>, ApiError> {
    let bad = |detail: String| ApiError::BadRequest { detail };
    let document = Document::parse(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let section = edit::interface(&document).ok_or_else(|| bad("there is no [Interface]".into()))?;
    let key = key.dangerously_reveal_base64();
    let edited = edit::set(&document, section, Key::PrivateKey, &[key.as_str()]).map_err(|error| bad(error.to_string()))?;
    Ok(Zeroizing::new(edited.text().to_owned()))
}

pub(super) fn rng() -> Result<ChaCha20Rng, ApiError> {
    let mut seed = Zeroizing::new([0; 32]);
    let filled = getrandom::fill(&mut *seed);
    filled.map_err(|error| ApiError::Io { doing: "making a key".into(), detail: error.to_string() })?;
    Ok(ChaCha20Rng::from_seed(*seed))
}
