//! Where threads run is the system's business here.

use std::io;
use std::time::Duration;

use crate::native::{Part, Unsupported};
use crate::processors::ThreadTime;

/// Not known here.
pub fn thread_time() -> io::Result<ThreadTime> {
    Err(Unsupported(Part::Processors).into())
}

/// Not known here.
pub fn idle() -> io::Result<Vec<(usize, Duration)>> {
    Err(Unsupported(Part::Processors).into())
}

/// Not known here.
pub fn allowed() -> io::Result<Vec<usize>> {
    Err(Unsupported(Part::Processors).into())
}

/// Not known here: the first one.
pub fn current() -> usize {
    0
}

/// Not to be had here.
pub fn keep_to(_processors: &[usize]) -> io::Result<()> {
    Err(Unsupported(Part::Processors).into())
}
