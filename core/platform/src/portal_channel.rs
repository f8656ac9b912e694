//! The channel between the service and the program that opened the way to a captive portal. The program asks for hosts, and the
//! service answers with connected sockets, which no other program can make.
//!
//! A message is a line of at most [`LONGEST`] bytes. The ends take turns: the program asks, the service answers.

use std::path::{Path, PathBuf};

pub use crate::system::portal_channel::{Channel, is_of_this_user};

/// The longest message, bytes, with the end of the line.
pub const LONGEST: usize = 512;

/// Returns the path of the channel of the service whose control socket is at `socket`.
pub fn beside(socket: &Path) -> PathBuf {
    let mut path = socket.as_os_str().to_owned();
    path.push(".portal");
    path.into()
}
