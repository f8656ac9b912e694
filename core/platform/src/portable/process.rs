//! Other processes. Unsupported without an adapter.

use std::convert::Infallible;
use std::io;
use std::num::NonZeroU32;
use std::process::Command;

use crate::native::{Part, Unsupported};

/// Cannot be constructed.
#[derive(Debug)]
pub struct Process(Infallible);

impl Process {
    /// Fails: [`Unsupported`].
    pub fn open(_: NonZeroU32) -> io::Result<Option<Self>> {
        Err(Unsupported(Part::Process).into())
    }

    /// Cannot be called.
    pub fn is_of_root_or_ours(&self) -> io::Result<bool> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn kill(&self) -> io::Result<()> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn terminate(&self) -> io::Result<()> {
        match self.0 {}
    }
}

/// Fails: [`Unsupported`].
pub fn end_with_this_thread(_: &mut Command) -> io::Result<()> {
    Err(Unsupported(Part::ChildProcess).into())
}

/// Fails: [`Unsupported`].
pub fn is_gone(_: NonZeroU32) -> io::Result<bool> {
    Err(Unsupported(Part::Process).into())
}
