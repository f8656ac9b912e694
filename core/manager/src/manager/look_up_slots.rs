//! How many previews may wait for a name server at once. While none answers, each keeps one of the threads on which requests are worked
//! on, so that without a limit a few users could take all of them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_api::{ApiError, PeerId};

use adit_activation::{Candidates, Resolver};

/// Previews of one user.
const PER_USER: u32 = 2;
/// Previews of all users but root, and as many again of root and the program itself.
const ALL: u32 = 8;

/// How many previews of each user wait; None is root and the program itself.
#[derive(Default)]
pub(super) struct LookUpSlots(Mutex<BTreeMap<Option<PeerId>, u32>>);

/// The right to look names up; given back when dropped.
pub(super) struct LookUpSlot {
    slots: Arc<LookUpSlots>,
    user: Option<PeerId>,
}

/// Looks names up with a slot, which is given back when the last look-up has ended: one that nobody waits for any more goes on.
struct WithSlot {
    resolver: Arc<dyn Resolver>,
    _slot: LookUpSlot,
}

impl LookUpSlots {
    /// For a preview of the user; None is the program itself.
    ///
    /// # Errors
    /// When there is none left for the user.
    pub(super) fn take(self: &Arc<Self>, user: Option<&PeerId>) -> Result<LookUpSlot, ApiError> {
        let user = user.filter(|user| !user.is_administrator()).cloned();
        let mut waiting = self.lock();
        let own = waiting.get(&user).copied().unwrap_or(0);
        let (own_limit, others) = match user {
            None => (ALL, 0),
            Some(_) => (PER_USER, waiting.iter().filter(|(user, _)| user.is_some()).map(|(_, count)| *count).sum()),
        };
        if own >= own_limit {
            return Err(ApiError::TooManyLookUps { limit: own_limit });
        }
        if others >= ALL {
            return Err(ApiError::TooManyLookUps { limit: ALL });
        }
        waiting.insert(user.clone(), own + 1);
        Ok(LookUpSlot { slots: Arc::clone(self), user })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Option<PeerId>, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LookUpSlot {
    /// The resolver, which keeps the slot.
    pub(super) fn around(self, resolver: Arc<dyn Resolver>) -> Arc<dyn Resolver> {
        Arc::new(WithSlot { resolver, _slot: self })
    }
}

impl Drop for LookUpSlot {
    fn drop(&mut self) {
        let mut waiting = self.slots.lock();
        if let Some(count) = waiting.get_mut(&self.user) {
            *count = count.saturating_sub(1);
        }
        waiting.retain(|_, count| *count > 0);
    }
}

impl Resolver for WithSlot {
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
        self.resolver.look_up(host, port)
    }
}
