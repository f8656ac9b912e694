//! The tunnels of this machine, on disk: one sealed file each, and none of them ever half written.
//!
//! `DIRECTORY/tunnels/ID.tunnel` holds the text, the last twenty texts before it and what was decided about the tunnel, sealed with
//! the key of a [`SecretStore`]. Each change is written beside, confirmed by the disk, moved into place and confirmed again: whenever
//! the power goes, there is the old tunnel or the new one. A file that cannot be opened is reported and left as it is; the others
//! can be used. One process at a time has the store open.

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

/// Folder with the tunnels.
const TUNNELS: &str = "tunnels";
/// Folder with broken files that somebody has set aside.
const BROKEN: &str = "broken";
/// Locked while a process has the store open.
const LOCK: &str = "store.lock";
/// End of a tunnel's file's name, behind its id.
const EXTENSION: &str = ".tunnel";

/// Whether there is any tunnel in the state folder `path`, whether or not it can be opened; needs no key.
///
/// # Errors
/// When that cannot be found out.
pub fn has_tunnels(path: &Path) -> std::io::Result<bool> {
    match std::fs::read_dir(path.join(TUNNELS)) {
        Ok(mut entries) => {
            entries.try_fold(false, |any, entry| Ok(any || entry?.file_name().to_string_lossy().ends_with(EXTENSION)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The open store. Holds no secrets but the key: texts are read when they are asked for.
pub struct Store {
    state: PrivateFolder,
    tunnels: PrivateFolder,
    /// None: nothing can be written.
    key: Option<SealKey>,
    /// What files may still be sealed with.
    older: Vec<SealKey>,
    entries: BTreeMap<TunnelId, Summary>,
    broken: BTreeMap<TunnelId, Finding>,
    _lock: FolderLock,
}

impl Store {
    /// All tunnels that can be used, in the order of their ids.
    pub fn list(&self) -> impl Iterator<Item = &Summary> {
        self.entries.values()
    }

    /// All tunnels whose file cannot be used. As long as there is one, something that was up may be missing from the list.
    pub fn broken(&self) -> impl Iterator<Item = &Finding> {
        self.broken.values()
    }

    /// What is known of one tunnel.
    pub fn summary(&self, id: TunnelId) -> Result<&Summary, StoreError> {
        match (self.entries.get(&id), self.broken.get(&id)) {
            (Some(summary), _) => Ok(summary),
            (None, Some(finding)) => Err(StoreError::Broken(finding.code.clone())),
            (None, None) => Err(StoreError::NoSuchTunnel(id)),
        }
    }

    /// A tunnel with its text. That of a file in its place is read afresh; `now` is when a change of it was noticed.
    pub fn get(&mut self, id: TunnelId, now: UnixTime) -> Result<Tunnel, StoreError> {
        let (record, exposed) = self.current(id, now)?;
        let Record { summary, text, earlier: _, pending_key } = record;
        Ok(Tunnel { summary, text, pending_key, exposed })
    }

    /// Keeps a new tunnel.
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
        let written = self.tunnels.create(&file_name(id), &file);
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

    /// Gives a tunnel another text. `expected`: the version that the change was made from. Returns the new version; the same text
    /// is none.
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

    /// The texts that there were before, the latest first; at most twenty.
    pub fn versions(&self, id: TunnelId) -> Result<Vec<Version>, StoreError> {
        Ok(self.read(id)?.earlier.iter().map(|earlier| earlier.version).collect())
    }

    /// An earlier text.
    pub fn version(&self, id: TunnelId, number: u64) -> Result<Zeroizing<String>, StoreError> {
        let earlier = self.read(id)?.earlier.into_iter().find(|earlier| earlier.version.number == number);
        earlier.map(|earlier| earlier.text).ok_or(StoreError::NoSuchVersion(number))
    }

    /// Calls a tunnel otherwise.
    pub fn rename(&mut self, id: TunnelId, name: TunnelName) -> Result<(), StoreError> {
        let mut record = self.read(id)?;
        self.unlike_others(id, Some(&name), None)?;
        record.summary.name = name;
        self.save(&record)
    }

    /// Changes what was decided about a tunnel.
    pub fn update(&mut self, id: TunnelId, change: impl FnOnce(&mut Settings)) -> Result<(), StoreError> {
        let mut record = self.read(id)?;
        let before = record.summary.settings.clone();
        change(&mut record.summary.settings);
        if record.summary.settings == before { Ok(()) } else { self.save(&record) }
    }

    /// Keeps a new private key beside the text until the peers know it, or drops it.
    pub fn set_pending_key(&mut self, id: TunnelId, key: Option<PrivateKey>) -> Result<(), StoreError> {
        let mut record = self.read(id)?;
        record.summary.has_pending_key = key.is_some();
        record.pending_key = key;
        self.save(&record)
    }

    /// Takes the private key out of a tunnel's text, and every private key out of the earlier ones; one that waits is dropped. The tunnel
    /// then asks for its key, so that it does not go up with the computer any more. What a disk keeps of overwritten blocks is out of
    /// reach, and sealed.
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
        // Who edits the text as it was hears that it is another.
        (summary.version, summary.changed, summary.cause) = (summary.version + 1, now, Cause::Edited);
        self.save(&record)
    }

    /// Removes a tunnel with all that is kept of it. A file in its place stays there. What a disk keeps of overwritten or removed
    /// blocks is out of reach; without the key it says nothing.
    pub fn remove(&mut self, id: TunnelId) -> Result<(), StoreError> {
        self.summary(id)?;
        let removed = self.tunnels.remove(&file_name(id));
        if matches!(removed, Ok(()) | Err(FolderError::NotDurable { .. } | FolderError::Missing { .. })) {
            self.entries.remove(&id);
        }
        Ok(removed?)
    }

    /// Moves a broken tunnel's file into the folder `broken`, where nothing looks at it any more. Returns where it is.
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

    /// Where the store is.
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

    fn save(&mut self, record: &Record) -> Result<(), StoreError> {
        let file = self.sealed(record)?;
        let written = self.tunnels.replace(&file_name(record.summary.id), &file);
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

/// None: not the name of a tunnel's file.
fn id_of(file_name: &str) -> Option<TunnelId> {
    file_name.strip_suffix(EXTENSION)?.parse().ok()
}
