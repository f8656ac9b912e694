//! SIGTERM and SIGINT end the daemon, SIGHUP has it look at configurations again that others may have changed.

use adit_manager::manager::Manager;
use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that are listened for: they no longer end the process by themselves.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Listens from now on. Needs a runtime.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits until it is time to go, and looks at configurations again whenever it is asked to.
    pub(crate) async fn end(&mut self, manager: &Manager) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => {
                    let manager = manager.clone();
                    tokio::task::spawn_blocking(move || {
                        manager.reread();
                        tracing::info!("configurations were read again");
                    });
                }
            }
        }
    }
}
