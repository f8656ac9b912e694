//! Claims on the names of tunnels under repair, so that no other process brings one of them up meanwhile.

use std::collections::BTreeMap;

use adit_config::InterfaceName;
use adit_platform::devices::Owner;
use adit_platform::native::claim::{Held, LockFile};

/// The owner of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Claim {
    Ours,
    Others,
}

/// The claimed names, until this is dropped. The lock file of a name that is [kept](Self::keep) stays, so that the next repair
/// finds the rest of its settings.
#[derive(Default)]
pub(super) struct Claims(BTreeMap<InterfaceName, State>);

enum State {
    Held(LockFile),
    Kept,
    Released,
    Others,
}

impl Claims {
    /// Claims the name, unless it is claimed already.
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

    /// Keeps the lock file of the name, because one of its settings could not be undone.
    pub(super) fn keep(&mut self, name: &InterfaceName) {
        let Self(names) = self;
        if let Some(State::Held(lock)) = names.insert(name.clone(), State::Kept) {
            lock.abandon();
        }
    }

    /// Releases the name and removes root's lock file. Returns false if the name is kept.
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
