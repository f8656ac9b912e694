//! Opens the store: takes the lock, loads the key, and sorts the files into usable and unusable ones. No file can prevent the
//! use of the others.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use adit_api::TunnelId;
use adit_platform::private_folder::{PrivateFolder, config_file};

use super::record::{MAX_FILE, Record};
use super::seal::{self, Header, KeyId, SealKey};
use super::tunnel::{Source, Summary, UnixTime};
use super::{Finding, FindingCode, LOCK, Store, StoreError, TUNNELS, id_of};
use crate::secrets::{Secret, SecretError, SecretStore};

impl Store {
    /// Opens the store in `directory`, which is created if missing. `current` has the key; if it has none and the keys of
    /// `older` open every file, it gets a new key. `older` have keys with which files may still be sealed: see
    /// [`Store::migrate`].
    ///
    /// Fails only if the folder cannot be trusted or used, or if another process has it open. Every other problem is a finding.
    pub fn open(
        directory: &Path,
        current: &dyn SecretStore,
        older: &[&dyn SecretStore],
    ) -> Result<(Self, Vec<Finding>), StoreError> {
        let state = PrivateFolder::open(directory)?;
        let lock = state.lock(LOCK)?;
        let tunnels = state.subfolder(TUNNELS)?;
        let mut findings = Findings { folder: &tunnels, all: Vec::new() };
        findings.leftovers(&state);
        findings.leftovers(&tunnels);
        let names = tunnels.names()?;
        let ids: Vec<TunnelId> = names.iter().filter_map(|name| id_of(name)).collect();
        names.iter().filter(|name| id_of(name).is_none()).for_each(|name| findings.about(name, FindingCode::Stray));
        let older = findings.older_keys(older);
        let key = findings.current_key(current, &older, &ids);
        let mut entries = BTreeMap::new();
        for id in ids {
            match load(&tunnels, key.iter().chain(&older), id) {
                Ok(summary) => {
                    entries.insert(id, summary);
                }
                Err(code) => findings.about(&super::file_name(id), code),
            }
        }
        findings.twins(&entries);
        findings.sources(&entries);
        let findings = findings.all;
        let hidden = findings.iter().filter(|finding| finding.hides_a_tunnel());
        let broken = hidden.filter_map(|finding| Some((finding.id?, finding.clone()))).collect();
        let store = Self {
            state,
            tunnels,
            key,
            older,
            entries,
            broken,
            _lock: lock,
            #[cfg(test)]
            disk: super::TestDisk::default(),
        };
        Ok((store, findings))
    }
}

fn load<'k>(tunnels: &PrivateFolder, keys: impl IntoIterator<Item = &'k SealKey>, id: TunnelId) -> Result<Summary, FindingCode> {
    let content = tunnels.read(&super::file_name(id), MAX_FILE).map_err(FindingCode::Unreadable)?;
    let (plain, _) = seal::open(keys, id, &content.bytes)?;
    Ok(Record::decode(id, &plain)?.summary)
}

/// Reads the id of the key that sealed a file from the file's header.
pub(super) fn key_of(folder: &PrivateFolder, name: &str) -> Option<KeyId> {
    Header::read(&folder.read(name, MAX_FILE).ok()?.bytes).ok().map(|header| header.key)
}

struct Findings<'a> {
    folder: &'a PrivateFolder,
    all: Vec<Finding>,
}

impl Findings<'_> {
    fn about(&mut self, name: &str, code: FindingCode) {
        let modified = self.folder.modified(name).and_then(|seconds| u64::try_from(seconds).ok()).map(UnixTime);
        self.all.push(Finding { code, id: id_of(name), file: self.folder.path().join(name), modified });
    }

    fn about_folder(&mut self, folder: &Path, code: FindingCode) {
        self.all.push(Finding { code, id: None, file: folder.to_owned(), modified: None });
    }

    fn leftovers(&mut self, folder: &PrivateFolder) {
        match folder.remove_leftovers() {
            Ok(0) => {}
            Ok(count) => self.about_folder(folder.path(), FindingCode::Leftovers(count)),
            Err(error) => self.about_folder(folder.path(), FindingCode::Unreadable(error)),
        }
    }

    fn older_keys(&mut self, older: &[&dyn SecretStore]) -> Vec<SealKey> {
        let mut keys = Vec::new();
        for store in older {
            match store.load() {
                Ok(secret) => keys.extend(secret.as_ref().map(SealKey::new)),
                Err(error) => self.about_folder(self.folder.path(), FindingCode::KeyUnusable(error)),
            }
        }
        keys
    }

    /// Loads the key to seal with. Creates a new one only if the older keys open every existing file.
    fn current_key(&mut self, current: &dyn SecretStore, older: &[SealKey], ids: &[TunnelId]) -> Option<SealKey> {
        let folder = self.folder.path();
        let made = match current.load() {
            Ok(Some(secret)) => Ok(secret),
            Ok(None) => {
                let is_known = |id: &TunnelId| {
                    key_of(self.folder, &super::file_name(*id)).is_some_and(|key| older.iter().any(|older| older.id == key))
                };
                if !ids.iter().all(is_known) {
                    self.about_folder(folder, FindingCode::KeyMissing(current.describe()));
                    return None;
                }
                new_key(current)
            }
            Err(error) => Err(error),
        };
        made.map(|secret| SealKey::new(&secret)).map_err(|error| self.about_folder(folder, FindingCode::KeyUnusable(error))).ok()
    }

    fn twins(&mut self, entries: &BTreeMap<TunnelId, Summary>) {
        let (mut names, mut interfaces) = (HashSet::new(), HashSet::new());
        for (id, summary) in entries {
            if !names.insert(summary.name.as_str().to_lowercase()) {
                self.about(&super::file_name(*id), FindingCode::SameName);
            }
            if !interfaces.insert(&summary.interface) {
                self.about(&super::file_name(*id), FindingCode::SameInterface);
            }
        }
    }

    fn sources(&mut self, entries: &BTreeMap<TunnelId, Summary>) {
        for (id, summary) in entries {
            let Source::File(path) = &summary.source else { continue };
            let tidied = config_file::remove_leftovers_beside(path).and_then(|count| {
                config_file::read(path, super::in_place::LIMIT)?;
                Ok(count)
            });
            let code = match tidied {
                Ok(0) => continue,
                Ok(count) => FindingCode::Leftovers(count),
                Err(error) => FindingCode::SourceUnusable(error),
            };
            self.all.push(Finding { code, id: Some(*id), file: path.clone(), modified: None });
        }
    }
}

fn new_key(store: &dyn SecretStore) -> Result<Secret, SecretError> {
    let secret = Secret::generate()?;
    store.keep(&secret)?;
    Ok(secret)
}
