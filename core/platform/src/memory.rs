//! The memory of this process.

pub use crate::system::memory::{give_back, keep_private};
