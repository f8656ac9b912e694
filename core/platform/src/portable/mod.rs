//! What the standard library alone can do: stands in where a system has no adapter of its own.

pub mod clock;
pub mod config_file;
pub mod memory;
pub mod private_folder;
pub mod processors;
pub mod state_file;
