//! Changes of the clock, which move deadlines of the wall clock or say that the computer has slept.

use std::time::Duration;

pub use crate::system::clock_changes::ClockChanges;

/// A change of the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockChange {
    /// The wall clock was set.
    Set,
    /// The computer has slept for so long.
    Slept(Duration),
}
