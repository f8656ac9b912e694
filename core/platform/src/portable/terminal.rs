//! The terminal: its size is not known, and its keyboard stays as it is.

use std::convert::Infallible;
use std::io;
use std::thread;
use std::time::Duration;

use crate::native::{Part, Unsupported};
use crate::terminal::{Keys, Size};

/// Not known.
pub fn size() -> Option<Size> {
    None
}

/// Cannot be had.
pub struct Keyboard(Infallible);

impl Keyboard {
    /// Fails: [`Unsupported`].
    pub fn begin(_: Keys) -> io::Result<Self> {
        Err(Unsupported(Part::Keyboard).into())
    }
}

/// Waits until the time has passed: there is no keyboard.
pub fn wait_for_key(keyboard: Option<&Keyboard>, patience: Duration) -> io::Result<bool> {
    match keyboard {
        Some(keyboard) => match keyboard.0 {},
        None => {
            thread::sleep(patience);
            Ok(false)
        }
    }
}
