//! The seam to the operating system: what the data path and the tunnel set-up need of it, and one adapter for each system.

pub mod clock;
pub mod commands;
pub mod device;
pub mod devices;
pub mod fake;
pub mod foreign;
mod linux_network;
pub mod memory;
pub mod network;
pub mod portable;
pub mod private_folder;
pub mod processors;
pub mod state_file;
pub mod uapi_listener;
pub mod wg_quick;

#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(unix)]
pub mod unix;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use portable as system;

#[cfg(not(unix))]
use portable as files;
#[cfg(unix)]
use unix as files;
