//! loom's versions of the synchronization types, under the path that the files under test use.

pub(crate) use std::sync::{PoisonError, TryLockError};

pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
