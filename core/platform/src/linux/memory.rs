//! Keeping this process's memory, which holds keys, to itself.

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

/// From here on no crash leaves an image of the memory, and nobody without `CAP_SYS_PTRACE` may look into it. Programs that
/// this one executes get theirs back, but for the soft limit on the size of images.
pub fn keep_private() -> io::Result<()> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let maximum = getrlimit(Resource::Core).maximum;
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum })?)
}
