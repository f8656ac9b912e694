//! The terminal of this process.

pub use crate::files::terminal::{Keyboard, size, wait_for_key};

/// Rows and columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Lines.
    pub rows: usize,
    /// Characters of a line.
    pub columns: usize,
}

/// The treatment of a pressed key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys {
    /// It is not shown; Ctrl-C still interrupts.
    Hidden,
    /// It is not shown, and Ctrl-C is a key like any other.
    HiddenWithoutSignals,
}
