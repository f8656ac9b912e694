//! Reminders of keys that are older than the configured age. Each is sent once, and again after the next start.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use adit_api::{ApiError, Event, LogCode, TunnelId};
use adit_protocol::PublicKey;

use super::{Manager, refusal};

/// A day in milliseconds.
const DAY: u64 = 86_400_000;

/// The reminders that were sent: tunnel, peer (None: this end's own key), and the time since which the key exists.
pub(super) type Reminded = Mutex<BTreeSet<(TunnelId, Option<PublicKey>, u64)>>;

impl Manager {
    /// Sends reminders of keys that have become old. The owner of the manager has to call this periodically.
    pub fn remind(&self) {
        let inner = &self.inner;
        // The ages of keys outlive the program, so they are measured by the wall clock.
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
        let unconfirmed = refusal::made(self.inner.store().update(id, |settings| settings.key_reminder_days = days))?;
        self.inner.publish_stored_change(id)?;
        self.remind();
        unconfirmed.tell()
    }
}
