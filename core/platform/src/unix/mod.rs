//! Code that POSIX systems share: users and groups, files with an owner and a mode, signals and terminals.

pub mod account;
pub mod config_file;
pub(crate) mod folder;
pub mod owner_file;
pub mod places;
pub mod private_folder;
pub mod privilege;
pub mod process_limits;
pub mod scratch_folder;
pub mod sealing;
pub mod session;
pub mod signals;
pub mod state_file;
pub mod terminal;
