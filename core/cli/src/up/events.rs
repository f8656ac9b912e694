//! What ends a tunnel that is up: a signal, its interface or its configuration socket being removed.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Why it is time to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM, as `adit down` sends it, or SIGHUP, when the terminal is closed.
    Terminated,
    /// Somebody removed the interface.
    InterfaceRemoved,
    /// Somebody removed the configuration socket.
    SocketRemoved,
}

/// Reasons to go, from all sides.
pub(crate) struct Events {
    sender: Sender<End>,
    receiver: Receiver<End>,
}

impl Events {
    /// Listens for signals from now on: they no longer end the process by themselves.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for signals")?;
        let events = Self::quiet();
        let sender = events.sender.clone();
        thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                for signal in signals.forever() {
                    let end = if signal == SIGINT { End::Interrupted } else { End::Terminated };
                    if sender.send(end).is_err() {
                        return;
                    }
                }
            })
            .context("cannot start a thread")?;
        Ok(events)
    }

    /// Hears only what is sent to it.
    pub(super) fn quiet() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }

    /// For others that know when it is time to go.
    pub(crate) fn sender(&self) -> Sender<End> {
        self.sender.clone()
    }

    /// Fails if it is time to go; called between steps.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        match self.receiver.try_recv() {
            Ok(end) => Err(Stopped(end).into()),
            Err(_) => Ok(()),
        }
    }

    /// Waits until it is time to go, at most for `timeout`.
    pub(crate) fn wait(&self, timeout: Duration) -> Option<End> {
        let deadline = Instant::now() + timeout;
        loop {
            match self.receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(end) => return Some(end),
                Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => return None,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }

    /// Sleeps; fails as soon as it is time to go.
    pub(super) fn sleep(&self, duration: Duration) -> anyhow::Result<()> {
        self.wait(duration).map_or(Ok(()), |end| Err(Stopped(end).into()))
    }
}

/// It was time to go before the tunnel was up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}", match .0 {
    End::Interrupted => "interrupted; everything is as it was",
    End::Terminated => "asked to end; everything is as it was",
    End::InterfaceRemoved => "somebody removed the interface",
    End::SocketRemoved => "somebody removed the configuration socket",
})]
pub(super) struct Stopped(pub(super) End);
