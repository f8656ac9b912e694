//! Stands in for missing adapters of a system: implements what the standard library alone can do, and answers
//! [`Unsupported`](crate::native::Unsupported) to everything else.

pub mod adapters;
pub mod authority;
pub mod boot;
pub mod capability;
pub mod claim;
pub mod clock;
pub mod clock_changes;
pub mod control_socket;
pub mod folder_changes;
pub mod helper;
pub mod leftovers;
pub mod memory;
pub mod peer;
pub mod portal_channel;
pub mod process;
pub mod process_limits;
pub mod processors;
pub mod sandbox;
pub mod service_manager;
pub mod uapi_client;
