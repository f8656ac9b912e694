//! The terminal of this process.

pub use crate::files::terminal::{Keyboard, size, wait_for_key};

/// The size of the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
}

/// The handling of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys {
    /// Keys are not shown; Ctrl-C still interrupts.
    Hidden,
    /// Keys are not shown, and Ctrl-C is read as a key.
    HiddenWithoutSignals,
}
