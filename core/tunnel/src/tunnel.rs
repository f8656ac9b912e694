//! A running tunnel: its threads, and the methods that control and end it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use adit_platform::clock::{self, Alarm};
use adit_platform::device::{InterfaceState, Stop, TunDevice, UdpFactory};
use adit_platform::network::NetworkEvents;
use adit_platform::processors;
use adit_protocol::{DataPlane, Dropped, Engine, Event, Now, Peer, PublicKey, Tai64n, Timing};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use zeroize::Zeroizing;

use crate::lane::Lane;
use crate::shared::{Bound, Ended, Shared, wait_until_unused};
use crate::update::{AllowedIp, Control, DataPathView, DeviceUpdate, DeviceView, MAX_PEERS, PeerUpdate, PeerView, UpdateError};
use crate::{control_thread, network_thread, outbound};

/// The options with which a tunnel starts.
pub struct Options {
    /// Creates the flags that end threads.
    pub new_stop: fn() -> io::Result<Arc<dyn Stop>>,
    /// Receives every event, on the thread on which it happens; must not block.
    pub observer: Box<dyn Fn(&Event) + Send + Sync>,
    /// Announcements of this machine's network. When it changes, source addresses are chosen anew and the interface's MTU is
    /// read; sessions end when the interface goes down. Without announcements the MTU stays what it was at the start.
    pub network: Option<Box<dyn NetworkEvents>>,
    /// Called when the interface was moved to another network namespace, or back. It may block, but a tunnel that ends waits for
    /// it.
    pub moved: Box<dyn Fn(&InterfaceState) + Send + Sync>,
    /// Lower limit for handshake timestamps.
    pub timestamp_floor: Option<Tai64n>,
    /// Makes all threads carry packets from the start, needed or not, to test them in parallel.
    pub share_always: bool,
    /// Other intervals than the protocol's, for tests only.
    pub danger_timing: Option<Timing>,
}

/// One tunnel. Dropping it ends it: its threads are joined and its keys erased. Its socket and device are closed with the last
/// [`Handle`].
pub struct Tunnel {
    shared: Arc<Shared>,
    new_stop: fn() -> io::Result<Arc<dyn Stop>>,
    threads: Vec<JoinHandle<()>>,
}

/// Controls a running tunnel; it can be cloned and used on any thread.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
    new_stop: fn() -> io::Result<Arc<dyn Stop>>,
}

impl Tunnel {
    /// Starts the threads on `device` and on a socket with any port. The tunnel has no key and no peer yet: see
    /// [`Control::apply`].
    ///
    /// # Errors
    /// If no socket can be bound, or a thread or a random seed is not available.
    ///
    /// # Example
    ///
    /// Two tunnels on a network in memory, with the devices that stand in for TUN and UDP in tests. Real devices come from
    /// `adit_platform::devices` and need root.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// use adit_platform::device::{Offload, Offloads, Stop, TunCapabilities};
    /// use adit_platform::fake::{FakeNet, FakeStop, FakeTun};
    /// use adit_protocol::PrivateKey;
    /// use adit_tunnel::{AllowedIp, Control, DeviceUpdate, Options, PeerUpdate, Tunnel};
    ///
    /// fn options() -> Options {
    ///     Options {
    ///         new_stop: || Ok(Arc::new(FakeStop::new()) as Arc<dyn Stop>),
    ///         observer: Box::new(|_event| ()),
    ///         network: None,
    ///         moved: Box::new(|_interface| ()),
    ///         timestamp_floor: None,
    ///         share_always: false,
    ///         danger_timing: None,
    ///     }
    /// }
    ///
    /// let net = FakeNet::new();
    /// let (client_host, server_host) =
    ///     (net.host(&[[192, 0, 2, 1].into()], Offloads::ALL), net.host(&[[192, 0, 2, 2].into()], Offloads::ALL));
    /// let (client_tun, client_kernel) = FakeTun::new("wg0", 1, TunCapabilities::default());
    /// let (server_tun, server_kernel) = FakeTun::new("wg0", 1, TunCapabilities::default());
    /// let client = Tunnel::start(client_tun, Arc::new(client_host), options())?;
    /// let server = Tunnel::start(server_tun, Arc::new(server_host), options())?;
    ///
    /// // A tunnel starts empty. Each change is applied whole or not at all.
    /// let (client_key, server_key) = (PrivateKey::from_bytes([1; 32]), PrivateKey::from_bytes([2; 32]));
    /// let address = |last| AllowedIp { address: [10, 0, 0, last].into(), prefix: 32 };
    /// let to_client = PeerUpdate { allowed_ips: vec![(address(1), true)], ..PeerUpdate::new(client_key.public()) };
    /// let mut to_server = PeerUpdate { allowed_ips: vec![(address(2), true)], ..PeerUpdate::new(server_key.public()) };
    /// server.handle().apply(DeviceUpdate {
    ///     private_key: Some(Some(server_key)),
    ///     peers: vec![to_client],
    ///     ..DeviceUpdate::default()
    /// })?;
    /// to_server.endpoint = Some(([192, 0, 2, 2], server.handle().view().listen_port).into());
    /// client.handle().apply(DeviceUpdate {
    ///     private_key: Some(Some(client_key)),
    ///     peers: vec![to_server],
    ///     ..DeviceUpdate::default()
    /// })?;
    ///
    /// // An IPv4 packet from 10.0.0.1 to 10.0.0.2 with four bytes of payload.
    /// let mut packet = vec![0x45, 0, 0, 24, 0, 0, 0, 0, 64, 253, 0, 0];
    /// packet.extend([10, 0, 0, 1, 10, 0, 0, 2]);
    /// packet.extend(b"ping");
    /// client_kernel.inject(0, Offload::default(), &packet);
    /// let (_, arrived) = server_kernel.take_within(Duration::from_secs(30)).expect("the packet arrives");
    /// assert_eq!(arrived, packet);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn start(device: TunDevice, factory: Arc<dyn UdpFactory>, options: Options) -> io::Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(io::Error::other)?;
        let rng = Box::new(ChaCha20Rng::from_seed(*seed));
        let mut engine = match options.danger_timing {
            None => Engine::new(rng),
            Some(timing) => Engine::danger_with_timing(rng, timing),
        };
        if let Some(floor) = options.timestamp_floor {
            engine.set_timestamp_floor(floor);
        }
        let bound = Bound { socket: factory.bind(0, 0)?, queues: device.queues.into(), replaced: (options.new_stop)()?, mark: 0 };
        let stop = (options.new_stop)()?;
        let shared = Arc::new(Shared::new(engine, factory, bound, stop, Alarm::new()?, options.observer));
        shared.refresh_mtu();

        let mut tunnel = Self { shared: Arc::clone(&shared), new_stop: options.new_stop, threads: Vec::new() };
        tunnel.spawn("control", control_thread::run)?;
        if shared.most_queues > 0 {
            let lane = Arc::new(Lane::new(options.share_always));
            let (carrier, helper) = (Arc::clone(&lane), Arc::clone(&lane));
            tunnel.spawn_carrier("lane", move |shared| carrier.carry(shared))?;
            tunnel.spawn_carrier("outbound-0", move |shared| helper.help(shared))?;
            for number in 1..shared.most_queues {
                let helper = Arc::clone(&lane);
                tunnel.spawn_carrier(&format!("outbound-{number}"), move |shared| outbound::run(shared, number))?;
                tunnel.spawn_carrier(&format!("inbound-{number}"), move |shared| helper.help_inwards(shared))?;
            }
        }
        if let Some(events) = options.network {
            let moved = options.moved;
            tunnel.spawn("network", move |shared| network_thread::run(shared, events, &*moved))?;
        }
        Ok(tunnel)
    }

    /// Returns a handle that controls the tunnel.
    pub fn handle(&self) -> Handle {
        Handle { shared: Arc::clone(&self.shared), new_stop: self.new_stop }
    }

    /// Starts a thread that carries packets. It has long turns even if the program's other threads have short ones.
    fn spawn_carrier(&mut self, name: &str, work: impl FnOnce(&Shared) + Send + 'static) -> io::Result<()> {
        self.spawn(name, move |shared| {
            // Fails where slices do not exist, or where no thread may change its own; then they are not short either.
            let _ = processors::use_default_slice();
            work(shared);
        })
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce(&Shared) + Send + 'static) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let worker = move || {
            // A tunnel with a dead thread would look alive and carry nothing, so the whole tunnel ends, whatever the reason.
            let _ends_all = EndsAll(&shared);
            work(&shared);
        };
        self.threads.push(thread::Builder::new().name(name.to_owned()).spawn(worker)?);
        Ok(())
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.handle().stop();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the tunnel panicked");
            }
        }
        let mut engine = self.shared.engine();
        engine.remove_all_peers();
        engine.set_private_key(None, clock::now());
    }
}

struct EndsAll<'a>(&'a Shared);

impl Drop for EndsAll<'_> {
    fn drop(&mut self) {
        self.0.end(Ended::Stopped);
    }
}

impl Handle {
    /// Ends all threads; does not wait for them.
    pub fn stop(&self) {
        self.shared.end(Ended::Stopped);
    }

    /// Blocks until the tunnel ends, and returns the reason.
    pub fn wait(&self) -> Ended {
        self.shared.wait_until_ended()
    }

    /// Starts handshakes with all peers that have an endpoint. It shows at once whether they answer.
    pub fn initiate_all(&self) {
        self.shared.with_engine(|engine| {
            let now = clock::now();
            for status in engine.peer_statuses() {
                if let Some(peer) = engine.find_peer(&status.public_key) {
                    engine.initiate(&peer, now);
                }
            }
        });
        self.shared.alarm.wake();
    }

    /// Starts handshakes with those of these peers that have an endpoint.
    pub fn initiate(&self, peers: &[PublicKey]) {
        self.with_peers(peers, |engine, peer| engine.initiate(peer, clock::now()));
    }

    /// Reacts to a change of the routes to these peers: tells each peer our new address and starts a handshake. See
    /// [`Engine::path_changed`].
    pub fn path_changed(&self, peers: &[PublicKey]) {
        self.with_peers(peers, |engine, peer| engine.path_changed(peer, clock::now()));
    }

    /// Sends a copy of a peer's pending initiation to another address. See [`Engine::also_ask`].
    pub fn also_ask(&self, peer: &PublicKey, endpoint: SocketAddr) {
        self.with_peers(&[*peer], |engine, peer| engine.also_ask(peer, endpoint));
    }

    /// Sets whether [`Event::PeerDoubtful`] is reported for these peers.
    pub fn doubt_early(&self, peers: &[PublicKey], early: bool) {
        self.with_peers(peers, |engine, peer| engine.doubt_early(peer, early, clock::instant()));
    }

    /// Ends all sessions and erases their keys, because the machine has slept (rule R7).
    pub fn end_sessions(&self) {
        self.shared.with_engine(Engine::end_all_sessions);
    }

    fn with_peers(&self, peers: &[PublicKey], mut work: impl FnMut(&mut Engine, &Peer)) {
        self.shared.with_engine(|engine| {
            for peer in peers {
                if let Some(peer) = engine.find_peer(peer) {
                    work(engine, &peer);
                }
            }
        });
        self.shared.alarm.wake();
    }

    /// Returns which offloads the data path uses at this moment.
    pub fn data_path(&self) -> DataPathView {
        let bound = self.shared.bound.load();
        let first = bound.queues.first();
        let device = first.map(|queue| queue.capabilities()).unwrap_or_default();
        DataPathView {
            queues: bound.queues.len(),
            tun_segmentation: device.tcp_segmentation,
            tun_udp_segmentation: device.udp_segmentation,
            udp_segmentation: bound.socket.max_run().0 > 1,
            udp_receive: bound.socket.receives_runs(),
            in_other_namespace: first.is_some_and(|queue| queue.interface().is_ok_and(|interface| interface.is_elsewhere)),
            routing_loops: self.shared.plane.drops.get(Dropped::RoutingLoop),
        }
    }

    /// Returns the drop counters and the other state that workers share.
    pub fn plane(&self) -> Arc<DataPlane> {
        Arc::clone(&self.shared.plane)
    }

    fn set_socket(&self, port: Option<u16>, mark: Option<u32>) -> Result<(), UpdateError> {
        let bound = self.shared.bound.load_full();
        let mark = mark.unwrap_or(bound.mark);
        if let Some(port) = port.filter(|port| *port != bound.socket.port()) {
            drop(bound);
            return self.rebind(port, mark);
        }
        if mark != bound.mark {
            bound.socket.set_mark(mark).map_err(|error| UpdateError::Mark { mark, error })?;
            let (socket, replaced) = (Arc::clone(&bound.socket), Arc::clone(&bound.replaced));
            let queues = Arc::clone(&bound.queues);
            self.shared.bound.store(Arc::new(Bound { socket, queues, replaced, mark }));
        }
        Ok(())
    }

    fn rebind(&self, port: u16, mark: u32) -> Result<(), UpdateError> {
        let failed = |error| UpdateError::Bind { port, error };
        let socket = self.shared.factory.bind(port, mark).map_err(failed)?;
        let replaced = (self.new_stop)().map_err(failed)?;
        let queues = Arc::clone(&self.shared.bound.load().queues);
        let old = self.shared.replace(Bound { socket, queues, replaced, mark });
        let socket = Arc::downgrade(&old.socket);
        drop(old);
        // Waits, so that the old port is free when this returns.
        wait_until_unused(&socket);
        Ok(())
    }

    /// Carries packets over `device` from now on, which may have another name, MTU and capabilities. Sessions, peers and the
    /// socket stay. Packets that the previous device already holds are still sent. Returns when no thread uses the previous
    /// device any more.
    ///
    /// # Errors
    /// `InvalidInput` if `device` has no queue, or more queues than the device that the tunnel started with; other errors if the
    /// system has no more descriptors. Nothing has changed then.
    pub fn replace_device(&self, device: TunDevice) -> io::Result<()> {
        if device.queues.is_empty() || device.queues.len() > self.shared.most_queues {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("a TUN device with {} queues cannot replace one of {}", device.queues.len(), self.shared.most_queues),
            ));
        }
        let (replaced, queues) = ((self.new_stop)()?, device.queues.into());
        let old = {
            let _engine = self.shared.engine();
            let bound = self.shared.bound.load();
            let socket = Arc::clone(&bound.socket);
            self.shared.replace(Bound { socket, queues, replaced, mark: bound.mark })
        };
        let queues = Arc::downgrade(&old.queues);
        drop(old);
        self.shared.refresh_mtu();
        wait_until_unused(&queues);
        Ok(())
    }
}

impl Control for Handle {
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        self.shared.with_engine(|engine| {
            refuse_too_many(engine, &update)?;
            self.set_socket(update.listen_port, update.fwmark)?;
            change(engine, update, clock::now());
            Ok(())
        })?;
        self.shared.alarm.wake();
        Ok(())
    }

    fn view(&self) -> DeviceView {
        let engine = self.shared.engine();
        // The socket changes only under the engine's lock, so this one belongs to the state below.
        let bound = self.shared.bound.load();
        let peers = engine.peer_statuses().into_iter().map(|status| PeerView {
            public_key: status.public_key,
            preshared_key: status.preshared_key,
            endpoint: status.endpoint,
            last_handshake: status.last_handshake,
            round_trip: status.round_trip,
            rx_bytes: status.rx_bytes,
            tx_bytes: status.tx_bytes,
            persistent_keepalive: status.persistent_keepalive,
            allowed_ips: status.allowed_ips.into_iter().map(|(address, prefix)| AllowedIp { address, prefix }).collect(),
        });
        DeviceView {
            private_key: engine.private_key().cloned(),
            listen_port: bound.socket.port(),
            fwmark: bound.mark,
            peers: peers.collect(),
        }
    }
}

fn refuse_too_many(engine: &Engine, update: &DeviceUpdate) -> Result<(), UpdateError> {
    let known = if update.replace_peers { 0 } else { engine.peer_count() };
    let may_add = |peer: &&PeerUpdate| {
        !peer.remove && !peer.update_only && (update.replace_peers || engine.find_peer(&peer.public_key).is_none())
    };
    let added = update.peers.iter().filter(may_add).count();
    if known + added > MAX_PEERS { Err(UpdateError::TooManyPeers) } else { Ok(()) }
}

/// Applies an update to the engine. It cannot fail.
fn change(engine: &mut Engine, update: DeviceUpdate, now: Now) {
    if let Some(key) = &update.private_key {
        engine.set_private_key(key.as_ref(), now);
    }
    if update.replace_peers {
        engine.remove_all_peers();
    }
    for peer in update.peers {
        change_peer(engine, peer, now);
    }
    engine.publish();
}

fn change_peer(engine: &mut Engine, update: PeerUpdate, now: Now) {
    let known = engine.find_peer(&update.public_key);
    if update.remove {
        return engine.remove_peer(&update.public_key);
    }
    let peer = match known {
        Some(known) => known,
        None if update.update_only => return,
        None => match engine.add_peer(update.public_key) {
            Some(added) => added,
            None => return,
        },
    };
    if let Some(key) = update.preshared_key {
        engine.set_preshared_key(&peer, key);
    }
    if let Some(endpoint) = update.endpoint {
        engine.set_endpoint(&peer, endpoint);
    }
    if update.replace_allowed_ips {
        engine.clear_allowed_ips(&peer);
    }
    for (network, add) in update.allowed_ips {
        if add {
            engine.add_allowed_ip(&peer, network.address, network.prefix);
        } else {
            engine.remove_allowed_ip(&peer, network.address, network.prefix);
        }
    }
    if let Some(seconds) = update.persistent_keepalive {
        engine.set_persistent_keepalive(&peer, seconds, now);
    }
}
