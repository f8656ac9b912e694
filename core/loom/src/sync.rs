//! loom's names for what threads share, where the files under test look for them.

pub(crate) use std::sync::{PoisonError, TryLockError};

pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
