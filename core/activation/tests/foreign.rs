//! A tunnel on a network that another program controls, as on phones: every change of its settings creates a new device.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use adit_activation::fake::{FakeResolver, Reports, Stage, config};
use adit_activation::{
    Active, End, HookPolicy, KillSwitchRequest, Platform, Reporter, Request, Shutdown, Userspace, bring_up, preview,
};
use adit_platform::device::{Offload, Offloads, Stop, TunCapabilities, TunDevice, UdpSocket};
use adit_platform::devices::Devices;
use adit_platform::fake::{FakeDevices, FakeHost, FakeNet, FakeStop, FakeTun, RecordingCommands, RecordingHost};
use adit_platform::foreign::{ForeignAdapter, ForeignNetwork, ForeignSettings};
use adit_platform::network::{DnsNames, Effect, EndpointRoute, NameAddresses, NetworkChange, NetworkEvents};

const NEAR_KEY: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";
const NEAR: &str = "H7vnPSoTjrMFcMlNcnLFEGmbNHxnpmPXGYsZm2uDMj8=";
const FAR_KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const FAR: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const PATIENCE: Duration = Duration::from_secs(20);

/// The application, and the phone that it runs on.
#[derive(Clone, Default)]
struct Phone(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    established: Vec<ForeignSettings>,
    devices: Vec<Arc<FakeTun>>,
    is_refusing: bool,
    /// Each device has one more queue than its predecessor: an engine cannot exchange one for the other.
    grows: bool,
    is_closed: bool,
    protected: Vec<u16>,
}

impl Phone {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sends a packet of an application over the current interface.
    fn send(&self, packet: &[u8]) {
        self.with(|state| state.devices.last().unwrap().inject(0, Offload::default(), packet));
    }
}

impl ForeignNetwork for Phone {
    fn establish(&self, settings: &ForeignSettings) -> io::Result<TunDevice> {
        self.with(|state| {
            if state.is_refusing {
                return Err(io::Error::other("as the test asked for"));
            }
            let queues = if state.grows { state.devices.len() + 1 } else { 1 };
            let (device, kernel) = FakeTun::new(&format!("tun{}", state.devices.len()), queues, TunCapabilities::default());
            kernel.set_mtu(settings.mtu.into());
            state.devices.push(Arc::new(kernel));
            state.established.push(settings.clone());
            Ok(device)
        })
    }

    fn close(&self) {
        self.with(|state| state.is_closed = true);
    }

    fn protect(&self, socket: &dyn UdpSocket) -> io::Result<()> {
        self.with(|state| state.protected.push(socket.port()));
        Ok(())
    }

    fn look_up(&self, _: &str) -> io::Result<NameAddresses> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn path_to(&self, _: IpAddr) -> Option<EndpointRoute> {
        Some(EndpointRoute {
            interface: "wlan0".to_owned(),
            index: 3,
            gateway: None,
            source: None,
            carrier_changes: 0,
            mtu: Some(1400),
        })
    }

    fn events(&self) -> io::Result<Box<dyn NetworkEvents>> {
        Ok(Box::new(NoNews))
    }
}

struct NoNews;

impl NetworkEvents for NoNews {
    fn next(&mut self, stop: &dyn Stop, _: Option<Duration>) -> io::Result<Option<NetworkChange>> {
        while !stop.is_stopped() {
            thread::sleep(Duration::from_millis(5));
        }
        Ok(None)
    }
}

/// Devices of a phone: no socket for `wg`, and no names to claim.
struct PhoneDevices;

impl Devices for PhoneDevices {
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>> {
        || Ok(Arc::new(FakeStop::new()) as Arc<dyn Stop>)
    }
}

struct Pair {
    phone: Phone,
    shutdown: Shutdown,
    near: Option<Active>,
    far_devices: FakeDevices,
    _far: Active,
    _folder: Folder,
}

/// A temporary folder for handshake timestamps.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("adit-foreign-{}-{number}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn near(allowed: &str, more: &str) -> String {
    format!(
        "[Interface]\nPrivateKey = {NEAR_KEY}\nAddress = 10.0.0.1/24\n{more}\n[Peer]\nPublicKey = {FAR}\nAllowedIPs = {allowed}\n\
         Endpoint = 192.0.2.2:51820\n"
    )
}

fn request(name: &str, text: &str) -> Request {
    Request { name: name.parse().unwrap(), ..Stage::request(text, HookPolicy::Never) }
}

fn phone_platform(phone: &Phone, host: FakeHost, folder: &Folder) -> Platform {
    Platform {
        network: Arc::new(ForeignAdapter::new(Arc::new(phone.clone()), Arc::new(host))),
        engine: Arc::new(Userspace { devices: Arc::new(PhoneDevices), timestamps: folder.0.join("near") }),
        commands: Arc::new(RecordingCommands::default()),
        resolver: Arc::new(FakeResolver::default()),
    }
}

fn reporter() -> Arc<dyn Reporter> {
    Arc::new(Reports::default())
}

fn pair() -> Pair {
    let (net, folder, phone) = (FakeNet::new(), Folder::new(), Phone::default());
    let far_devices = FakeDevices::on(net.host(&["192.0.2.2".parse().unwrap()], Offloads::NONE));
    let far_platform = Platform {
        network: RecordingHost::with_devices(far_devices.clone()).network(),
        engine: Arc::new(Userspace { devices: Arc::new(far_devices.clone()), timestamps: folder.0.join("far") }),
        commands: Arc::new(RecordingCommands::default()),
        resolver: Arc::new(FakeResolver::default()),
    };
    let far = format!(
        "[Interface]\nPrivateKey = {FAR_KEY}\nListenPort = 51820\nAddress = 10.0.0.2/24\n[Peer]\nPublicKey = {NEAR}\n\
         AllowedIPs = 10.0.0.1/32\n"
    );
    let far = bring_up(request("far", &far), &far_platform, &Shutdown::default(), &reporter(), Box::new(|_| {})).unwrap();
    let (platform, shutdown) =
        (phone_platform(&phone, net.host(&["192.0.2.1".parse().unwrap()], Offloads::NONE), &folder), Shutdown::default());
    let text = near("10.0.0.0/24", "");
    let near = bring_up(request("near", &text), &platform, &shutdown, &reporter(), Box::new(|_| {})).unwrap();
    near.running().unwrap().initiate_handshakes();
    Pair { phone, shutdown, near: Some(near), far_devices, _far: far, _folder: folder }
}

/// Builds a UDP packet from 10.0.0.1 to 10.0.0.2 that contains this number.
fn packet(number: u32) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    packet.extend([0, 9, 0, 9, 0, 12, 0, 0]);
    packet.extend(number.to_be_bytes());
    packet
}

impl Pair {
    fn near(&mut self) -> &mut Active {
        self.near.as_mut().unwrap()
    }

    /// Blocks until each of these packets has come out at the other end once.
    fn arrive(&self, sent: u32) {
        let far = self.far_devices.tun(&"far".parse().unwrap()).unwrap();
        let (mut arrived, begun): (BTreeMap<Vec<u8>, usize>, Instant) = (BTreeMap::new(), Instant::now());
        while arrived.len() < usize::try_from(sent).unwrap() {
            assert!(begun.elapsed() < PATIENCE, "{} of {sent} packets arrived", arrived.len());
            if let Some((_, packet)) = far.take_within(Duration::from_millis(50)) {
                *arrived.entry(packet).or_default() += 1;
            }
        }
        assert!((0..sent).all(|number| arrived.get(&packet(number)) == Some(&1)), "each packet arrives, and once");
    }
}

#[test]
fn every_change_of_the_settings_is_a_new_device_and_no_packet_is_lost() {
    const CHANGES: usize = 20;
    let mut pair = pair();
    let over = AtomicBool::new(false);
    let sent = thread::scope(|scope| {
        let (phone, over) = (pair.phone.clone(), &over);
        let sender = scope.spawn(move || {
            let mut sent = 0;
            // At least once, even if all changes are over before this thread begins.
            while sent == 0 || !over.load(Ordering::Relaxed) {
                phone.send(&packet(sent));
                sent += 1;
                thread::sleep(Duration::from_micros(200));
            }
            sent
        });
        for change in 0..CHANGES {
            let allowed = format!("10.0.0.0/24, 10.1.{change}.0/24");
            pair.near().apply(config(&near(&allowed, ""))).unwrap();
        }
        over.store(true, Ordering::Relaxed);
        sender.join().unwrap()
    });
    assert!(sent > 0);
    pair.arrive(sent);
    pair.phone.with(|state| {
        assert_eq!(state.devices.len(), CHANGES + 1);
        let last: Vec<String> = state.established.last().unwrap().routes.iter().map(ToString::to_string).collect();
        assert_eq!(last, ["10.1.19.0/24", "10.0.0.0/24"]);
        assert_eq!(state.established[0].mtu, 1320, "what the path of 1,400 bytes leaves");
    });
    assert_eq!(pair.near().status().mtu, 1320);
}

#[test]
fn a_change_of_peers_alone_keeps_the_device() {
    let mut pair = pair();
    pair.near().apply(config(&(near("10.0.0.0/24", "") + "PersistentKeepalive = 25\n"))).unwrap();
    assert_eq!(pair.phone.with(|state| state.devices.len()), 1);
}

#[test]
fn a_change_that_the_system_refuses_has_not_happened() {
    let mut pair = pair();
    let before = pair.near().view().peers[0].allowed_ips.clone();
    pair.phone.with(|state| state.is_refusing = true);
    assert!(pair.near().apply(config(&near("10.0.0.0/16", ""))).is_err());
    assert_eq!(pair.near().view().peers[0].allowed_ips, before);
    pair.phone.send(&packet(0));
    pair.arrive(1);
    assert_eq!(pair.shutdown.known(), None);
}

#[test]
fn a_device_that_the_engine_cannot_use_ends_the_tunnel() {
    let mut pair = pair();
    pair.phone.with(|state| state.grows = true);
    assert!(pair.near().apply(config(&near("10.0.0.0/16", ""))).is_err());
    assert_eq!(pair.shutdown.known(), Some(End::InterfaceRemoved));
}

#[test]
fn all_sockets_are_protected_and_dropping_the_tunnel_closes_it() {
    let mut pair = pair();
    let port = pair.near().view().listen_port;
    assert!(pair.phone.with(|state| state.protected.contains(&port)));
    let socket = pair.near().underlay().bind().unwrap();
    assert!(pair.phone.with(|state| state.protected.contains(&socket.port())));
    assert!(!pair.phone.with(|state| state.is_closed));
    pair.near = None;
    assert!(pair.phone.with(|state| state.is_closed));
}

#[test]
fn a_kill_switch_is_refused_where_the_system_alone_can_set_one_and_nothing_is_established() {
    let (phone, folder) = (Phone::default(), Folder::new());
    let platform = phone_platform(&phone, FakeNet::new().host(&[], Offloads::NONE), &folder);
    let kill_switch = KillSwitchRequest { owner: "owner".into(), allow_lan: false, home_probe: false };
    let request = Request { kill_switch: Some(kill_switch), ..request("near", &near("0.0.0.0/0", "")) };
    let Err(error) = bring_up(request, &platform, &Shutdown::default(), &reporter(), Box::new(|_| {})) else {
        panic!("it came up");
    };
    assert_eq!(error.to_string(), "this system has no kill switch that a program can set");
    assert!(phone.with(|state| state.devices.is_empty() && !state.is_closed));
}

#[test]
fn a_preview_shows_what_would_be_established_and_establishes_nothing() {
    let (phone, folder) = (Phone::default(), Folder::new());
    let platform = phone_platform(&phone, FakeNet::new().host(&[], Offloads::NONE), &folder);
    let shown = preview(&request("near", &near("10.0.0.0/8", "DNS = 10.0.0.2, ~corp.example")), &platform).unwrap();
    let [Effect::Interface { mtu: 1320, .. }, Effect::Address(_), Effect::Route { .. }, Effect::Dns { spec, detail: Some(_) }] =
        shown.effects.as_slice()
    else {
        panic!("{:?}", shown.effects)
    };
    assert_eq!(spec.names, DnsNames::All, "names cannot be split");
    assert!(phone.with(|state| state.devices.is_empty()));
}
