use std::mem;

use loom::sync::{Arc, Mutex};
use loom::thread;

use crate::order::{Order, Place, Ticket};

/// The numbers that were passed on, in order.
type PassedOn = Arc<Mutex<Vec<u64>>>;

/// Passes `number` on in its turn, then the numbers that other threads left.
fn pass(ticket: Ticket<'_, u64>, number: u64, passed_on: &PassedOn) {
    ticket.wait();
    passed_on.lock().unwrap().push(number);
    ticket.pass(|left| passed_on.lock().unwrap().push(*left));
}

/// Takes in a number, and passes it on or leaves it to the previous thread.
fn carry(order: &Order<u64>, taken: &Mutex<u64>, passed_on: &PassedOn, may_leave: bool) {
    let taking = order.begin();
    // The numbers follow the order in which the threads take them in.
    let number = {
        let mut taken = taken.lock().unwrap();
        let number = *taken;
        *taken += 1;
        number
    };
    let ticket = taking.ticket();
    let ticket = if may_leave {
        match ticket.leave(|_| number) {
            Ok(()) => return,
            Err(ticket) => ticket,
        }
    } else {
        ticket
    };
    pass(ticket, number, passed_on);
}

fn carried_by_two(each: usize, may_leave: bool) {
    loom::model(move || {
        let (order, taken) = (Arc::new(Order::default()), Arc::new(Mutex::new(0)));
        let passed_on = PassedOn::default();
        let other = {
            let (order, taken, passed_on) = (Arc::clone(&order), Arc::clone(&taken), Arc::clone(&passed_on));
            thread::spawn(move || (0..each).for_each(|_| carry(&order, &taken, &passed_on, may_leave)))
        };
        (0..each).for_each(|_| carry(&order, &taken, &passed_on, may_leave));
        other.join().unwrap();
        let passed_on = mem::take(&mut *passed_on.lock().unwrap());
        assert_eq!(passed_on, Vec::from_iter(0..2 * each as u64), "all of it, in the order in which it was taken in");
    });
}

#[test]
fn two_threads_that_wait_for_their_turn_pass_on_in_order() {
    carried_by_two(2, false);
}

#[test]
fn two_threads_that_leave_things_to_each_other_pass_on_in_order_and_lose_nothing() {
    carried_by_two(2, true);
}

#[test]
fn a_thread_that_gives_its_ticket_up_holds_up_nobody() {
    loom::model(|| {
        let order = Arc::new(Order::<u64>::default());
        let first = Arc::clone(&order);
        let other = thread::spawn(move || drop(first.begin().ticket()));
        order.begin().ticket().wait();
        other.join().unwrap();
        order.begin().wait();
    });
}

#[test]
fn nobody_waits_for_a_thread_that_took_nothing_in() {
    loom::model(|| {
        let order = Arc::new(Order::<u64>::default());
        let other = {
            let order = Arc::clone(&order);
            thread::spawn(move || {
                if let Some(taking) = order.try_begin() {
                    let mut place = Place::Taking(taking);
                    assert!(place.may_take_in());
                    place.let_others();
                    place.wait();
                }
            })
        };
        drop(order.begin());
        order.begin().wait();
        order.begin().ticket().wait();
        other.join().unwrap();
        order.forget_spares();
    });
}
