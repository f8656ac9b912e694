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

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    const IS_THE_VICTIM: &str = "ADITD_TEST_PANICS";

    #[test]
    fn a_panic_on_any_thread_ends_the_process() {
        if std::env::var_os(IS_THE_VICTIM).is_some() {
            super::ends_the_process();
            let quiet = std::thread::spawn(|| std::panic::catch_unwind(|| panic!("this quotes nothing")));
            // Never returns: the process ends.
            let _ = quiet.join();
            return;
        }
        let mut victim = Command::new(std::env::current_exe().unwrap());
        victim.args(["--exact", "panic::tests::a_panic_on_any_thread_ends_the_process", "--nocapture"]);
        let output = victim.env(IS_THE_VICTIM, "1").output().unwrap();
        assert_eq!(output.status.signal(), Some(6), "{}", output.status);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("a defect ends it") && said.contains("panic.rs:") && !said.contains("quotes"), "{said}");
    }
}
