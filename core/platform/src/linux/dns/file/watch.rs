//! Notices when other programs write the file.
//!
//! It uses inotify(7) through `rustix`: one folder and one file are watched on one thread, for which the crate `notify` would bring
//! more threads and its own event types.

use std::io;
use std::os::fd::AsFd;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::{Errno, retry_on_intr};

use super::ResolvConf;
use crate::network::{NetworkError, ResolversOverwritten};

/// The least time between two writes of the file, so that a program that fights for it does not keep the computer busy.
const PAUSE: Duration = Duration::from_millis(200);

static TELL: OnceLock<ResolversOverwritten> = OnceLock::new();
static IS_STARTED: Mutex<bool> = Mutex::new(false);

/// Sets the function to call after the file was changed and has been written again. Only the first call counts.
pub(in crate::linux) fn on_overwritten(tell: ResolversOverwritten) {
    let _ = TELL.set(tell);
}

/// Watches the file from now on, as long as the process runs. Does nothing while no tunnel's resolvers are in it.
pub(super) fn start() -> io::Result<()> {
    let mut is_started = IS_STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*is_started {
        let watched = ResolvConf::system();
        let inotify = inotify::init(CreateFlags::CLOEXEC)?;
        watch(&inotify, &watched)?;
        thread::Builder::new().name("resolv.conf".into()).spawn(move || follow(&inotify, &watched))?;
        *is_started = true;
    }
    Ok(())
}

/// Watches the folder for files that replace ours, and the file itself for writes through a bind mount.
fn watch(inotify: impl AsFd, watched: &ResolvConf) -> io::Result<()> {
    let inotify = inotify.as_fd();
    if let Some(folder) = watched.file.parent() {
        let changes = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::MOVED_FROM | WatchFlags::DELETE;
        inotify::add_watch(inotify, folder, changes | WatchFlags::CLOSE_WRITE)?;
    }
    match inotify::add_watch(inotify, &watched.file, WatchFlags::CLOSE_WRITE | WatchFlags::MODIFY | WatchFlags::DONT_FOLLOW) {
        Ok(_) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn follow(inotify: impl AsFd, watched: &ResolvConf) {
    let mut events = [0; 4096];
    // The events are only drained: the file itself shows the change.
    while retry_on_intr(|| rustix::io::read(inotify.as_fd(), &mut events[..])).is_ok_and(|read| read > 0) {
        loop {
            // A file that replaced another one is not watched yet.
            let again = watch(inotify.as_fd(), watched).and_then(|()| super::write_again());
            let tell = |name: Option<&adit_config::InterfaceName>, result| TELL.get().map(|tell| tell(name, result));
            match again {
                Ok(None) => break,
                Ok(Some(name)) => drop(tell(Some(&name), Ok(()))),
                Err(error) => {
                    tell(None, Err(NetworkError::kernel("writing the resolvers into /etc/resolv.conf again")(error)));
                    break;
                }
            }
            thread::sleep(PAUSE);
        }
    }
}
