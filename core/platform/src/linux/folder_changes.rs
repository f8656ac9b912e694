//! Watches a folder for changes of configuration files, through inotify(7).
//!
//! `rustix` has the system calls. The crate `notify` would add a thread and a channel, but not the wait for a quiet time, which is
//! most of this file.

use std::io;
use std::mem::MaybeUninit;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};
use rustix::io::Errno;

/// Quiet time after which a change counts as complete: editors write, rename and remove in several steps.
const QUIET: Duration = Duration::from_millis(300);
/// Longest wait for quiet, in case a program never stops writing.
const PATIENCE: Duration = Duration::from_secs(3);
const ROOM: usize = 4096;

/// Calls `look` on a thread of its own after each change of a `.conf` file in `folder`.
///
/// # Errors
/// When the folder does not exist or cannot be read. It is then not watched.
pub fn watch(folder: &Path, look: impl Fn() + Send + 'static) -> io::Result<()> {
    let changes = init(CreateFlags::CLOEXEC)?;
    let what = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::MOVED_FROM | WatchFlags::DELETE | WatchFlags::ATTRIB;
    add_watch(&changes, folder, what | WatchFlags::ONLYDIR)?;
    let follow = move || {
        while let Ok(concerns_us) = wait(&changes) {
            if concerns_us {
                look();
            }
        }
    };
    thread::Builder::new().name("conf-files".into()).spawn(follow)?;
    Ok(())
}

/// Waits until a series of changes is over. Returns true if one of them concerns a configuration.
fn wait(changes: &OwnedFd) -> io::Result<bool> {
    let mut room = [MaybeUninit::uninit(); ROOM];
    let mut reader = Reader::new(changes, &mut room);
    let (mut concerns_us, mut until) = (false, None);
    loop {
        let event = match reader.next() {
            Ok(event) => event,
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        };
        // An event without a name is an overflow of the kernel's queue: any file may have changed.
        concerns_us |= event.file_name().is_none_or(|name| name.to_bytes().ends_with(b".conf"));
        let until = *until.get_or_insert_with(|| Instant::now() + PATIENCE);
        if reader.is_buffer_empty() && (Instant::now() >= until || is_quiet(changes)?) {
            return Ok(concerns_us);
        }
    }
}

fn is_quiet(changes: &OwnedFd) -> io::Result<bool> {
    let timeout = Timespec { tv_sec: 0, tv_nsec: QUIET.subsec_nanos().into() };
    match poll(&mut [PollFd::new(changes, PollFlags::IN)], Some(&timeout)) {
        Ok(count) => Ok(count == 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn files_that_appear_change_and_disappear_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (tell, told) = channel();
        watch(folder.path(), move || tell.send(()).unwrap()).unwrap();
        let (beside, conf) = (folder.path().join(".wg0.conf.swp"), folder.path().join("wg0.conf"));
        let steps: [(&str, &dyn Fn()); 4] = [
            ("it comes", &|| fs::write(&conf, "one").unwrap()),
            ("it changes", &|| fs::write(&conf, "two").unwrap()),
            ("an editor replaces it", &|| {
                fs::write(&beside, "three").unwrap();
                fs::rename(&beside, &conf).unwrap();
            }),
            ("it goes", &|| fs::remove_file(&conf).unwrap()),
        ];
        for (step, take) in steps {
            take();
            told.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("nobody noticed: {step}"));
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let error = watch(&folder.path().join("missing"), || ()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
