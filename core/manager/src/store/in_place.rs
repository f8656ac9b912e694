//! Tunnels whose text is an administrator's file, such as `/etc/wireguard/wg0.conf`: the file is the truth, and the store keeps what
//! it was when it was last looked at, so that it can tell a change and take one back.

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

/// A configuration has at most 1 MiB.
pub(super) const LIMIT: u64 = MAX_BYTES as u64;

impl Store {
    /// Which tunnel stands for a file, whether the store knows it or not.
    pub fn id_of_file(path: &Path) -> TunnelId {
        let mut digest = Blake2s256::new();
        digest.update(b"adit: the tunnel of the file ");
        digest.update(path.as_os_str().as_encoded_bytes());
        let mut bits = [0; 16];
        bits.iter_mut().zip(digest.finalize()).for_each(|(bit, byte)| *bit = byte);
        TunnelId::from_bits(u128::from_le_bytes(bits))
    }

    /// Makes a tunnel of a file that stays where it is. `path` starts at the root; the interface is called like the file. The same
    /// file is the same tunnel each time.
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

    /// The tunnel as it is, and whether others on this computer can read its file.
    pub(super) fn current(&mut self, id: TunnelId, now: UnixTime) -> Result<(Record, bool), StoreError> {
        let mut record = self.read(id)?;
        let Source::File(path) = record.summary.source.clone() else { return Ok((record, false)) };
        let (text, exposed) = read(&path)?;
        if *text != *record.text {
            let known = self.summary(id)?.version;
            let number = record.summary.version.max(known) + 1;
            record.succeed(text, number, Cause::ChangedOutside, now);
            if let Err(error) = self.save(&record) {
                // The tunnel can be used all the same: its text is in the file.
                tracing::warn!(path = %path.display(), %error, "the change of a tunnel's file was noticed, but not kept for undo");
                self.entries.insert(id, record.summary.clone());
            }
        }
        Ok((record, exposed))
    }

    /// Keeps first and then writes the file, which is the truth: if that fails, the change is noted as taken back.
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
