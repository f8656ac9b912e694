//! Limits of a process: none that would have to be raised.

/// There is no limit on open handles that a process can raise.
pub fn raise_descriptors() {}
