//! Forgetting what functions leave on the stack: copies that a move made, registers that a cipher saved.
//!
//! Types that erase themselves on drop erase the place where they are then, not those where they were before, and the ciphers'
//! own code erases nothing. What a function has left lies below the frame of its caller until something else is written there,
//! which for a thread that goes to sleep may be never (rule R7).

use zeroize::Zeroize;

/// Runs `work` and overwrites the stack that it used. What it returns must hold no secret by value.
pub(crate) fn leaving_no_trace<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    erase::<DEEP>();
    result
}

/// Overwrites what the ciphers have left below the caller.
pub(crate) fn erase_traces_of_ciphers() {
    erase::<SHALLOW>();
}

/// Words; 32 KiB are far more than a handshake or a configuration request needs.
const DEEP: usize = 4096;
/// Words; sealing and opening are a few calls deep.
const SHALLOW: usize = 512;

/// Keeps the frame of `work` out of the caller's, where it would not be overwritten.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn erase<const WORDS: usize>() {
    let mut below = [0_u64; WORDS];
    below.zeroize();
}
