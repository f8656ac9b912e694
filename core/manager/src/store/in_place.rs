//! Tunnels whose text is an administrator's file, such as `/etc/wireguard/wg0.conf`. The file is authoritative. The store keeps
//! the text that it last read from the file, so that it can report a change and undo it.

use std::path::{Component, Path};

use adit_api::{TunnelId, TunnelName};
use adit_config::syntax::MAX_BYTES;
use adit_config::{Document, InterfaceName};
use adit_platform::private_folder::{FolderError, config_file};
use blake2::Blake2s256;
use blake2::digest::Digest as _;
use zeroize::Zeroizing;

use super::record::Record;
use super::tunnel::{Cause, Source, UnixTime};
use super::{Store, StoreError};

/// Maximum size of a configuration in bytes: 1 MiB.
pub(super) const LIMIT: u64 = MAX_BYTES as u64;

impl Store {
    /// Returns the id of the tunnel that belongs to a file, whether or not the store contains it.
    pub fn id_of_file(path: &Path) -> TunnelId {
        let mut digest = Blake2s256::new();
        digest.update(b"adit: the tunnel of the file ");
        digest.update(path.as_os_str().as_encoded_bytes());
        let mut bits = [0; 16];
        bits.iter_mut().zip(digest.finalize()).for_each(|(bit, byte)| *bit = byte);
        TunnelId::from_bits(u128::from_le_bytes(bits))
    }

    /// Adds a tunnel whose text stays in its file. `path` is absolute; the interface has the name of the file. The same file
    /// always gets the same tunnel id.
    pub fn add_file(&mut self, path: &Path, name: TunnelName, now: UnixTime) -> Result<TunnelId, StoreError> {
        let is_plain =
            path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_) | Component::Prefix(_)));
        let not_a_path = || StoreError::NotAConfPath(path.to_owned());
        if !path.is_absolute() || !is_plain || path.to_str().is_none() {
            return Err(not_a_path());
        }
        let interface = InterfaceName::from_conf_path(path).map_err(|_| not_a_path())?;
        let id = Self::id_of_file(path);
        if self.entries.contains_key(&id) {
            return Ok(id);
        }
        let (text, _) = read(path)?;
        self.add(id, Source::File(path.to_owned()), name, interface, &text, Cause::Imported, now)
    }

    /// Reads a tunnel's current record. Returns true with it if other users of this computer can read the tunnel's file.
    pub(super) fn current(&mut self, id: TunnelId, now: UnixTime) -> Result<(Record, bool), StoreError> {
        let mut record = self.read(id)?;
        let Source::File(path) = record.summary.source.clone() else { return Ok((record, false)) };
        let (text, exposed) = read(&path)?;
        if *text != *record.text {
            let known = self.summary(id)?.version;
            let number = record.summary.version.max(known) + 1;
            record.succeed(text, number, Cause::ChangedOutside, now);
            if let Err(error) = self.save(&record) {
                // The tunnel stays usable: its text is in the file.
                tracing::warn!(path = %path.display(), %error, "the change of a tunnel's file was noticed, but not kept for undo");
                self.entries.insert(id, record.summary.clone());
            }
        }
        Ok((record, exposed))
    }

    /// Saves the record before it writes the administrator's file. If writing the file fails, the next read records the old
    /// text as a change from outside.
    pub(super) fn replace_in_place(&mut self, path: &Path, record: &Record) -> Result<(), StoreError> {
        let kept = self.save(record);
        if !matches!(kept, Ok(()) | Err(StoreError::Folder(FolderError::NotDurable { .. }))) {
            return kept;
        }
        config_file::replace(path, record.text.as_bytes())?;
        kept
    }
}

fn read(path: &Path) -> Result<(Zeroizing<String>, bool), StoreError> {
    let content = config_file::read(path, LIMIT)?;
    let document = Document::parse(&content.bytes)?;
    Ok((Zeroizing::new(document.text().to_owned()), content.exposed))
}
