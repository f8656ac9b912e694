//! Stands in for missing adapters of a system: implements what the standard library alone can do, and answers
//! [`Unsupported`](crate::native::Unsupported) to everything else.

pub mod account;
pub mod adapters;
pub mod authority;
pub mod boot;
pub mod capability;
pub mod claim;
pub mod clock;
pub mod clock_changes;
pub mod config_file;
pub mod control_socket;
pub mod folder_changes;
pub mod helper;
pub mod leftovers;
pub mod memory;
pub mod owner_file;
pub mod peer;
pub mod portal_channel;
pub mod process;
pub mod process_limits;
pub mod processors;
pub mod sandbox;
pub mod scratch_folder;
pub mod service_manager;
pub mod signals;
pub mod state_file;
pub mod terminal;
pub mod uapi_client;
