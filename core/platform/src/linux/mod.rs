//! The Linux adapter: TUN with virtio headers, UDP with segmentation offload, `eventfd` and `timerfd`, the UAPI socket, and the
//! network's configuration.

pub mod adapters;
pub mod authority;
pub mod boot;
pub mod capability;
pub mod child;
pub mod claim;
pub mod clock;
pub mod clock_changes;
pub mod commands;
pub mod control_socket;
pub mod devices;
pub mod doorbell;
pub mod facts;
pub mod folder_changes;
pub mod helper;
mod host;
pub mod inherited;
mod ipv6;
pub mod leftovers;
pub mod memory;
pub mod network;
pub mod network_namespace;
pub mod peer;
pub mod polkit;
pub mod portal_channel;
pub mod process;
pub mod processors;
pub mod sandbox;
pub mod seat;
pub mod service_manager;
pub mod socket_folder;
pub mod stop;
pub mod tun;
pub mod uapi_client;
pub mod uapi_socket;
pub mod udp;
pub mod wg_quick;

mod address;
mod announcements;
mod dns;
mod file_locks;
mod firewall;
mod guard;
mod interface_files;
mod kill_switch;
mod link;
mod local_networks;
mod netlink;
mod nft_message;
#[cfg(test)]
mod noted;
pub mod outside_dns;
mod outside_tcp;
mod poll;
mod resolved;
mod route;
mod rule;
mod runner;
mod socket_file;
mod tool;
mod watch;

/// The system bus. `DBUS_SYSTEM_BUS_ADDRESS` is not used: the program that starts us must not choose whom we trust with the
/// resolvers, and whose word about the networks we take.
const SYSTEM_BUS: &str = "unix:path=/run/dbus/system_bus_socket";

#[cfg(test)]
mod namespace;
#[cfg(test)]
mod test_bus;
