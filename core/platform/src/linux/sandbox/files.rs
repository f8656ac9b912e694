//! Landlock (landlock(7)): restricts the files that a process may open from now on, even as root.
//!
//! It restricts the calling thread and the threads that this one starts later, so the first thread calls it before there are
//! others.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus,
};

use crate::linux::{claim, firewall, uapi_socket};
use crate::sandbox::Restriction;

/// The restricted rights, as far as the kernel supports them; also ioctl(2) on devices (Linux 6.10). Newer rights are not
/// restricted: that of [`ABI::V9`] would forbid connections to the sockets of the system bus and of the log.
const RIGHTS: ABI = ABI::V5;

/// The folders of the C library, its modules and its configuration, also on systems that keep them in one store of packages; and
/// the folders in which the kernel and the system report their state.
const SYSTEM: [&str; 14] = [
    "/bin",
    "/dev",
    "/etc",
    "/gnu/store",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    // Users and groups of sssd.
    "/var/lib/sss",
];

/// The files that a process may open.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Files, and folders with their content, that may be read. Missing ones are skipped.
    pub read: Vec<PathBuf>,
    /// Files, and folders with their content, that may be read and changed.
    pub write: Vec<PathBuf>,
}

impl Files {
    /// Returns the files of the system that every tunnel needs.
    pub fn for_tunnels() -> Self {
        let own = [Path::new(uapi_socket::DIRECTORY), claim::own_folder(), Path::new(firewall::SRC_VALID_MARK)];
        let write = own.into_iter().chain(["/dev/net/tun", "/dev/null"].map(Path::new)).map(existing).collect();
        Self { read: SYSTEM.map(PathBuf::from).to_vec(), write }
    }

    /// Adds a folder that may be changed, or made if it is missing.
    pub fn and_write(mut self, folder: &Path) -> Self {
        self.write.push(existing(folder));
        self
    }
}

/// Returns the path, or the nearest existing folder above it, in which a missing folder must be made.
fn existing(path: &Path) -> PathBuf {
    path.ancestors().find(|path| path.exists()).unwrap_or(path).to_owned()
}

/// Open files that keep inodes of `/proc/sys` in the kernel's cache. Rules refer to inodes; the kernel would otherwise drop these
/// inodes at some time and make new ones, which the rules do not know.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// Restricts this thread, and all threads and processes that it starts, to opening `files`. Open descriptors stay open.
///
/// # Errors
/// If the kernel has Landlock and refuses the rules.
pub fn restrict_to(files: &Files) -> Result<Restriction, RulesetError> {
    let all = AccessFs::from_all(RIGHTS);
    // Executing files is not part of the right to read.
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let mut rules =
        Ruleset::default().set_compatibility(CompatLevel::BestEffort).handle_access(all)?.create()?.no_new_privs(true);
    for (paths, rights) in [(&files.read, read), (&files.write, all & !AccessFs::Execute)] {
        for path in paths {
            if let Ok(opened) = PathFd::new(path) {
                rules = rules.add_rule(PathBeneath::new(opened, fitting(path, rights)))?;
                hold(path);
            }
        }
    }
    Ok(match rules.restrict_self()?.ruleset {
        RulesetStatus::FullyEnforced => Restriction::Full,
        RulesetStatus::PartiallyEnforced => Restriction::Partial,
        RulesetStatus::NotEnforced => Restriction::None,
    })
}

/// Returns those of `rights` that apply to the path: a file can have fewer rights than a folder.
fn fitting(path: &Path, rights: BitFlags<AccessFs>) -> BitFlags<AccessFs> {
    if path.is_dir() { rights } else { rights & AccessFs::from_file(RIGHTS) }
}

fn hold(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let opened = File::options().read(true).custom_flags(libc::O_PATH | libc::O_CLOEXEC).open(path);
    if let (Ok(file), Ok(mut held)) = (opened, HELD.lock()) {
        held.push(file);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::ErrorKind;

    use super::*;

    /// Runs `work` on its own thread, because the restriction cannot be removed.
    fn within<T: Send>(files: &Files, work: impl FnOnce() -> T + Send) -> Option<T> {
        let restricted = || match restrict_to(files).unwrap() {
            Restriction::None => {
                println!("SKIPPED: files out of reach: the kernel has no Landlock");
                None
            }
            Restriction::Full | Restriction::Partial => Some(work()),
        };
        std::thread::scope(|scope| scope.spawn(restricted).join().unwrap())
    }

    #[test]
    fn files_are_read_and_written_where_it_is_allowed_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["read", "write", "other"] {
            fs::create_dir(path(name)).unwrap();
            fs::write(path(name).join("file"), "content").unwrap();
        }
        let files = Files { read: vec![path("read"), path("missing")], write: vec![path("write"), path("other/file")] };
        within(&files, || {
            let denied = |result: std::io::Result<()>| result.unwrap_err().kind() == ErrorKind::PermissionDenied;
            assert_eq!(fs::read_to_string(path("read/file")).unwrap(), "content");
            assert!(denied(fs::write(path("read/file"), "changed")));
            assert!(denied(fs::write(path("read/new"), "new")));
            fs::write(path("write/new"), "new").unwrap();
            fs::rename(path("write/new"), path("write/file")).unwrap();
            assert_eq!(fs::read_to_string(path("write/file")).unwrap(), "new");
            fs::write(path("other/file"), "a file alone").unwrap();
            assert!(denied(fs::write(path("other/new"), "new")));
            assert!(denied(fs::read_dir(path("other")).map(drop)));
            assert!(denied(fs::create_dir(path("new"))));
            assert!(std::process::Command::new("true").status().is_err());
        });
    }

    #[test]
    fn a_setting_of_the_kernel_can_still_be_written_after_its_cache_was_dropped() {
        if !rustix::process::geteuid().is_root() {
            println!("SKIPPED: settings of the kernel: only root can write them");
            return;
        }
        let (forget, told) = std::sync::mpsc::channel();
        let (done, forgotten) = std::sync::mpsc::channel();
        // A thread outside the restriction. As under memory pressure, the kernel drops cached names that no process holds.
        let outside = std::thread::spawn(move || told.recv().map(|()| done.send(fs::write("/proc/sys/vm/drop_caches", "2"))));
        within(&Files::for_tunnels(), move || {
            let value = fs::read_to_string(firewall::SRC_VALID_MARK).unwrap();
            forget.send(()).unwrap();
            forgotten.recv().unwrap().unwrap();
            fs::write(firewall::SRC_VALID_MARK, value.trim()).unwrap();
            assert!(fs::write("/proc/sys/net/ipv4/ip_forward", "0").is_err());
        });
        // Fails if nothing was restricted, because then nothing was sent.
        let _ = outside.join().unwrap();
    }

    #[test]
    fn a_folder_that_is_missing_can_be_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/adit");
        within(&Files::default().and_write(&path), || {
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("file"), "new").unwrap();
        });
    }
}
