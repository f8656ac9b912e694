//! The helper process. It alone starts programs, so that the process that carries packets and holds keys does not need the
//! right to.
//!
//! The helper runs the same executable, started before any configuration or key is read. For each program to run, the main
//! process sends it one end of a new socket; the helper checks the request ([`allowed`]) and runs the program. The helper ends
//! when the main process ends. The main process cannot start another helper once it has given up the right to start programs
//! ([`super::sandbox`]). Therefore it must end when the helper ends.

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

/// Starts the helper. From now on it runs all programs of this process. The first thread must call this, once: the helper ends
/// with the thread that started it.
///
/// # Errors
/// When the helper does not start or does not answer.
pub fn start() -> io::Result<()> {
    let helper = Helper::start()?;
    HELPER.set(helper).map_err(|_| io::Error::new(io::ErrorKind::AlreadyExists, "the helper runs already"))
}

/// Blocks until the helper has ended. Returns immediately if none was started.
pub fn wait_for_its_end() {
    if let Some(helper) = running() {
        helper.wait_for_its_end();
    }
}

pub(super) fn running() -> Option<&'static Helper> {
    HELPER.get()
}
