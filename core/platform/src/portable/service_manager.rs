//! The service manager. Adit ships files for none on systems without an adapter.

use crate::service_manager::ServiceManager;

/// Returns None.
pub fn present() -> Option<ServiceManager> {
    None
}
