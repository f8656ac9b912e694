//! The Windows adapters, under the names that [`crate::native`] re-exports.

pub use crate::portable::adapters::{
    devices, doorbell, lan_interface, lan_interfaces, lan_socket, network, network_facts, new_stop, shell, udp, wg_quick,
};
