//! A panic anywhere ends the whole process: a daemon of which half is dead looks alive to everybody. Whoever started it starts it
//! again, and what was up comes up.

use std::io::Write as _;
use std::panic;

/// From here on a panic on any thread is told and then ends the process by SIGABRT.
pub(crate) fn ends_the_process() {
    panic::set_hook(Box::new(|info| {
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("without a name").to_owned();
        let place = info.location().map_or_else(|| "somewhere".to_owned(), ToString::to_string);
        // What a panic says may quote what it stumbled on: it goes to no log that others read.
        let _ = writeln!(std::io::stderr(), "aditd: a defect ends it: the thread {thread} panicked at {place}");
        tracing::error!(thread, place, "a defect ends the process");
        std::process::abort();
    }));
}
