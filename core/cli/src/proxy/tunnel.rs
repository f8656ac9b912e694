//! The tunnel of `adit proxy`, with the IP stack of this process as its device.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adit_activation::{End, Engine, Running, Shutdown, StartError, Wanted};
use adit_config::{Config, Mtu};
use adit_platform::device::TunDevice;
use adit_platform::native;
use adit_protocol::{Dropped, PublicKey};
use adit_proxy::stack::Stack;
use adit_tunnel::{Control, DataPathView, DeviceUpdate, DeviceView, Options, Tunnel, UpdateError};
use anyhow::Context;

/// The MTU if the file has none: what WireGuard leaves of 1,500 bytes over IPv6.
pub(super) const MTU: Mtu = Mtu::new(1420).expect("more than the least");

/// The age from which on a session is dead (whitepaper section 6.1).
const REJECT_AFTER: Duration = Duration::from_secs(180);

/// Makes an IP stack with the addresses of the configuration, and the device for its packets. The stack works on the runtime of
/// the caller.
pub(super) fn stack(config: &Config, mtu: Mtu) -> anyhow::Result<(Arc<Stack>, TunDevice)> {
    let addresses = config.interface.addresses.iter().map(|address| address.address()).collect();
    let bell = native::doorbell().context("the system gives no event descriptor")?;
    let (stack, device) = Stack::start(addresses, usize::from(mtu.get()), bell)?;
    Ok((Arc::new(stack), device))
}

/// Starts tunnels inside this process, without a UAPI socket and without files on disk. Needs no privilege.
pub(super) struct ProxyEngine;

impl Engine for ProxyEngine {
    fn start(&self, wanted: Wanted<'_>, shutdown: &Shutdown) -> Result<Arc<dyn Running>, StartError> {
        let options = Options {
            new_stop: native::new_stop,
            network: Some(wanted.network),
            timestamp_floor: None,
            observer: wanted.observer,
            share_always: false,
            moved: wanted.moved,
            danger_timing: None,
        };
        let tunnel = Tunnel::start(wanted.device, wanted.sockets, options).map_err(StartError::Tunnel)?;
        let handle = tunnel.handle();
        handle.apply(wanted.update)?;
        let by_tunnel = shutdown.clone();
        let waits = move || {
            handle.wait();
            // After a stop there is already a reason, or no receiver for this one.
            by_tunnel.end(End::InterfaceRemoved);
        };
        thread::Builder::new().name("tunnel".into()).spawn(waits).map_err(StartError::Thread)?;
        Ok(Arc::new(Tunnelled { tunnel }))
    }
}

/// Returns a function that names the peers that do not answer, or returns None if all of them answer.
pub(super) fn ails(running: Arc<dyn Running>, config: &Config) -> impl Fn() -> Option<String> + Send + Sync + use<> {
    let names: Vec<(PublicKey, String)> = config
        .remote_peers()
        .map(|peer| (peer.public_key, peer.name.as_ref().map_or_else(|| peer.public_key.short(), ToString::to_string)))
        .collect();
    move || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let complaint = |peer: &adit_tunnel::PeerView| {
            let name = names.iter().find(|(key, _)| *key == peer.public_key).map_or("", |(_, name)| name);
            let at = peer.endpoint.map_or_else(|| "without endpoint".to_owned(), |endpoint| format!("at {endpoint}"));
            match now.checked_sub(peer.last_handshake) {
                _ if peer.last_handshake.is_zero() => Some(format!("the peer {name} {at} has not answered yet")),
                Some(age) if age > REJECT_AFTER => {
                    Some(format!("the peer {name} {at} answered {} s ago for the last time", age.as_secs()))
                }
                _ => None,
            }
        };
        let complaints: Vec<String> = running.view().peers.iter().filter_map(complaint).collect();
        (!complaints.is_empty()).then(|| complaints.join("; "))
    }
}

/// Waits until the last packets have left, at most for `patience`.
pub(super) fn say_goodbye(stack: &Stack, patience: Duration) {
    const STEP: Duration = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    while (stack.connections() > 0 || stack.has_packets_to_send()) && waited < patience {
        thread::sleep(STEP);
        waited += STEP;
    }
}

/// A running tunnel. Dropping it ends the tunnel.
struct Tunnelled {
    tunnel: Tunnel,
}

impl Running for Tunnelled {
    fn initiate_handshakes(&self) {
        self.tunnel.handle().initiate_all();
    }

    fn initiate(&self, peers: &[PublicKey]) {
        self.tunnel.handle().initiate(peers);
    }

    fn path_changed(&self, peers: &[PublicKey]) {
        self.tunnel.handle().path_changed(peers);
    }

    fn also_ask(&self, peer: &PublicKey, endpoint: SocketAddr) {
        self.tunnel.handle().also_ask(peer, endpoint);
    }

    fn doubt_early(&self, peers: &[PublicKey]) {
        self.tunnel.handle().doubt_early(peers, true);
    }

    fn end_sessions(&self) {
        self.tunnel.handle().end_sessions();
    }

    fn view(&self) -> DeviceView {
        self.tunnel.handle().view()
    }

    fn data_path(&self) -> DataPathView {
        self.tunnel.handle().data_path()
    }

    fn drops(&self) -> Vec<(Dropped, u64)> {
        self.tunnel.handle().plane().drops.iter().collect()
    }

    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        Control::apply(&self.tunnel.handle(), update)
    }

    fn replace_device(&self, device: TunDevice) -> std::io::Result<()> {
        self.tunnel.handle().replace_device(device)
    }

    fn stop(&self) {
        self.tunnel.handle().stop();
    }
}
