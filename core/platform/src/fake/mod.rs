//! In-memory devices for tests without root: TUN queues whose kernel is the test, UDP sockets on a network whose weather the test
//! makes, a flag to stop their waits, and a computer that remembers what it was told.

mod bell;
mod commands;
mod devices;
mod host;
mod net;
mod stop;
mod tun;
mod wg_quick;

pub use commands::RecordingCommands;
pub use devices::FakeDevices;
pub use host::{Fault, HostState, RecordingHost};
pub use net::{FakeDatagram, FakeHost, FakeNet, Fate};
pub use stop::FakeStop;
pub use tun::{FakeTun, TunState};
pub use wg_quick::FakeWgQuick;

pub use crate::linux_network::spec::{FirewallPolicy, InterfaceSpec, KillSwitchRules, Lan, LocalNetwork, RouteSpec};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test that panicked has told its story already; the others go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
