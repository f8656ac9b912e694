//! The start of the computer.

use std::{fs, io};

/// A random name that the kernel gives itself at each start.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The id of this start of the computer, different from that of all others.
pub fn id() -> io::Result<String> {
    fs::read_to_string(BOOT_ID)
}
