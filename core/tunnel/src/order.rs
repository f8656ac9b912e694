//! Keeps the order of what passes through where several threads carry it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What comes in is taken in by one thread at a time, opened or sealed by several side by side, and passed on in the order in which it
/// was taken in. Where one thread carries all, neither lock is ever contended; both are taken once for a whole run of packets.
#[derive(Default)]
pub(crate) struct Order {
    /// The next ticket to be given out.
    taking: Mutex<u64>,
    /// The ticket whose turn it is.
    turn: Mutex<u64>,
    next: Condvar,
}

impl Order {
    /// Waits until nobody else takes anything in.
    pub(crate) fn begin(&self) -> Taking<'_> {
        Taking { order: self, next: lock(&self.taking) }
    }

    fn turn_of(&self, number: u64) -> MutexGuard<'_, u64> {
        let turn = lock(&self.turn);
        self.next.wait_while(turn, |turn| *turn != number).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody else takes anything in until this is dropped, and with that has no place in the order, or has become a [`Ticket`].
pub(crate) struct Taking<'a> {
    order: &'a Order,
    next: MutexGuard<'a, u64>,
}

impl<'a> Taking<'a> {
    /// Something was taken in.
    pub(crate) fn ticket(mut self) -> Ticket<'a> {
        let ticket = Ticket { order: self.order, number: *self.next };
        *self.next += 1;
        ticket
    }

    /// Blocks until all that was taken in before has been passed on.
    pub(crate) fn wait(&self) {
        drop(self.order.turn_of(*self.next));
    }
}

/// A place in the order; others wait until it is dropped.
pub(crate) struct Ticket<'a> {
    order: &'a Order,
    number: u64,
}

impl Ticket<'_> {
    /// Blocks until all that was taken in before has been passed on.
    pub(crate) fn wait(&self) {
        drop(self.order.turn_of(self.number));
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        *self.order.turn_of(self.number) += 1;
        self.order.next.notify_all();
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
    fn what_was_taken_in_first_is_passed_on_first_however_long_it_takes() {
        let order = Order::default();
        let (passed_on, heard) = mpsc::channel();
        let first = order.begin().ticket();
        let second = order.begin().ticket();
        thread::scope(|scope| {
            let slow = passed_on.clone();
            scope.spawn(move || {
                second.wait();
                passed_on.send(2).expect("somebody listens");
            });
            first.wait();
            slow.send(1).expect("somebody listens");
            drop(first);
        });
        assert_eq!(heard.iter().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn nothing_taken_in_takes_no_place_in_the_order() {
        let order = Order::default();
        drop(order.begin());
        order.begin().wait();
        order.begin().ticket().wait();
    }

    #[test]
    fn a_thread_that_panics_does_not_hold_up_the_others() {
        let order = Order::default();
        let panicked = thread::scope(|scope| {
            let ticket = order.begin().ticket();
            let panics = scope.spawn(move || {
                let _ticket = ticket;
                panic!("as the test wants");
            });
            panics.join()
        });
        assert!(panicked.is_err());
        order.begin().ticket().wait();
    }
}
