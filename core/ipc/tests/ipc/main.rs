//! Tests of the contract over real connections, with valid and invalid clients.

#[cfg(target_os = "linux")]
mod abuse;
mod conversation;
#[cfg(target_os = "linux")]
mod crowd;
mod ground;
#[cfg(target_os = "linux")]
mod polkit;
#[cfg(target_os = "linux")]
mod roles;
mod service;
mod system;
