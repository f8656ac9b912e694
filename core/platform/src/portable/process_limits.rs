//! Limits of this process. There is none to raise.

/// Does nothing: the system has no limit on open handles that a process can raise.
pub fn raise_descriptors() {}
