//! What a callee leaves on the stack.

/// More than the frames of any function of the library below its entry, bytes.
const DEPTH: usize = 4096;

/// Overwrites the stack below the caller, where a function that has just returned may have left a copy of a private key: aws-lc's X25519
/// (s2n-bignum's `curve25519_x25519`) keeps the scalar in its frame and does not erase it.
#[inline(never)]
pub(crate) fn erase_below() {
    std::hint::black_box(&mut [0_u8; DEPTH]);
}
