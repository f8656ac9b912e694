//! Tunnels whose private key is not stored: the caller provides it at connect, and it stays in memory until the tunnel is down
//! or blocked, so that a pause, a restart and an edit need no new input.

use std::sync::Arc;

use adit_api::{ApiError, Caller, LogCode, SecretKey, TunnelId};
use adit_protocol::{PrivateKey, PublicKey};

use super::entry::lock_turn;
use super::profile::{Usable, parse_text, with_private_key};
use super::state::State;
use super::{Inner, refusal};
use crate::store::Source;

impl Inner {
    pub(super) fn connect_with_key(
        self: &Arc<Self>,
        caller: &Caller,
        id: TunnelId,
        key: &SecretKey,
        despite: bool,
    ) -> Result<(), ApiError> {
        let key = key.dangerously_reveal();
        if let Some(usable) = self.refresh(id)?.usable {
            let own = usable.config.interface.public_key().ok_or_else(set_by_command)?;
            if own != key.public() {
                return Err(ApiError::WrongKey { public_key: own.into() });
            }
            let asks = usable.config.interface.asks_for.is_some();
            return self.connect_by_hand(caller, id, despite, asks.then_some(key));
        }
        self.connect_by_hand(caller, id, despite, None)
    }

    pub(super) fn forget_key(&self, id: TunnelId, kept: PublicKey) -> Result<(), ApiError> {
        let editing = Arc::clone(&self.lock().get(id)?.editing);
        let _editing = lock_turn(&editing);
        let turn = self.turn(id)?;
        let turn = lock_turn(&turn);
        let mut store = self.store();
        let tunnel = store.get(id, self.unix_time()).map_err(refusal::of_store)?;
        if let Source::File(path) = &tunnel.summary.source {
            return Err(ApiError::ReadOnly { path: path.display().to_string() });
        }
        let (config, _) = parse_text(&tunnel.text)?;
        let own = config.interface.public_key().ok_or_else(set_by_command)?;
        if own != kept {
            return Err(ApiError::WrongKey { public_key: own.into() });
        }
        if tunnel.pending_key.is_some() {
            return Err(ApiError::RotationPending);
        }
        let Some(key) = config.interface.private_key else { return Ok(()) };
        if matches!(self.lock().get(id)?.state, State::Connecting(_) | State::Leaving(_)) {
            return Err(ApiError::Busy);
        }
        let unconfirmed = refusal::made(store.forget_private_keys(id, self.unix_time()))?;
        drop(store);
        self.change(id, |entry| match &entry.state {
            State::Up(_) | State::Paused(_) => entry.key = Some(key),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Blocked(_) => {}
        });
        drop(turn);
        self.note(id, LogCode::KeyForgotten);
        self.publish_stored_change(id)?;
        unconfirmed.tell()
    }
}

impl Inner {
    /// Completes the configuration with the private key if the tunnel asks for one: with the one that a caller provides, or else
    /// the one in memory.
    pub(super) fn with_key(
        &self,
        id: TunnelId,
        usable: Arc<Usable>,
        provided: Option<&PrivateKey>,
    ) -> Result<Arc<Usable>, ApiError> {
        let Some(asked) = usable.config.interface.asks_for else { return Ok(usable) };
        let kept = self.lock().get(id)?.key.clone();
        let given = provided.cloned().or(kept).filter(|key| key.public() == asked);
        let key = given.ok_or(ApiError::NeedsKey { public_key: asked.into() })?;
        Ok(Arc::new(usable.with_config(with_private_key(&usable.config, &key), &usable.needs.interface)))
    }

    /// Drops the private key of a tunnel whose attempt did not start.
    pub(super) fn forget_given_key(&self, id: TunnelId) {
        if let Some(entry) = self.lock().entries.get_mut(&id)
            && matches!(entry.state, State::Down(_) | State::Blocked(_))
        {
            entry.key = None;
        }
    }
}

fn set_by_command() -> ApiError {
    ApiError::BadRequest { detail: "a command sets the private key: the service never has it".into() }
}
