//! Rights that this process gives up, so that an intruder in it can do less.

pub use crate::system::sandbox::{give_up_starting_programs, keep_files_of_tunnels};

/// The extent to which the access to files was restricted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restriction {
    /// The kernel enforces all requested restrictions.
    Full,
    /// The kernel enforces a part of them: it is older than Linux 6.10.
    Partial,
    /// The kernel has no Landlock, or it is switched off.
    None,
}
