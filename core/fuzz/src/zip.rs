//! Zip archives, unchanged; for the checked properties see [`crate::archive`].

/// Checks one file.
pub fn check(bytes: &[u8]) {
    crate::archive::check("tunnels.zip", bytes);
}
