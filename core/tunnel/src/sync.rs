//! The synchronization types that this crate uses, under one name. `core/loom` includes files of this crate and substitutes its
//! own types, for which it tries every order of the threads' steps.

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
