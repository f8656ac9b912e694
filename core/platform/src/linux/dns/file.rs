//! Resolvers in `/etc/resolv.conf`, if no program manages that file for others: Adit writes the file and keeps the earlier one in
//! a journal, so that it is restored byte for byte when the last tunnel goes, also by the next program of Adit after this one was
//! killed.
//!
//! The newest tunnel's resolvers count. inotify(7) reports programs that write the file without asking (DHCP clients,
//! NetworkManager): their text becomes the file to restore, and the tunnel's resolvers are written again.

mod journal;
mod watch;

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown, symlink};
use std::path::{Path, PathBuf};

use adit_config::InterfaceName;
use rustix::fs::{Access, AtFlags, CWD, FlockOperation, StatxAttributes, StatxFlags, accessat, flock, statx};

use self::journal::{Journal, Tunnel};
use super::resolv_conf;
use crate::linux::helper;
use crate::linux::runner::Failure;
use crate::network::{DnsSpec, NetworkError};
use crate::unix::state_file;

pub(in crate::linux) use watch::on_overwritten;

/// The first words of every file that Adit writes.
const MARK: &str = "# Written by Adit";
/// The longest file that is changed, bytes: no resolver reads a longer one.
const LONGEST: u64 = 64 * 1024;
/// The name of this request to the helper, in place of a program's name.
pub(in crate::linux) const REQUEST: &str = "resolv.conf";
/// The name of the journal, and its longest length.
const JOURNAL: &str = "resolv.conf";
const LONGEST_JOURNAL: u64 = 2 * LONGEST;

/// The paths of the file and of the journal.
#[derive(Clone, Debug)]
struct ResolvConf {
    file: PathBuf,
    /// The journal's folder, which only root can change.
    state: PathBuf,
}

/// The entry at the path of resolv.conf: a file, a link or none.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Content {
    Nothing,
    Link(PathBuf),
    File { bytes: Vec<u8>, mode: u32, user: u32, group: u32 },
}

impl Content {
    fn is_ours(&self) -> bool {
        matches!(self, Self::File { bytes, .. } if bytes.starts_with(MARK.as_bytes()))
    }
}

/// Returns true if the file can be written, by root with its capabilities.
pub(super) fn is_writable() -> bool {
    let can_write = |path: &Path| accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS).is_ok();
    let ResolvConf { file, .. } = ResolvConf::system();
    let attributes = statx(CWD, &file, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty()).map(|found| found.stx_attributes);
    // A mount point cannot be replaced; it is written in place.
    let is_mount = attributes.is_ok_and(|attributes| attributes.contains(StatxAttributes::MOUNT_ROOT));
    let target = if is_mount { Some(&*file) } else { file.parent() };
    rustix::process::geteuid().is_root() && target.is_some_and(can_write)
}

/// Writes `dns` as the resolvers into the file.
pub(super) fn add(name: &InterfaceName, dns: &DnsSpec) -> Result<(), NetworkError> {
    let kernel = NetworkError::kernel("writing the resolvers into /etc/resolv.conf");
    let added = ask(&["add", name.as_str()], &resolv_conf(dns));
    added.and_then(|_| watch::start()).map_err(kernel)
}

/// Restores the file from before the tunnel, if the tunnel's resolvers are in it.
pub(super) fn remove(name: &InterfaceName) -> Result<(), NetworkError> {
    ask(&["remove", name.as_str()], "").map(drop).map_err(NetworkError::kernel("putting back /etc/resolv.conf"))
}

/// Returns the interfaces whose resolvers a killed process left in the file.
pub(super) fn recorded() -> BTreeSet<InterfaceName> {
    let names = ask(&["recorded"], "").unwrap_or_default();
    names.lines().filter_map(|name| name.parse().ok()).collect()
}

/// Returns the file from before the tunnels, if Adit has replaced it.
pub(in crate::linux) fn outside_servers() -> Option<String> {
    ask(&["before"], "").ok()
}

/// Writes the tunnel's resolvers again if they are not in the file, and returns the tunnel.
fn write_again() -> io::Result<Option<InterfaceName>> {
    ask(&["again"], "").map(|name| name.parse().ok())
}

/// Serves a request in the helper if there is one, because this process has then given up the right to do it; else in this
/// process. Does nothing and returns an empty text unless the user is root.
fn ask(arguments: &[&str], input: &str) -> io::Result<String> {
    if !rustix::process::geteuid().is_root() {
        return Ok(String::new());
    }
    let Some(helper) = helper::running() else { return serve(arguments, input) };
    let finished = helper.run(Path::new(REQUEST), arguments, input, |_| {});
    let finished = finished.map_err(|Failure { status, message }| io::Error::other(format!("{status}: {message}")))?;
    Ok(String::from_utf8_lossy(&finished.stdout).into_owned())
}

/// Serves a request of [`ask`], and returns the answer.
pub(in crate::linux) fn serve(arguments: &[&str], input: &str) -> io::Result<String> {
    let resolv_conf = ResolvConf::system();
    let name = |name: &str| name.parse::<InterfaceName>().map_err(io::Error::other);
    match arguments {
        ["add", tunnel] => resolv_conf.add(&name(tunnel)?, input).map(|()| String::new()),
        ["remove", tunnel] => resolv_conf.remove(&name(tunnel)?).map(|()| String::new()),
        ["again"] => Ok(resolv_conf.write_again()?.map(|name| name.to_string()).unwrap_or_default()),
        ["recorded"] => Ok(resolv_conf.recorded()?.iter().map(|name| format!("{name}\n")).collect()),
        ["before"] => resolv_conf.before(),
        _ => Err(ErrorKind::InvalidInput.into()),
    }
}

impl ResolvConf {
    fn system() -> Self {
        Self { file: "/etc/resolv.conf".into(), state: "/var/lib/adit-root".into() }
    }

    /// Returns the interfaces whose resolvers killed processes left in the file.
    fn recorded(&self) -> io::Result<Vec<InterfaceName>> {
        let tunnels = self.journal()?.map(|journal| journal.tunnels).unwrap_or_default();
        Ok(tunnels.into_iter().filter(|tunnel| !tunnel.lives()).map(|tunnel| tunnel.name).collect())
    }

    /// Returns the file from before the tunnels; empty if there was none, or if no tunnel's resolvers are in the file.
    fn before(&self) -> io::Result<String> {
        let bytes = match self.journal()?.map(|journal| journal.before) {
            None | Some(Content::Nothing) => Vec::new(),
            Some(Content::File { bytes, .. }) => bytes,
            Some(Content::Link(target)) => fs::read(self.file.with_file_name(target))?,
        };
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Adds a tunnel; `lines` are its resolvers in the format of resolv.conf(5).
    fn add(&self, name: &InterfaceName, lines: &str) -> io::Result<()> {
        let _alone = self.lock()?;
        let mut journal = self.refreshed()?.map_or_else(|| self.content().map(Journal::new), Ok)?;
        journal.tunnels.retain(|tunnel| tunnel.name != *name);
        journal.tunnels.push(Tunnel::of_this_process(name.clone(), lines.to_owned()));
        self.keep(&journal)?;
        self.write_tunnels(&journal)
    }

    fn remove(&self, name: &InterfaceName) -> io::Result<()> {
        if self.journal()?.is_none() {
            return Ok(());
        }
        let _alone = self.lock()?;
        let Some(mut journal) = self.refreshed()? else { return Ok(()) };
        journal.tunnels.retain(|tunnel| tunnel.name != *name);
        if !journal.tunnels.is_empty() {
            self.keep(&journal)?;
            return self.write_tunnels(&journal);
        }
        if self.content()?.is_ours() {
            self.write(&journal.before)?;
        }
        fs::remove_file(self.state.join(JOURNAL))
    }

    /// Writes the tunnel's resolvers again if they are not in the file, and returns the tunnel.
    fn write_again(&self) -> io::Result<Option<InterfaceName>> {
        if self.journal()?.is_none() {
            return Ok(None);
        }
        let _alone = self.lock()?;
        let Some(journal) = self.refreshed()? else { return Ok(None) };
        let Some(newest) = journal.newest() else { return Ok(None) };
        if matches!(self.content()?, Content::File { bytes, .. } if bytes == newest.file(&journal.before)) {
            return Ok(None);
        }
        self.keep(&journal)?;
        self.write_tunnels(&journal)?;
        Ok(Some(newest.name.clone()))
    }

    /// Returns the journal without tunnels of ended processes. If another program has written the file since, its text is the
    /// file to restore.
    fn refreshed(&self) -> io::Result<Option<Journal>> {
        let Some(mut journal) = self.journal()? else { return Ok(None) };
        journal.tunnels.retain(Tunnel::lives);
        let content = self.content()?;
        if !content.is_ours() {
            journal.before = content;
        }
        Ok(Some(journal))
    }

    fn journal(&self) -> io::Result<Option<Journal>> {
        let bytes = state_file::read(&self.state, JOURNAL, LONGEST_JOURNAL)?;
        bytes.map(|bytes| Journal::read(&bytes)).transpose()
    }

    /// Writes the journal to the disk; the file is changed only afterwards.
    fn keep(&self, journal: &Journal) -> io::Result<()> {
        state_file::replace(&self.state, JOURNAL, &journal.to_bytes())
    }

    /// Locks both files until the lock is dropped: only one program of Adit at a time reads and changes them.
    fn lock(&self) -> io::Result<File> {
        DirBuilder::new().mode(0o700).recursive(true).create(&self.state)?;
        let folder = File::open(&self.state)?;
        flock(&folder, FlockOperation::LockExclusive)?;
        Ok(folder)
    }

    fn write_tunnels(&self, journal: &Journal) -> io::Result<()> {
        let Some(newest) = journal.newest() else { return Ok(()) };
        let bytes = newest.file(&journal.before);
        self.write(&match &journal.before {
            Content::File { mode, user, group, .. } => Content::File { bytes, mode: *mode, user: *user, group: *group },
            Content::Nothing | Content::Link(_) => Content::File { bytes, mode: 0o644, user: 0, group: 0 },
        })
    }

    fn content(&self) -> io::Result<Content> {
        let metadata = match fs::symlink_metadata(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Content::Nothing),
            metadata => metadata?,
        };
        if metadata.is_symlink() {
            return Ok(Content::Link(fs::read_link(&self.file)?));
        }
        if !metadata.is_file() || metadata.len() > LONGEST {
            return Err(io::Error::other(format!("{} is not a file that resolvers read", self.file.display())));
        }
        let (mode, user, group) = (metadata.mode() & 0o7777, metadata.uid(), metadata.gid());
        Ok(Content::File { bytes: fs::read(&self.file)?, mode, user, group })
    }

    /// Replaces the file in one step, unless it is a mount point, as in containers: that can only be written in place.
    fn write(&self, content: &Content) -> io::Result<()> {
        let new = self.file.with_extension("conf.adit-new");
        match fs::remove_file(&new) {
            Err(error) if error.kind() != ErrorKind::NotFound => return self.write_into(content, error),
            _ => {}
        }
        let made = match content {
            Content::Nothing => return fs::remove_file(&self.file),
            Content::Link(target) => symlink(target, &new),
            Content::File { bytes, mode, user, group } => (|| {
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
                file.write_all(bytes)?;
                fchown(&file, Some(*user), Some(*group))?;
                file.set_permissions(fs::Permissions::from_mode(*mode))?;
                file.sync_all()
            })(),
        };
        match made.and_then(|()| fs::rename(&new, &self.file)) {
            Ok(()) => Ok(()),
            Err(error) => {
                let _ = fs::remove_file(&new);
                self.write_into(content, error)
            }
        }
    }

    /// Writes the file in place, because replacing it failed with `error`.
    fn write_into(&self, content: &Content, error: io::Error) -> io::Result<()> {
        let Content::File { bytes, .. } = content else { return Err(error) };
        if !matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied) {
            return Err(error);
        }
        let mut file = OpenOptions::new().write(true).truncate(true).open(&self.file)?;
        file.write_all(bytes)?;
        file.sync_all()
    }
}

#[cfg(test)]
mod tests;
