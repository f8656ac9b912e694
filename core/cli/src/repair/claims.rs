//! The names of tunnels that are being repaired: claimed, so that no other process brings one up meanwhile.

use std::collections::BTreeMap;

use adit_config::InterfaceName;
use adit_platform::devices::Owner;
use adit_platform::native::claim::{Held, LockFile};

/// Whose a name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Claim {
    Ours,
    Others,
}

/// The names that were asked for, until this is dropped. The lock file of a name that is [kept](Self::keep) stays then, so that the next
/// repair finds what is left of it.
#[derive(Default)]
pub(super) struct Claims(BTreeMap<InterfaceName, State>);

enum State {
    Held(LockFile),
    Kept,
    Released,
    Others,
}

impl Claims {
    /// Claims the name, where that has not been done.
    pub(super) fn take(&mut self, name: &InterfaceName) -> anyhow::Result<Claim> {
        let Self(names) = self;
        if !names.contains_key(name) {
            let state = match LockFile::try_take(name, Owner::Foreground)? {
                Held::Ours(lock) => State::Held(lock),
                Held::By { .. } => State::Others,
            };
            names.insert(name.clone(), state);
        }
        Ok(match names.get(name) {
            Some(State::Others) => Claim::Others,
            Some(State::Held(_) | State::Kept | State::Released) | None => Claim::Ours,
        })
    }

    /// Something of that name could not be undone.
    pub(super) fn keep(&mut self, name: &InterfaceName) {
        let Self(names) = self;
        if let Some(State::Held(lock)) = names.insert(name.clone(), State::Kept) {
            lock.abandon();
        }
    }

    /// Gives the name up, with root's lock file; false where the name is kept.
    pub(super) fn release(&mut self, name: &InterfaceName) -> bool {
        let Self(names) = self;
        match names.get(name) {
            Some(State::Kept) => false,
            _ => {
                names.insert(name.clone(), State::Released);
                true
            }
        }
    }
}
