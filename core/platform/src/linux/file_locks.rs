//! Finds the process that holds the lock (flock(2)) of a file, in the kernel's list `/proc/locks`. Processes that may not open
//! the file can read that list too.

use std::fs;
use std::io;
use std::num::NonZeroU32;

use rustix::fs::{Stat, major, minor};

const LOCKS: &str = "/proc/locks";

/// Returns the process that holds the exclusive lock of this file. None if nobody holds it, or if its holder is outside this
/// PID namespace.
pub(super) fn holder(file: &Stat) -> io::Result<Option<NonZeroU32>> {
    Ok(holder_in(&fs::read_to_string(LOCKS)?, file))
}

/// Parses lines such as `1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF`. A line for a waiting process has `->` after its
/// number.
fn holder_in(locks: &str, file: &Stat) -> Option<NonZeroU32> {
    let place = format!("{:02x}:{:02x}:{}", major(file.st_dev), minor(file.st_dev), file.st_ino);
    locks.lines().find_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let _number = fields.next()?;
        let is_lock = fields.next() == Some("FLOCK") && fields.next().is_some() && fields.next() == Some("WRITE");
        let process = fields.next().filter(|_| is_lock)?;
        let is_this_file = fields.next() == Some(place.as_str());
        process.parse().ok().filter(|_| is_this_file)
    })
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn a_lock_s_holder_is_found_while_it_is_held_and_not_by_a_file_s_content() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stat = rustix::fs::fstat(file.as_file()).unwrap();
        assert_eq!(holder(&stat).unwrap(), None);
        let held = File::open(file.path()).unwrap();
        held.lock().unwrap();
        assert_eq!(holder(&stat).unwrap(), NonZeroU32::new(std::process::id()));
        drop(held);
        assert_eq!(holder(&stat).unwrap(), None);
    }

    #[test]
    fn a_process_that_waits_or_reads_or_locks_a_range_holds_nothing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stat = rustix::fs::fstat(file.as_file()).unwrap();
        let place = format!("{:02x}:{:02x}:{}", major(stat.st_dev), minor(stat.st_dev), stat.st_ino);
        let others = ["-> FLOCK ADVISORY WRITE 7", "FLOCK ADVISORY READ 7", "POSIX ADVISORY WRITE 7", "FLOCK ADVISORY WRITE -1"];
        for line in others {
            assert_eq!(holder_in(&format!("1: {line} {place} 0 EOF\n"), &stat), None, "{line}");
        }
        assert!(holder_in(&format!("1: FLOCK  ADVISORY  WRITE 7 {place} 0 EOF\n"), &stat).is_some());
        assert_eq!(holder_in(&format!("1: FLOCK ADVISORY WRITE 7 {place}1 0 EOF\n"), &stat), None);
    }
}
