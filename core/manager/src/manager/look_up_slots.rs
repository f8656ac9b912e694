//! Limits the number of previews that wait for a name server at the same time. While no server answers, each such preview
//! occupies a thread for requests, so that without a limit a few users could occupy all of them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_api::{ApiError, PeerId};

use adit_activation::{Candidates, Resolver};

/// Maximum number of previews of one user.
const PER_USER: u32 = 2;
/// Maximum number of previews of all users except root, and separately of root together with the program itself.
const ALL: u32 = 8;

/// The number of waiting previews of each user. None stands for root and the program itself.
#[derive(Default)]
pub(super) struct LookUpSlots(Mutex<BTreeMap<Option<PeerId>, u32>>);

/// Permission to look names up. Given back when dropped.
pub(super) struct LookUpSlot {
    slots: Arc<LookUpSlots>,
    user: Option<PeerId>,
}

/// A resolver that holds a slot. The slot is given back when the last look-up has ended, even if its caller no longer waits for
/// it.
struct WithSlot {
    resolver: Arc<dyn Resolver>,
    _slot: LookUpSlot,
}

impl LookUpSlots {
    /// Takes a slot for a preview of the user. None stands for the program itself.
    ///
    /// # Errors
    /// Fails if the user's slots, or the slots of all users, are taken.
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
    /// Returns the resolver with the slot attached.
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
