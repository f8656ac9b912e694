//! Rights that a process gives up for good: system calls that it never makes ([`system_calls`]), and files that it never opens ([`files`]).
//!
//! Both last until the process ends, and hold for the threads and processes that it starts from then on.

pub mod files;
pub mod system_calls;

use std::io;
use std::path::Path;

use self::files::Files;
use crate::sandbox::Restriction;

/// From here on this thread, and all that it starts, opens nothing but what tunnels need of the system and what is in `folders`.
pub fn keep_files_of_tunnels(folders: &[&Path]) -> io::Result<Restriction> {
    let files = folders.iter().fold(Files::for_tunnels(), |files, folder| files.and_write(folder));
    files::restrict_to(&files).map_err(io::Error::other)
}

/// From here on this process starts no programs, and makes no unusual system calls.
pub fn give_up_starting_programs() -> io::Result<()> {
    system_calls::give_up_starting_programs().map_err(io::Error::other)
}
