//! Erases secrets that called functions leave on the stack.

/// Bytes to overwrite: more than the stack frames of any library function below its entry.
const DEPTH: usize = 4096;

/// Overwrites the stack below the caller, where a function that has just returned may have left a copy of a private key. The
/// X25519 of aws-lc (s2n-bignum's `curve25519_x25519`) keeps the scalar in its frame and does not erase it.
#[inline(never)]
pub(crate) fn erase_below() {
    std::hint::black_box(&mut [0_u8; DEPTH]);
}
