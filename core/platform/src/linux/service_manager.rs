//! Finds the service manager by the folder that it makes at boot.

use std::path::Path;

use crate::service_manager::ServiceManager;

/// The folder of each: sd_booted(3), OpenRC's `RC_SVCDIR`, and the supervised folders of runit on Void, Artix and Debian.
const FOLDERS: [(&str, ServiceManager); 5] = [
    ("run/systemd/system", ServiceManager::Systemd),
    ("run/openrc", ServiceManager::OpenRc),
    ("run/runit", ServiceManager::Runit),
    ("var/service", ServiceManager::Runit),
    ("etc/service", ServiceManager::Runit),
];

/// Returns the service manager of the running system; None if it is none of those that Adit ships files for.
pub fn present() -> Option<ServiceManager> {
    under(Path::new("/"))
}

fn under(root: &Path) -> Option<ServiceManager> {
    FOLDERS.into_iter().find(|(folder, _)| root.join(folder).is_dir()).map(|(_, manager)| manager)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_service_manager_is_found_by_its_folder() {
        for (folder, manager) in FOLDERS {
            let root = tempfile::tempdir().unwrap();
            assert_eq!(under(root.path()), None);
            fs::create_dir_all(root.path().join(folder)).unwrap();
            assert_eq!(under(root.path()), Some(manager));
        }
    }

    #[test]
    fn systemd_counts_where_the_folder_of_another_one_is_installed_too() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["etc/service", "run/systemd/system"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        assert_eq!(under(root.path()), Some(ServiceManager::Systemd));
    }
}
