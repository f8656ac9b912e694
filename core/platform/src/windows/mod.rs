//! The Windows adapter: files that only administrators and the system can read or change, the devices of the data path, and the
//! parts that are still missing, under the names of [`crate::portable`].

pub mod adapters;
pub mod clock_changes;
pub mod default_route;
pub mod devices;
pub mod doorbell;
pub mod memory;
pub mod private_folder;
pub mod privilege;
pub mod processors;
pub mod stop;
pub mod tun;
pub mod uapi_client;
pub mod uapi_pipe;
pub mod udp;

mod event;
mod ip_interface;
mod pipe_end;
mod poll;
mod security;

pub use crate::portable::{account, config_file, owner_file, process_limits, scratch_folder, signals, state_file, terminal};
pub use crate::portable::{
    authority, boot, capability, claim, clock, control_socket, folder_changes, helper, leftovers, peer, process, sandbox,
    service_manager,
};
