//! Requests to end this process. Without an adapter they are not caught, so that they end it immediately.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::native::{Part, Unsupported};
use crate::signals::Signal;

/// Cannot be constructed.
pub struct Signals(Infallible);

/// Cannot be constructed.
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
