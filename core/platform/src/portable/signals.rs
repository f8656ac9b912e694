//! Requests that this process ends: not heard without an adapter, so that they end it at once.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::native::{Part, Unsupported};
use crate::signals::Signal;

/// Cannot be had.
pub struct Signals(Infallible);

/// Cannot be had.
#[derive(Clone)]
pub struct Closer(Infallible);

impl Signals {
    /// Fails: [`Unsupported`].
    pub fn listen(_: &[Signal]) -> io::Result<Self> {
        Err(Unsupported(Part::Signals).into())
    }

    /// Cannot be called.
    pub fn next_signal(&mut self) -> Option<Signal> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn closer(&self) -> Closer {
        match self.0 {}
    }
}

impl Closer {
    /// Cannot be called.
    pub fn close(&self) {
        match self.0 {}
    }
}

/// Fails: [`Unsupported`].
pub fn set_on_end(_: &Arc<AtomicBool>) -> io::Result<()> {
    Err(Unsupported(Part::Signals).into())
}
