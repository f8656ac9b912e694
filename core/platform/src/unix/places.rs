//! The folders of the service, as in its packages.

use std::path::PathBuf;

/// The folder of the stored tunnels.
pub fn state() -> PathBuf {
    "/var/lib/adit".into()
}

/// The folder of configurations that are used in place, which is that of wg-quick(8).
pub fn configurations() -> PathBuf {
    "/etc/wireguard".into()
}
