//! A laboratory of network namespaces in which real implementations carry real packets.
//!
//! A test opens a [`Lab`], creates [`Namespace`]s, links them, starts a [`Device`] of some [`Implementation`] in each, and
//! configures it with the stock `wg`. Everything that a test creates is removed when it ends, by return or by panic. Leftovers
//! of a killed test process are removed when the next lab opens. No packet leaves the namespaces.
#![forbid(unsafe_code)]

pub mod capture;
pub mod command_line;
#[cfg(feature = "window")]
pub mod desktop;
pub mod device;
pub mod display;
pub mod faults;
pub mod full_tunnel;
pub mod journey;
pub mod kernel;
pub mod kernel_peer;
pub mod lab;
pub mod leaks;
pub mod memory;
pub mod name_server;
pub mod namespace;
pub mod peering;
pub mod people;
pub mod ping;
mod private_run;
pub mod process;
pub mod resolving;
pub mod router;
#[cfg(feature = "window")]
pub mod screen;
pub mod scripted;
pub mod service;
pub mod short_timers;
pub mod snapshot;
pub mod stream;
mod system_bus;
mod transfer;
pub mod web_driver;
#[cfg(feature = "windows")]
pub mod wine;

pub use capture::{Capture, Recording};
pub use command_line::{adit, adit_succeeds};
pub use device::{Device, Implementation, Launch};
pub use faults::Faults;
pub use full_tunnel::FullTunnel;
pub use journey::Journey;
pub use kernel::{Holdings, Kernel, Seen};
pub use kernel_peer::KernelPeer;
pub use lab::{Keys, Lab, built, program, skip};
pub use namespace::Namespace;
pub use peering::{Ends, Family, Host, Side, they_talk, they_talk_in_every_way};
pub use people::{People, Who};
pub use ping::{Ping, Pinging};
pub use private_run::PrivateRun;
pub use process::Process;
pub use scripted::Scripted;
pub use service::{How, Service, client_of};
pub use stream::{Account, Stream};
pub use transfer::transfer;
pub use web_driver::App;
