//! For tests: processes that write their ids to a file, and waiting until they are gone.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Returns a shell line that starts two processes, parent and child. Both write their ids to `processes` and stay. Each creates
/// the file `lived` if only the program that it waits for is killed.
pub(super) fn two_that_stay(processes: &Path, lived: &Path) -> String {
    let stay = format!("echo $$ >>{}; sleep 600; touch {}", processes.display(), lived.display());
    format!("sh -c '{stay}' & {stay}")
}

/// Waits until `count` processes have written their ids.
pub(super) fn wait_until_noted(processes: &Path, count: usize) {
    wait_until("processes note their ids", || lines(processes).len() == count);
}

/// Waits until all processes in the file are gone or zombies.
pub(super) fn wait_until_gone(processes: &Path) {
    let is_gone = |process: &String| match fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => stat.rsplit_once(')').unwrap().1.starts_with(" Z"),
        Err(_) => true,
    };
    wait_until("they are gone", || lines(processes).iter().all(is_gone));
}

fn lines(file: &Path) -> Vec<String> {
    fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Polls, because nothing announces the end of another process's child.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(1));
    }
}
