//! Keeps the tunnel of a configuration file up in the foreground, as `adit up FILE` does: from reading the file to taking the
//! tunnel down. It is a crate of its own so that the demo runs the same code without the rest of the command line.
#![forbid(unsafe_code)]
// `print!` and `eprint!` panic if the output is closed, and would leave a tunnel half undone.
#![warn(clippy::print_stderr, clippy::print_stdout)]

pub mod interfaces;
pub mod lines;
pub mod place;
pub mod words;

mod keep_up;
mod privilege;
mod signals;
mod sleep;
mod source;

pub use keep_up::{Allowed, keep_up, patience, platform, request};
pub use privilege::{NotAllowed, needs_root};
pub use signals::listen;
pub use sleep::watch_sleep;
pub use source::{Source, interface_name, path, read_at_most, read_file};
