//! State files. Each operation opens the folder once and verifies that it belongs to this user, so that neither a link nor
//! another user's folder redirects a write.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::folder::Folder;
use super::private_folder::{a_file, read_all, trusted};
use crate::private_folder::FolderError;

/// Reads a file of at most `limit` bytes that nobody else can have written. None if it does not exist.
pub fn read(directory: &Path, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let folder = match open(directory) {
        Err(Errno::NOENT) => return Ok(None),
        folder => checked(folder?, directory)?,
    };
    let path = folder.path_of(name).map_err(refused)?;
    let fd = match folder.open(name, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(None),
        fd => fd?,
    };
    let stat = fs::fstat(&fd)?;
    let content = a_file(&stat, &path)
        .and_then(|()| trusted(&stat, &[rustix::process::geteuid().as_raw()], &path))
        .and_then(|()| read_all(fd, &stat, limit, &path));
    content.map(|bytes| Some(bytes.to_vec())).map_err(refused)
}

/// Writes a file and replaces an existing one atomically, also in a power cut. On return the file is on the disk. Creates the
/// folder if it is missing.
pub fn replace(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = match open(directory) {
        Err(Errno::NOENT) => {
            DirBuilder::new().mode(0o700).recursive(true).create(directory)?;
            open(directory)?
        }
        folder => folder?,
    };
    let folder = checked(folder, directory)?;
    folder.path_of(name).map_err(refused)?;
    let new = format!("{name}.new");
    match fs::unlinkat(&folder.fd, &new, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
    let file = folder.open(&new, flags, Mode::RUSR | Mode::WUSR)?;
    let mut file = std::fs::File::from(file);
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()?;
    fs::renameat(&folder.fd, &new, &folder.fd, name)?;
    Ok(fs::fsync(&folder.fd)?)
}

fn open(directory: &Path) -> rustix::io::Result<Folder> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(Folder { fd: fs::open(directory, flags, Mode::empty())?, path: directory.to_owned() })
}

fn checked(folder: Folder, directory: &Path) -> io::Result<Folder> {
    trusted(&fs::fstat(&folder.fd)?, &[rustix::process::geteuid().as_raw()], directory).map_err(refused)?;
    Ok(folder)
}

fn refused(error: FolderError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_written_file_is_read_and_a_missing_folder_is_created() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("made/when/needed");
        assert_eq!(read(&folder, "wg0", 8).unwrap(), None);
        for text in ["one", "two"] {
            replace(&folder, "wg0", text.as_bytes()).unwrap();
            assert_eq!(read(&folder, "wg0", 8).unwrap().unwrap(), text.as_bytes());
        }
        assert!(read(&folder, "wg0", 2).is_err());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_link_laid_where_the_new_file_will_be_is_not_written_through() {
        let root = tempfile::tempdir().unwrap();
        let (folder, victim) = (root.path().join("state"), root.path().join("victim"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&victim, "precious").unwrap();
        symlink(&victim, folder.join("wg0.new")).unwrap();
        symlink(&victim, folder.join("wg0")).unwrap();
        assert!(read(&folder, "wg0", 64).is_err());
        replace(&folder, "wg0", b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(read(&folder, "wg0", 64).unwrap().unwrap(), b"new");
    }

    #[test]
    fn a_folder_of_another_user_or_that_others_can_write_to_or_a_link_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("state");
        replace(&folder, "wg0", b"ours").unwrap();
        symlink(&folder, root.path().join("link")).unwrap();
        assert!(replace(&root.path().join("link"), "wg0", b"x").is_err());
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(read(&folder, "wg0", 64).is_err() && replace(&folder, "wg0", b"x").is_err());
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        if !rustix::process::geteuid().is_root() {
            println!("SKIPPED: a folder of another user: only root can make one");
            return;
        }
        std::os::unix::fs::chown(&folder, Some(65534), Some(65534)).unwrap();
        let said = replace(&folder, "wg0", b"x").unwrap_err().to_string();
        assert!(said.contains("belongs to user 65534"), "{said}");
        assert!(read(&folder, "wg0", 64).is_err());
    }
}
