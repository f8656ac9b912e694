//! Watches a folder for changes of configuration files (`ReadDirectoryChangesW`).

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use std::ptr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_BACKUP_SEMANTICS, FILE_LIST_DIRECTORY, FILE_NOTIFY_CHANGE_FILE_NAME, FILE_NOTIFY_CHANGE_LAST_WRITE,
    FILE_NOTIFY_CHANGE_SECURITY, FILE_NOTIFY_CHANGE_SIZE, ReadDirectoryChangesW,
};

use super::token::checked;

/// Quiet time after which a change counts as complete: editors write, rename and remove in several steps.
const QUIET: Duration = Duration::from_millis(300);
/// Longest wait for quiet, in case a program never stops writing.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of the buffer for changes.
const ROOM: usize = 16 << 10;
/// Bytes before the name in a `FILE_NOTIFY_INFORMATION`: the offset of the next one, the kind of change, the length of the name.
const HEADER: usize = 12;
const SUFFIX: &str = ".conf";

/// Calls `look` on a thread of its own after each change of a `.conf` file in `folder`.
///
/// # Errors
/// When the folder does not exist or cannot be read. It is then not watched.
pub fn watch(folder: &Path, look: impl Fn() + Send + 'static) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let open = options.access_mode(FILE_LIST_DIRECTORY).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(folder)?;
    if !open.metadata()?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let (sender, changes) = channel();
    let listen = move || {
        while let Ok(concerns_us) = next(&open) {
            // Fails if nobody looks any more.
            if sender.send(concerns_us).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("conf-changes".into()).spawn(listen)?;
    let follow = move || {
        while let Some(concerns_us) = series(&changes) {
            if concerns_us {
                look();
            }
        }
    };
    thread::Builder::new().name("conf-files".into()).spawn(follow)?;
    Ok(())
}

/// Waits for changes. Returns true if one of them concerns a configuration.
fn next(folder: &File) -> io::Result<bool> {
    let mut room = [0_u32; ROOM / 4];
    let what =
        FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_SECURITY;
    let mut length = 0;
    // SAFETY: the folder is open; the system writes at most as many bytes as `room` has, which is aligned as it must be, and a number,
    // before the call returns.
    checked(unsafe {
        ReadDirectoryChangesW(
            folder.as_raw_handle(),
            room.as_mut_ptr().cast(),
            size_of_val(&room) as u32,
            0,
            what,
            &raw mut length,
            ptr::null_mut(),
            None,
        )
    })?;
    let bytes: Vec<u8> = room.iter().flat_map(|word| word.to_ne_bytes()).take(length as usize).collect();
    // No change at all: there were more than the buffer has room for, and any file may have changed.
    Ok(bytes.is_empty() || names(&bytes).any(|name| name.to_lowercase().ends_with(SUFFIX)))
}

/// Waits until a series of changes is over. Returns true if one of them concerns a configuration; None if no more changes come.
fn series(changes: &Receiver<bool>) -> Option<bool> {
    let mut concerns_us = changes.recv().ok()?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match changes.recv_timeout(QUIET) {
            Ok(too) => concerns_us |= too,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    Some(concerns_us)
}

/// Returns the names in a list of `FILE_NOTIFY_INFORMATION`.
fn names(bytes: &[u8]) -> impl Iterator<Item = String> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let entry = rest.take()?;
        let number = |at: usize| Some(u32::from_ne_bytes(entry.get(at..at + 4)?.try_into().ok()?) as usize);
        let name = entry.get(HEADER..HEADER.checked_add(number(8)?)?)?;
        rest = match number(0)? {
            0 => None,
            next => entry.get(next..),
        };
        let units: Vec<u16> = name.chunks_exact(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]])).collect();
        Some(String::from_utf16_lossy(&units))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::channel;

    use super::*;

    fn entry(next: u32, name: &str) -> Vec<u8> {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_ne_bytes).collect();
        let mut bytes = [next, 1, name.len() as u32].iter().flat_map(|number| number.to_ne_bytes()).collect::<Vec<u8>>();
        bytes.extend(name);
        bytes
    }

    #[test]
    fn all_names_of_a_list_are_read_and_a_cut_list_ends() {
        let mut list = entry(24, "a.conf");
        list.extend(entry(0, "\u{e4}.txt"));
        assert_eq!(names(&list).collect::<Vec<_>>(), ["a.conf", "\u{e4}.txt"]);
        for length in 0..list.len() {
            assert!(names(&list[..length]).count() <= 1, "{length}");
        }
        assert_eq!(names(&entry(u32::MAX, "x")).collect::<Vec<_>>(), ["x"]);
    }

    #[test]
    fn files_that_appear_change_and_disappear_are_noticed_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let (sender, looked) = channel();
        watch(folder.path(), move || sender.send(()).unwrap_or_default()).unwrap();
        let noticed = || looked.recv_timeout(Duration::from_secs(60)).is_ok();
        let path = folder.path().join("wg0.conf");
        fs::write(&path, "one").unwrap();
        assert!(noticed(), "it appears");
        fs::write(&path, "three").unwrap();
        assert!(noticed(), "it changes");
        fs::write(folder.path().join("notes.txt"), "other").unwrap();
        fs::remove_file(&path).unwrap();
        assert!(noticed(), "it disappears");
        watch(&folder.path().join("none"), || ()).expect_err("there is no such folder");
    }
}
