//! Ends a tunnel while it comes up or is up: on request, or because its interface or configuration socket was removed.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::ActivationError;

/// Why a tunnel ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Ctrl-C.
    Interrupted,
    /// A request: SIGTERM, as `adit down` sends it, SIGHUP when the terminal is closed, or a client of the service.
    Asked,
    /// Another program removed the interface.
    InterfaceRemoved,
    /// Another program removed the configuration socket.
    SocketRemoved,
}

#[derive(Default)]
struct Known {
    end: Option<End>,
    /// A waiting thread has other work to do.
    is_nudged: bool,
}

type Listener = Box<dyn Fn(End) + Send + Sync>;

/// The reasons to end a tunnel, from all threads; the first one counts. Clones share it.
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
    /// Creates a shutdown that calls `listener` with the reason, on the thread that gives it. `listener` must not block.
    pub fn telling(listener: impl Fn(End) + Send + Sync + 'static) -> Self {
        Self { inside: Arc::new(Inside { listener: Some(Box::new(listener)), ..Inside::default() }) }
    }

    /// Ends the tunnel for this reason, unless there is an earlier one.
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

    /// Returns the reason to end, if there is one.
    pub fn known(&self) -> Option<End> {
        self.lock().end
    }

    /// Fails if the tunnel is to end; called between steps.
    pub fn check(&self) -> Result<(), ActivationError> {
        self.known().map_or(Ok(()), |end| Err(ActivationError::Ended(end)))
    }

    /// Waits for a reason to end.
    pub fn wait(&self) -> End {
        let mut known = self.lock();
        loop {
            match known.end {
                Some(end) => return end,
                None => known = self.inside.changed.wait(known).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Waits for a reason to end, for at most `timeout`.
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

    /// Wakes the thread in [`Shutdown::wait_or_nudge`].
    pub(super) fn nudge(&self) {
        self.lock().is_nudged = true;
        self.inside.changed.notify_all();
    }

    /// Waits for a reason to end or a nudge, for at most `timeout` (None: for ever).
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

    /// Sleeps; fails as soon as the tunnel is to end.
    pub fn sleep(&self, duration: Duration) -> Result<(), ActivationError> {
        self.wait_for(duration).map_or(Ok(()), |end| Err(ActivationError::Ended(end)))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.inside.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
