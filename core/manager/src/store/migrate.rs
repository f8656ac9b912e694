//! Seals all tunnels with another key, one file after the other. After an interruption each file is sealed with one of the two
//! keys, both keys still exist, and the next call continues.

use std::path::PathBuf;

use super::record::MAX_FILE;
use super::seal::{self, SealKey};
use super::{BROKEN, Store, StoreError, id_of, load};
use crate::secrets::SecretStore;

/// The result of sealing files again that were sealed with the older key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Migration {
    /// Number of files that this call sealed with the current key.
    pub resealed: usize,
    /// Files that could not be sealed again although they are, or may be, sealed with the older key.
    pub left: Vec<PathBuf>,
    /// True if the older key was no longer needed and was removed.
    pub forgotten: bool,
}

impl Store {
    /// Seals every file with the current key that is still sealed with the key of `older`, with which the store was opened too.
    /// Then removes the older key, unless a remaining file can be opened with no other key.
    pub fn migrate(&mut self, older: &dyn SecretStore) -> Result<Migration, StoreError> {
        let current = self.key.as_ref().ok_or(StoreError::NoKey)?;
        let mut migration = Migration::default();
        let Some(secret) = older.load()? else { return Ok(migration) };
        let old = SealKey::new(&secret);
        if old.id == current.id {
            return Ok(migration);
        }
        for name in self.tunnels.names()? {
            let path = self.tunnels.path().join(&name);
            let (Some(id), key) = (id_of(&name), load::key_of(&self.tunnels, &name)) else { continue };
            if key.is_some_and(|key| key != old.id) {
                continue;
            }
            let content = self.tunnels.read(&name, MAX_FILE);
            match content.map(|content| seal::open([&old], id, &content.bytes)) {
                Ok(Ok((plain, _))) => {
                    self.tunnels.replace(&name, &current.seal(id, &plain)?)?;
                    migration.resealed += 1;
                }
                Ok(Err(_)) | Err(_) => migration.left.push(path),
            }
        }
        let broken = self.state.subfolder(BROKEN)?;
        let set_aside = broken.names()?.into_iter().filter(|name| load::key_of(&broken, name).is_none_or(|key| key == old.id));
        migration.left.extend(set_aside.map(|name| broken.path().join(name)));
        if migration.left.is_empty() {
            older.forget()?;
            migration.forgotten = true;
        }
        Ok(migration)
    }
}
