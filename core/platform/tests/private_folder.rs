//! A folder of private files, under attack by a process that tries to redirect its writer.
#![cfg(target_os = "linux")]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use adit_platform::private_folder::{Fault, FolderError, PrivateFolder};

/// Tells the other thread that this one has finished or failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn refused<T>(result: Result<T, FolderError>) -> Option<Fault> {
    match result {
        Err(FolderError::Refused { fault, .. }) => Some(fault),
        _ => None,
    }
}

#[test]
fn links_laid_in_the_way_while_it_writes_lead_nowhere() {
    const ROUNDS: u32 = 2000;
    let root = tempfile::tempdir().unwrap();
    let [inside, outside, moved] = ["inside", "outside", "moved"].map(|name| root.path().join(name));
    std::fs::create_dir(&outside).unwrap();
    let victim = outside.join("file");
    std::fs::write(&victim, "precious").unwrap();
    let folder = PrivateFolder::open(&inside).unwrap();
    let (swaps, is_over) = (AtomicU32::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let _over = Over(&is_over);
        scope.spawn(|| {
            let link = root.path().join("link");
            while !is_over.load(Ordering::Relaxed) {
                // A link replaces the file, then the folder.
                let _ = symlink(&victim, &link);
                let _ = std::fs::rename(&link, inside.join("file"));
                let _ = std::fs::rename(&inside, &moved);
                let _ = symlink(&outside, &inside);
                std::thread::yield_now();
                let _ = std::fs::remove_file(&inside);
                let _ = std::fs::rename(&moved, &inside);
                swaps.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut count = 0;
        while count < ROUNDS || swaps.load(Ordering::Relaxed) < ROUNDS {
            count += 1;
            folder.replace("file", &count.to_le_bytes()).unwrap();
            match folder.read("file", 16) {
                Ok(content) => assert_eq!(*content.bytes, count.to_le_bytes()),
                // The link replaced the file between the writer's two checks.
                Err(error) => {
                    assert!(matches!(refused::<()>(Err(error)), Some(Fault::SymbolicLink | Fault::Links)));
                }
            }
        }
    });
    assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1, "nothing else was written there");
}

#[test]
fn names_that_are_paths_are_no_names() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("file"), "precious").unwrap();
    let folder = PrivateFolder::open(&root.path().join("inside")).unwrap();
    for name in ["", ".", "..", "../file", "/etc/passwd", "a/b", "a\0b"] {
        assert_eq!(refused(folder.read(name, 100)), Some(Fault::Name), "{name:?}");
        assert_eq!(refused(folder.replace(name, b"x")), Some(Fault::Name), "{name:?}");
        assert_eq!(refused(folder.create(name, b"x")), Some(Fault::Name), "{name:?}");
        assert_eq!(refused(folder.remove(name)), Some(Fault::Name), "{name:?}");
    }
    assert_eq!(std::fs::read_to_string(root.path().join("file")).unwrap(), "precious");
}

#[test]
fn an_existing_file_is_not_created_again_and_a_too_large_one_is_not_read() {
    let root = tempfile::tempdir().unwrap();
    let folder = PrivateFolder::open(root.path()).unwrap();
    folder.create("file", b"first").unwrap();
    assert!(matches!(folder.create("file", b"second"), Err(FolderError::Exists { .. })));
    symlink("nowhere", root.path().join("dangling")).unwrap();
    assert!(matches!(folder.create("dangling", b"second"), Err(FolderError::Exists { .. })));
    assert_eq!(*folder.read("file", 5).unwrap().bytes, b"first");
    assert_eq!(refused(folder.read("file", 4)), Some(Fault::TooLarge(5)));
    std::fs::create_dir(root.path().join("folder")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, root.path().join("pipe"), rustix::fs::Mode::RUSR).unwrap();
    for name in ["folder", "pipe"] {
        assert_eq!(refused(folder.read(name, 100)), Some(Fault::NotAFile), "{name}");
    }
    assert!(!folder.read("file", 5).unwrap().exposed);
    std::fs::set_permissions(root.path().join("file"), PermissionsExt::from_mode(0o640)).unwrap();
    assert!(folder.read("file", 5).unwrap().exposed);
    assert_eq!(folder.names().unwrap(), ["dangling", "file", "folder", "pipe"]);
}

#[test]
fn only_what_a_killed_writer_left_is_removed() {
    let root = tempfile::tempdir().unwrap();
    let folder = PrivateFolder::open(root.path()).unwrap();
    let half = format!(".adit-new-{}", "0f".repeat(16));
    for name in [half.as_str(), ".adit-new-notes", ".adit-new-", "file"] {
        std::fs::write(root.path().join(name), "x").unwrap();
    }
    assert_eq!(folder.remove_leftovers(), Ok(1));
    assert_eq!(folder.names().unwrap(), [".adit-new-", ".adit-new-notes", "file"]);
}

#[test]
fn a_lock_names_its_holder_and_goes_with_it() {
    let root = tempfile::tempdir().unwrap();
    let folder = PrivateFolder::open(root.path()).unwrap();
    let lock = folder.lock("lock").unwrap();
    let path = root.path().join("lock");
    assert_eq!(folder.lock("lock").unwrap_err(), FolderError::Locked { path, pid: Some(std::process::id()) });
    drop(lock);
    folder.lock("lock").unwrap();
}
