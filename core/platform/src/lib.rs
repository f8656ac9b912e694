//! The seam to the operating system: the traits that the data path and the tunnel set-up need, and one adapter for each system.

pub mod authority;
pub mod clock;
pub mod clock_changes;
pub mod commands;
pub mod control_socket;
#[cfg(any(windows, test))]
mod default_route;
pub mod device;
pub mod devices;
#[cfg(any(target_os = "linux", windows))]
mod dns_query;
pub mod fake;
pub mod foreign;
pub mod lan;
pub mod leftovers;
mod linux_network;
// Only its tests use it until the system calls of macOS are there.
#[cfg(test)]
mod macos_network;
pub mod memory;
pub mod missing;
pub mod native;
pub mod network;
pub mod network_facts;
pub mod peer;
pub mod portable;
pub mod portal_channel;
pub mod private_folder;
pub mod processors;
pub mod sandbox;
pub mod service_manager;
pub mod signals;
pub mod state_file;
pub mod terminal;
pub mod uapi_client;
pub mod uapi_listener;
#[cfg(any(target_os = "linux", windows))]
mod udp_messages;
pub mod wg_quick;
#[cfg(any(windows, test))]
mod windows_network;
#[cfg(any(windows, test))]
mod winsock_messages;

#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(unix)]
pub mod unix;
#[cfg(windows)]
pub mod windows;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(any(target_os = "linux", windows)))]
use portable as system;
#[cfg(windows)]
use windows as system;

#[cfg(unix)]
use unix as files;
#[cfg(windows)]
use windows as files;
