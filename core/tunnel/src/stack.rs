//! Erases secrets that functions leave on the stack: copies made by moves, and registers saved by a cipher.
//!
//! Types that erase themselves on drop erase only their final place in memory, not the earlier ones, and the ciphers' own code
//! erases nothing. What a function leaves stays below its caller's frame until it is overwritten, which on a sleeping thread may
//! be never (rule R7).

use zeroize::Zeroize;

/// Runs `work` and overwrites the stack that it used. Its result must hold no secret by value.
pub(crate) fn leaving_no_trace<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    erase::<DEEP>();
    result
}

/// Overwrites the data that the ciphers left on the stack below the caller.
pub(crate) fn erase_traces_of_ciphers() {
    erase::<SHALLOW>();
}

/// Words to overwrite. 32 KiB are far more than a handshake or a configuration request needs.
const DEEP: usize = 4096;
/// Words to overwrite. Sealing and opening are only a few calls deep.
const SHALLOW: usize = 512;

/// Calls `work` in a separate frame; inlined into the caller's, it would not be overwritten.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn erase<const WORDS: usize>() {
    let mut below = [0_u64; WORDS];
    below.zeroize();
}
