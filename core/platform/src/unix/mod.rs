//! What systems with POSIX have in common: users and groups, and files with an owner and a mode.

pub mod account;
pub mod config_file;
pub(crate) mod folder;
pub mod private_folder;
pub mod scratch_folder;
pub mod session;
pub mod state_file;
