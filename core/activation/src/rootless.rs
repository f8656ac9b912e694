//! A tunnel without an interface, as `adit proxy` runs it. It changes nothing on this computer, and follows the network like
//! every other tunnel.

use std::sync::Arc;

use adit_config::{Config, FwMark, Hooks, InterfaceName, InterfaceSettings, Mtu, Table};
use adit_platform::device::TunDevice;

use super::active::{Active, Configured};
use super::bring_up::preferred;
use super::engine::Wanted;
use super::error::ActivationError;
use super::follow::{Observer, Overheard, Signal};
use super::progress::Reporter;
use super::resolve::{Lookup, Patience};
use super::shutdown::Shutdown;
use super::undo::Step;
use super::update::whole_update;
use super::{HookPolicy, Platform};

/// A request for a tunnel without an interface.
#[derive(Clone, Debug)]
pub struct RootlessRequest {
    /// The configuration. Its `FwMark`, `Table`, `DNS` and commands have no effect: they concern an interface.
    pub config: Config,
    /// The tunnel's name in errors.
    pub name: InterfaceName,
    /// Largest inner packet, bytes. It stays the same when the network changes.
    pub mtu: Mtu,
    /// The patience with a resolver that is not ready.
    pub patience: Patience,
}

/// Looks up the endpoints and starts the engine on `device`. No other part of [`bring_up`](super::bring_up) takes place.
/// `observer` gets every event of the engine and every change of the network, and must not block.
///
/// # Errors
/// When an endpoint cannot be looked up, the network cannot be watched, the engine does not start, or `shutdown` was called.
pub fn start_rootless(
    request: RootlessRequest,
    device: TunDevice,
    platform: &Platform,
    shutdown: &Shutdown,
    reporter: &Arc<dyn Reporter>,
    observer: Observer,
) -> Result<Active, ActivationError> {
    let RootlessRequest { config, name, mtu, patience } = request;
    let config = without_interface(config, mtu);
    let lookup = Lookup { resolver: &platform.resolver, patience, shutdown, reporter: &**reporter };
    let candidates = lookup.candidates(&config)?;
    let update = whole_update(&config, &preferred(&candidates), 0);
    let settings = InterfaceSettings::from(&config, name);
    let wanted = Configured { config, settings, update, candidates: candidates.into_iter().collect() };

    let signals = Arc::new(observer);
    let mut active = Active::nothing_yet(wanted, None, HookPolicy::Never, platform, shutdown, reporter, &signals);
    let (network, events) = (platform.network.events()?, Arc::clone(&signals));
    let name = active.name().clone();
    let wanted = Wanted {
        name: &name,
        device,
        sockets: platform.network.underlay().sockets(),
        update: active.now.update.clone(),
        network: Box::new(Overheard { events: network, signals }),
        observer: Box::new(move |event| events(&Signal::Engine(event.clone()))),
        moved: Box::new(|_| ()),
    };
    let running = platform.engine.start(wanted, shutdown).map_err(|error| ActivationError::Start { name, error })?;
    active.begun.insert(Step::Engine);
    active.first_port = running.view().listen_port;
    active.running = Some(running);
    Ok(active)
}

/// Returns a configuration with the same peers and addresses that requests no change of this computer.
fn without_interface(mut config: Config, mtu: Mtu) -> Config {
    let interface = &mut config.interface;
    (interface.mtu, interface.table, interface.fwmark) = (Some(mtu), Table::Off, Some(FwMark::OFF));
    (interface.dns_servers, interface.dns_search) = (Vec::new(), Vec::new());
    interface.hooks = Hooks::default();
    interface.save_config = false;
    config
}

#[cfg(test)]
mod tests;
