//! NetworkManager with one Wi-Fi device, as python-dbusmock plays it.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use serde::Serialize;
use zbus::{DynamicType, ObjectPath, Variant};

use crate::client::Client;

/// The interpreter of the distribution, for which the package python3-dbusmock is installed.
const PYTHON: &str = "/usr/bin/python3";
const MANAGER: &str = "org.freedesktop.NetworkManager";
const MANAGER_PATH: &str = "/org/freedesktop/NetworkManager";
const MOCK: &str = "org.freedesktop.DBus.Mock";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const ACTIVE: &str = "/org/freedesktop/NetworkManager/ActiveConnection/1";
const CONFIG: &str = "/org/freedesktop/NetworkManager/IP4Config/1";
const DEVICE: &str = "/org/freedesktop/NetworkManager/Devices/wifi";

/// NetworkManager, with the properties that the template of python-dbusmock lacks. It ends when dropped.
pub struct MockManager {
    process: Child,
    client: Client,
}

/// A Wi-Fi access point.
#[derive(Clone, Copy, Debug)]
pub struct AccessPoint {
    /// The last part of its path on the bus.
    pub id: &'static str,
    /// The name of its network.
    pub ssid: &'static str,
    /// Its hardware address.
    pub bssid: &'static str,
    /// The flags of WPA (`NM80211ApSecurityFlags`); 0: none.
    pub wpa: u32,
    /// The flags of RSN, that is WPA2 and later.
    pub rsn: u32,
}

impl MockManager {
    /// Starts it on the bus at this address, with a Wi-Fi device that is in no network. None if python-dbusmock is not installed.
    pub fn start(address: &str, wifi: &str) -> anyhow::Result<Option<Self>> {
        let has_mock = Command::new(PYTHON).args(["-c", "import dbusmock"]).stderr(Stdio::null()).status();
        if !has_mock.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let mut command = Command::new(PYTHON);
        command.args(["-m", "dbusmock", "--template", "networkmanager"]).env("DBUS_SYSTEM_BUS_ADDRESS", address);
        let process = command.stdout(Stdio::null()).spawn().context("cannot start python-dbusmock")?;
        // Built before anything can fail, so that the process ends with it.
        let manager = Self { process, client: Client::connect(address)? };
        let mut wait = Command::new("gdbus");
        wait.args(["wait", "--system", "--timeout", "60", MANAGER]).env("DBUS_SYSTEM_BUS_ADDRESS", address);
        ensure!(wait.status().context("cannot start gdbus")?.success(), "the mock does not take its name");
        manager.add_wifi(wifi)?;
        Ok(Some(manager))
    }

    fn add_wifi(&self, interface: &str) -> anyhow::Result<()> {
        let none = || path("/");
        let add = |path: &str, interface: &str, name: &str, value: Variant<'_>| {
            self.mock(path, "AddProperty", &(interface, name, value))
        };
        self.mock(MANAGER_PATH, "AddWiFiDevice", &("wifi", interface, 30_i32))?;
        add(MANAGER_PATH, MANAGER, "PrimaryConnection", none()?)?;
        let device = format!("{MANAGER}.Device");
        add(DEVICE, &format!("{device}.Wireless"), "ActiveAccessPoint", none()?)?;
        add(DEVICE, &device, "Ip4Config", none()?)?;
        add(DEVICE, &device, "Metered", 0_u32.into())?;
        let empty: Vec<String> = Vec::new();
        let config: HashMap<&str, Variant<'_>> = HashMap::from([("Domains", empty.clone().into()), ("Searches", empty.into())]);
        let methods: Vec<(String, String, String, String)> = Vec::new();
        self.mock(MANAGER_PATH, "AddObject", &(CONFIG, format!("{MANAGER}.IP4Config"), config, methods))
    }

    /// Adds an access point and returns its path.
    pub fn add_access_point(&self, point: AccessPoint) -> anyhow::Result<String> {
        let path = format!("{MANAGER_PATH}/AccessPoint/{}", point.id);
        let (mode, frequency, bitrate, strength) = (2_u32, 2412_u32, 54_u32, 80_u8);
        let arguments = (DEVICE, point.id, point.ssid, point.bssid, mode, frequency, bitrate, strength, point.rsn);
        self.mock(MANAGER_PATH, "AddAccessPoint", &arguments)?;
        self.set(&path, "AccessPoint", "WpaFlags", point.wpa.into())?;
        Ok(path)
    }

    /// Joins the network of an access point. `metered` (`NMMetered`) and `connectivity` (`NMConnectivityState`) as NetworkManager
    /// numbers them.
    pub fn join(&self, access_point: &str, metered: u32, connectivity: u32, domains: &[&str]) -> anyhow::Result<()> {
        self.set_access_point(access_point)?;
        self.set_domains(&domains.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())?;
        self.set(DEVICE, "Device", "Metered", metered.into())?;
        self.set(DEVICE, "Device", "Ip4Config", path(CONFIG)?)?;
        self.set(DEVICE, "Device", "ActiveConnection", path(ACTIVE)?)?;
        self.set(MANAGER_PATH, "", "PrimaryConnection", path(ACTIVE)?)?;
        self.set(MANAGER_PATH, "", "Connectivity", connectivity.into())?;
        self.set(DEVICE, "Device", "State", 100_u32.into())
    }

    /// Leaves the network: the device is disconnected.
    pub fn leave(&self) -> anyhow::Result<()> {
        self.set(DEVICE, "Device", "State", 30_u32.into())?;
        self.set(MANAGER_PATH, "", "Connectivity", 1_u32.into())?;
        self.set(MANAGER_PATH, "", "PrimaryConnection", path("/")?)?;
        self.set(DEVICE, "Device", "ActiveConnection", path("/")?)?;
        self.set(DEVICE, "Device", "Ip4Config", path("/")?)?;
        self.set_access_point("/")
    }

    /// Says that the device is with the access point of this path.
    pub fn set_access_point(&self, access_point: &str) -> anyhow::Result<()> {
        self.set(DEVICE, "Device.Wireless", "ActiveAccessPoint", path(access_point)?)
    }

    /// Says that the network announced these domains.
    pub fn set_domains(&self, names: &[String]) -> anyhow::Result<()> {
        self.set(CONFIG, "IP4Config", "Domains", names.to_vec().into())
    }

    /// Sets a property, and the mock announces it. `interface` is what follows `org.freedesktop.NetworkManager.`
    pub fn set(&self, path: &str, interface: &str, name: &str, value: Variant<'_>) -> anyhow::Result<()> {
        let interface = format!("{MANAGER}.{interface}");
        self.client.call(MANAGER, path, PROPERTIES, "Set", &(interface.trim_end_matches('.'), name, value))
    }

    fn mock<B: Serialize + DynamicType>(&self, path: &str, method: &str, body: &B) -> anyhow::Result<()> {
        self.client.call(MANAGER, path, MOCK, method, body)
    }

    /// NetworkManager ends.
    pub fn end(self) {}
}

fn path(path: &str) -> anyhow::Result<Variant<'static>> {
    Ok(ObjectPath::try_from(path.to_owned())?.into())
}

impl Drop for MockManager {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
