//! The terminal. Without an adapter its size is unknown and its keyboard cannot be read key by key.

use std::convert::Infallible;
use std::io;
use std::thread;
use std::time::Duration;

use crate::native::{Part, Unsupported};
use crate::terminal::{Keys, Size};

/// Returns None: the size is unknown.
pub fn size() -> Option<Size> {
    None
}

/// Cannot be constructed.
pub struct Keyboard(Infallible);

impl Keyboard {
    /// Fails: [`Unsupported`].
    pub fn begin(_: Keys) -> io::Result<Self> {
        Err(Unsupported(Part::Keyboard).into())
    }
}

/// Sleeps for `patience`, because there is no keyboard.
pub fn wait_for_key(keyboard: Option<&Keyboard>, patience: Duration) -> io::Result<bool> {
    match keyboard {
        Some(keyboard) => match keyboard.0 {},
        None => {
            thread::sleep(patience);
            Ok(false)
        }
    }
}
