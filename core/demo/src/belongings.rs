//! Removes the files and the child process of a demo when it ends. Ctrl-C and other signals remove them at once and end the process,
//! which takes everything else with it.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{process, thread};

use adit_platform::native::signals::{Signal, Signals};

use crate::folder::Folder;
use crate::namespaces::Computer;
use crate::up::{Said, Up};

/// Resources that would stay when this process ends. Namespaces, interfaces and connections end with it.
#[derive(Clone, Default)]
pub(crate) struct Belongings(Arc<Mutex<Things>>);

/// The fields are dropped, and so removed, in this order.
#[derive(Default)]
struct Things {
    up: Option<Up>,
    folder: Option<Folder>,
}

impl Belongings {
    /// Returns an empty set of resources. From here on a signal removes them before it ends the process.
    pub(crate) fn watched() -> io::Result<Self> {
        let belongings = Self::default();
        let mut signals = Signals::listen(&[Signal::HangUp, Signal::Interrupt, Signal::Terminate])?;
        let watched = belongings.clone();
        thread::Builder::new().name("signals".into()).spawn(move || {
            if let Some(signal) = signals.next_signal() {
                let mut things = watched.lock();
                *things = Things::default();
                let start = if io::stderr().is_terminal() { "\n" } else { "" };
                // The error is ignored: the terminal may be closed.
                let _ = writeln!(io::stderr(), "{start}adit: the demo was interrupted; nothing is left of it");
                // The lock is held until the end, so that no new resource is made.
                process::exit(128 + signal.number());
            }
        })?;
        Ok(belongings)
    }

    /// Makes the demo's folder in `parent`.
    pub(crate) fn make_folder(&self, parent: &Path) -> io::Result<()> {
        let mut things = self.lock();
        things.folder = Some(Folder::create(parent)?);
        Ok(())
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        self.lock().folder.as_ref().ok_or(io::ErrorKind::NotFound)?.write(name, text)
    }

    /// Runs `adit up FILE` on `computer`, and returns the lines that it prints.
    pub(crate) fn start_up(&self, computer: &Computer, file: &Path) -> anyhow::Result<Said> {
        let mut things = self.lock();
        let (up, said) = Up::start(computer, file)?;
        things.up = Some(up);
        Ok(said)
    }

    /// Removes everything.
    pub(crate) fn remove(&self) {
        *self.lock() = Things::default();
    }

    fn lock(&self) -> MutexGuard<'_, Things> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
