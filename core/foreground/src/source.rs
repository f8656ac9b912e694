//! Finds, reads and parses the configuration file that an argument names.

use std::fs::File;
use std::path::{Path, PathBuf};

use adit_activation::AppliedConfig;
use adit_config::{Config, Document, InterfaceName, parse};
use adit_platform::native::{owner_file, privilege};
use adit_platform::private_folder::config_file;
use adit_tunnel::DeviceView;
use anyhow::{Context, anyhow, bail};
use zeroize::Zeroizing;

use crate::lines::{tell, warn};
use crate::place;
use crate::privilege::NotAllowed;
use crate::words::complaint;

/// The folder in which wg-quick(8) keeps configurations.
const FOLDER: &str = "/etc/wireguard";

/// The read limit, bytes: one more than the largest configuration, so that a larger file is detected.
const LIMIT: u64 = (1 << 20) + 1;

/// The error for a larger file.
const TOO_LARGE: &str = "a configuration has at most 1 MiB";

/// The user that the verb runs as; decides the advice about a file that cannot be read.
#[derive(Clone, Copy)]
enum Reader {
    /// The verb runs as root.
    Root,
    /// The verb runs as any user, and must not be run as root.
    Anybody,
}

/// A configuration file that was read.
pub struct Source {
    /// The interface's name: the file's name without `.conf`.
    pub name: InterfaceName,
    path: PathBuf,
    bytes: Zeroizing<Vec<u8>>,
}

impl Source {
    /// Reads the file that `argument`, a path or a name, stands for, and warns if every user can read it.
    pub fn read(argument: &str) -> anyhow::Result<Self> {
        Self::read_as(Reader::Root, argument)
    }

    /// Like [`read`](Self::read), for a verb that does not need root.
    pub fn read_without_root(argument: &str) -> anyhow::Result<Self> {
        Self::read_as(Reader::Anybody, argument)
    }

    fn read_as(reader: Reader, argument: &str) -> anyhow::Result<Self> {
        let name = interface_name(argument)?;
        let path = path(argument);
        let bytes = read_bounded(reader, argument, &path, LIMIT, TOO_LARGE)?;
        place::warnings(&path).into_iter().for_each(warn);
        Ok(Self { name, path, bytes })
    }

    /// Returns the text with the place of every byte.
    pub fn document(&self) -> anyhow::Result<Document> {
        Document::parse(&self.bytes).with_context(|| self.path.display().to_string())
    }

    /// Returns the file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the changes of the running tunnel since it was last configured into the present file, and keeps the file's
    /// comments, order, owner and mode. Returns false if there is nothing to write.
    pub fn follow(&self, told: &AppliedConfig, view: &DeviceView) -> anyhow::Result<bool> {
        let content = config_file::read(&self.path, LIMIT)?;
        let document = Document::parse(&content.bytes).with_context(|| self.path.display().to_string())?;
        let followed = told.write_into(&document, view)?;
        if followed.text() == document.text() {
            return Ok(false);
        }
        config_file::replace(&self.path, followed.text().as_bytes())?;
        Ok(true)
    }

    /// Parses the file, and prints every diagnostic.
    pub fn understand(&self) -> anyhow::Result<Config> {
        let document = self.document()?;
        let (config, diagnostics) = match parse::config(&document) {
            Ok((config, diagnostics)) => (Some(config), diagnostics),
            Err(diagnostics) => (None, diagnostics),
        };
        let file = self.path.display().to_string();
        for diagnostic in &diagnostics {
            tell(complaint(&file, diagnostic));
        }
        config.with_context(|| format!("{file} has errors; nothing was changed"))
    }
}

/// Reads the configuration file that `argument` stands for, and warns if every user can read it.
pub fn read_file(argument: &str, path: &Path) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    read_at_most(argument, path, LIMIT, TOO_LARGE)
}

/// Like [`read_file`], for files that may be larger: reads less than `limit` bytes; `why` is the error for a longer file.
pub fn read_at_most(argument: &str, path: &Path, limit: u64, why: &str) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    read_bounded(Reader::Root, argument, path, limit, why)
}

fn read_bounded(reader: Reader, argument: &str, path: &Path, limit: u64, why: &str) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let mut file = owner_file::open_without_waiting(path).map_err(|error| unreadable(reader, argument, path, error))?;
    let metadata = file.metadata().with_context(|| format!("cannot read {}", path.display()))?;
    if !metadata.is_file() {
        bail!("{} is not a file", path.display());
    }
    warn_if_exposed(path, &file);
    if metadata.len() >= limit {
        bail!("{} has {} bytes; {why}", path.display(), metadata.len());
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or_default() + 1));
    std::io::Read::read_to_end(&mut std::io::Read::take(&mut file, limit), &mut bytes)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

/// Explains why `path`, which `argument` stands for, cannot be read, and says what to do about it.
fn unreadable(reader: Reader, argument: &str, path: &Path, error: std::io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        std::io::ErrorKind::NotFound if path != Path::new(argument) => {
            format!("; a file that is elsewhere is given by its path, such as ./{argument}")
        }
        std::io::ErrorKind::PermissionDenied if !privilege::is_administrator() => match reader {
            Reader::Root => {
                return NotAllowed(format!("cannot read {}: {error}; try again with sudo", path.display())).into();
            }
            Reader::Anybody => {
                format!(
                    "; this needs no root but a file that you may read, such as a copy: sudo install -o $USER -m 600 {} .",
                    path.display()
                )
            }
        },
        _ => String::new(),
    };
    anyhow!("cannot read {}: {error}{advice}", path.display())
}

/// Returns the interface that `argument`, a path or a name, stands for.
pub fn interface_name(argument: &str) -> anyhow::Result<InterfaceName> {
    let path = path(argument);
    InterfaceName::from_conf_path(&path).with_context(|| {
        format!("the file's name must be that of an interface and then .conf, as in wg0.conf; `{}` is not", path.display())
    })
}

/// Resolves an argument as wg-quick(8) does: an argument that can be the name of an interface is one. But a `wg0.conf` that is
/// missing here is reported as missing here, and not looked for as `wg0.conf.conf` in the folder.
pub fn path(argument: &str) -> PathBuf {
    match argument.parse::<InterfaceName>() {
        Ok(name) => {
            let file = Path::new(FOLDER).join(format!("{name}.conf"));
            if argument.ends_with(".conf") && (Path::new(argument).exists() || !file.exists()) { argument.into() } else { file }
        }
        Err(_) => argument.into(),
    }
}

/// Warns as wg-quick(8) does if other users can read the file and enter its folder.
fn warn_if_exposed(path: &Path, file: &File) {
    if owner_file::is_exposed(path, file).unwrap_or(false) {
        warn(format!("{0} is world accessible, and has keys in it; put that right with: chmod 600 {0}", path.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_in_etc_wireguard_and_a_path_is_itself() {
        assert_eq!(path("wg0"), Path::new("/etc/wireguard/wg0.conf"));
        assert_eq!(path("/tmp/wg0.conf"), Path::new("/tmp/wg0.conf"));
        assert_eq!(path("./wg0"), Path::new("./wg0"));
        assert_eq!(path("no-such.conf"), Path::new("no-such.conf"));
    }

    #[test]
    fn a_file_that_cannot_name_an_interface_is_refused_with_an_example() {
        for bad in ["/tmp/a-name-that-is-too-long.conf", "/tmp/wg0", "/tmp/.conf", "a b", "../..", "-rf", "/tmp/wg0.conf.bak"] {
            let error = interface_name(bad).unwrap_err();
            assert!(format!("{error:#}").contains("as in wg0.conf"), "{bad}: {error:#}");
        }
        assert_eq!(interface_name("/tmp/office.conf").unwrap().as_str(), "office");
    }
}
