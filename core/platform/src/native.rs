//! The adapters of the system that this program is built for: the one place that picks them. Crates above this one use these names and
//! never those of a system.
//!
//! What a system has no adapter for yet is there all the same, and answers [`Unsupported`] when it is called: [`MISSING`] lists it.

mod part;

pub use part::{MISSING, Part, System, Unsupported, missing};

// From here on the stated set: every system has each of these.
pub use crate::files::{account, owner_file, privilege, process_limits, scratch_folder};
pub use crate::system::adapters::{devices, doorbell, network, new_stop, shell, udp, wg_quick};
pub use crate::system::{boot, capability, claim, folder_changes, helper, process};
pub use crate::{authority, clock_changes, control_socket, leftovers, memory, peer, sandbox, signals, terminal, uapi_client};
