//! The program that starts services on this system.

pub use crate::system::service_manager::present;

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
