//! Keeps packets in order although several threads carry them. `core/loom` includes this file and tries every order of the
//! threads' steps.

use std::mem::{self, ManuallyDrop};

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

/// Number of batches left for other threads at which a thread waits for its turn instead of leaving another one.
const MOST_LEFT: usize = 8;

/// One thread at a time reads packets; several threads encrypt or decrypt them in parallel; the packets are passed on in the
/// order in which they were read. A thread whose turn has not come may leave its batch (a `T`) to the thread before it and
/// continue. If one thread carries everything, neither lock is ever contended; both are taken once for a whole run of packets.
pub(crate) struct Order<T> {
    /// The next ticket to hand out.
    taking: Mutex<u64>,
    passing: Mutex<Passing<T>>,
    next: Condvar,
}

struct Passing<T> {
    /// The ticket whose turn it is.
    turn: u64,
    /// Batches left by threads that did not wait, by ticket.
    left: Vec<(u64, T)>,
    /// Batches that were passed on for other threads, for reuse.
    spares: Vec<T>,
    /// Number of threads that wait for their turn.
    waiting: usize,
}

impl<T> Default for Order<T> {
    fn default() -> Self {
        let passing = Passing { turn: 0, left: Vec::new(), spares: Vec::new(), waiting: 0 };
        Self { taking: Mutex::new(0), passing: Mutex::new(passing), next: Condvar::new() }
    }
}

impl<T> Order<T> {
    /// Waits until no other thread reads from the queue, and returns the right to read.
    pub(crate) fn begin(&self) -> Taking<'_, T> {
        Taking { order: self, next: lock(&self.taking) }
    }

    /// Returns the right to read, or `None` while another thread reads from the queue.
    pub(crate) fn try_begin(&self) -> Option<Taking<'_, T>> {
        match self.taking.try_lock() {
            Ok(next) => Some(Taking { order: self, next }),
            Err(TryLockError::Poisoned(poisoned)) => Some(Taking { order: self, next: poisoned.into_inner() }),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Frees the batches that are kept for reuse.
    pub(crate) fn forget_spares(&self) {
        let spares = mem::take(&mut lock(&self.passing).spares);
        drop(spares);
    }

    fn turn_of(&self, number: u64) -> MutexGuard<'_, Passing<T>> {
        let mut passing = lock(&self.passing);
        while passing.turn != number {
            passing.waiting += 1;
            passing = self.next.wait(passing).unwrap_or_else(PoisonError::into_inner);
            passing.waiting -= 1;
        }
        passing
    }

    fn wake_those_who_wait(&self, passing: MutexGuard<'_, Passing<T>>) {
        let anybody = passing.waiting > 0;
        drop(passing);
        if anybody {
            self.next.notify_all();
        }
    }
}

impl<T> Passing<T> {
    /// Gives the turn to the next ticket. Returns the batch that was left for it.
    fn advance(&mut self) -> Option<T> {
        self.turn += 1;
        let place = self.left.iter().position(|(number, _)| *number == self.turn)?;
        Some(self.left.swap_remove(place).1)
    }
}

/// The right to read from the queue. Other threads wait until it is dropped, which uses no ticket, or becomes a [`Ticket`].
pub(crate) struct Taking<'a, T> {
    order: &'a Order<T>,
    next: MutexGuard<'a, u64>,
}

impl<'a, T> Taking<'a, T> {
    /// Turns the right to read into a ticket, because something was read.
    pub(crate) fn ticket(mut self) -> Ticket<'a, T> {
        let ticket = Ticket { order: self.order, number: *self.next };
        *self.next += 1;
        ticket
    }

    /// Blocks until everything read before was passed on.
    pub(crate) fn wait(&self) {
        drop(self.order.turn_of(*self.next));
    }
}

/// A thread's place in the order.
pub(crate) enum Place<'a, T> {
    Taking(Taking<'a, T>),
    Ticket(Ticket<'a, T>),
    /// The place was given away.
    None,
}

impl<T> Place<'_, T> {
    /// Returns true if the thread may read more for this place, because no other thread reads meanwhile.
    pub(crate) const fn may_take_in(&self) -> bool {
        matches!(self, Self::Taking(_))
    }

    /// Takes a ticket for what was read, so that other threads may read.
    pub(crate) fn let_others(&mut self) {
        *self = match mem::replace(self, Place::None) {
            Place::Taking(taking) => Place::Ticket(taking.ticket()),
            place => place,
        };
    }

    /// Blocks until everything read before was passed on.
    pub(crate) fn wait(&self) {
        match self {
            Place::Taking(taking) => taking.wait(),
            Place::Ticket(ticket) => ticket.wait(),
            Place::None => {}
        }
    }
}

/// A place in the order. Threads with later tickets wait until it is dropped.
pub(crate) struct Ticket<'a, T> {
    order: &'a Order<T>,
    number: u64,
}

impl<T> Ticket<'_, T> {
    /// Blocks until everything read before was passed on.
    pub(crate) fn wait(&self) {
        drop(self.order.turn_of(self.number));
    }

    /// Leaves the batch that `item` creates to the thread before this one. `item` may reuse a batch that was passed on earlier.
    /// Returns `Err` without calling `item` if this ticket's turn has come, or if so many batches were left that waiting is
    /// better.
    pub(crate) fn leave(self, item: impl FnOnce(Option<T>) -> T) -> Result<(), Self> {
        let mut passing = lock(&self.order.passing);
        if passing.turn == self.number || passing.left.len() >= MOST_LEFT {
            drop(passing);
            return Err(self);
        }
        let spare = passing.spares.pop();
        passing.left.push((self.number, item(spare)));
        drop(passing);
        let _ = ManuallyDrop::new(self);
        Ok(())
    }

    /// Ends this ticket's turn. `pass_on` then passes on the batches that other threads have left.
    pub(crate) fn pass(self, mut pass_on: impl FnMut(&mut T)) {
        let mut next = self.advance();
        while let Some((ticket, mut item)) = next {
            pass_on(&mut item);
            lock(&ticket.order.passing).spares.push(item);
            next = ticket.advance();
        }
    }

    /// Waits for this ticket's turn and ends it. Returns the next ticket with its batch if one was left.
    fn advance(self) -> Option<(Self, T)> {
        let Self { order, number } = *ManuallyDrop::new(self);
        let mut passing = order.turn_of(number);
        match passing.advance() {
            Some(item) => Some((Self { order, number: passing.turn }, item)),
            None => {
                order.wake_those_who_wait(passing);
                None
            }
        }
    }
}

impl<T> Drop for Ticket<'_, T> {
    /// Discards the batches that other threads have left, because packets may be lost. This happens only to a thread that panics.
    fn drop(&mut self) {
        let mut passing = self.order.turn_of(self.number);
        while passing.advance().is_some() {}
        self.order.wake_those_who_wait(passing);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn a_thread_that_finds_another_receiving_does_other_work() {
        let order = Order::<u64>::default();
        let taking = order.begin();
        assert!(order.try_begin().is_none());
        drop(taking);
        drop(order.try_begin().expect("nobody takes in").ticket());
        assert_eq!(order.begin().ticket().number, 1);
    }

    #[test]
    fn datagrams_received_first_are_passed_on_first_however_long_they_take() {
        let order = Order::<()>::default();
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
    fn the_rest_of_a_run_is_passed_on_in_its_order_by_the_thread_before() {
        let order = Order::default();
        let mut passed_on = Vec::new();
        let (first, second, third) = (order.begin().ticket(), order.begin().ticket(), order.begin().ticket());
        assert!(third.leave(|_| "third").is_ok());
        assert!(second.leave(|_| "second").is_ok());
        let first = first.leave(|_| "first").expect_err("its turn has come");
        first.pass(|left| passed_on.push(*left));
        assert_eq!(passed_on, ["second", "third"]);
        let fourth = order.begin().ticket();
        let fifth = order.begin().ticket();
        let mut spare = None;
        assert!(
            fifth
                .leave(|given| {
                    spare = given;
                    "fifth"
                })
                .is_ok()
        );
        assert_eq!(spare, Some("third"), "what was passed on is used again");
        fourth.pass(|left| passed_on.push(*left));
        assert_eq!(passed_on, ["second", "third", "fifth"]);
    }

    #[test]
    fn not_without_end_is_left_to_others() {
        let order = Order::default();
        let first = order.begin().ticket();
        for number in 0..MOST_LEFT {
            assert!(order.begin().ticket().leave(|_| number).is_ok());
        }
        let last = order.begin().ticket().leave(|_| MOST_LEFT).expect_err("enough was left");
        let mut passed_on = Vec::new();
        first.pass(|left| passed_on.push(*left));
        assert_eq!(passed_on, Vec::from_iter(0..MOST_LEFT));
        last.wait();
    }

    #[test]
    fn nothing_taken_in_takes_no_place_in_the_order() {
        let order = Order::<()>::default();
        drop(order.begin());
        order.begin().wait();
        order.begin().ticket().wait();
    }

    /// Regression test: a second run received with one ticket was written before the packets that another thread had received in
    /// between.
    #[test]
    fn nothing_more_is_taken_in_at_a_ticket() {
        let order = Order::<()>::default();
        let mut place = Place::Taking(order.begin());
        assert!(place.may_take_in());
        place.let_others();
        assert!(!place.may_take_in());
    }

    #[test]
    fn a_thread_that_panics_does_not_hold_up_the_others() {
        let order = Order::<()>::default();
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
