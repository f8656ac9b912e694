//! Services that only these tests need: a NetworkManager that does not answer, and iwd.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use adit_testbus::{Bus, Client};
use zbus::{ObjectPath, OwnedObjectPath, OwnedVariant, Variant};

/// NetworkManager, as far as it has its name on the bus: it answers nothing.
pub(super) struct SilentManager {
    _client: Client,
    /// Nobody reads what arrives.
    _unread: zbus::MessageStream,
}

impl SilentManager {
    pub(super) fn start(bus: &Bus) -> Self {
        let client = Client::connect(bus.address()).unwrap();
        let unread = zbus::MessageStream::from(client.connection());
        client.take_name("org.freedesktop.NetworkManager").unwrap();
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
        let client = Client::connect(bus.address()).unwrap();
        let manager = Manager(Arc::clone(&objects));
        client.block_on(async { client.connection().object_server().at("/", manager).await }).unwrap();
        client.take_name("net.connman.iwd").unwrap();
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
        self.client.emit(STATION, "org.freedesktop.DBus.Properties", "PropertiesChanged", &body).unwrap();
    }

    /// iwd ends.
    pub(super) fn end(self) {
        self.client.leave().unwrap();
    }
}
