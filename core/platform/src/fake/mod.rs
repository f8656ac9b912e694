//! In-memory devices for tests without root: TUN queues with the test as their kernel, UDP sockets on a network with loss and
//! delay that the test sets, a flag that ends waits, and a computer that records the changes made to it.

mod bell;
mod commands;
mod devices;
mod facts;
mod host;
mod mode;
mod net;
mod stop;
mod tun;
mod wg_quick;

pub use commands::RecordingCommands;
pub use devices::FakeDevices;
pub use facts::FakeFacts;
pub use host::{Fault, HostState, RecordingHost};
pub use mode::set_mode;
pub use net::{FakeDatagram, FakeHost, FakeNet, Fate};
pub use stop::FakeStop;
pub use tun::{FakeTun, TunState};
pub use wg_quick::FakeWgQuick;

pub use crate::linux_network::spec::{FirewallPolicy, InterfaceSpec, KillSwitchRules, Lan, LocalNetwork, RouteSpec};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks the mutex, also if another test thread panicked while holding it: that panic is reported already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
