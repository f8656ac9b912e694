//! Tells a tunnel when the computer wakes up.

use std::{io, thread};

use adit_activation::{Mailbox, Signal};
use adit_platform::native::clock_changes::{ClockChange, ClockChanges};

use crate::lines::warn;

/// Sends the tunnel a signal whenever the computer wakes up. If the system does not report this, changes of the network make the
/// tunnel notice.
pub fn watch_sleep(mailbox: Mailbox) {
    let watch = move || -> io::Result<()> {
        let mut changes = ClockChanges::new()?;
        loop {
            if let ClockChange::Slept(_) = changes.wait()? {
                mailbox.push(Signal::Woke);
            }
        }
    };
    let told = |error: &io::Error| warn(format!("it will not be noticed when the computer wakes up from sleep: {error}"));
    let watch = move || drop(watch().inspect_err(told));
    if let Err(error) = thread::Builder::new().name("sleep".into()).spawn(watch) {
        told(&error);
    }
}
