//! The program that starts services on this system.

pub use crate::system::service_manager::present;

/// The command that starts the service, for errors.
pub const START: &str =
    if cfg!(windows) { "sc start Adit, in a prompt that runs as administrator" } else { "sudo systemctl start aditd" };
/// How to get the rights of an administrator, for errors.
pub const WITH_ALL_RIGHTS: &str = if cfg!(windows) { "in a prompt that runs as administrator" } else { "with sudo" };

/// A service manager that Adit ships files for (`installers/linux`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServiceManager {
    /// systemd.
    Systemd,
    /// OpenRC.
    OpenRc,
    /// runit.
    Runit,
}
