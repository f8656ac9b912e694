//! Signals as reasons to go: from the first one on the tunnel is taken back in order.

use std::thread;

use adit_activation::{End, Shutdown};
use anyhow::Context;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Listens for signals from now on: they no longer end the process by themselves.
pub(crate) fn listen() -> anyhow::Result<Shutdown> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for signals")?;
    let shutdown = Shutdown::default();
    let teller = shutdown.clone();
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for signal in signals.forever() {
                teller.end(if signal == SIGINT { End::Interrupted } else { End::Asked });
            }
        })
        .context("cannot start a thread")?;
    Ok(shutdown)
}
