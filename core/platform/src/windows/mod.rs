//! The Windows adapter: files that only administrators and the system can read or change, the devices of the data path, and the
//! parts that are still missing, under the names of [`crate::portable`].

pub mod account;
pub mod adapters;
pub mod authority;
pub mod boot;
pub mod capability;
pub mod claim;
pub mod clock_changes;
pub mod config_file;
pub mod control_socket;
pub mod default_route;
pub mod devices;
pub mod doorbell;
pub mod event_log;
pub mod folder_changes;
pub mod leftovers;
pub mod memory;
pub mod network_facts;
pub mod owner_file;
pub mod peer;
pub mod places;
pub mod private_folder;
pub mod privilege;
pub mod process;
pub mod processors;
pub mod scm;
pub mod scm_setup;
pub mod scratch_folder;
pub mod sealing;
pub mod signals;
pub mod state_file;
pub mod stop;
pub mod terminal;
pub mod tun;
pub mod uapi_client;
pub mod uapi_pipe;
pub mod udp;

mod error_code;
mod event;
mod ip_interface;
mod network;
mod pipe_end;
mod poll;
mod security;
mod sid;
mod token;

pub use crate::portable::{clock, helper, portal_channel, process_limits, sandbox, service_manager};
