//! The clocks of the system and an alarm on them. Each adapter has a `clock` module with the same three names.

pub use crate::system::clock::{Alarm, instant, now};

/// Why [`Alarm::wait`] returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// The deadline has passed.
    Deadline,
    /// [`Alarm::wake`] was called after the previous wait.
    Called,
}

#[cfg(test)]
mod tests;
