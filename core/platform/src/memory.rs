//! The memory of buffers that are kept while there is nothing in them.

pub use crate::system::memory::give_back;
