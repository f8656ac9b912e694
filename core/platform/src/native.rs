//! Selects the adapters of the system that this program is built for. This is the only place that does: crates above this one
//! use these names and never those of a system.
//!
//! An adapter that a system lacks is present too, and fails with [`Unsupported`] when it is called. [`MISSING`] lists these.

mod part;

pub use part::{MISSING, Part, Proof, System, Unsupported, missing};

// The stated set of adapters, which every system has.
pub use crate::files::{account, owner_file, places, privilege, process_limits, scratch_folder, sealing};
pub use crate::system::adapters::{
    devices, doorbell, lan_interface, lan_interfaces, lan_socket, network, network_facts, new_stop, shell, udp, wg_quick,
};
pub use crate::system::{boot, capability, claim, folder_changes, helper, process};
pub use crate::{
    authority, clock_changes, control_socket, leftovers, memory, peer, portal_channel, sandbox, service_manager, signals,
    terminal, uapi_client,
};
