//! For tests: a computer in memory, whose tunnels carry no packets and record their requests.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use adit_config::{Config, Document, InterfaceName, parse};
use adit_platform::device::{Stop as _, TunDevice};
use adit_platform::fake::{FakeStop, HostState, RecordingCommands, RecordingHost};
use adit_protocol::{Dropped, Event, PublicKey};
use adit_tunnel::{DataPathView, DeviceUpdate, DeviceView, PeerUpdate, PeerView, UpdateError};

use super::{
    ActivationError, Active, Candidates, Engine, EngineObserver, HookPolicy, Patience, Platform, Progress, Reporter, Request,
    Resolver, Running, Shutdown, StartError, Wanted, bring_up,
};

/// A full tunnel with a DNS server inside.
pub const FULL_TUNNEL: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n\
    Address = 10.8.0.2/24, fd08::2/64\nDNS = 10.8.0.1, corp.example\n[Peer]\n\
    PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = 192.0.2.1:51820\n";

/// Parses `text`.
pub fn config(text: &str) -> Config {
    parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap().0
}

/// A computer in memory, with the records of the tunnels on it.
#[derive(Clone, Default)]
pub struct Stage {
    /// The computer's network configuration.
    pub host: RecordingHost,
    /// The engine of the tunnels.
    pub engine: FakeEngine,
    /// The commands that ran.
    pub commands: RecordingCommands,
    /// The names that the resolver knows.
    pub names: FakeResolver,
    /// Ends the tunnel that [`Stage::up`] brings up.
    pub shutdown: Shutdown,
    /// The progress that was reported.
    pub reports: Reports,
}

impl Stage {
    /// Creates a stage with this network configuration.
    pub fn on(host: RecordingHost) -> Self {
        Self { host, ..Self::default() }
    }

    /// Returns the stage's parts for [`bring_up`].
    pub fn platform(&self) -> Platform {
        Platform {
            network: self.host.network(),
            engine: Arc::new(self.engine.clone()),
            commands: Arc::new(self.commands.clone()),
            resolver: Arc::new(self.names.clone()),
        }
    }

    /// Builds a request for `wg0` with this configuration, without a kill switch.
    pub fn request(text: &str, hooks: HookPolicy) -> Request {
        Request {
            config: config(text),
            name: "wg0".parse().unwrap(),
            hooks,
            patience: Patience::Retries(0),
            kill_switch: None,
            allow_ipv6_outside: false,
            yields: false,
        }
    }

    /// Brings `wg0` up.
    pub fn up(&self, text: &str, hooks: HookPolicy) -> Result<Active, ActivationError> {
        let reporter: Arc<dyn Reporter> = Arc::new(self.reports.clone());
        bring_up(Self::request(text, hooks), &self.platform(), &self.shutdown, &reporter, Box::new(|_| {}))
    }

    /// Panics unless the network is as it was and no tunnel runs.
    pub fn nothing_is_left(&self) {
        assert_eq!(self.host.state(), HostState::default());
        assert!(self.engine.running().is_empty(), "an engine still runs");
    }
}

/// Records the progress of a tunnel, as text.
#[derive(Clone, Default)]
pub struct Reports(Arc<Mutex<Vec<String>>>);

impl Reports {
    /// Returns the reports in order.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Reporter for Reports {
    fn report(&self, progress: &Progress) {
        self.0.lock().unwrap().push(format!("{progress:?}"));
    }
}

/// A resolver that knows only the names set by the test.
#[derive(Clone, Default)]
pub struct FakeResolver(Arc<Mutex<BTreeMap<String, Vec<SocketAddr>>>>, Arc<AtomicUsize>, Arc<(Mutex<bool>, Condvar)>);

impl FakeResolver {
    /// Returns the number of look-ups.
    pub fn asked(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }

    /// Makes the resolver withhold all answers while `held`.
    pub fn hold(&self, held: bool) {
        *self.2.0.lock().unwrap() = held;
        self.2.1.notify_all();
    }

    /// Sets the address of a name, or removes the name.
    pub fn set(&self, name: &str, address: Option<&str>) {
        match address {
            Some(address) => self.set_all(name, &[address]),
            None => drop(self.0.lock().unwrap().remove(name)),
        }
    }

    /// Sets the addresses of a name.
    pub fn set_all(&self, name: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0));
        self.0.lock().unwrap().insert(name.to_owned(), addresses.collect());
    }
}

impl Resolver for FakeResolver {
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
        self.1.fetch_add(1, Ordering::SeqCst);
        drop(self.2.1.wait_while(self.2.0.lock().unwrap(), |held| *held).unwrap());
        match self.0.lock().unwrap().get(host) {
            Some(addresses) => {
                Ok(Candidates::new(addresses.iter().map(|address| SocketAddr::new(address.ip(), port)).collect(), None))
            }
            None => Err(io::Error::other("Temporary failure in name resolution")),
        }
    }
}

/// Starts tunnels that carry no packets. Clones share all tunnels.
#[derive(Clone, Default)]
pub struct FakeEngine {
    inside: Arc<Mutex<Inside>>,
}

#[derive(Default)]
struct Inside {
    fails: bool,
    refuses_port: Option<u16>,
    running: BTreeMap<InterfaceName, FakeTunnel>,
}

/// A running tunnel.
#[derive(Clone)]
pub struct FakeTunnel {
    /// The state that the tunnel shows.
    pub view: DeviceView,
    /// The updates that the tunnel got, in order.
    pub updates: Vec<DeviceUpdate>,
    /// Ends the tunnel.
    pub shutdown: Shutdown,
    /// The number of requests for handshakes with all peers.
    pub greeted: u32,
    /// The requests to peers so far, in words.
    pub asked: Vec<String>,
    stop: Arc<FakeStop>,
    observer: Arc<EngineObserver>,
}

impl FakeEngine {
    /// Sets whether starting a tunnel fails.
    pub fn set_failing(&self, fails: bool) {
        self.lock().fails = fails;
    }

    /// Makes binding to this port fail, as if another program had it.
    pub fn refuse_port(&self, port: Option<u16>) {
        self.lock().refuses_port = port;
    }

    /// Returns the names of the running tunnels.
    pub fn running(&self) -> Vec<InterfaceName> {
        self.lock().running.keys().cloned().collect()
    }

    /// Returns a running tunnel.
    pub fn tunnel(&self, name: &str) -> FakeTunnel {
        self.lock().running[&name.parse::<InterfaceName>().unwrap()].clone()
    }

    /// Makes the engine of a tunnel report an event.
    pub fn tell(&self, name: &str, event: &Event) {
        let observer = self.tunnel(name).observer;
        observer(event);
    }

    /// Changes the state that a tunnel shows.
    pub fn with_view(&self, name: &str, change: impl FnOnce(&mut DeviceView)) {
        if let Some(tunnel) = self.lock().running.get_mut(&name.parse::<InterfaceName>().unwrap()) {
            change(&mut tunnel.view);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, name: &InterfaceName, update: DeviceUpdate) -> Result<(), UpdateError> {
        let mut inside = self.lock();
        if let Some(port) = update.listen_port.filter(|port| inside.refuses_port == Some(*port)) {
            return Err(UpdateError::Bind { port, error: io::ErrorKind::AddrInUse.into() });
        }
        if let Some(tunnel) = inside.running.get_mut(name) {
            apply(&mut tunnel.view, &update);
            tunnel.updates.push(update);
        }
        Ok(())
    }
}

impl Engine for FakeEngine {
    fn start(&self, wanted: Wanted<'_>, shutdown: &Shutdown) -> Result<Arc<dyn Running>, StartError> {
        let mut inside = self.lock();
        if inside.fails {
            return Err(StartError::Interface(io::Error::other("as the test asked for")));
        }
        let view = DeviceView { listen_port: 40_000, ..DeviceView::default() };
        let stop = Arc::new(FakeStop::new());
        let tunnel = FakeTunnel {
            view,
            updates: Vec::new(),
            shutdown: shutdown.clone(),
            greeted: 0,
            asked: Vec::new(),
            stop: Arc::clone(&stop),
            observer: Arc::new(wanted.observer),
        };
        let mut network = wanted.network;
        thread::spawn(move || while matches!(network.next(&*stop, None), Ok(Some(_))) {});
        assert!(inside.running.insert(wanted.name.clone(), tunnel).is_none(), "two tunnels on one interface");
        drop(inside);
        let running = FakeRunning { engine: self.clone(), name: wanted.name.clone() };
        if let Err(error) = self.apply(wanted.name, wanted.update) {
            running.stop();
            return Err(error.into());
        }
        Ok(Arc::new(running))
    }
}

struct FakeRunning {
    engine: FakeEngine,
    name: InterfaceName,
}

impl FakeRunning {
    fn note(&self, what: String) {
        if let Some(tunnel) = self.engine.lock().running.get_mut(&self.name) {
            tunnel.asked.push(what);
        }
    }

    fn note_peers(&self, what: &str, peers: &[PublicKey]) {
        let peers: Vec<String> = peers.iter().map(PublicKey::short).collect();
        self.note(format!("{what} {}", peers.join(" ")));
    }
}

impl Running for FakeRunning {
    fn initiate_handshakes(&self) {
        if let Some(tunnel) = self.engine.lock().running.get_mut(&self.name) {
            tunnel.greeted += 1;
        }
    }

    fn initiate(&self, peers: &[PublicKey]) {
        self.note_peers("initiate", peers);
    }

    fn path_changed(&self, peers: &[PublicKey]) {
        self.note_peers("path changed", peers);
    }

    fn also_ask(&self, _: &PublicKey, endpoint: SocketAddr) {
        self.note(format!("also ask {endpoint}"));
    }

    fn doubt_early(&self, _: &[PublicKey]) {}

    fn end_sessions(&self) {
        self.note("end sessions".to_owned());
    }

    fn view(&self) -> DeviceView {
        self.engine.lock().running.get(&self.name).map(|tunnel| tunnel.view.clone()).unwrap_or_default()
    }

    fn data_path(&self) -> DataPathView {
        let (tun_segmentation, tun_udp_segmentation, udp_segmentation, udp_receive) = (true, false, true, false);
        DataPathView {
            queues: 1,
            tun_segmentation,
            tun_udp_segmentation,
            udp_segmentation,
            udp_receive,
            in_other_namespace: false,
            routing_loops: 0,
        }
    }

    fn drops(&self) -> Vec<(Dropped, u64)> {
        vec![(Dropped::Replay, 3), (Dropped::NoRoute, 1)]
    }

    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        self.engine.apply(&self.name, update)
    }

    fn replace_device(&self, _: TunDevice) -> io::Result<()> {
        self.note("replace device".to_owned());
        Ok(())
    }

    fn stop(&self) {
        let tunnel = self.engine.lock().running.remove(&self.name);
        if let Some(tunnel) = tunnel {
            tunnel.stop.stop();
        }
    }
}

/// Changes the view as the engine does.
fn apply(view: &mut DeviceView, update: &DeviceUpdate) {
    if let Some(key) = &update.private_key {
        view.private_key.clone_from(key);
    }
    view.listen_port = update.listen_port.filter(|port| *port != 0).unwrap_or(view.listen_port);
    view.fwmark = update.fwmark.unwrap_or(view.fwmark);
    if update.replace_peers {
        view.peers.clear();
    }
    for change in &update.peers {
        if change.remove {
            view.peers.retain(|peer| peer.public_key != change.public_key);
        } else {
            apply_to_peer(view, change);
        }
    }
}

fn apply_to_peer(view: &mut DeviceView, change: &PeerUpdate) {
    let known = view.peers.iter().position(|peer| peer.public_key == change.public_key);
    let at = known.unwrap_or_else(|| {
        view.peers.push(PeerView::new(change.public_key));
        view.peers.len() - 1
    });
    for (network, add) in &change.allowed_ips {
        if *add {
            view.peers.iter_mut().for_each(|peer| peer.allowed_ips.retain(|known| known != network));
            view.peers[at].allowed_ips.push(*network);
        } else {
            view.peers[at].allowed_ips.retain(|known| known != network);
        }
    }
    let peer = &mut view.peers[at];
    peer.endpoint = change.endpoint.or(peer.endpoint);
    peer.persistent_keepalive = change.persistent_keepalive.unwrap_or(peer.persistent_keepalive);
    if let Some(key) = &change.preshared_key {
        peer.preshared_key = key.clone();
    }
}
