//! Landlock (landlock(7)): the files that a process may open from now on, whoever it is.
//!
//! It restricts the calling thread and the threads that this starts later, so that the first thread calls it before there are others.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus,
};

use crate::linux::{claim, firewall, uapi_socket};
use crate::sandbox::Restriction;

/// What is restricted, as far as the kernel can: also the control of devices (Linux 6.10). Newer rights are not asked for: the one of
/// [`ABI::V9`] would forbid connections to sockets of the system's bus and of the log.
const RIGHTS: ABI = ABI::V5;

/// Where the C library finds itself, its modules and its configuration, also on systems that keep them in one store of packages; and where
/// the kernel and the system say how they are.
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

/// The files that a process may open; it can reach no others.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Files, and folders with what is in them. What is missing is skipped.
    pub read: Vec<PathBuf>,
    /// The same, to be read and changed.
    pub write: Vec<PathBuf>,
}

impl Files {
    /// The files of the system that every tunnel needs.
    pub fn for_tunnels() -> Self {
        let own = [Path::new(uapi_socket::DIRECTORY), claim::own_folder(), Path::new(firewall::SRC_VALID_MARK)];
        let write = own.into_iter().chain(["/dev/net/tun", "/dev/null"].map(Path::new)).map(existing).collect();
        Self { read: SYSTEM.map(PathBuf::from).to_vec(), write }
    }

    /// Adds a folder that may be changed, or made where it is missing.
    pub fn and_write(mut self, folder: &Path) -> Self {
        self.write.push(existing(folder));
        self
    }
}

/// The path, or of the folders above it the nearest that is there: what is made later has to be made in it.
fn existing(path: &Path) -> PathBuf {
    path.ancestors().find(|path| path.exists()).unwrap_or(path).to_owned()
}

/// Files that rules refer to by their place in the kernel's cache, which have to stay there: those of `/proc/sys` are otherwise made
/// anew at some later time, and the rules do not know the new ones.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// From here on this thread, and all that it starts, opens nothing but `files`. Descriptors that are open stay so.
///
/// # Errors
/// When the kernel has Landlock and refuses the rules.
pub fn restrict_to(files: &Files) -> Result<Restriction, RulesetError> {
    let all = AccessFs::from_all(RIGHTS);
    // Nothing may be executed: that is not among what reading allows.
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

/// Of the rights those that a file can have, where it is not a folder.
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

    /// On a thread of its own, as there is no way back.
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
        // Outside of the restriction. As under shortage of memory: names that nobody holds are forgotten.
        let outside = std::thread::spawn(move || told.recv().map(|()| done.send(fs::write("/proc/sys/vm/drop_caches", "2"))));
        within(&Files::for_tunnels(), move || {
            let value = fs::read_to_string(firewall::SRC_VALID_MARK).unwrap();
            forget.send(()).unwrap();
            forgotten.recv().unwrap().unwrap();
            fs::write(firewall::SRC_VALID_MARK, value.trim()).unwrap();
            assert!(fs::write("/proc/sys/net/ipv4/ip_forward", "0").is_err());
        });
        // It fails where nothing was restricted and so nothing was told.
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
