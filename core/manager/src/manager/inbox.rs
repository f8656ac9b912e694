//! What a tunnel's thread sleeps on: messages, in order, and a deadline.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;

/// What others can cause without being asked is not kept beyond this.
const MANY: usize = 1_024;

/// Messages for one thread.
pub(super) struct Inbox<M> {
    clock: Arc<dyn Clock>,
    waiting: Mutex<Waiting<M>>,
    changed: Condvar,
}

struct Waiting<M> {
    messages: VecDeque<M>,
    /// The clock may have jumped, or the deadline may be another.
    look_again: bool,
}

impl<M> Inbox<M> {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let waiting = Mutex::new(Waiting { messages: VecDeque::new(), look_again: false });
        Self { clock, waiting, changed: Condvar::new() }
    }

    pub(super) fn push(&self, message: M) {
        self.lock().messages.push_back(message);
        self.changed.notify_all();
    }

    /// As [`Inbox::push`], but lost where so many wait already that one more says nothing new.
    pub(super) fn push_unless_full(&self, message: M) {
        let mut waiting = self.lock();
        if waiting.messages.len() < MANY {
            waiting.messages.push_back(message);
        }
        drop(waiting);
        self.changed.notify_all();
    }

    /// All that waits.
    pub(super) fn take_all(&self) -> VecDeque<M> {
        std::mem::take(&mut self.lock().messages)
    }

    /// Drops what waits.
    pub(super) fn clear(&self) {
        let messages = std::mem::take(&mut self.lock().messages);
        drop(messages);
    }

    /// Has the thread look at the clock again.
    pub(super) fn look_again(&self) {
        self.lock().look_again = true;
        self.changed.notify_all();
    }

    /// The next message; None when it is `deadline` (Unix milliseconds) or somebody asked to look again.
    pub(super) fn next(&self, deadline: Option<u64>) -> Option<M> {
        let mut waiting = self.lock();
        loop {
            if let Some(message) = waiting.messages.pop_front() {
                return Some(message);
            }
            let due = deadline.is_some_and(|deadline| self.clock.now() >= deadline);
            if due || std::mem::take(&mut waiting.look_again) {
                return None;
            }
            waiting = match deadline.and_then(|deadline| self.clock.sleep_until(deadline)) {
                Some(time) => self.changed.wait_timeout(waiting, time).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<M>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
