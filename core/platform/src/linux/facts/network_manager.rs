//! Links as NetworkManager describes them over D-Bus (NetworkManager 1.x, org.freedesktop.NetworkManager).

use zbus::OwnedObjectPath;

use super::bus::{Bus, BusError};
use super::security::{KeyManagement, Offer};
use super::service::{FromService, MAX_OBJECTS, Managed, Properties, domains, get, path};
use crate::network_facts::{Known, LinkKind, Mac, Portal, Ssid, Wifi};

const MANAGER: &str = "org.freedesktop.NetworkManager";
const MANAGER_PATH: &str = "/org/freedesktop/NetworkManager";
const DEVICE: &str = "org.freedesktop.NetworkManager.Device";
const WIRELESS: &str = "org.freedesktop.NetworkManager.Device.Wireless";
const ACCESS_POINT: &str = "org.freedesktop.NetworkManager.AccessPoint";

/// The properties whose changes matter. Others change every few seconds, such as the strength of a signal.
pub(super) const WATCHED: &[&str] = &[
    "ActiveAccessPoint",
    "ActiveConnection",
    "Connectivity",
    "Devices",
    "Domains",
    "Flags",
    "HwAddress",
    "Interface",
    "Ip4Config",
    "Ip4Connectivity",
    "Ip6Config",
    "Ip6Connectivity",
    "IpInterface",
    "Metered",
    "PrimaryConnection",
    "RsnFlags",
    "Searches",
    "Ssid",
    "State",
    "WpaFlags",
];

/// `NM_DEVICE_STATE_UNMANAGED`; lower: unknown.
const UNMANAGED: u32 = 10;
/// `NM_DEVICE_STATE_ACTIVATED`: the device has its addresses and domains.
const ACTIVATED: u32 = 100;

/// Reads all devices that NetworkManager manages.
pub(super) async fn read(bus: &Bus, owner: &str) -> Result<Managed, BusError> {
    let manager = bus.properties(owner, MANAGER_PATH, MANAGER).await?;
    let devices: Vec<OwnedObjectPath> = get(&manager, "Devices").unwrap_or_default();
    let overall = Overall {
        primary: path(&manager, "PrimaryConnection"),
        portal: get(&manager, "Connectivity").map_or(Portal::Unknown, portal),
    };
    let mut managed = Managed::new();
    for device in devices.iter().take(MAX_OBJECTS) {
        match self::device(bus, owner, device, &overall).await {
            Ok(found) => managed.extend(found),
            // The device is gone since it was listed.
            Err(BusError::Refused(error)) => tracing::debug!(%error, device = device.as_str(), "device not described"),
            Err(error) => return Err(error),
        }
    }
    Ok(managed)
}

/// NetworkManager's answers about the computer as a whole.
struct Overall {
    /// The connection with the default route.
    primary: Option<OwnedObjectPath>,
    portal: Portal,
}

async fn device(bus: &Bus, owner: &str, device: &str, overall: &Overall) -> Result<Option<(String, FromService)>, BusError> {
    let properties = bus.properties(owner, device, DEVICE).await?;
    if get::<u32>(&properties, "State").is_none_or(|state| state <= UNMANAGED) {
        return Ok(None);
    }
    // A modem's device is a serial port; the interface comes with the connection.
    let names = ["IpInterface", "Interface"].into_iter().filter_map(|name| get::<String>(&properties, name));
    let Some(name) = names.into_iter().find(|name| !name.is_empty()) else { return Ok(None) };
    let kind = kind(get(&properties, "DeviceType").unwrap_or(0));
    let mut described = FromService {
        kind,
        wifi: None,
        dns_suffixes: Known::Unknown,
        metered: metered(get(&properties, "Metered").unwrap_or(0)),
        portal: portal_of(&properties, overall),
    };
    if kind == Some(LinkKind::Wifi) {
        let wireless = bus.properties(owner, device, WIRELESS).await?;
        if let Some(access_point) = path(&wireless, "ActiveAccessPoint") {
            described.wifi = Some(wifi(&bus.properties(owner, &access_point, ACCESS_POINT).await?));
        }
    }
    let mut names = Vec::new();
    for (property, interface) in [("Ip4Config", "IP4Config"), ("Ip6Config", "IP6Config")] {
        if let Some(config) = path(&properties, property) {
            let config = bus.properties(owner, &config, &format!("{MANAGER}.{interface}")).await?;
            names.extend(["Domains", "Searches"].into_iter().filter_map(|list| get::<Vec<String>>(&config, list)).flatten());
        }
    }
    // Before that, DHCP or a router may still be about to answer.
    if get::<u32>(&properties, "State") == Some(ACTIVATED) {
        described.dns_suffixes = Known::Known(domains(names));
    }
    Ok(Some((name, described)))
}

/// `NMDeviceType`. None: as the kernel says.
fn kind(device_type: u32) -> Option<LinkKind> {
    match device_type {
        1 => Some(LinkKind::Ethernet),
        2 => Some(LinkKind::Wifi),
        8 => Some(LinkKind::Cellular),
        // Bluetooth, and a mesh of OLPC.
        5 | 6 => Some(LinkKind::Other),
        _ => None,
    }
}

/// `NMMetered`: unknown, yes, no, probably, probably not.
fn metered(value: u32) -> Known<bool> {
    match value {
        1 | 3 => Known::Known(true),
        2 | 4 => Known::Known(false),
        _ => Known::Unknown,
    }
}

/// `NMConnectivityState`: unknown, none, portal, limited, full.
fn portal(value: u32) -> Portal {
    match value {
        2 => Portal::Captive,
        4 => Portal::None,
        _ => Portal::Unknown,
    }
}

/// Newer versions check each device, earlier ones the connection with the default route.
fn portal_of(device: &Properties, overall: &Overall) -> Portal {
    let checked = ["Ip4Connectivity", "Ip6Connectivity"].into_iter().filter_map(|name| get::<u32>(device, name));
    let checked: Vec<Portal> = checked.map(portal).collect();
    if checked.contains(&Portal::Captive) {
        Portal::Captive
    } else if checked.contains(&Portal::None) {
        Portal::None
    } else if checked.is_empty() && overall.primary.is_some() && path(device, "ActiveConnection") == overall.primary {
        overall.portal
    } else {
        Portal::Unknown
    }
}

fn wifi(access_point: &Properties) -> Wifi {
    let flags = |name| get::<u32>(access_point, name);
    // Without the three, nobody can say that the network is open.
    let offer =
        (|| Some(Offer { privacy: flags("Flags")? & 1 != 0, wpa: keys(flags("WpaFlags")?), rsn: keys(flags("RsnFlags")?) }))();
    Wifi {
        ssid: get::<Vec<u8>>(access_point, "Ssid").and_then(|bytes| Ssid::new(&bytes)),
        bssid: get::<String>(access_point, "HwAddress")
            .and_then(|text| text.parse::<Mac>().ok())
            .and_then(|mac| Mac::of_host(&mac.0)),
        security: offer.and_then(|offer| offer.security()),
    }
}

/// `NM80211ApSecurityFlags`. None: the access point does not send the element.
fn keys(flags: u32) -> Option<KeyManagement> {
    let has = |bits: u32| flags & bits != 0;
    // PSK; 802.1X and Suite B; SAE; OWE and its transition mode.
    let keys = KeyManagement { password: has(0x100), enterprise: has(0x2200), sae: has(0x400), opportunistic: has(0x1800) };
    (flags != 0).then_some(keys)
}

#[cfg(test)]
mod tests {
    use zbus::Variant;

    use super::*;
    use crate::network_facts::Security;

    fn access_point(ssid: &[u8], address: &str, flags: u32, wpa: u32, rsn: u32) -> Properties {
        let value = |value: Variant<'_>| value.try_to_owned().unwrap();
        Properties::from([
            ("Ssid".into(), value(ssid.to_vec().into())),
            ("HwAddress".into(), value(address.into())),
            ("Flags".into(), value(flags.into())),
            ("WpaFlags".into(), value(wpa.into())),
            ("RsnFlags".into(), value(rsn.into())),
        ])
    }

    #[test]
    fn the_flags_of_access_points_give_the_protection() {
        let security = |flags, wpa, rsn| wifi(&access_point(b"x", "00:1a:2b:3c:4d:5e", flags, wpa, rsn)).security;
        assert_eq!(security(0, 0, 0), Some(Security::Open));
        assert_eq!(security(1, 0, 0), Some(Security::Wep));
        assert_eq!(security(1, 0x144, 0x188), Some(Security::Wpa));
        assert_eq!(security(1, 0, 0x188), Some(Security::Wpa2));
        assert_eq!(security(1, 0, 0x588), Some(Security::Wpa2), "transition mode");
        assert_eq!(security(1, 0, 0x488), Some(Security::Wpa3));
        assert_eq!(security(1, 0, 0x288), Some(Security::Enterprise));
        assert_eq!(security(0, 0, 0x888), Some(Security::Open), "OWE");
    }

    #[test]
    fn malformed_or_missing_elements_make_the_security_unknown_and_never_open() {
        assert_eq!(wifi(&Properties::new()), Wifi::default());
        let odd = wifi(&access_point(&[b'a'; 33], "somewhere", 1, 0, 0x188));
        assert_eq!(odd, Wifi { ssid: None, bssid: None, security: Some(Security::Wpa2) });
        let group = wifi(&access_point(b"x", "FF:FF:FF:FF:FF:FF", 1, 0, 0x188));
        assert_eq!(group.bssid, None);
        let mut other_type = access_point(b"x", "00:1a:2b:3c:4d:5e", 0, 0, 0);
        other_type.insert("RsnFlags".into(), Variant::from("none").try_to_owned().unwrap());
        assert_eq!(wifi(&other_type).security, None);
    }

    #[test]
    fn a_portal_is_that_of_the_device_or_of_the_connection_with_the_default_route() {
        let value = |value: Variant<'_>| value.try_to_owned().unwrap();
        let connection = |path: &'static str| OwnedObjectPath::try_from(path).unwrap();
        let device = |path: &'static str| Properties::from([("ActiveConnection".into(), value(connection(path).into()))]);
        let overall = Overall { primary: Some(connection("/c/1")), portal: Portal::Captive };
        assert_eq!(portal_of(&device("/c/1"), &overall), Portal::Captive);
        assert_eq!(portal_of(&device("/c/2"), &overall), Portal::Unknown);
        let mut newer = device("/c/1");
        newer.insert("Ip4Connectivity".into(), value(4_u32.into()));
        assert_eq!(portal_of(&newer, &overall), Portal::None);
        newer.insert("Ip6Connectivity".into(), value(2_u32.into()));
        assert_eq!(portal_of(&newer, &overall), Portal::Captive);
    }
}
