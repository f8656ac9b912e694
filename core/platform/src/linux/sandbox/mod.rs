//! Rights that a process gives up for good: system calls ([`system_calls`]) and access to files ([`files`]).
//!
//! The restrictions last until the process ends, and hold for the threads and processes that it starts afterwards.

pub mod files;
pub mod system_calls;

use std::io;
use std::path::Path;

use self::files::Files;
use crate::sandbox::Restriction;

/// Restricts this thread, and all that it starts, to opening the system's files that tunnels need and the content of `folders`.
pub fn keep_files_of_tunnels(folders: &[&Path]) -> io::Result<Restriction> {
    let files = folders.iter().fold(Files::for_tunnels(), |files, folder| files.and_write(folder));
    files::restrict_to(&files).map_err(io::Error::other)
}

/// Denies this process starting programs and making unusual system calls from now on.
pub fn give_up_starting_programs() -> io::Result<()> {
    system_calls::give_up_starting_programs().map_err(io::Error::other)
}
