//! Connects a page to the service: its requests go to the service, or are answered in this process if they need no rights
//! ([`adit_local`]), and the service's events come back. The desktop app is one such process, and the simulated service, which
//! a browser can show, is another.
#![forbid(unsafe_code)]

mod follow;
mod question;
mod requests;

pub use follow::{Signal, follow};
pub use question::{Question, Reply, RpcError};
pub use requests::Bridge;
