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

type Listener = Box<dyn Fn(End) + Send + Sync>;

/// Reasons to go, from all sides; the first one counts. Clones are the same one.
#[derive(Clone, Default)]
pub struct Ends {
    inside: Arc<Inside>,
}

#[derive(Default)]
struct Inside {
    end: Mutex<Option<End>>,
    changed: Condvar,
    listener: Option<Listener>,
}

impl Ends {
    /// Has `listener` called, on whichever thread knows it, when it is time to go. It must not block.
    pub fn telling(listener: impl Fn(End) + Send + Sync + 'static) -> Self {
        Self { inside: Arc::new(Inside { listener: Some(Box::new(listener)), ..Inside::default() }) }
    }

    /// It is time to go.
    pub fn end(&self, end: End) {
        let mut known = self.lock();
        if known.is_some() {
            return;
        }
        *known = Some(end);
        drop(known);
        self.inside.changed.notify_all();
        if let Some(listener) = &self.inside.listener {
            listener(end);
        }
    }

    /// Why it is time to go, if it is.
    pub fn known(&self) -> Option<End> {
        *self.lock()
    }

    /// Fails if it is time to go; called between steps.
    pub fn check(&self) -> Result<(), ActivationError> {
        self.known().map_or(Ok(()), |end| Err(ActivationError::Ended(end)))
    }

    /// Waits until it is time to go.
    pub fn wait(&self) -> End {
        let mut known = self.lock();
        loop {
            match *known {
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
            if known.is_some() || left.is_zero() {
                return *known;
            }
            known = self.inside.changed.wait_timeout(known, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sleeps; fails as soon as it is time to go.
    pub fn sleep(&self, duration: Duration) -> Result<(), ActivationError> {
        self.wait_for(duration).map_or(Ok(()), |end| Err(ActivationError::Ended(end)))
    }

    fn lock(&self) -> MutexGuard<'_, Option<End>> {
        self.inside.end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
