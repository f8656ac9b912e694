//! Changes of the clock: the wall clock was set, which moves wall-clock deadlines, or the computer has slept.

use std::time::Duration;

pub use crate::system::clock_changes::ClockChanges;

/// A change of the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockChange {
    /// The wall clock was set.
    Set,
    /// The computer slept for this long.
    Slept(Duration),
}
