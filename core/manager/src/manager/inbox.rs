//! The queue on which a thread of the manager sleeps: messages and a deadline. Events that peers or the network can cause at
//! will take the space of one message of each kind, however often they occur.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::convert::Infallible;
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use adit_protocol::Instant;

use super::clock::Clock;

/// The priority of a message.
pub(super) enum Delivery<K> {
    /// Delivered before all other messages.
    First,
    /// Delivered in order, before all events.
    Request,
    /// Delivered after all requests. A later event with the same key replaces an earlier one that still waits.
    Event(K),
}

/// A message that an inbox can hold.
pub(super) trait Deliver {
    /// The key of an event. Events with the same key replace each other.
    type Key: Clone + Eq + Hash;

    /// Returns the priority of the message.
    fn delivery(&self) -> Delivery<Self::Key>;
}

impl Deliver for Infallible {
    type Key = ();

    fn delivery(&self) -> Delivery<()> {
        match *self {}
    }
}

/// The queue of messages for one thread.
pub(super) struct Inbox<M: Deliver> {
    clock: Arc<dyn Clock>,
    waiting: Mutex<Waiting<M>>,
    changed: Condvar,
}

struct Waiting<M: Deliver> {
    first: VecDeque<M>,
    requests: VecDeque<M>,
    events: Events<M>,
    /// True if the thread must read the clock again, because the clock may have jumped or the deadline may have changed.
    reread_clock: bool,
    /// True if the last call returned because of the deadline. The next call then prefers an event.
    event_is_next: bool,
}

/// The latest event of each key, in the order in which they happened.
struct Events<M: Deliver> {
    by_number: BTreeMap<u64, (M::Key, M)>,
    numbers: HashMap<M::Key, u64>,
    last: u64,
}

impl<M: Deliver> Inbox<M> {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, waiting: Mutex::default(), changed: Condvar::new() }
    }

    pub(super) fn push(&self, message: M) {
        let mut waiting = self.lock();
        match message.delivery() {
            Delivery::First => waiting.first.push_back(message),
            Delivery::Request => waiting.requests.push_back(message),
            Delivery::Event(key) => waiting.events.push(key, message),
        }
        drop(waiting);
        self.changed.notify_all();
    }

    /// Removes and returns all waiting messages in the order of delivery.
    pub(super) fn take_all(&self) -> VecDeque<M> {
        let Waiting { mut first, requests, events, .. } = {
            let mut waiting = self.lock();
            let reread_clock = waiting.reread_clock;
            std::mem::replace(&mut *waiting, Waiting { reread_clock, ..Waiting::default() })
        };
        first.extend(requests);
        first.extend(events.by_number.into_values().map(|(_, message)| message));
        first
    }

    /// Drops all waiting messages.
    pub(super) fn clear(&self) {
        drop(self.take_all());
    }

    /// Makes the thread read the clock again.
    pub(super) fn reread_clock(&self) {
        self.lock().reread_clock = true;
        self.changed.notify_all();
    }

    /// Waits for the next message. Returns None at `deadline`, which events do not delay, or if no message waits and the thread
    /// has to read the clock again.
    pub(super) fn next(&self, deadline: Option<Instant>) -> Option<M> {
        let mut waiting = self.lock();
        loop {
            if let Some(message) = waiting.first.pop_front() {
                return Some(message);
            }
            if let Some(message) = waiting.requests.pop_front() {
                return Some(message);
            }
            let is_due = deadline.is_some_and(|deadline| self.clock.now() >= deadline);
            // One event is delivered between two expired deadlines, so that a thread that is always late still receives events.
            if !std::mem::take(&mut waiting.event_is_next) && is_due {
                waiting.event_is_next = true;
                return None;
            }
            if let Some(message) = waiting.events.pop() {
                return Some(message);
            }
            if is_due {
                return None;
            }
            if std::mem::take(&mut waiting.reread_clock) {
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

impl<M: Deliver> Default for Waiting<M> {
    fn default() -> Self {
        let (first, requests) = (VecDeque::new(), VecDeque::new());
        Self { first, requests, events: Events::default(), reread_clock: false, event_is_next: false }
    }
}

impl<M: Deliver> Default for Events<M> {
    fn default() -> Self {
        Self { by_number: BTreeMap::new(), numbers: HashMap::new(), last: 0 }
    }
}

impl<M: Deliver> Events<M> {
    fn push(&mut self, key: M::Key, message: M) {
        self.last += 1;
        if let Some(earlier) = self.numbers.insert(key.clone(), self.last) {
            self.by_number.remove(&earlier);
        }
        self.by_number.insert(self.last, (key, message));
    }

    fn pop(&mut self) -> Option<M> {
        let (_, (key, message)) = self.by_number.pop_first()?;
        self.numbers.remove(&key);
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::SystemClock;
    use super::*;

    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    enum Post {
        Leave,
        Apply(u8),
        Moved { peer: u8, port: u32 },
    }

    impl Deliver for Post {
        type Key = u8;

        fn delivery(&self) -> Delivery<u8> {
            match self {
                Self::Leave => Delivery::First,
                Self::Apply(_) => Delivery::Request,
                Self::Moved { peer, .. } => Delivery::Event(*peer),
            }
        }
    }

    #[test]
    fn leaving_overtakes_everything_and_requests_overtake_events() {
        let inbox = Inbox::new(Arc::new(SystemClock));
        for message in [Post::Moved { peer: 1, port: 1 }, Post::Apply(1), Post::Apply(2), Post::Leave] {
            inbox.push(message);
        }
        let order: Vec<_> = (0..4).filter_map(|_| inbox.next(None)).collect();
        assert_eq!(order, [Post::Leave, Post::Apply(1), Post::Apply(2), Post::Moved { peer: 1, port: 1 }]);
    }

    #[test]
    fn of_a_flood_of_events_only_the_latest_of_each_peer_waits() {
        let inbox = Inbox::new(Arc::new(SystemClock));
        for port in 0..10_000 {
            inbox.push(Post::Moved { peer: 1, port });
            if port == 500 {
                inbox.push(Post::Moved { peer: 2, port });
            }
        }
        let waiting: Vec<_> = inbox.take_all().into();
        assert_eq!(waiting, [Post::Moved { peer: 2, port: 500 }, Post::Moved { peer: 1, port: 9_999 }]);
        inbox.push(Post::Moved { peer: 1, port: 7 });
        assert_eq!(inbox.next(None), Some(Post::Moved { peer: 1, port: 7 }), "the key was forgotten with the event");
    }

    #[test]
    fn events_do_not_delay_what_is_due() {
        let inbox = Inbox::new(Arc::new(SystemClock));
        inbox.push(Post::Moved { peer: 1, port: 1 });
        assert_eq!(inbox.next(Some(Instant::from_nanos(0))), None);
        assert_eq!(inbox.next(None), Some(Post::Moved { peer: 1, port: 1 }));
    }

    #[test]
    fn a_thread_that_is_always_late_still_hears_of_events() {
        let inbox = Inbox::new(Arc::new(SystemClock));
        for peer in [1, 2] {
            inbox.push(Post::Moved { peer, port: 1 });
        }
        let heard: Vec<_> = (0..5).map(|_| inbox.next(Some(Instant::from_nanos(0)))).collect();
        let moved = |peer| Some(Post::Moved { peer, port: 1 });
        assert_eq!(heard, [None, moved(1), None, moved(2), None]);
    }

    #[test]
    fn a_clock_that_jumps_all_the_time_does_not_delay_events() {
        let inbox = Inbox::new(Arc::new(SystemClock));
        inbox.push(Post::Moved { peer: 1, port: 1 });
        inbox.reread_clock();
        assert_eq!(inbox.next(None), Some(Post::Moved { peer: 1, port: 1 }));
        assert_eq!(inbox.next(None), None, "then the thread looks at the clock");
    }
}
