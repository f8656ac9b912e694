//! The seam to the operating system: what the data path and the tunnel set-up need of it, and one adapter for each system.

pub mod device;
pub mod uapi_listener;

#[cfg(target_os = "linux")]
pub mod linux;
