//! Keeps a tunnel up on the thread that brought it up, as `adit up` and `adit proxy` do: starts the first handshakes and follows
//! the network until the tunnel ends.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_platform::clock;
use adit_protocol::Event;

use super::active::Active;
use super::first_handshake::{FirstHandshake, STEP};
use super::follow::{Observer, Signal};
use super::shutdown::{End, Shutdown};

/// Signals that wait for the tunnel's thread. Clones share one queue.
#[derive(Clone)]
pub struct Mailbox {
    shutdown: Shutdown,
    waiting: Arc<Mutex<VecDeque<Signal>>>,
}

impl Mailbox {
    /// Creates a mailbox for a thread that `shutdown` ends.
    pub fn new(shutdown: &Shutdown) -> Self {
        Self { shutdown: shutdown.clone(), waiting: Arc::default() }
    }

    /// Queues a signal for the thread.
    pub fn push(&self, signal: Signal) {
        let mut waiting = self.lock();
        let is_known = matches!(signal, Signal::NetworkChanged) && matches!(waiting.back(), Some(Signal::NetworkChanged));
        if is_known || is_of_no_concern(&signal) {
            return;
        }
        waiting.push_back(signal);
        drop(waiting);
        self.shutdown.nudge();
    }

    /// Returns an observer that queues all signals for the thread.
    pub fn observer(&self) -> Observer {
        let mailbox = self.clone();
        Box::new(move |signal| mailbox.push(signal.clone()))
    }

    fn take(&self) -> VecDeque<Signal> {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Signal>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns true for events that strangers can cause at will. They have no effect here, and must not fill the queue.
fn is_of_no_concern(signal: &Signal) -> bool {
    matches!(signal, Signal::Engine(Event::HandshakeDropped { .. } | Event::KeysErased { .. } | Event::CookieReceived { .. }))
}

impl Active {
    /// Starts handshakes with the peers, reports whether each one answers, and follows the network until the tunnel ends.
    pub fn keep_up(&mut self, mailbox: &Mailbox) -> End {
        let greeting =
            self.running.clone().and_then(|running| FirstHandshake::begin(&self.now.config, &*running, &*self.reporter));
        self.follow_until_end(mailbox, greeting)
    }

    /// Like [`Active::keep_up`], without the first handshakes: the first packet for a peer starts one.
    pub fn keep_up_silently(&mut self, mailbox: &Mailbox) -> End {
        self.follow_until_end(mailbox, None)
    }

    fn follow_until_end(&mut self, mailbox: &Mailbox, mut greeting: Option<FirstHandshake>) -> End {
        loop {
            let now = clock::instant();
            for signal in mailbox.take() {
                self.hear(&signal, now);
            }
            self.follow(now);
            if let (Some(open), Some(running)) = (&mut greeting, &self.running)
                && open.is_over(&self.now.config, &**running, &*self.reporter)
            {
                greeting = None;
            }
            let due = self.follow_due().map(|due| due.since(clock::instant()));
            let step = greeting.as_ref().map(|_| STEP);
            if let Some(end) = self.shutdown.wait_or_nudge(due.into_iter().chain(step).min()) {
                return end;
            }
        }
    }
}
