//! Tests of the `clock` module that run on every adapter.

macro_rules! stories {
    ($($adapter:ident)*) => {$(
        mod $adapter {
            use std::sync::Arc;
            use std::time::Duration;

            use crate::clock::Woken;
            use crate::$adapter::clock::{Alarm, instant, now};

            #[test]
            fn the_monotonic_clock_does_not_run_backwards() {
                let first = instant();
                assert!(instant() >= first);
                assert!(now().instant >= first);
                assert!(now().unix > Duration::from_secs(1_700_000_000), "wall clock: {:?}", now().unix);
            }

            #[test]
            fn a_deadline_in_the_past_ends_the_wait_at_once() {
                let alarm = Alarm::new().expect("alarm");
                assert_eq!(alarm.wait(Some(instant() - Duration::from_secs(1))).expect("wait"), Woken::Deadline);
            }

            #[test]
            fn a_wait_lasts_until_the_deadline() {
                let alarm = Alarm::new().expect("alarm");
                let deadline = instant() + Duration::from_millis(20);
                assert_eq!(alarm.wait(Some(deadline)).expect("wait"), Woken::Deadline);
                assert!(instant() >= deadline);
            }

            #[test]
            fn calls_before_the_wait_count_once() {
                let alarm = Alarm::new().expect("alarm");
                alarm.wake();
                alarm.wake();
                assert_eq!(alarm.wait(None).expect("wait"), Woken::Called);
                assert_eq!(alarm.wait(Some(instant())).expect("wait"), Woken::Deadline);
            }

            #[test]
            fn a_call_from_another_thread_ends_a_wait_without_deadline() {
                let alarm = Arc::new(Alarm::new().expect("alarm"));
                let sleeper = std::thread::spawn({
                    let alarm = Arc::clone(&alarm);
                    move || alarm.wait(None)
                });
                alarm.wake();
                assert_eq!(sleeper.join().expect("thread").expect("wait"), Woken::Called);
            }

            #[test]
            fn a_later_wait_may_have_an_earlier_deadline() {
                let alarm = Alarm::new().expect("alarm");
                alarm.wake();
                assert_eq!(alarm.wait(Some(instant() + Duration::from_secs(3600))).expect("wait"), Woken::Called);
                assert_eq!(alarm.wait(Some(instant() + Duration::from_millis(1))).expect("wait"), Woken::Deadline);
                alarm.wake();
                assert_eq!(alarm.wait(None).expect("wait"), Woken::Called);
            }
        }
    )*};
}

stories!(portable system);
