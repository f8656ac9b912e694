//! Keeps the order of what passes through where several threads carry it. `core/loom` includes this file and tries every order of their
//! steps.

use std::mem::{self, ManuallyDrop};

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

/// Things left for others to pass on at which a thread waits for its turn instead of leaving one more.
const MOST_LEFT: usize = 8;

/// What comes in is taken in by one thread at a time, opened or sealed by several side by side, and passed on in the order in which it
/// was taken in. Whose turn has not come yet may leave what it has (a `T`) to the one before it, and go on. Where one thread carries
/// all, neither lock is ever contended; both are taken once for a whole run of packets.
pub(crate) struct Order<T> {
    /// The next ticket to be given out.
    taking: Mutex<u64>,
    passing: Mutex<Passing<T>>,
    next: Condvar,
}

struct Passing<T> {
    /// The ticket that may send now.
    turn: u64,
    /// By their tickets.
    left: Vec<(u64, T)>,
    /// What was passed on for others, to be used again.
    spares: Vec<T>,
    /// Threads that wait for their turn.
    waiting: usize,
}

impl<T> Default for Order<T> {
    fn default() -> Self {
        let passing = Passing { turn: 0, left: Vec::new(), spares: Vec::new(), waiting: 0 };
        Self { taking: Mutex::new(0), passing: Mutex::new(passing), next: Condvar::new() }
    }
}

impl<T> Order<T> {
    /// Waits until no other thread reads from the queue.
    pub(crate) fn begin(&self) -> Taking<'_, T> {
        Taking { order: self, next: lock(&self.taking) }
    }

    /// `None` while another thread reads from the queue.
    pub(crate) fn try_begin(&self) -> Option<Taking<'_, T>> {
        match self.taking.try_lock() {
            Ok(next) => Some(Taking { order: self, next }),
            Err(TryLockError::Poisoned(poisoned)) => Some(Taking { order: self, next: poisoned.into_inner() }),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Gives back the memory of what was passed on for others.
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
    /// The next one's turn; the answer is what was left for it.
    fn advance(&mut self) -> Option<T> {
        self.turn += 1;
        let place = self.left.iter().position(|(number, _)| *number == self.turn)?;
        Some(self.left.swap_remove(place).1)
    }
}

/// Nobody else takes anything in until this is dropped, and with that has no place in the order, or has become a [`Ticket`].
pub(crate) struct Taking<'a, T> {
    order: &'a Order<T>,
    next: MutexGuard<'a, u64>,
}

impl<'a, T> Taking<'a, T> {
    /// Something was taken in.
    pub(crate) fn ticket(mut self) -> Ticket<'a, T> {
        let ticket = Ticket { order: self.order, number: *self.next };
        *self.next += 1;
        ticket
    }

    /// Blocks until all that was taken in before has been passed on.
    pub(crate) fn wait(&self) {
        drop(self.order.turn_of(*self.next));
    }
}

/// Where a thread stands in the order.
pub(crate) enum Place<'a, T> {
    Taking(Taking<'a, T>),
    Ticket(Ticket<'a, T>),
    /// It has been given away.
    None,
}

impl<T> Place<'_, T> {
    /// Whether more may be read for this ticket: no other thread reads meanwhile.
    pub(crate) const fn may_take_in(&self) -> bool {
        matches!(self, Self::Taking(_))
    }

    /// Something was taken in, and others may go on taking in.
    pub(crate) fn let_others(&mut self) {
        *self = match mem::replace(self, Place::None) {
            Place::Taking(taking) => Place::Ticket(taking.ticket()),
            place => place,
        };
    }

    /// Blocks until all that was taken in before has been passed on.
    pub(crate) fn wait(&self) {
        match self {
            Place::Taking(taking) => taking.wait(),
            Place::Ticket(ticket) => ticket.wait(),
            Place::None => {}
        }
    }
}

/// A place in the order; others wait until it is dropped.
pub(crate) struct Ticket<'a, T> {
    order: &'a Order<T>,
    number: u64,
}

impl<T> Ticket<'_, T> {
    /// Blocks until all that was taken in before has been passed on.
    pub(crate) fn wait(&self) {
        drop(self.order.turn_of(self.number));
    }

    /// Leaves what `item` makes to be passed on by the one before. It is given something passed on earlier, to be used again.
    /// `Err`, and `item` was not called, when the turn has come, or so much was left that it is better to wait.
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

    /// The turn is over; `pass_on` has what others have left passed on as well.
    pub(crate) fn pass(self, mut pass_on: impl FnMut(&mut T)) {
        let mut next = self.advance();
        while let Some((ticket, mut item)) = next {
            pass_on(&mut item);
            lock(&ticket.order.passing).spares.push(item);
            next = ticket.advance();
        }
    }

    /// The next one's turn, whenever it comes; its ticket when it has left something.
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
    /// What others have left is lost, as packets may be: this happens to a thread that panics.
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
    fn who_finds_another_one_taking_in_has_other_things_to_do() {
        let order = Order::<u64>::default();
        let taking = order.begin();
        assert!(order.try_begin().is_none());
        drop(taking);
        drop(order.try_begin().expect("nobody takes in").ticket());
        assert_eq!(order.begin().ticket().number, 1);
    }

    #[test]
    fn what_was_taken_in_first_is_passed_on_first_however_long_it_takes() {
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
    fn what_is_left_is_passed_on_in_its_turn_by_the_one_before() {
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

    /// A second run received at one ticket was written before what another thread had received between the two.
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
