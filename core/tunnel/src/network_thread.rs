//! The thread that hears of changes of this machine's network. It sleeps until there is one.

use adit_platform::host::{NetworkChange, NetworkEvents};
use adit_protocol::Engine;

use crate::shared::Shared;

/// Runs until the tunnel stops.
pub(crate) fn run(shared: &Shared, interface: &str, mut events: Box<dyn NetworkEvents>) {
    loop {
        match events.next(&*shared.stop) {
            // Whichever address or route it was: a sticky source must not outlive its reason.
            Ok(Some(NetworkChange::Paths)) => {
                shared.engine().forget_sources();
                shared.refresh_mtu();
            }
            Ok(Some(NetworkChange::InterfaceDown(name))) if name == interface => shared.with_engine(Engine::end_all_sessions),
            Ok(Some(NetworkChange::InterfaceRemoved(name))) if name == interface => return shared.interface_is_gone(),
            Ok(Some(NetworkChange::InterfaceDown(_) | NetworkChange::InterfaceRemoved(_))) => {}
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "no more news of the network: sticky sources may outlive their reason");
                shared.wait_until_ended();
                return;
            }
        }
    }
}
