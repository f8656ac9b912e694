//! Divides the buffer memory among connections: each gets much if there are few, and little if there are many.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that all connections' buffers share. Parts of a buffer that were never filled take no memory from the system.
const ALL: usize = 128 << 20;

const LEAST: usize = 64 * 1024;
const MOST: usize = 1 << 20;

/// Each connection gets one part in this many of the remaining memory.
const SHARE: usize = 32;

#[derive(Default)]
pub(super) struct Windows {
    used: AtomicUsize,
}

/// The memory of one connection, released when it is dropped.
pub(super) struct Window {
    windows: Arc<Windows>,
    /// Size in bytes of each of its two buffers.
    pub(super) size: usize,
}

impl Windows {
    pub(super) fn claim(self: &Arc<Self>) -> Window {
        let left = ALL.saturating_sub(self.used.load(Ordering::Relaxed));
        let size = (left / SHARE / LEAST * LEAST).clamp(LEAST, MOST);
        self.used.fetch_add(2 * size, Ordering::Relaxed);
        Window { windows: Arc::clone(self), size }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.windows.used.fetch_sub(2 * self.size, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_have_much_and_thousands_have_enough() {
        let windows = Arc::new(Windows::default());
        let claimed: Vec<Window> = (0..1000).map(|_| windows.claim()).collect();
        assert_eq!((claimed[0].size, claimed[999].size), (MOST, LEAST));
        let all: usize = claimed.iter().map(|window| 2 * window.size).sum();
        assert!(all < 2 * ALL, "{all}");
        drop(claimed);
        assert_eq!(windows.claim().size, MOST);
    }
}
