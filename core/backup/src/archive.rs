//! The content of a backup as a tar archive: `adit-backup.json`, and `tunnels/NAME.conf` for each tunnel.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read};

use adit_api::{ConfigText, TunnelName};
use adit_config::InterfaceName;
use adit_import::file_names;
use serde::{Deserialize, Serialize};
use tar::{Archive, Builder, EntryType, Header};
use zeroize::Zeroizing;

use crate::contents::{Backup, SavedTunnel, Settings};
use crate::error::ArchiveError;
use crate::limits::{ARCHIVE_BYTES, CONFIG_BYTES, DESCRIPTION_BYTES, MADE_BY_CHARACTERS, TUNNELS};

/// The name of the entry that describes the others.
const DESCRIPTION: &str = "adit-backup.json";
/// The folder of the configurations.
const FOLDER: &str = "tunnels/";
/// The format that is written, and the latest that is read.
const FORMAT: u64 = 1;
/// Size of a tar block in bytes.
const BLOCK: usize = 512;
/// Blocks that an entry can take besides its content: two headers, a long name, and the rest of the last block.
const BLOCKS_PER_ENTRY: usize = 4;

/// The part of the description that every format has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u64,
}

/// The description in format 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    format: u64,
    made_at: u64,
    made_by: String,
    tunnels: Vec<Described>,
}

/// A tunnel in the description.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: TunnelName,
    interface: InterfaceName,
    /// The path of the entry with its configuration.
    config: String,
    settings: Settings,
}

/// Makes the archive. The same backup always gives the same bytes. They contain keys.
pub fn pack(backup: &Backup) -> Result<Zeroizing<Vec<u8>>, ArchiveError> {
    if backup.tunnels.len() > TUNNELS {
        return Err(ArchiveError::TooMany);
    }
    let files = file_names(backup.tunnels.iter().map(|tunnel| &tunnel.name));
    let described = backup.tunnels.iter().zip(&files).map(|(tunnel, file)| Described {
        name: tunnel.name.clone(),
        interface: tunnel.interface.clone(),
        config: format!("{FOLDER}{file}"),
        settings: tunnel.settings,
    });
    let description =
        Description { format: FORMAT, made_at: backup.made_at, made_by: backup.made_by.clone(), tunnels: described.collect() };
    let mut json = serde_json::to_vec_pretty(&description).map_err(|error| ArchiveError::Description(error.to_string()))?;
    json.push(b'\n');
    let texts = backup.tunnels.iter().map(|tunnel| tunnel.config.dangerously_reveal());
    let paths = description.tunnels.iter().map(|tunnel| tunnel.config.as_str());
    if let Some((path, _)) = paths.clone().zip(texts.clone()).find(|(_, text)| text.len() > CONFIG_BYTES) {
        return Err(ArchiveError::ConfigTooLarge(path.to_owned()));
    }
    let size = (backup.tunnels.len() + 2) * BLOCKS_PER_ENTRY * BLOCK + json.len() + texts.clone().map(str::len).sum::<usize>();
    if size > ARCHIVE_BYTES || json.len() > DESCRIPTION_BYTES {
        return Err(ArchiveError::TooLarge);
    }
    // Full capacity from the start, because growing the buffer would leave copies of keys behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(size));
    let entries = [(DESCRIPTION, json.as_slice())].into_iter().chain(paths.zip(texts.map(str::as_bytes)));
    write(&mut bytes, backup.made_at / 1000, entries).map_err(|_| ArchiveError::Tar)?;
    Ok(bytes)
}

fn write<'a>(bytes: &mut Vec<u8>, time: u64, entries: impl Iterator<Item = (&'a str, &'a [u8])>) -> io::Result<()> {
    let mut archive = Builder::new(bytes);
    for (path, content) in entries {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_mtime(time);
        header.set_size(u64::try_from(content.len()).unwrap_or(u64::MAX));
        archive.append_data(&mut header, path, content)?;
    }
    archive.finish()
}

/// Reads an archive that [`pack`] or a tar program made.
pub fn unpack(bytes: &[u8]) -> Result<Backup, ArchiveError> {
    if bytes.len() > ARCHIVE_BYTES {
        return Err(ArchiveError::TooLarge);
    }
    let mut entries = entries(bytes)?;
    let json = entries.remove(DESCRIPTION).ok_or(ArchiveError::NoDescription)?;
    let not_understood = |error: serde_json::Error| ArchiveError::Description(error.to_string());
    let AnyFormat { format } = serde_json::from_slice(&json).map_err(not_understood)?;
    match format {
        FORMAT => {}
        0 => return Err(ArchiveError::NoSuchFormat(format)),
        found => return Err(ArchiveError::Newer { found, known: FORMAT }),
    }
    let Description { format: _, made_at, made_by, tunnels } = serde_json::from_slice(&json).map_err(not_understood)?;
    if tunnels.len() > TUNNELS {
        return Err(ArchiveError::TooMany);
    }
    let (mut names, mut interfaces) = (HashSet::new(), HashSet::new());
    let mut saved = Vec::with_capacity(tunnels.len());
    for Described { name, interface, config, settings } in tunnels {
        if !names.insert(name.as_str().to_lowercase()) {
            return Err(ArchiveError::SameName(name));
        }
        if !interfaces.insert(interface.as_str().to_owned()) {
            return Err(ArchiveError::SameInterface(interface.to_string()));
        }
        let Some(text) = entries.remove(&config) else { return Err(ArchiveError::NoConfig(name)) };
        let text = std::str::from_utf8(&text).map_err(|_| ArchiveError::NotText(config))?;
        saved.push(SavedTunnel { name, interface, settings, config: ConfigText::new(text.to_owned()) });
    }
    match entries.into_keys().next() {
        Some(other) => Err(ArchiveError::Entry(other)),
        None => Ok(Backup { made_at, made_by: made_by.chars().take(MADE_BY_CHARACTERS).collect(), tunnels: saved }),
    }
}

/// Reads all entries of an archive.
fn entries(bytes: &[u8]) -> Result<BTreeMap<String, Zeroizing<Vec<u8>>>, ArchiveError> {
    let mut entries = BTreeMap::new();
    for (number, entry) in Archive::new(bytes).entries().map_err(damaged)?.enumerate() {
        // The description and the folders of a tar program come in addition to the tunnels.
        if number > TUNNELS + 3 {
            return Err(ArchiveError::TooMany);
        }
        let mut entry = entry.map_err(damaged)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() && matches!(path.as_str(), "" | "." | FOLDER | "tunnels") {
            continue;
        }
        let most = match path.strip_prefix(FOLDER) {
            _ if kind != EntryType::Regular => return Err(ArchiveError::Entry(path)),
            None if path == DESCRIPTION => DESCRIPTION_BYTES,
            Some(_) => CONFIG_BYTES,
            None => return Err(ArchiveError::Entry(path)),
        };
        let size = usize::try_from(entry.size()).unwrap_or(usize::MAX);
        if size > most {
            return Err(ArchiveError::ConfigTooLarge(path));
        }
        let mut content = Zeroizing::new(Vec::with_capacity(size.min(bytes.len())));
        entry.read_to_end(&mut content).map_err(damaged)?;
        if content.len() != size {
            return Err(ArchiveError::Tar);
        }
        if entries.insert(path.clone(), content).is_some() {
            return Err(ArchiveError::Twice(path));
        }
    }
    Ok(entries)
}

fn damaged(_: io::Error) -> ArchiveError {
    ArchiveError::Tar
}
