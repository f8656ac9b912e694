//! The thread that hears of changes of this machine's network. It sleeps until there is one.
//!
//! An interface can be moved to another network namespace, whose announcements cannot be heard from here: while it is there, the thread
//! asks the device once a second instead. Only the device itself says that its interface was removed; an announcement that it is gone
//! may mean either.

use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use adit_platform::clock;
use adit_platform::device::{InterfaceState, TunQueue};
use adit_platform::network::{NetworkChange, NetworkEvents};
use adit_protocol::Engine;

use crate::shared::{Bound, Shared};

/// Between two looks at an interface that is in another network namespace.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Hears that the interface was moved.
pub(crate) type Moved = dyn Fn(&InterfaceState) + Send + Sync;

/// The MTU there is asked for once in so many looks, and when the interface was moved, renamed, set up or set down.
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

/// The tunnel's own interface, as it was at the last look.
struct Interface {
    /// The device that it belongs to, which may be replaced and must not be kept open for this.
    device: Weak<[Arc<dyn TunQueue>]>,
    /// None where packets stay in this process.
    state: Option<InterfaceState>,
    /// Was set down and not up again since.
    down: bool,
    /// Looks in another network namespace since its MTU was asked for.
    looks: u32,
}

impl Interface {
    /// None when it is gone already.
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

    /// Here, whichever link, address or route was announced. Elsewhere nothing is announced.
    fn may_have_another_mtu(&self) -> bool {
        !self.is_elsewhere() || self.looks.is_multiple_of(LOOKS_BETWEEN_MTUS)
    }

    /// Does what follows from an announcement, or from a look at the interface where there was none. `false`: it is gone.
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
            // What was known is of another interface.
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
            // The kernel sets down what it moves.
            _ if moved => (true, now.is_up),
            // What is announced here is about another interface with its name.
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

/// The interface was removed.
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
