//! The processors that threads run on. Without an adapter the system decides alone.

use std::io;
use std::time::Duration;

use crate::native::{Part, Unsupported};
use crate::processors::ThreadTime;

/// Fails: [`Unsupported`].
pub fn thread_time() -> io::Result<ThreadTime> {
    Err(Unsupported(Part::Processors).into())
}

/// Fails: [`Unsupported`].
pub fn idle() -> io::Result<Vec<(usize, Duration)>> {
    Err(Unsupported(Part::Processors).into())
}

/// Fails: [`Unsupported`].
pub fn allowed() -> io::Result<Vec<usize>> {
    Err(Unsupported(Part::Processors).into())
}

/// Returns 0: the current processor is unknown.
pub fn current() -> usize {
    0
}

/// Fails: [`Unsupported`].
pub fn keep_to(_processors: &[usize]) -> io::Result<()> {
    Err(Unsupported(Part::Processors).into())
}

/// Fails: [`Unsupported`].
pub fn set_slice(_slice: Duration) -> io::Result<()> {
    Err(Unsupported(Part::Processors).into())
}

/// Fails: [`Unsupported`].
pub fn use_default_slice() -> io::Result<()> {
    Err(Unsupported(Part::Processors).into())
}
