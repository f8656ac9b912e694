//! Changes of the clock. Not noticed without an adapter.

use std::convert::Infallible;
use std::io;

use crate::clock_changes::ClockChange;
use crate::native::{Part, Unsupported};

/// Cannot be constructed.
#[derive(Debug)]
pub struct ClockChanges(Infallible);

impl ClockChanges {
    /// Fails: [`Unsupported`].
    pub fn new() -> io::Result<Self> {
        Err(Unsupported(Part::ClockChanges).into())
    }

    /// Cannot be called.
    pub fn wait(&mut self) -> io::Result<ClockChange> {
        match self.0 {}
    }
}
