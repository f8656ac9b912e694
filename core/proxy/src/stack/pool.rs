//! Buffers of superpackets, used again: fresh memory of that size costs the kernel more than the copy into it.

use std::sync::{Mutex, PoisonError};

/// Shorter buffers are not worth keeping, bytes.
const WORTH_KEEPING: usize = 8 * 1024;

/// Buffers that are kept at most.
const KEPT: usize = 32;

/// The unused buffers.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    /// A buffer of `len` bytes with anything in it.
    pub(super) fn filled(&self, len: usize) -> Vec<u8> {
        let mut buffer = self.any(len);
        buffer.resize(len, 0);
        buffer
    }

    /// A buffer with a copy of `bytes`.
    pub(super) fn copy(&self, bytes: &[u8]) -> Vec<u8> {
        let mut buffer = self.any(bytes.len());
        buffer.clear();
        buffer.extend_from_slice(bytes);
        buffer
    }

    /// Takes a buffer back.
    pub(super) fn give(&self, buffer: Vec<u8>) {
        if buffer.capacity() < WORTH_KEEPING {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(buffer);
        }
    }

    fn any(&self, len: usize) -> Vec<u8> {
        if len < WORTH_KEEPING {
            return Vec::new();
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }
}
