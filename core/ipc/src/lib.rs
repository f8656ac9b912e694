//! The contract over a local socket: frames, versions, limits, and the rights of the connecting user.
//!
//! A frame is its length (4 bytes, little-endian, at most 1 MiB) followed by JSON of that length. Each side begins with
//! `{"hello":…}`, which states the versions of the contract that it speaks; both then use the latest common version. After that
//! the client sends
//!
//! ```text
//! {"call":{"id":7,"request":{"method":"connect","params":{"id":"…","despite_conflicts":false}}}}
//! {"subscribe":{"id":8}}
//! ```
//!
//! and the server sends `{"answer":{"id":7,"response":…}}`, `{"error":{"id":7,"error":…}}`,
//! `{"subscribed":{"id":8,"sequence":41}}` and after a subscription `{"notice":…}`. Each call has a greater id than the
//! previous one; answers may come in another order. Before the server ends a connection, it sends the reason: `{"goodbye":…}`.
#![forbid(unsafe_code)]

mod blocking;
mod client;
mod events;
mod frame;
mod limits;
pub mod local;
mod message;
mod role;
mod server;
mod session;
mod turns;

pub use blocking::{Blocking, BlockingNotices};
pub use client::{ClientError, Connection, Notices};
pub use events::Events;
pub use frame::{Frame, FrameError, MAX_DEPTH, MAX_FRAME, read as read_frame};
pub use limits::Limits;
pub use message::{Goodbye, Hello};
pub use role::{Peer, RoleSource};
pub use server::{Listener, serve};
