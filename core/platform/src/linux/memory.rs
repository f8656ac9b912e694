//! This process's memory: what holds keys is kept to itself, and what is not needed is given back.

use std::io;

use rustix::mm::{Advice, madvise};
use rustix::param::page_size;
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

/// From here on no crash leaves an image of the memory, and nobody without `CAP_SYS_PTRACE` may look into it. Programs that
/// this one executes get theirs back, but for the soft limit on the size of images.
pub fn keep_private() -> io::Result<()> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let maximum = getrlimit(Resource::Core).maximum;
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum })?)
}

/// Gives the whole pages within `buffer` back to the system until somebody writes there again; they read as zeros. The rest, less than
/// a page at each end, stays as it is. Where the system does not take them, all of it does.
pub fn give_back(buffer: &mut [u8]) {
    let page = page_size();
    let before = buffer.as_ptr().align_offset(page);
    let Some(pages) = buffer.get_mut(before..) else { return };
    let len = pages.len() / page * page;
    if len > 0 {
        // SAFETY: these bytes are the caller's alone while this lasts, and zeros are as good as any others.
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
