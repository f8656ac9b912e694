//! The condition that a fake device waits for.

use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::lock;
use super::stop::FakeStop;
use crate::device::{Ready, Stop};

/// The interval between polls of a [`Stop`] that is not a [`FakeStop`].
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[derive(Default)]
pub(super) struct Bell {
    guard: Mutex<()>,
    rung: Condvar,
    followers: Mutex<Vec<Weak<Bell>>>,
}

impl Bell {
    /// Makes all waiting threads check their condition again. The caller must not hold the lock of that condition.
    pub(super) fn ring(&self) {
        drop(lock(&self.guard));
        self.rung.notify_all();
        let followers = lock(&self.followers).clone();
        followers.iter().filter_map(Weak::upgrade).for_each(|bell| bell.ring());
    }

    /// Makes `follower` ring as well from now on.
    pub(super) fn also_ring(&self, follower: &Arc<Self>) {
        let mut followers = lock(&self.followers);
        if !followers.iter().any(|known| known.as_ptr() == Arc::as_ptr(follower)) {
            followers.push(Arc::downgrade(follower));
        }
    }

    /// Blocks until `ready` returns true or `stop` is set, for `patience` at most.
    pub(super) fn wait(self: &Arc<Self>, stop: &dyn Stop, patience: Option<Duration>, ready: impl Fn() -> bool) -> Ready {
        let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
        let look_every = match stop.as_any().downcast_ref::<FakeStop>() {
            Some(stop) => {
                stop.will_ring(self);
                Duration::MAX
            }
            None => LOOK_EVERY,
        };
        let mut guard = lock(&self.guard);
        loop {
            if stop.is_stopped() {
                return Ready::Stopped;
            }
            if ready() {
                return Ready::Readable;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ready::Nothing;
            }
            guard = self
                .rung
                .wait_timeout(guard, left.unwrap_or(look_every).min(look_every))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Blocks until `look` returns a value, at most until `deadline`.
    pub(super) fn wait_until<T>(&self, deadline: Instant, look: impl Fn() -> Option<T>) -> Option<T> {
        let mut guard = lock(&self.guard);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match look() {
                None if !left.is_zero() => {}
                found => return found,
            }
            guard = self.rung.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
