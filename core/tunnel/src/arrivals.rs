//! Keeps the order of what arrives where several threads carry it.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What arrives is received by one thread at a time, opened by several side by side, and written in the order in which it was
/// received. Where one thread carries all, neither lock is ever contended; both are taken once for a whole run of datagrams.
#[derive(Default)]
pub(crate) struct Arrivals {
    /// The next ticket to be given out.
    receiving: Mutex<u64>,
    /// The ticket whose turn it is to write.
    writing: Mutex<u64>,
    written: Condvar,
}

impl Arrivals {
    /// Receives, if nobody else does at the moment, and tells whose turn it will be to write it.
    pub(crate) fn receive(&self, receive: impl FnOnce() -> io::Result<()>) -> io::Result<Ticket<'_>> {
        let mut next = lock(&self.receiving);
        receive()?;
        let ticket = Ticket { arrivals: self, number: *next };
        *next += 1;
        Ok(ticket)
    }
}

/// A place in the order of writing; others wait until it is dropped.
pub(crate) struct Ticket<'a> {
    arrivals: &'a Arrivals,
    number: u64,
}

impl Ticket<'_> {
    /// Blocks until all that was received before is written.
    pub(crate) fn wait(&self) {
        drop(self.turn());
    }

    fn turn(&self) -> MutexGuard<'_, u64> {
        let turn = lock(&self.arrivals.writing);
        self.arrivals.written.wait_while(turn, |turn| *turn != self.number).unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        *self.turn() += 1;
        self.arrivals.written.notify_all();
    }
}

fn lock(number: &Mutex<u64>) -> MutexGuard<'_, u64> {
    number.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn what_was_received_first_is_written_first_however_long_it_takes_to_open() {
        let arrivals = Arrivals::default();
        let (written, order) = mpsc::channel();
        let first = arrivals.receive(|| Ok(())).expect("received");
        let second = arrivals.receive(|| Ok(())).expect("received");
        thread::scope(|scope| {
            let slow = written.clone();
            scope.spawn(move || {
                second.wait();
                written.send(2).expect("somebody listens");
            });
            first.wait();
            slow.send(1).expect("somebody listens");
            drop(first);
        });
        assert_eq!(order.iter().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn nothing_received_takes_no_place_in_the_order() {
        let arrivals = Arrivals::default();
        assert!(arrivals.receive(|| Err(io::ErrorKind::WouldBlock.into())).is_err());
        arrivals.receive(|| Ok(())).expect("received").wait();
    }

    #[test]
    fn a_thread_that_panics_does_not_hold_up_the_others() {
        let arrivals = Arrivals::default();
        let panicked = thread::scope(|scope| {
            let ticket = arrivals.receive(|| Ok(())).expect("received");
            let panics = scope.spawn(move || {
                let _ticket = ticket;
                panic!("as the test wants");
            });
            panics.join()
        });
        assert!(panicked.is_err());
        arrivals.receive(|| Ok(())).expect("received").wait();
    }
}
