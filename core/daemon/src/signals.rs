//! SIGTERM and SIGINT end the daemon, SIGHUP has it look at configurations again that others may have changed.

use adit_api::{Caller, Service};
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
    pub(crate) async fn end(&mut self, service: impl Service + Clone) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => {
                    let service = service.clone();
                    tokio::task::spawn_blocking(move || read_again(&service));
                }
            }
        }
    }
}

/// Asking for a tunnel reads its configuration where that is a file of its own, in `/etc/wireguard` for example.
fn read_again(service: &impl Service) {
    let caller = Caller::ourselves();
    let tunnels = match service.tunnels(&caller) {
        Ok(tunnels) => tunnels,
        Err(error) => return tracing::error!(%error, "the tunnels cannot be listed"),
    };
    for tunnel in &tunnels {
        if let Err(error) = service.tunnel(&caller, tunnel.id) {
            tracing::warn!(tunnel = %tunnel.id, %error, "the configuration cannot be read");
        }
    }
    tracing::info!(tunnels = tunnels.len(), "configurations were read again");
}
