//! Keys that are older than somebody wants: each is told of once, and again after the next start.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use adit_api::{ApiError, Event, LogCode, TunnelId};
use adit_protocol::PublicKey;

use super::{Manager, refusal};

/// Milliseconds.
const DAY: u64 = 86_400_000;

/// What was told: of which tunnel, with which peer (None: this end's own key), since when there is that key.
pub(super) type Reminded = Mutex<BTreeSet<(TunnelId, Option<PublicKey>, u64)>>;

impl Manager {
    /// Tells of keys that have become old. Whoever has the manager calls this now and then: nothing here wakes up for it.
    pub fn remind(&self) {
        let inner = &self.inner;
        // Ages of keys outlive the program, so that they go by the wall clock.
        let now = inner.clock.wall().get();
        let mut old = Vec::new();
        for (id, entry) in &inner.lock().entries {
            let Some(days) = entry.profile.key_reminder_days else { continue };
            let keys = entry.profile.key_ages();
            let is_old = |since: u64| now.saturating_sub(since) >= u64::from(days) * DAY;
            old.extend(keys.into_iter().filter(|(_, since)| is_old(*since)).map(|(peer, since)| (*id, days, peer, since)));
        }
        for (id, days, peer, since) in old {
            if !inner.reminded.lock().unwrap_or_else(PoisonError::into_inner).insert((id, peer, since)) {
                continue;
            }
            match peer {
                None => inner.note(id, LogCode::KeyOld { days }),
                Some(peer) => inner.note(id, LogCode::PresharedKeyOld { peer: peer.into(), days }),
            }
            inner.sink.publish(Event::KeyIsOld { id, peer: peer.map(Into::into), since });
        }
    }

    pub(super) fn remind_after(&self, id: TunnelId, days: Option<u32>) -> Result<(), ApiError> {
        if days == Some(0) {
            return Err(ApiError::BadRequest { detail: "a key is called old after a day at the earliest".into() });
        }
        self.inner.store().update(id, |settings| settings.key_reminder_days = days).map_err(refusal::of_store)?;
        self.inner.has_new_profile(id)?;
        self.remind();
        Ok(())
    }
}
