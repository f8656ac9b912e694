//! The test bench: a computer in memory, a store in a temporary folder, a clock that the test moves, and a recording event
//! sink.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit_api::{Caller, ConfigText, Event, EventSink, Health, Service, TunnelId, TunnelState, TunnelView};
use adit_home::fake::FakeProbe;
use adit_platform::device::Offloads;
use adit_platform::fake::{FakeDevices, FakeFacts, FakeNet, FakeWgQuick, RecordingHost};
use adit_platform::private_folder::PrivateFolder;
use tempfile::TempDir;

use adit_protocol::Instant;

use super::super::{Clock, Dependencies, Manager, StartReason, SystemClock, UnixMillis};
use crate::secrets::{Secret, SecretError, SecretStore};
use crate::store::{Finding, Store, TestDisk};
use adit_activation::fake::Stage;
use adit_activation::{Engine, Platform, Userspace};

/// Time of the wall clock at the start, in Unix milliseconds.
pub(super) const START: u64 = 1_700_000_000_000;
/// Time of the monotonic clock at the start, in nanoseconds.
const BOOTED: u64 = 1_000_000_000_000_000;
pub(super) const OWN: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
pub(super) const PEER: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

/// Returns a configuration with these `[Interface]` lines and these allowed IPs of the peer.
pub(super) fn conf(lines: &str, allowed: &str) -> String {
    format!(
        "[Interface]\nPrivateKey = {OWN}\n{lines}\n[Peer]\nPublicKey = {PEER}\nAllowedIPs = {allowed}\nEndpoint = 192.0.2.1:51820\n"
    )
}

/// A clock that only the test advances, with a wall clock that the test can set.
pub(super) struct TestClock {
    /// Milliseconds since the start.
    passed: AtomicU64,
    /// Unix milliseconds.
    wall: AtomicU64,
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_nanos(BOOTED + self.passed.load(Ordering::SeqCst) * 1_000_000)
    }

    fn wall(&self) -> UnixMillis {
        UnixMillis::new(self.wall.load(Ordering::SeqCst))
    }

    fn sleep_until(&self, _: Instant) -> Option<Duration> {
        None
    }
}

/// An event sink that records all events.
#[derive(Clone, Default)]
pub(super) struct Listener(Arc<Mutex<Vec<Event>>>);

impl Listener {
    pub(super) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl EventSink for Listener {
    fn publish(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

struct Memory;

impl SecretStore for Memory {
    fn describe(&self) -> String {
        "memory".into()
    }

    fn load(&self) -> Result<Option<Secret>, SecretError> {
        Secret::from_slice(&[7; 32], String::new).map(Some)
    }

    fn keep(&self, _: &Secret) -> Result<(), SecretError> {
        Err(SecretError::Exists(self.describe()))
    }

    fn forget(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

pub(super) struct Bench {
    pub(super) stage: Stage,
    pub(super) devices: FakeDevices,
    pub(super) clock: Arc<TestClock>,
    pub(super) heard: Listener,
    pub(super) wg_quick: FakeWgQuick,
    pub(super) networks: FakeFacts,
    pub(super) homes: FakeProbe,
    folder: TempDir,
    manager: Option<Manager>,
    /// The engine. None: a fake whose tunnels carry no packets and follow the test's instructions.
    engine: Option<Arc<dyn Engine>>,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(FakeDevices::on(FakeNet::new().host(&[], Offloads::NONE)), START, |_| None)
    }

    /// Creates a bench with the real engine on devices in memory, at this address of a network in memory, and with the real
    /// wall-clock time.
    pub(super) fn real(net: &FakeNet, address: &str) -> Self {
        let devices = FakeDevices::on(net.host(&[address.parse().unwrap()], Offloads::NONE));
        Self::with(devices.clone(), SystemClock.wall().get(), |folder| {
            Some(Arc::new(Userspace { devices: Arc::new(devices), timestamps: folder.join("timestamps") }))
        })
    }

    fn with(devices: FakeDevices, wall: u64, engine: impl FnOnce(&Path) -> Option<Arc<dyn Engine>>) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.unwrap();
        let mut bench = Self {
            stage: Stage::on(RecordingHost::with_devices(devices.clone())),
            devices,
            clock: Arc::new(TestClock { passed: AtomicU64::new(0), wall: AtomicU64::new(wall) }),
            heard: Listener::default(),
            wg_quick: FakeWgQuick::default(),
            networks: FakeFacts::new(),
            homes: FakeProbe::new(),
            engine: engine(folder.path()),
            folder,
            manager: None,
        };
        bench.start(StartReason::Restart);
        bench
    }

    pub(super) fn start(&mut self, start_reason: StartReason) {
        let findings = self.start_with_findings(start_reason);
        assert!(findings.is_empty(), "{findings:?}");
    }

    /// Starts the program and returns the findings of the store.
    pub(super) fn start_with_findings(&mut self, start_reason: StartReason) -> Vec<Finding> {
        let (store, findings) = Store::open(&self.folder.path().join("store"), &Memory, &[]).unwrap();
        let platform = self.stage.platform();
        let engine = self.engine.clone().unwrap_or(Arc::clone(&platform.engine));
        let dependencies = Dependencies {
            platform: Platform { engine, ..platform },
            devices: Arc::new(self.devices.clone()),
            sink: Arc::new(self.heard.clone()),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            system: "memory",
            simulated: true,
            conf_files: Some(self.conf_files()),
            early: Some(PrivateFolder::open(&self.folder.path().join("store")).unwrap()),
            wg_quick: Some(Arc::new(self.wg_quick.clone())),
            facts: Some(Arc::new(self.networks.clone())),
            home_probe: Some(Arc::new(self.homes.clone())),
        };
        self.manager = Some(Manager::start(store, dependencies, start_reason));
        findings
    }

    /// Ends the program and starts it again.
    pub(super) fn restart(&mut self, start_reason: StartReason) {
        self.stop();
        self.start(start_reason);
    }

    pub(super) fn stop(&mut self) {
        if let Some(manager) = self.manager.take() {
            manager.shut_down();
        }
    }

    /// Returns the state folder.
    pub(super) fn state_folder(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Returns the folder of the administrator's configuration files.
    pub(super) fn conf_files(&self) -> PathBuf {
        self.folder.path().join("wireguard")
    }

    /// Sets the faults of the disk under the store.
    pub(super) fn set_disk(&self, disk: TestDisk) {
        self.manager().inner.store().disk = disk;
    }

    pub(super) fn manager(&self) -> &Manager {
        self.manager.as_ref().unwrap()
    }

    /// Advances both clocks.
    pub(super) fn advance(&self, milliseconds: u64) {
        self.clock.passed.fetch_add(milliseconds, Ordering::SeqCst);
        self.clock.wall.fetch_add(milliseconds, Ordering::SeqCst);
        self.manager().time_has_jumped();
    }

    /// Moves the wall clock by these milliseconds, ahead or back. The monotonic clock stays.
    pub(super) fn set_wall_clock(&self, by: i64) {
        self.clock.wall.store(self.clock_now().checked_add_signed(by).unwrap(), Ordering::SeqCst);
        self.manager().time_has_jumped();
    }

    /// Returns the time of the wall clock in Unix milliseconds.
    pub(super) fn clock_now(&self) -> u64 {
        self.clock.wall().get()
    }

    /// Waits, so that an event that must not happen has time to happen. Nothing announces that all threads of a manager are
    /// idle, so this is real time: too little of it can hide a fault, but cannot fail a correct test.
    pub(super) fn settle_down(&self) {
        std::thread::sleep(Duration::from_millis(50));
    }

    pub(super) fn import(&self, name: &str, text: &str) -> TunnelId {
        let text = ConfigText::new(text.to_owned());
        self.manager().import(&us(), name.parse().unwrap(), name.parse().unwrap(), text).unwrap().id
    }

    /// Returns all tunnels, by name.
    pub(super) fn tunnels(&self) -> Vec<TunnelView> {
        adit_api::all_tunnels(|after| self.manager().tunnels(&Caller::ourselves(), after)).unwrap()
    }

    pub(super) fn view(&self, id: TunnelId) -> TunnelView {
        self.manager().tunnel(&us(), id).unwrap()
    }

    pub(super) fn state(&self, id: TunnelId) -> TunnelState {
        self.view(id).state
    }

    pub(super) fn health(&self, id: TunnelId) -> Option<Health> {
        match self.state(id) {
            TunnelState::Up(up) => Some(up.health),
            _ => None,
        }
    }

    /// Waits until a condition holds that a thread has to bring about.
    pub(super) fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let patience = std::time::Instant::now() + Duration::from_secs(20);
        while !is_so(self) {
            assert!(std::time::Instant::now() < patience, "waited in vain until {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub(super) fn is_up(&self, id: TunnelId) -> bool {
        matches!(self.state(id), TunnelState::Up(_))
    }

    /// Asserts that no tunnel is up and that none has left anything on the computer.
    pub(super) fn nothing_is_left(&self) {
        assert_eq!(self.stage.host.states(), Default::default());
        assert!(self.stage.engine.running().is_empty());
        assert!(self.devices.claimed().is_empty());
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(super) fn us() -> Caller {
    Caller::ourselves()
}
