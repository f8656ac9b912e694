use loom::sync::Arc;
use loom::thread;

use crate::counters::{ReceivedCounters, SendCounter};
use crate::timing::REJECT_AFTER_MESSAGES;

#[test]
fn a_counter_is_given_to_one_thread_only() {
    loom::model(|| {
        let counter = Arc::new(SendCounter::new());
        let other = Arc::clone(&counter);
        let theirs = thread::spawn(move || [other.take(), other.take()]);
        let ours = [counter.take(), counter.take()];
        let mut all: Vec<_> = ours.into_iter().chain(theirs.join().unwrap()).collect();
        all.sort();
        assert_eq!(all, [Some(0), Some(1), Some(2), Some(3)]);
    });
}

/// A nonce that is used twice reveals the plaintext: past the limit no thread ever gets a counter.
#[test]
fn at_the_limit_the_last_counter_is_given_once_and_none_after_it() {
    loom::model(|| {
        let counter = Arc::new(SendCounter::new());
        counter.danger_set(REJECT_AFTER_MESSAGES - 1);
        let other = Arc::clone(&counter);
        let theirs = thread::spawn(move || [other.take(), other.take()]);
        let ours = [counter.take(), counter.take()];
        let all: Vec<_> = ours.into_iter().chain(theirs.join().unwrap()).flatten().collect();
        assert_eq!(all, [REJECT_AFTER_MESSAGES - 1]);
        assert!(counter.next() >= REJECT_AFTER_MESSAGES);
        assert_eq!(counter.take(), None);
    });
}

#[test]
fn a_message_that_two_threads_have_received_is_accepted_from_one() {
    loom::model(|| {
        let received = Arc::new(ReceivedCounters::new());
        let other = Arc::clone(&received);
        let theirs = thread::spawn(move || [7, 8].map(|counter| other.accept(counter)));
        let ours = [8, 7].map(|counter| received.accept(counter));
        let theirs = theirs.join().unwrap();
        assert!(ours[1] ^ theirs[0], "7 was accepted by one");
        assert!(ours[0] ^ theirs[1], "8 was accepted by one");
    });
}

/// A concurrent jump of the window decides whether an old message is still accepted, but it is never accepted twice.
#[test]
fn a_window_that_moves_meanwhile_accepts_nothing_twice() {
    loom::model(|| {
        let received = Arc::new(ReceivedCounters::new());
        assert!(received.accept(1));
        let other = Arc::clone(&received);
        let theirs = thread::spawn(move || (other.accept(100_000), other.accept(2)));
        let ours = (received.accept(2), received.accept(1));
        let theirs = theirs.join().unwrap();
        assert!(theirs.0 && !theirs.1, "2 is too old behind 100,000, or was seen");
        assert!(!ours.1, "1 was seen");
    });
}
