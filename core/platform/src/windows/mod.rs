//! The Windows adapter: files that only administrators and the system can read or change, the devices of the data path, and the
//! parts that are still missing, under the names of [`crate::portable`].

pub mod adapters;
pub mod private_folder;
pub mod privilege;
mod security;

pub use crate::portable::{account, config_file, owner_file, process_limits, scratch_folder, signals, state_file, terminal};
pub use crate::portable::{
    authority, boot, capability, claim, clock, clock_changes, control_socket, folder_changes, helper, leftovers, memory, peer,
    process, processors, sandbox, service_manager, uapi_client,
};
