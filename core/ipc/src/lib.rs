//! The contract over a local socket: frames, versions, limits, and who is at the other end.
//!
//! A frame is its length (4 bytes, little-endian, at most 1 MiB) and that much JSON. Both sides begin with `{"hello":…}`, saying which
//! versions of the contract they know, and speak the latest that both do. After that the client sends
//!
//! ```text
//! {"call":{"id":7,"request":{"method":"connect","params":{"id":"…","despite_conflicts":false}}}}
//! {"subscribe":{"id":8}}
//! ```
//!
//! and the server `{"answer":{"id":7,"response":…}}`, `{"error":{"id":7,"error":…}}`, `{"subscribed":{"id":8,"sequence":41}}` and from
//! then on `{"notice":…}`. Ids grow from one call to the next, and answers may come in another order. When the server ends a
//! connection it says why: `{"goodbye":…}`.
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
