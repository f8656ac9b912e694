//! Buffers of superpackets for reuse: new memory of that size costs the kernel more than the copy into it.

use std::sync::{Mutex, PoisonError};

/// Minimum size in bytes of a buffer that is worth keeping.
const WORTH_KEEPING: usize = 8 * 1024;

/// Maximum number of kept buffers.
const KEPT: usize = 32;

/// The unused buffers.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    /// Returns a buffer of `len` bytes with arbitrary content.
    pub(super) fn filled(&self, len: usize) -> Vec<u8> {
        let mut buffer = self.any(len);
        buffer.resize(len, 0);
        buffer
    }

    /// Returns a buffer with a copy of `bytes`.
    pub(super) fn copy(&self, bytes: &[u8]) -> Vec<u8> {
        let mut buffer = self.any(bytes.len());
        buffer.clear();
        buffer.extend_from_slice(bytes);
        buffer
    }

    /// Takes back a buffer.
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
