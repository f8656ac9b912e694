//! What differs between the systems: the place of a server, and a connection that blocks.

#[cfg_attr(windows, path = "system/windows.rs")]
#[cfg_attr(not(windows), path = "system/unix.rs")]
mod this;

pub(crate) use this::{Place, Stream, connect, is_own_user};
