//! The network thread: reacts to changes of this machine's network, and sleeps until there is one.
//!
//! An interface can be moved to another network namespace, whose announcements do not reach this process. While it is there, the
//! thread asks the device for its state once a second instead. Only the device itself tells whether its interface was removed; an
//! announcement that the interface is gone can mean either.

use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use adit_platform::clock;
use adit_platform::device::{InterfaceState, TunQueue};
use adit_platform::network::{NetworkChange, NetworkEvents};
use adit_protocol::Engine;

use crate::shared::{Bound, Shared};

/// Time between two queries of an interface that is in another network namespace.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The callback that is told when the interface was moved.
pub(crate) type Moved = dyn Fn(&InterfaceState) + Send + Sync;

/// Number of such queries between two reads of the MTU. The MTU is also read when the interface was moved, renamed, set up or set
/// down.
const LOOKS_BETWEEN_MTUS: u32 = 30;

/// Runs until the tunnel stops.
pub(crate) fn run(shared: &Shared, mut events: Box<dyn NetworkEvents>, told: &Moved) {
    let Some(mut interface) = Interface::find(shared) else { return };
    while !shared.stop.is_stopped() {
        match events.next(&*shared.stop, interface.is_elsewhere().then_some(LOOK_EVERY)) {
            Ok(change) => {
                if change.is_some() {
                    shared.engine().forget_sources();
                }
                if !interface.follow(shared, change, told) {
                    return;
                }
                if interface.may_have_another_mtu() {
                    shared.refresh_mtu();
                }
            }
            Err(error) => {
                tracing::warn!(%error, "no more news of the network: sticky sources may outlive their reason");
                shared.wait_until_ended();
                return;
            }
        }
    }
}

/// The tunnel's own interface, as of the last query.
struct Interface {
    /// The device of the interface. It may be replaced, and this reference must not keep it open.
    device: Weak<[Arc<dyn TunQueue>]>,
    /// The interface's state; `None` for a device without an interface, whose packets stay in this process.
    state: Option<InterfaceState>,
    /// True if the interface was set down and is not up again.
    down: bool,
    /// Number of queries in another network namespace since the MTU was last read.
    looks: u32,
}

impl Interface {
    /// Queries the interface. Returns `None` if it is already gone.
    fn find(shared: &Shared) -> Option<Self> {
        let bound = shared.bound.load();
        match ask(&bound) {
            Ok(state) => Some(Self { device: Arc::downgrade(&bound.queues), state, down: false, looks: 0 }),
            Err(Gone) => {
                shared.interface_is_gone(&bound);
                None
            }
        }
    }

    fn is_elsewhere(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.is_elsewhere)
    }

    /// Returns true if the MTU must be read again. In this namespace every announcement can mean another MTU; from another one
    /// there are no announcements.
    fn may_have_another_mtu(&self) -> bool {
        !self.is_elsewhere() || self.looks.is_multiple_of(LOOKS_BETWEEN_MTUS)
    }

    /// Applies an announcement, or the result of a query if there was none. Returns `false` if the interface is gone.
    fn follow(&mut self, shared: &Shared, change: Option<NetworkChange>, told: &Moved) -> bool {
        let bound = shared.bound.load();
        let now = match ask(&bound) {
            Ok(Some(now)) => now,
            Ok(None) => return true,
            Err(Gone) => {
                shared.interface_is_gone(&bound);
                return !shared.stop.is_stopped();
            }
        };
        let device = Arc::downgrade(&bound.queues);
        if !Weak::ptr_eq(&self.device, &device) {
            // The previous state belongs to another interface.
            *self = Self { device, state: Some(now), down: false, looks: 0 };
            return true;
        }
        let Some(before) = self.state.replace(now.clone()) else { return true };
        let moved = before.is_elsewhere != now.is_elsewhere;
        self.looks = if before == now { self.looks + 1 } else { 0 };
        if moved {
            let place = if now.is_elsewhere { "another network namespace" } else { "the network namespace where it was made" };
            tracing::info!(interface = now.name, "the interface is in {place} now");
            told(&now);
        }
        let is_ours = |name: &String| *name == before.name || *name == now.name;
        let (set_down, set_up) = match &change {
            // The kernel sets an interface down when it moves it.
            _ if moved => (true, now.is_up),
            // An announcement in this namespace is about another interface of the same name.
            _ if now.is_elsewhere => (before.is_up && !now.is_up, now.is_up),
            Some(NetworkChange::InterfaceDown(name)) if is_ours(name) => (true, false),
            Some(NetworkChange::InterfaceUp(name)) if is_ours(name) => (false, true),
            _ => (false, false),
        };
        if set_down {
            self.down = true;
            shared.with_engine(Engine::end_all_sessions);
        }
        if set_up && std::mem::take(&mut self.down) {
            shared.with_engine(|engine| engine.send_persistent_keepalives(clock::now()));
            shared.alarm.wake();
        }
        true
    }
}

/// The error that the interface was removed.
struct Gone;

fn ask(bound: &Bound) -> Result<Option<InterfaceState>, Gone> {
    match bound.queues.first().map(|queue| queue.interface()) {
        Some(Ok(state)) => Ok(Some(state)),
        Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(Gone),
        Some(Err(error)) => {
            if error.kind() != io::ErrorKind::Unsupported {
                tracing::debug!(%error, "asking for the state of the interface");
            }
            Ok(None)
        }
        None => Ok(None),
    }
}
