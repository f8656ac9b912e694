//! For tests: a fresh network namespace, which ends with the thread that created it.

use std::process::Command;

/// Runs `story` on a thread in a fresh network namespace with the loopback interface up. Without root it prints that the test
/// is skipped.
pub(crate) fn alone<T: Send>(story: impl FnOnce() -> T + Send) -> Option<T> {
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED: a network namespace takes root");
        return None;
    }
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            // SAFETY: the call changes the namespace of this thread only.
            let result = unsafe { libc::unshare(libc::CLONE_NEWNET) };
            if result != 0 {
                let error = std::io::Error::last_os_error();
                assert_eq!(error.raw_os_error(), Some(libc::EPERM), "cannot make a network namespace: {error}");
                println!("SKIPPED: root may make no network namespace here");
                return None;
            }
            ip("link set lo up");
            Some(story())
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Runs `ip` in the calling thread's namespace, and panics if it fails.
pub(crate) fn ip(arguments: &str) {
    tool("ip", arguments);
}

/// Runs a program of iproute2 in the calling thread's namespace, and panics if it fails.
pub(crate) fn tool(program: &str, arguments: &str) {
    let output = Command::new(program).args(arguments.split(' ')).output().expect("iproute2 is installed");
    assert!(output.status.success(), "{program} {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}
