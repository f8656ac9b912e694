//! The thread that hears of changes of this machine's network. It sleeps until there is one.

use adit_platform::clock;
use adit_platform::host::{NetworkChange, NetworkEvents};
use adit_protocol::Engine;

use crate::shared::Shared;

/// Runs until the tunnel stops.
pub(crate) fn run(shared: &Shared, interface: &str, mut events: Box<dyn NetworkEvents>) {
    let mut down = false;
    loop {
        match events.next(&*shared.stop) {
            Ok(Some(NetworkChange::Paths)) => look_again(shared),
            Ok(Some(NetworkChange::InterfaceUp(name))) => {
                look_again(shared);
                if name == interface && std::mem::take(&mut down) {
                    shared.with_engine(|engine| engine.send_persistent_keepalives(clock::now()));
                    shared.alarm.wake();
                }
            }
            Ok(Some(NetworkChange::InterfaceDown(name))) if name == interface => {
                down = true;
                shared.with_engine(Engine::end_all_sessions);
            }
            Ok(Some(NetworkChange::InterfaceRemoved(name))) if name == interface => return shared.interface_is_gone(),
            Ok(Some(NetworkChange::InterfaceDown(_) | NetworkChange::InterfaceRemoved(_))) => look_again(shared),
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "no more news of the network: sticky sources may outlive their reason");
                shared.wait_until_ended();
                return;
            }
        }
    }
}

/// Whichever link, address or route it was: a sticky source must not outlive its reason, and the MTU may be another.
fn look_again(shared: &Shared) {
    shared.engine().forget_sources();
    shared.refresh_mtu();
}
