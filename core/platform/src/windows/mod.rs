//! The Windows adapter: files that only administrators and the system can read or change. Everything else is still missing.

pub mod private_folder;
pub mod privilege;
mod security;

pub use crate::portable::{account, config_file, owner_file, process_limits, scratch_folder, signals, state_file, terminal};
