//! Reads the size and controls the keyboard of the terminal, through termios(3).

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

use crate::terminal::{Keys, Size};

/// Returns the size of the terminal on standard output. None if standard output is not a terminal, or the terminal does not
/// know its size.
pub fn size() -> Option<Size> {
    let size = tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0 || size.ws_row > 0).then(|| Size { rows: size.ws_row.into(), columns: size.ws_col.into() })
}

/// A keyboard from which each key is read at once. Dropping this restores its mode.
pub struct Keyboard(Termios);

impl Keyboard {
    /// Makes standard input, which is a terminal, deliver keys one by one.
    pub fn begin(keys: Keys) -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut changed = before.clone();
        changed.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        if keys == Keys::HiddenWithoutSignals {
            changed.local_modes.remove(LocalModes::ISIG);
        }
        tcsetattr(io::stdin(), OptionalActions::Now, &changed)?;
        Ok(Self(before))
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Waits up to `patience` for a key, or for the time to pass if there is no keyboard. A signal ends the wait. Returns true if a
/// key can be read.
pub fn wait_for_key(keyboard: Option<&Keyboard>, patience: Duration) -> io::Result<bool> {
    let timeout = Timespec { tv_sec: patience.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: patience.subsec_nanos().into() };
    let stdin = io::stdin();
    let mut watched = match keyboard {
        Some(_) => vec![PollFd::new(&stdin, PollFlags::IN)],
        None => Vec::new(),
    };
    match poll(&mut watched, Some(&timeout)) {
        Ok(count) => Ok(count > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
