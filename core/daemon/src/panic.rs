//! Ends the whole process after a panic on any thread, because a daemon with a dead thread looks alive from outside. The
//! service manager restarts it, and the tunnels that were up come up again.

use std::io::Write as _;
use std::panic;

/// Installs the panic hook: from now on a panic on any thread is logged and ends the process with SIGABRT.
pub(crate) fn ends_the_process() {
    panic::set_hook(Box::new(|info| {
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("without a name").to_owned();
        let place = info.location().map_or_else(|| "somewhere".to_owned(), ToString::to_string);
        // A panic's message may quote the data that caused it, so it is not logged.
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
            // The call never returns: the process ends.
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
