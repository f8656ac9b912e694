//! Rights that this process gives up, so that an intruder into it can do less.

pub use crate::system::sandbox::{give_up_starting_programs, keep_files_of_tunnels};

/// How far access to files was restricted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restriction {
    /// The kernel forbids all that it was asked to.
    Full,
    /// It forbids a part: it is older than Linux 6.10.
    Partial,
    /// The kernel has no Landlock, or it was not switched on.
    None,
}
