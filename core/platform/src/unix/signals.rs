//! POSIX signals.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::signals::Signal;

/// Signals that this process listens for: they no longer end it by themselves.
pub struct Signals(signal_hook::iterator::Signals);

/// A handle that ends the wait for signals.
#[derive(Clone)]
pub struct Closer(signal_hook::iterator::Handle);

impl Signals {
    /// Listens for these signals from now on.
    pub fn listen(signals: &[Signal]) -> io::Result<Self> {
        signal_hook::iterator::Signals::new(signals.iter().map(|signal| number(*signal))).map(Self)
    }

    /// Blocks until the next signal; None after [`Closer::close`].
    pub fn next_signal(&mut self) -> Option<Signal> {
        let Self(signals) = self;
        signals.forever().find_map(|number| match number {
            SIGINT => Some(Signal::Interrupt),
            SIGTERM => Some(Signal::Terminate),
            SIGHUP => Some(Signal::HangUp),
            _ => None,
        })
    }

    /// Returns a handle that ends the wait from another thread.
    pub fn closer(&self) -> Closer {
        Closer(self.0.handle())
    }
}

impl Closer {
    /// Makes [`Signals::next_signal`] return None from now on.
    pub fn close(&self) {
        self.0.close();
    }
}

/// Makes Ctrl-C and SIGTERM set `flag` from now on, instead of ending the process.
pub fn set_on_end(flag: &Arc<AtomicBool>) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}

const fn number(signal: Signal) -> i32 {
    signal.number()
}
