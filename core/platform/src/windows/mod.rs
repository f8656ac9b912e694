//! The Windows adapter: files that only administrators and the system can read or change, the devices of the data path, and the
//! parts that are still missing, under the names of [`crate::portable`].

pub mod account;
pub mod adapters;
pub mod authority;
pub mod boot;
pub mod capability;
pub mod claim;
pub mod config_file;
pub mod control_socket;
pub mod event_log;
pub mod folder_changes;
pub mod memory;
pub mod owner_file;
pub mod peer;
pub mod places;
pub mod private_folder;
pub mod privilege;
pub mod process;
mod registry;
pub mod scm;
pub mod scm_setup;
pub mod scratch_folder;
pub mod sealing;
mod security;
mod sid;
pub mod signals;
pub mod state_file;
pub mod terminal;
mod token;

pub use crate::portable::process_limits;
pub use crate::portable::{clock, clock_changes, helper, leftovers, processors, sandbox, service_manager, uapi_client};
