//! The helper process: it alone starts programs, so that the process that carries packets and holds keys need not be able to.
//!
//! It is the same executable, started before any configuration or key is read. The main process sends it one end of a new socket for
//! each program to run; the helper checks what is asked for ([`allowed`]) and runs it. It ends when the main process ends. The main
//! process cannot start another one once it has given up starting programs ([`super::sandbox`]), so that the end of the helper must
//! be the end of the main process, too.

mod allowed;
mod client;
mod server;
#[cfg(test)]
mod tests;
mod wire;

use std::io;
use std::sync::OnceLock;

#[cfg(test)]
pub(super) use allowed::check;
pub(super) use client::Helper;
pub use server::{ARGUMENT, serve};

static HELPER: OnceLock<Helper> = OnceLock::new();

/// Starts the helper. From now on all programs of this process run there. To be called once, by the first thread: the helper ends
/// with the thread that has started it.
///
/// # Errors
/// When it does not start or does not answer.
pub fn start() -> io::Result<()> {
    let helper = Helper::start()?;
    HELPER.set(helper).map_err(|_| io::Error::new(io::ErrorKind::AlreadyExists, "the helper runs already"))
}

/// Blocks until the helper has ended; returns at once where none was started.
pub fn wait_for_its_end() {
    if let Some(helper) = running() {
        helper.wait_for_its_end();
    }
}

pub(super) fn running() -> Option<&'static Helper> {
    HELPER.get()
}
