//! NetworkManager, iwd and logind of the test's own: the first is the template of python-dbusmock, the others are here.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use tokio::runtime::Runtime;
use zbus::connection::Builder;
use zbus::{Connection, ObjectPath, OwnedObjectPath, OwnedVariant, Variant};

use super::super::super::test_bus::Bus;

const MANAGER: &str = "org.freedesktop.NetworkManager";
const MANAGER_PATH: &str = "/org/freedesktop/NetworkManager";
const MOCK: &str = "org.freedesktop.DBus.Mock";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const ACTIVE: &str = "/org/freedesktop/NetworkManager/ActiveConnection/1";
const CONFIG: &str = "/org/freedesktop/NetworkManager/IP4Config/1";
const DEVICE: &str = "/org/freedesktop/NetworkManager/Devices/wifi";

/// A client of the bus.
struct Client {
    runtime: Runtime,
    connection: Connection,
}

impl Client {
    fn new(bus: &Bus) -> Self {
        let runtime = Runtime::new().unwrap();
        let connection = runtime.block_on(Builder::address(bus.address.as_str()).build()).unwrap();
        Self { runtime, connection }
    }

    fn call<B: serde::Serialize + zbus::DynamicType>(&self, service: &str, path: &str, interface: &str, method: &str, body: &B) {
        let call = self.connection.call_method(Some(service), path, Some(interface), method, body);
        self.runtime.block_on(call).unwrap_or_else(|error| panic!("{method} of {path}: {error}"));
    }

    fn emit<B: serde::Serialize + zbus::DynamicType>(&self, path: &str, interface: &str, signal: &str, body: &B) {
        self.runtime.block_on(self.connection.emit_signal(None::<&str>, path, interface, signal, body)).unwrap();
    }
}

/// NetworkManager as python-dbusmock plays it, with the properties that its template lacks. It ends when dropped.
pub(super) struct MockManager {
    process: Child,
    client: Client,
}

impl MockManager {
    /// Without python-dbusmock it prints that the test is skipped.
    pub(super) fn start(bus: &Bus) -> Option<Self> {
        let python = "/usr/bin/python3";
        let has_mock = Command::new(python).args(["-c", "import dbusmock"]).stderr(Stdio::null()).status();
        if !has_mock.is_ok_and(|status| status.success()) {
            println!("SKIPPED: no python3-dbusmock");
            return None;
        }
        let mut command = Command::new(python);
        command.args(["-m", "dbusmock", "--template", "networkmanager"]).env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
        let process = command.stdout(Stdio::null()).spawn().unwrap();
        let mut wait = Command::new("gdbus");
        wait.args(["wait", "--system", "--timeout", "60", MANAGER]).env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
        assert!(wait.status().unwrap().success(), "the mock takes its name");
        Some(Self { process, client: Client::new(bus) })
    }

    fn mock<B: serde::Serialize + zbus::DynamicType>(&self, path: &str, method: &str, body: &B) {
        self.client.call(MANAGER, path, MOCK, method, body);
    }

    /// Adds a Wi-Fi device that is in no network.
    pub(super) fn add_wifi(&self, interface: &str) {
        let none = || Variant::from(ObjectPath::from_static_str("/").unwrap());
        let add = |path: &str, interface: &str, name: &str, value: Variant<'_>| {
            self.mock(path, "AddProperty", &(interface, name, value));
        };
        self.mock(MANAGER_PATH, "AddWiFiDevice", &("wifi", interface, 30_i32));
        add(MANAGER_PATH, MANAGER, "PrimaryConnection", none());
        let device = format!("{MANAGER}.Device");
        add(DEVICE, &format!("{device}.Wireless"), "ActiveAccessPoint", none());
        add(DEVICE, &device, "Ip4Config", none());
        add(DEVICE, &device, "Metered", 0_u32.into());
        let empty: Vec<String> = Vec::new();
        let config: HashMap<&str, Variant<'_>> = HashMap::from([("Domains", empty.clone().into()), ("Searches", empty.into())]);
        let methods: Vec<(String, String, String, String)> = Vec::new();
        self.mock(MANAGER_PATH, "AddObject", &(CONFIG, format!("{MANAGER}.IP4Config"), config, methods));
    }

    /// Adds an access point with these flags of WPA and RSN, and returns its path.
    pub(super) fn add_access_point(&self, name: &str, ssid: &str, address: &str, wpa: u32, rsn: u32) -> String {
        let path = format!("{MANAGER_PATH}/AccessPoint/{name}");
        self.mock(MANAGER_PATH, "AddAccessPoint", &(DEVICE, name, ssid, address, 2_u32, 2412_u32, 54_u32, 80_u8, rsn));
        self.set(&path, "AccessPoint", "WpaFlags", wpa.into());
        path
    }

    /// Joins the network of an access point. `connectivity` and `metered` as NetworkManager numbers them.
    pub(super) fn join(&self, access_point: &str, metered: u32, connectivity: u32, domains: &[&str]) {
        let path = |path: &'static str| Variant::from(ObjectPath::from_static_str(path).unwrap());
        self.set_access_point(access_point);
        self.set_domains(&domains.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        self.set(DEVICE, "Device", "Metered", metered.into());
        self.set(DEVICE, "Device", "Ip4Config", path(CONFIG));
        self.set(DEVICE, "Device", "ActiveConnection", path(ACTIVE));
        self.set(MANAGER_PATH, "", "PrimaryConnection", path(ACTIVE));
        self.set(MANAGER_PATH, "", "Connectivity", connectivity.into());
        self.set(DEVICE, "Device", "State", 100_u32.into());
    }

    pub(super) fn set_access_point(&self, access_point: &str) {
        let path = ObjectPath::try_from(access_point.to_owned()).unwrap();
        self.set(DEVICE, "Device.Wireless", "ActiveAccessPoint", path.into());
    }

    pub(super) fn set_domains(&self, names: &[String]) {
        self.set(CONFIG, "IP4Config", "Domains", names.to_vec().into());
    }

    /// Sets a property, and the mock announces it.
    pub(super) fn set(&self, path: &str, interface: &str, name: &str, value: Variant<'_>) {
        let interface = format!("{MANAGER}.{interface}");
        self.client.call(MANAGER, path, PROPERTIES, "Set", &(interface.trim_end_matches('.'), name, value));
    }

    /// NetworkManager ends.
    pub(super) fn end(self) {}
}

impl Drop for MockManager {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// NetworkManager, as far as it has its name on the bus: it answers nothing.
pub(super) struct SilentManager {
    _client: Client,
    /// Nobody reads what arrives.
    _unread: zbus::MessageStream,
}

impl SilentManager {
    pub(super) fn start(bus: &Bus) -> Self {
        let client = Client::new(bus);
        let unread = zbus::MessageStream::from(&client.connection);
        client.runtime.block_on(client.connection.request_name(MANAGER)).unwrap();
        Self { _client: client, _unread: unread }
    }
}

type Properties = HashMap<String, OwnedVariant>;
type Objects = HashMap<OwnedObjectPath, HashMap<String, Properties>>;

/// iwd with one station.
pub(super) struct FakeIwd {
    client: Client,
    objects: Arc<Mutex<Objects>>,
    interface: String,
}

struct Manager(Arc<Mutex<Objects>>);

#[zbus::interface(name = "org.freedesktop.DBus.ObjectManager")]
impl Manager {
    fn get_managed_objects(&self) -> Objects {
        self.0.lock().unwrap().clone()
    }
}

const STATION: &str = "/net/connman/iwd/0/3";
const NETWORK: &str = "/net/connman/iwd/0/3/network";

impl FakeIwd {
    pub(super) fn start(bus: &Bus, interface: &str) -> Self {
        let objects: Arc<Mutex<Objects>> = Arc::default();
        let client = Client::new(bus);
        client.runtime.block_on(async {
            client.connection.object_server().at("/", Manager(Arc::clone(&objects))).await.unwrap();
            client.connection.request_name("net.connman.iwd").await.unwrap();
        });
        Self { client, objects, interface: interface.to_owned() }
    }

    /// Joins a network of this kind, as iwd calls it.
    pub(super) fn join(&self, name: &str, kind: &str) {
        let path = |path: &str| OwnedObjectPath::try_from(path.to_owned()).unwrap();
        let properties = |pairs: Vec<(&str, Variant<'_>)>| -> Properties {
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.try_to_owned().unwrap())).collect()
        };
        let connected = || properties(vec![("ConnectedNetwork", Variant::from(ObjectPath::from_static_str(NETWORK).unwrap()))]);
        let station = HashMap::from([
            ("net.connman.iwd.Device".to_owned(), properties(vec![("Name", self.interface.as_str().into())])),
            ("net.connman.iwd.Station".to_owned(), connected()),
        ]);
        let network = properties(vec![("Name", name.into()), ("Type", kind.into())]);
        let network = HashMap::from([("net.connman.iwd.Network".to_owned(), network)]);
        *self.objects.lock().unwrap() = Objects::from([(path(STATION), station), (path(NETWORK), network)]);
        let invalidated: Vec<String> = Vec::new();
        let body = ("net.connman.iwd.Station", connected(), invalidated);
        self.client.emit(STATION, PROPERTIES, "PropertiesChanged", &body);
    }

    /// iwd ends.
    pub(super) fn end(self) {
        self.client.runtime.block_on(self.client.connection.close()).unwrap();
    }
}

/// systemd-logind, as far as sleep goes.
pub(super) struct FakeLogind(Client);

const LOGIND_PATH: &str = "/org/freedesktop/login1";
const LOGIND: &str = "org.freedesktop.login1.Manager";

impl FakeLogind {
    pub(super) fn start(bus: &Bus) -> Self {
        let client = Client::new(bus);
        client.runtime.block_on(client.connection.request_name("org.freedesktop.login1")).unwrap();
        Self(client)
    }

    pub(super) fn prepare_for_sleep(&self, begins: bool) {
        self.0.emit(LOGIND_PATH, LOGIND, "PrepareForSleep", &(begins,));
    }

    /// logind ends.
    pub(super) fn end(self) {
        self.0.runtime.block_on(self.0.connection.close()).unwrap();
    }
}

/// Another program sends logind's signal to every client of the bus.
pub(super) fn pretend_to_sleep(bus: &Bus) {
    let stranger = Client::new(bus);
    let clients = stranger.runtime.block_on(async {
        let dbus = "org.freedesktop.DBus";
        let names = stranger.connection.call_method(Some(dbus), "/org/freedesktop/DBus", Some(dbus), "ListNames", &());
        names.await.unwrap().body().deserialize::<Vec<String>>().unwrap()
    });
    for client in clients.iter().filter(|name| name.starts_with(':')) {
        let signal = stranger.connection.emit_signal(Some(client.as_str()), LOGIND_PATH, LOGIND, "PrepareForSleep", &(true,));
        stranger.runtime.block_on(signal).unwrap();
    }
}
