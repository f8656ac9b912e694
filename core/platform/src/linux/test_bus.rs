//! For tests: a message bus of the test's own.

use adit_testbus::Bus;

/// Starts a bus. Without `dbus-daemon` it prints that the test is skipped.
pub(crate) fn bus() -> Option<Bus> {
    let bus = Bus::start().unwrap();
    if bus.is_none() {
        println!("SKIPPED: no dbus-daemon");
    }
    bus
}
