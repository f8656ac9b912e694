//! The simulated computer, and the Internet that it is connected to.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use adit_activation::fake::FakeResolver;
use adit_activation::{Platform, Userspace};
use adit_api::{Caller, ConfigText, Service as _};
use adit_ipc::Events;
use adit_manager::manager::{Dependencies, Manager, StartReason, SystemClock};
use adit_manager::secrets::KeyFile;
use adit_manager::store::Store;
use adit_platform::device::Offloads;
use adit_platform::fake::{FakeDevices, FakeFacts, FakeNet, FakeWgQuick, Fate, RecordingCommands, RecordingHost};
use adit_platform::network_facts::Known;
use adit_platform::private_folder::PrivateFolder;
use anyhow::Context as _;

use crate::networks::{self, Network};
use crate::samples::{NAMES, Sample, samples};
use crate::server::Server;
use crate::traffic::Traffic;

/// The address of the computer in its local network, as [`RecordingHost`] has it.
const OWN_ADDRESS: [u8; 4] = [192, 168, 1, 2];

/// A computer in memory with tunnels, and the servers of some of them. Dropping it takes all tunnels down.
pub struct Simulation {
    manager: Manager,
    events: Events,
    host: RecordingHost,
    networks: FakeFacts,
    is_silent: Arc<AtomicBool>,
    // They run while they are kept.
    _servers: Vec<Server>,
    _traffic: Traffic,
}

impl Simulation {
    /// Starts the computer. Its files are in `folder`, and stay there for the next start. At the first start, and only then,
    /// example tunnels are added.
    ///
    /// # Errors
    /// If the folder cannot be used.
    pub fn start(folder: &Path) -> anyhow::Result<Self> {
        let (net, is_silent) = (FakeNet::new(), Arc::new(AtomicBool::new(false)));
        let hears = Arc::clone(&is_silent);
        net.set_weather(move |_| if hears.load(Ordering::Relaxed) { Fate::Drop } else { Fate::Deliver });
        let servers = samples().iter().filter_map(|sample| Some(Server::start(&net, sample.server?, sample, folder)));
        let servers = servers.collect::<Result<_, _>>().context("a simulated server")?;
        let devices = FakeDevices::on(net.host(&[OWN_ADDRESS.into()], Offloads::NONE));
        let (host, events) = (RecordingHost::with_devices(devices.clone()), Events::new());
        let networks = FakeFacts::new();
        networks.set(Known::Known(networks::facts(Network::Home)));
        let manager = manager(folder, &host, &devices, &events, networks.clone())?;
        if !folder.join(SEEDED).exists() {
            samples().iter().try_for_each(|sample| import(&manager, sample)).context("the example tunnels")?;
            std::fs::write(folder.join(SEEDED), "").context("the folder of the simulation")?;
        }
        let traffic = Traffic::start(&manager, &devices)?;
        Ok(Self { manager, events, host, networks, is_silent, _servers: servers, _traffic: traffic })
    }

    /// Returns the service.
    pub fn manager(&self) -> &Manager {
        &self.manager
    }

    /// Returns the sender of the service's events.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Sets whether every packet between the computer and the servers is lost.
    pub fn set_silent(&self, is_silent: bool) {
        self.is_silent.store(is_silent, Ordering::Relaxed);
    }

    /// Brings the computer into another network, or into none.
    pub fn join(&self, network: Network) {
        self.networks.set(Known::Known(networks::facts(network)));
        self.change_network();
    }

    /// Takes all tunnels down. Nothing is written to the folder afterwards.
    pub fn end(&self) {
        self.manager.shut_down();
    }

    /// Announces a change of the route to the servers, as when the computer joins another network.
    pub fn change_network(&self) {
        self.host.reroute(|route| {
            if let Some(route) = route {
                route.carrier_changes += 1;
            }
        });
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        self.end();
    }
}

/// A file that says that the example tunnels were added.
const SEEDED: &str = "examples-added";

fn manager(
    folder: &Path,
    host: &RecordingHost,
    devices: &FakeDevices,
    events: &Events,
    networks: FakeFacts,
) -> anyhow::Result<Manager> {
    let state = folder.join("state");
    let early = Some(PrivateFolder::open(&state)?);
    let (store, findings) = Store::open(&state, &KeyFile::new(&state, "store.key"), &[])?;
    for finding in findings {
        eprintln!("{}: {}", finding.file.display(), finding.code);
    }
    let names = FakeResolver::default();
    NAMES.iter().for_each(|(name, address)| names.set(name, Some(&address.to_string())));
    let devices = Arc::new(devices.clone());
    let platform = Platform {
        network: host.network(),
        engine: Arc::new(Userspace { devices: Arc::clone(&devices) as _, timestamps: folder.join("timestamps") }),
        commands: Arc::new(RecordingCommands::default()),
        resolver: Arc::new(names),
    };
    let dependencies = Dependencies {
        platform,
        devices,
        sink: Arc::new(events.clone()),
        clock: Arc::new(SystemClock),
        system: std::env::consts::OS,
        simulated: true,
        conf_files: None,
        early,
        wg_quick: Some(Arc::new(FakeWgQuick::default())),
        facts: Some(Arc::new(networks)),
        home_probe: None,
    };
    Ok(Manager::start(store, dependencies, StartReason::Restart))
}

fn import(manager: &Manager, sample: &Sample) -> anyhow::Result<()> {
    let (name, text) = (sample.name.parse()?, ConfigText::new(sample.config()));
    let interface = sample.interface.parse()?;
    manager.import(&Caller::ourselves(), name, interface, text).with_context(|| sample.name)?;
    Ok(())
}
