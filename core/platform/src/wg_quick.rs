//! The interface to wg-quick(8): which tunnels it has on this computer, and the commands that take one down or bring it up.

use std::io;
use std::path::Path;

use adit_config::InterfaceName;

/// The functions of wg-quick on this computer.
pub trait WgQuick: Send + Sync + 'static {
    /// Returns the state of the tunnel with this name.
    fn look(&self, name: &InterfaceName) -> io::Result<Standing>;

    /// Returns the command line that carries out `order` for the configuration `file`, which is named after the interface; for
    /// [`Commands`](crate::commands::Commands).
    fn command(&self, order: Order, file: &Path, standing: Standing) -> Result<String, NoWgQuick>;
}

/// The state of a tunnel of wg-quick.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// True if a WireGuard interface of this name exists. Its owner cannot be determined.
    pub active: bool,
    /// True if the service manager considers it its own.
    pub by_service: bool,
    /// True if it comes up at boot.
    pub starts_at_boot: bool,
}

/// A command for wg-quick.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Bring it up.
    Up,
    /// Take it down.
    Down,
}

/// The reason why wg-quick cannot be run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoWgQuick {
    /// Only root can run it.
    #[error(
        "wg-quick works for root alone; run the service as root for this, or take the tunnel down by hand with: wg-quick down NAME"
    )]
    NotRoot,
    /// It is not in the usual folders of programs.
    #[error("wg-quick is not installed")]
    NotInstalled,
    /// The file's path cannot be written in a command line.
    #[error("the file's path cannot be told to wg-quick")]
    Path,
}
