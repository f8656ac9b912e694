//! The tunnel of `adit proxy`, with the IP stack of this process as its device.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adit_activation::{End, Running, Shutdown, whole_update};
use adit_config::Config;
use adit_platform::native;
use adit_protocol::PublicKey;
use adit_proxy::stack::Stack;
use adit_tunnel::{Control, DataPathView, DeviceUpdate, DeviceView, Handle, Options, Tunnel, UpdateError};
use anyhow::Context;
use tokio::runtime::Runtime;

/// Where the file does not say: what WireGuard leaves of 1,500 bytes over IPv6.
const MTU: u16 = 1420;

/// Older sessions than this are dead (whitepaper section 6.1).
const REJECT_AFTER: Duration = Duration::from_secs(180);

/// A tunnel that runs, and the stack on it.
pub(super) struct Tunnelled {
    pub(super) stack: Arc<Stack>,
    pub(super) mtu: usize,
    tunnel: Tunnel,
}

impl Tunnelled {
    /// Needs no privilege and changes nothing. Says to `shutdown` if the tunnel ends by itself.
    pub(super) fn start(
        runtime: &Runtime,
        config: &Config,
        endpoints: &[(PublicKey, SocketAddr)],
        shutdown: &Shutdown,
    ) -> anyhow::Result<Self> {
        let _in_runtime = runtime.enter();
        let addresses = config.interface.addresses.iter().map(|address| address.address()).collect();
        let mtu = usize::from(config.interface.mtu.map_or(MTU, adit_config::Mtu::get));
        let bell = native::doorbell().context("the system gives no event descriptor")?;
        let (stack, device) = Stack::start(addresses, mtu, bell)?;
        let options = Options {
            new_stop: native::new_stop,
            network: Some(native::host()?.watch()?),
            timestamp_floor: None,
            observer: Box::new(|_| {}),
            share_always: false,
            moved: Box::new(|_| ()),
            danger_timing: None,
        };
        let tunnel = Tunnel::start(device, native::udp()?, options).context("cannot start the tunnel")?;
        let handle = tunnel.handle();
        handle.apply(whole_update(config, endpoints, 0)).context("the configuration cannot be applied")?;
        let by_tunnel = shutdown.clone();
        let waits = move || {
            handle.wait();
            // After a stop there is a reason already, or nobody to hear of this one.
            by_tunnel.end(End::InterfaceRemoved);
        };
        thread::Builder::new().name("tunnel".into()).spawn(waits).context("cannot start a thread")?;
        Ok(Self { stack: Arc::new(stack), mtu, tunnel })
    }

    /// What is wrong with the tunnel whenever somebody asks, if anything is.
    pub(super) fn ails(&self, config: &Config) -> impl Fn() -> Option<String> + Send + Sync + use<> {
        let handle: Handle = self.tunnel.handle();
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
            let complaints: Vec<String> = handle.view().peers.iter().filter_map(complaint).collect();
            (!complaints.is_empty()).then(|| complaints.join("; "))
        }
    }

    /// Gives the last packets time to leave, at most this much.
    pub(super) fn say_goodbye(&self, patience: Duration) {
        const STEP: Duration = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        while (self.stack.connections() > 0 || self.stack.has_packets_to_send()) && waited < patience {
            thread::sleep(STEP);
            waited += STEP;
        }
    }
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

    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        Control::apply(&self.tunnel.handle(), update)
    }

    fn stop(&self) {
        self.tunnel.handle().stop();
    }
}
