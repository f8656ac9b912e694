//! The data path: drives the protocol engine with a TUN device and UDP sockets, and lets other code control it.
//!
//! There are three kinds of threads. The threads of a `lane` (and one for each further TUN queue) carry packets to completion and
//! share only the engine's [`DataPlane`](adit_protocol::DataPlane). The `control` thread owns handshakes and timers. The
//! `network` thread follows changes of this machine's network. None of them wakes while nothing is due.
//!
//! The entry point is [`Tunnel::start`]; its documentation has an example.
#![forbid(unsafe_code)]

mod burst;
pub mod checksum;
pub mod coalesce;
mod control_thread;
mod flow;
mod headers;
mod inbound;
mod lane;
mod network_thread;
mod order;
mod outbound;
mod outgoing;
mod parking;
mod placement;
mod shared;
mod spare;
pub mod split;
mod stack;
mod sync;
mod timestamp_file;
mod tunnel;
pub mod uapi;
pub mod update;
mod writer;

pub use lane::wanted_queues;
pub use shared::Ended;
pub use timestamp_file::TimestampFile;
pub use tunnel::{Handle, Options, Tunnel};
pub use update::{AllowedIp, Control, DataPathView, DeviceUpdate, DeviceView, PeerUpdate, PeerView, UpdateError};
