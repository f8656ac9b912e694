//! A small file that one run of a program leaves for the next, in a folder that only this user can change. Each adapter has its
//! own.

pub use crate::files::state_file::{read, replace};
