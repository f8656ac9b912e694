//! Identifies the present boot.

use std::{fs, io};

/// A random id that the kernel makes at each boot.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// Returns the id of the present boot, different from that of every other boot.
pub fn id() -> io::Result<String> {
    fs::read_to_string(BOOT_ID)
}
