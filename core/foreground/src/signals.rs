//! Turns signals into reasons to end: from the first signal on the tunnel is taken down in order.

use std::thread;

use adit_activation::{End, Shutdown};
use adit_platform::native::signals::{Signal, Signals};
use anyhow::Context;

/// Listens for signals from now on: they no longer end the process at once.
pub fn listen() -> anyhow::Result<Shutdown> {
    let mut signals =
        Signals::listen(&[Signal::Interrupt, Signal::Terminate, Signal::HangUp]).context("cannot listen for signals")?;
    let shutdown = Shutdown::default();
    let teller = shutdown.clone();
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            while let Some(signal) = signals.next_signal() {
                teller.end(if signal == Signal::Interrupt { End::Interrupted } else { End::Asked });
            }
        })
        .context("cannot start a thread")?;
    Ok(shutdown)
}
