//! Capabilities of this process.

use std::io;

use rustix::thread::{CapabilitySet, capabilities};

/// Returns true if this process may change the network of its namespace (`CAP_NET_ADMIN`), as root usually may.
pub fn may_change_network() -> io::Result<bool> {
    Ok(capabilities(None)?.effective.contains(CapabilitySet::NET_ADMIN))
}
