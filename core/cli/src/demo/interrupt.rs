//! Ctrl-C and its kin: whatever is on disk is removed at once, and the process ends, which takes the rest with it.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{io, process, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::folder::Folder;

/// What must not outlive the process. Namespaces, interfaces, sockets and threads cannot.
#[derive(Clone, Default)]
pub(super) struct Belongings(Arc<Mutex<Option<Folder>>>);

impl Belongings {
    /// None yet. From here on signals end the process in order.
    pub(super) fn watched() -> io::Result<Self> {
        let belongings = Self::default();
        let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
        let watched = belongings.clone();
        thread::Builder::new().name("signals".into()).spawn(move || {
            if let Some(signal) = signals.forever().next() {
                let mut folder = watched.lock();
                folder.take();
                eprintln!("adit: the demo was interrupted; nothing is left of it");
                // The lock is kept, so that nothing new appears.
                process::exit(128 + signal);
            }
        })?;
        Ok(belongings)
    }

    /// Makes the folder, in that for temporary files.
    pub(super) fn make_folder(&self, parent: &Path) -> io::Result<()> {
        let mut folder = self.lock();
        *folder = Some(Folder::create(parent)?);
        Ok(())
    }

    /// Writes a file in the folder.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<std::path::PathBuf> {
        self.lock().as_ref().ok_or(io::ErrorKind::NotFound)?.write(name, text)
    }

    /// Removes everything.
    pub(super) fn remove(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Folder>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
