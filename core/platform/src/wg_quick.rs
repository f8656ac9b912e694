//! wg-quick(8), as a seam: which tunnels it carries on this computer, and how it is told to take one down or up.

use std::io;
use std::path::Path;

use adit_config::InterfaceName;

/// The parts of wg-quick on this computer.
pub trait WgQuick: Send + Sync + 'static {
    /// How the tunnel of that name is.
    fn look(&self, name: &InterfaceName) -> io::Result<Standing>;

    /// The command line that carries `order` out for the configuration at `file`, whose name is the interface's; for
    /// [`Commands`](crate::commands::Commands).
    fn command(&self, order: Order, file: &Path, standing: Standing) -> Result<String, NoWgQuick>;
}

/// How a tunnel of wg-quick's is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// There is a WireGuard interface of that name. Whose it is cannot be seen.
    pub active: bool,
    /// The service manager takes it to be its own.
    pub by_service: bool,
    /// It comes up with the computer.
    pub starts_at_boot: bool,
}

/// The command that wg-quick gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Bring it up.
    Up,
    /// Take it down.
    Down,
}

/// Why it cannot be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoWgQuick {
    /// Only root can.
    #[error(
        "wg-quick works for root alone; run the service as root for this, or take the tunnel down by hand with: wg-quick down NAME"
    )]
    NotRoot,
    /// It is not where programs are.
    #[error("wg-quick is not installed")]
    NotInstalled,
    /// Its path cannot be written in a command line.
    #[error("the file's path cannot be told to wg-quick")]
    Path,
}
