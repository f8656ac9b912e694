//! What ends a tunnel, while it comes up and when it is up: somebody's wish, or its interface or configuration socket being removed.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::ActivationError;

/// Why it is time to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Ctrl-C.
    Interrupted,
    /// It was asked to: SIGTERM, as `adit down` sends it, SIGHUP, when the terminal is closed, or a client of the service.
    Asked,
    /// Somebody removed the interface.
    InterfaceRemoved,
    /// Somebody removed the configuration socket.
    SocketRemoved,
}

#[derive(Default)]
struct Known {
    end: Option<End>,
    /// There is something else to do.
    is_nudged: bool,
}

type Listener = Box<dyn Fn(End) + Send + Sync>;

/// Reasons to go, from all sides; the first one counts. Clones are the same one.
#[derive(Clone, Default)]
pub struct Shutdown {
    inside: Arc<Inside>,
}

#[derive(Default)]
struct Inside {
    known: Mutex<Known>,
    changed: Condvar,
    listener: Option<Listener>,
}

impl Shutdown {
    /// Has `listener` called, on whichever thread knows it, when it is time to go. It must not block.
    pub fn telling(listener: impl Fn(End) + Send + Sync + 'static) -> Self {
        Self { inside: Arc::new(Inside { listener: Some(Box::new(listener)), ..Inside::default() }) }
    }

    /// It is time to go.
    pub fn end(&self, end: End) {
        let mut known = self.lock();
        if known.end.is_some() {
            return;
        }
        known.end = Some(end);
        drop(known);
        self.inside.changed.notify_all();
        if let Some(listener) = &self.inside.listener {
            listener(end);
        }
    }

    /// Why it is time to go, if it is.
    pub fn known(&self) -> Option<End> {
        self.lock().end
    }

    /// Fails if it is time to go; called between steps.
    pub fn check(&self) -> Result<(), ActivationError> {
        self.known().map_or(Ok(()), |end| Err(ActivationError::Ended(end)))
    }

    /// Waits until it is time to go.
    pub fn wait(&self) -> End {
        let mut known = self.lock();
        loop {
            match known.end {
                Some(end) => return end,
                None => known = self.inside.changed.wait(known).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Waits until it is time to go, at most for `timeout`.
    pub fn wait_for(&self, timeout: Duration) -> Option<End> {
        let deadline = Instant::now() + timeout;
        let mut known = self.lock();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if known.end.is_some() || left.is_zero() {
                return known.end;
            }
            known = self.inside.changed.wait_timeout(known, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Has whoever waits in [`Shutdown::wait_or_nudge`] look around.
    pub(super) fn nudge(&self) {
        self.lock().is_nudged = true;
        self.inside.changed.notify_all();
    }

    /// Waits until it is time to go or somebody nudges, at most for `timeout` (None: for ever).
    pub(super) fn wait_or_nudge(&self, timeout: Option<Duration>) -> Option<End> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut known = self.lock();
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if known.end.is_some() || std::mem::take(&mut known.is_nudged) || left == Some(Duration::ZERO) {
                return known.end;
            }
            known = match left {
                Some(left) => self.inside.changed.wait_timeout(known, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.inside.changed.wait(known).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Sleeps; fails as soon as it is time to go.
    pub fn sleep(&self, duration: Duration) -> Result<(), ActivationError> {
        self.wait_for(duration).map_or(Ok(()), |end| Err(ActivationError::Ended(end)))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.inside.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
