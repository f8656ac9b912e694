//! What is shared between threads, under one name: `core/loom` includes files of this crate and gives them its own, whose every order of
//! steps it tries.

pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
pub(crate) use std::sync::{Mutex, PoisonError};
