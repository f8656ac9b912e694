//! The user of this process.

/// Returns true if this process runs as root.
pub fn is_administrator() -> bool {
    rustix::process::geteuid().is_root()
}
