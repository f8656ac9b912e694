//! The tunnels of this computer on disk: one sealed file for each, and never an incomplete one.
//!
//! `DIRECTORY/tunnels/ID.tunnel` contains the tunnel's text, its last twenty earlier texts and its settings, sealed with the
//! key of a [`SecretStore`]. Each change is written to a new file, synced, renamed into place and synced again: after a power
//! failure there is the old tunnel or the new one. A file that cannot be opened is reported and left as it is; the others stay
//! usable. Only one process at a time can have the store open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use adit_api::{TunnelId, TunnelName};
use adit_config::{Document, InterfaceName, edit};
use adit_platform::private_folder::{FolderError, FolderLock, PrivateFolder};
use adit_protocol::PrivateKey;
use zeroize::Zeroizing;

use crate::secrets::SecretError;

mod error;
mod in_place;
mod load;
mod migrate;
mod record;
mod seal;
mod tunnel;

pub use error::{Finding, FindingCode, StoreError};
pub use migrate::Migration;
pub use tunnel::{Approval, Cause, HookDigest, Settings, Source, Summary, Tunnel, UnixTime, Version, Wanted};

#[cfg(doc)]
use crate::secrets::SecretStore;
use record::{Earlier, MAX_FILE, Record};
use seal::SealKey;

/// The folder of the tunnels' files.
const TUNNELS: &str = "tunnels";
/// The folder of broken files that were set aside.
const BROKEN: &str = "broken";
/// The file that is locked while a process has the store open.
const LOCK: &str = "store.lock";
/// The extension of a tunnel's file, after its id.
const EXTENSION: &str = ".tunnel";

/// Returns true if the state folder `path` contains any tunnel's file, readable or not. Needs no key.
///
/// # Errors
/// Fails if the folder cannot be listed.
pub fn has_tunnels(path: &Path) -> std::io::Result<bool> {
    match std::fs::read_dir(path.join(TUNNELS)) {
        Ok(mut entries) => {
            entries.try_fold(false, |any, entry| Ok(any || entry?.file_name().to_string_lossy().ends_with(EXTENSION)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The open store. Its only secrets in memory are the keys: texts are read when they are requested.
pub struct Store {
    state: PrivateFolder,
    tunnels: PrivateFolder,
    /// The key to seal with. None: nothing can be written.
    key: Option<SealKey>,
    /// Older keys with which files may still be sealed.
    older: Vec<SealKey>,
    entries: BTreeMap<TunnelId, Summary>,
    broken: BTreeMap<TunnelId, Finding>,
    _lock: FolderLock,
    /// The disk that the store believes it has.
    #[cfg(test)]
    pub(crate) disk: TestDisk,
}

/// Faults of the disk for tests.
#[cfg(test)]
#[derive(Clone, Copy, Default)]
pub(crate) struct TestDisk {
    /// True if no change is confirmed.
    pub(crate) confirms_nothing: bool,
    /// True if nothing can be read.
    pub(crate) reads_nothing: bool,
}

impl Store {
    /// Returns all usable tunnels in the order of their ids.
    pub fn list(&self) -> impl Iterator<Item = &Summary> {
        self.entries.values()
    }

    /// Returns all tunnels whose files cannot be used. While there is one, a tunnel that was up may be missing from the list.
    pub fn broken(&self) -> impl Iterator<Item = &Finding> {
        self.broken.values()
    }

    /// Returns the summary of one tunnel.
    pub fn summary(&self, id: TunnelId) -> Result<&Summary, StoreError> {
        match (self.entries.get(&id), self.broken.get(&id)) {
            (Some(summary), _) => Ok(summary),
            (None, Some(finding)) => Err(StoreError::Broken(finding.code.clone())),
            (None, None) => Err(StoreError::NoSuchTunnel(id)),
        }
    }

    /// Returns a tunnel with its text. A text that is in a file of its own is read anew; `now` is the time at which a change of
    /// it counts as noticed.
    pub fn get(&mut self, id: TunnelId, now: UnixTime) -> Result<Tunnel, StoreError> {
        let (record, exposed) = self.current(id, now)?;
        let Record { summary, text, earlier: _, pending_key } = record;
        Ok(Tunnel { summary, text, pending_key, exposed })
    }

    /// Adds a new tunnel.
    pub fn put(
        &mut self,
        name: TunnelName,
        interface: InterfaceName,
        text: &str,
        cause: Cause,
        now: UnixTime,
    ) -> Result<TunnelId, StoreError> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(|_| SecretError::NoRandomness)?;
        let id = TunnelId::from_bits(u128::from_le_bytes(bits));
        self.add(id, Source::Kept, name, interface, text, cause, now)
    }

    #[expect(clippy::too_many_arguments, reason = "each is one field of what is made")]
    fn add(
        &mut self,
        id: TunnelId,
        source: Source,
        name: TunnelName,
        interface: InterfaceName,
        text: &str,
        cause: Cause,
        now: UnixTime,
    ) -> Result<TunnelId, StoreError> {
        Document::parse(text.as_bytes())?;
        self.unlike_others(id, Some(&name), Some(&interface))?;
        let summary = Summary {
            id,
            name,
            interface,
            source,
            version: 1,
            changed: now,
            cause,
            created: now,
            key_created: now,
            preshared_created: record::Keys::of(text).preshared.into_keys().map(|peer| (peer, now)).collect(),
            has_pending_key: false,
            settings: Settings::new(),
        };
        let text = Zeroizing::new(text.to_owned());
        let record = Record { summary, text, earlier: Vec::new(), pending_key: None };
        let file = self.sealed(&record)?;
        let written = self.confirmed(self.tunnels.create(&file_name(id), &file));
        match written {
            Ok(()) | Err(FolderError::NotDurable { .. }) => {
                self.entries.insert(id, record.summary);
            }
            Err(FolderError::Exists { path }) => return Err(StoreError::BrokenInTheWay(path)),
            Err(_) => {}
        }
        written?;
        Ok(id)
    }

    /// Replaces a tunnel's text. `expected` is the version that the change is based on. Returns the new version. An identical
    /// text creates no new version.
    pub fn replace(&mut self, id: TunnelId, expected: u64, text: &str, cause: Cause, now: UnixTime) -> Result<u64, StoreError> {
        Document::parse(text.as_bytes())?;
        let (mut record, _) = self.current(id, now)?;
        let found = record.summary.version;
        if found != expected {
            return Err(StoreError::Changed { expected, found });
        }
        if *record.text == text {
            return Ok(found);
        }
        record.succeed(Zeroizing::new(text.to_owned()), found + 1, cause, now);
        match record.summary.source.clone() {
            Source::Kept => self.save(&record)?,
            Source::File(path) => self.replace_in_place(&path, &record)?,
        }
        Ok(found + 1)
    }

    /// Returns the earlier versions, the latest first; at most twenty.
    pub fn versions(&self, id: TunnelId) -> Result<Vec<Version>, StoreError> {
        Ok(self.read(id)?.earlier.iter().map(|earlier| earlier.version).collect())
    }

    /// Returns the text of an earlier version.
    pub fn version(&self, id: TunnelId, number: u64) -> Result<Zeroizing<String>, StoreError> {
        let earlier = self.read(id)?.earlier.into_iter().find(|earlier| earlier.version.number == number);
        earlier.map(|earlier| earlier.text).ok_or(StoreError::NoSuchVersion(number))
    }

    /// Renames a tunnel.
    pub fn rename(&mut self, id: TunnelId, name: TunnelName) -> Result<(), StoreError> {
        let mut record = self.read(id)?;
        self.unlike_others(id, Some(&name), None)?;
        record.summary.name = name;
        self.save(&record)
    }

    /// Changes a tunnel's settings.
    pub fn update(&mut self, id: TunnelId, change: impl FnOnce(&mut Settings)) -> Result<(), StoreError> {
        let mut record = self.read(id)?;
        let before = record.summary.settings.clone();
        change(&mut record.summary.settings);
        if record.summary.settings == before { Ok(()) } else { self.save(&record) }
    }

    /// Stores a new private key beside the text until the peers know it, or removes it.
    pub fn set_pending_key(&mut self, id: TunnelId, key: Option<PrivateKey>) -> Result<(), StoreError> {
        let mut record = self.read(id)?;
        record.summary.has_pending_key = key.is_some();
        record.pending_key = key;
        self.save(&record)
    }

    /// Removes the private keys from a tunnel's text, from the earlier texts and from a pending rotation. The tunnel then asks
    /// for its key at connect, so it no longer comes up at boot. Overwritten blocks that a disk may retain are out of reach,
    /// but sealed.
    pub fn forget_private_keys(&mut self, id: TunnelId, now: UnixTime) -> Result<(), StoreError> {
        let mut record = self.read(id)?;
        if let Source::File(path) = record.summary.source {
            return Err(StoreError::KeyInFile(path));
        }
        record.text = without_private_keys(&record.text)?;
        let mut earlier = Vec::new();
        for Earlier { version, text } in record.earlier {
            earlier.push(Earlier { version, text: without_private_keys(&text)? });
        }
        record.earlier = earlier;
        record.pending_key = None;
        let summary = &mut record.summary;
        summary.has_pending_key = false;
        summary.settings.start_at_boot = false;
        // The new version makes a concurrent edit of the old text fail.
        (summary.version, summary.changed, summary.cause) = (summary.version + 1, now, Cause::Edited);
        self.save(&record)
    }

    /// Removes a tunnel and everything stored about it. An administrator's file stays. Overwritten or removed blocks that a
    /// disk may retain are out of reach, but unreadable without the key.
    pub fn remove(&mut self, id: TunnelId) -> Result<(), StoreError> {
        self.summary(id)?;
        let removed = self.confirmed(self.tunnels.remove(&file_name(id)));
        if matches!(removed, Ok(()) | Err(FolderError::NotDurable { .. } | FolderError::Missing { .. })) {
            self.entries.remove(&id);
        }
        Ok(removed?)
    }

    /// Moves a broken tunnel's file to the folder `broken`, which is never read. Returns its new path.
    pub fn set_aside(&mut self, id: TunnelId) -> Result<PathBuf, StoreError> {
        const ATTEMPTS: u32 = 1000;
        if !self.broken.contains_key(&id) {
            return Err(StoreError::NoSuchTunnel(id));
        }
        let folder = self.state.subfolder(BROKEN)?;
        let name = file_name(id);
        let mut to = name.clone();
        for attempt in 2..ATTEMPTS {
            match self.tunnels.hand_over(&name, &folder, &to) {
                Err(FolderError::Exists { .. }) => to = format!("{name}.{attempt}"),
                other => {
                    if matches!(other, Ok(()) | Err(FolderError::NotDurable { .. })) {
                        self.broken.remove(&id);
                    }
                    other?;
                    return Ok(folder.path().join(to));
                }
            }
        }
        Err(FolderError::Exists { path: folder.path().join(to) }.into())
    }

    /// Returns the state folder, for files beside the tunnels.
    pub(crate) fn folder(&self) -> &PrivateFolder {
        &self.state
    }

    /// Returns the path of the state folder.
    pub fn path(&self) -> &Path {
        self.state.path()
    }

    fn unlike_others(
        &self,
        id: TunnelId,
        name: Option<&TunnelName>,
        interface: Option<&InterfaceName>,
    ) -> Result<(), StoreError> {
        for other in self.entries.values().filter(|other| other.id != id) {
            if name.is_some_and(|name| name.is_like(&other.name)) {
                return Err(StoreError::NameTaken(other.name.clone()));
            }
            if interface == Some(&other.interface) {
                return Err(StoreError::InterfaceTaken(other.interface.clone()));
            }
        }
        Ok(())
    }

    fn read(&self, id: TunnelId) -> Result<Record, StoreError> {
        self.summary(id)?;
        #[cfg(test)]
        if self.disk.reads_nothing {
            return Err(StoreError::Broken(FindingCode::Truncated));
        }
        let content = self.tunnels.read(&file_name(id), MAX_FILE)?;
        let (plain, _) = seal::open(self.key.iter().chain(&self.older), id, &content.bytes).map_err(StoreError::Broken)?;
        Record::decode(id, &plain).map_err(StoreError::Broken)
    }

    fn sealed(&self, record: &Record) -> Result<Vec<u8>, StoreError> {
        let key = self.key.as_ref().ok_or(StoreError::NoKey)?;
        let plain = record.encode().ok_or(StoreError::TooLarge)?;
        let file = key.seal(record.summary.id, &plain)?;
        if file.len() as u64 > MAX_FILE { Err(StoreError::TooLarge) } else { Ok(file) }
    }

    /// Returns the result of a write; a test can replace a success.
    #[cfg(test)]
    fn confirmed(&self, written: Result<(), FolderError>) -> Result<(), FolderError> {
        let unconfirmed =
            || FolderError::NotDurable { path: self.path().to_owned(), cause: adit_platform::private_folder::OsError(5) };
        if self.disk.confirms_nothing { written.and_then(|()| Err(unconfirmed())) } else { written }
    }

    #[cfg(not(test))]
    fn confirmed(&self, written: Result<(), FolderError>) -> Result<(), FolderError> {
        written
    }

    fn save(&mut self, record: &Record) -> Result<(), StoreError> {
        let file = self.sealed(record)?;
        let written = self.confirmed(self.tunnels.replace(&file_name(record.summary.id), &file));
        if matches!(written, Ok(()) | Err(FolderError::NotDurable { .. })) {
            self.entries.insert(record.summary.id, record.summary.clone());
        }
        Ok(written?)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path()).field("tunnels", &self.entries.len()).finish_non_exhaustive()
    }
}

fn without_private_keys(text: &str) -> Result<Zeroizing<String>, StoreError> {
    let document = Document::parse(text.as_bytes())?;
    let (document, _) = edit::take_key_out(&document).map_err(|_| StoreError::TooLarge)?;
    Ok(Zeroizing::new(document.text().to_owned()))
}

fn file_name(id: TunnelId) -> String {
    format!("{id}{EXTENSION}")
}

/// Returns the tunnel's id, or None if this is not the name of a tunnel's file.
fn id_of(file_name: &str) -> Option<TunnelId> {
    file_name.strip_suffix(EXTENSION)?.parse().ok()
}
