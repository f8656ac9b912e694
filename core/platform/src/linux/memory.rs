//! The memory of this process: keeps keys private, and returns unused pages to the system.

use std::io;

use rustix::mm::{Advice, madvise};
use rustix::param::page_size;
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

/// Disables core dumps of this process, and denies access to its memory to everybody without `CAP_SYS_PTRACE`. Programs that
/// this process executes are dumpable again, but inherit the soft limit of 0 on the size of core dumps.
pub fn keep_private() -> io::Result<()> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let maximum = getrlimit(Resource::Core).maximum;
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum })?)
}

/// Returns the whole pages within `buffer` to the system until they are written again; they read as zeros. The partial page at
/// each end stays as it is. If the system refuses, the whole buffer stays as it is.
pub fn give_back(buffer: &mut [u8]) {
    let page = page_size();
    let before = buffer.as_ptr().align_offset(page);
    let Some(pages) = buffer.get_mut(before..) else { return };
    let len = pages.len() / page * page;
    if len > 0 {
        // SAFETY: these bytes are the caller's alone during the call, and zeros are valid for them.
        let _ = unsafe { madvise(pages.as_mut_ptr().cast(), len, Advice::LinuxDontNeed) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_pages_are_given_back_and_can_be_written_again() {
        let page = page_size();
        let mut memory = vec![0xaa; 6 * page];
        let start = memory.as_ptr().align_offset(page);
        for (begin, len) in [(0, 4 * page), (1, 4 * page), (page - 1, 2 * page + 2), (0, 2 * page - 1), (1, page), (0, 0)] {
            memory.fill(0xaa);
            give_back(&mut memory[start + begin..][..len]);
            let whole = start + begin.next_multiple_of(page)..start + (begin + len) / page * page;
            for (index, byte) in memory.iter().enumerate() {
                assert_eq!(*byte == 0, whole.contains(&index), "byte {index} of what began at {begin}, {len} long");
            }
        }
    }
}
