//! Links as iwd describes them over D-Bus (net.connman.iwd).

use std::collections::HashMap;

use zbus::OwnedObjectPath;

use super::bus::{Bus, BusError};
use super::service::{FromService, MAX_OBJECTS, Managed, Properties, get, path};
use crate::network_facts::{LinkKind, Mac, Security, Ssid, Wifi};

const DEVICE: &str = "net.connman.iwd.Device";
const STATION: &str = "net.connman.iwd.Station";
const NETWORK: &str = "net.connman.iwd.Network";
const ACCESS_POINT: &str = "net.connman.iwd.BasicServiceSet";

/// The properties whose changes matter.
pub(super) const WATCHED: &[&str] = &["Address", "ConnectedAccessPoint", "ConnectedNetwork", "Mode", "Name", "State", "Type"];

/// All objects: path, interface, property.
type Objects = HashMap<OwnedObjectPath, HashMap<String, Properties>>;

/// Reads all Wi-Fi devices.
pub(super) async fn read(bus: &Bus, owner: &str) -> Result<Managed, BusError> {
    Ok(describe(&bus.objects(owner, "/").await?))
}

fn describe(objects: &Objects) -> Managed {
    let devices = objects.values().filter_map(|interfaces| {
        let name = get::<String>(interfaces.get(DEVICE)?, "Name")?;
        let wifi = interfaces.get(STATION).and_then(|station| wifi(objects, station));
        Some((name, FromService { kind: Some(LinkKind::Wifi), wifi, ..FromService::default() }))
    });
    devices.take(MAX_OBJECTS).collect()
}

fn wifi(objects: &Objects, station: &Properties) -> Option<Wifi> {
    let object = |path: &OwnedObjectPath, interface| objects.get(path)?.get(interface);
    let network_path = path(station, "ConnectedNetwork")?;
    let network = object(&network_path, NETWORK)?;
    // iwd announces the two one after the other. The path of an access point is below that of its network.
    let is_of_network =
        |path: &OwnedObjectPath| path.as_str().strip_prefix(network_path.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let access_point = path(station, "ConnectedAccessPoint").filter(is_of_network);
    let access_point = access_point.and_then(|path| object(&path, ACCESS_POINT));
    let mac = access_point.and_then(|properties| get::<String>(properties, "Address")?.parse::<Mac>().ok());
    Some(Wifi {
        ssid: get::<String>(network, "Name").and_then(|name| Ssid::new(name.as_bytes())),
        bssid: mac.and_then(|mac| Mac::of_host(&mac.0)),
        security: match get::<String>(network, "Type").as_deref() {
            Some("open") => Some(Security::Open),
            Some("wep") => Some(Security::Wep),
            Some("8021x") => Some(Security::Enterprise),
            // `psk` may be WPA, WPA2 or WPA3.
            _ => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use zbus::{ObjectPath, Variant};

    use super::*;

    fn object(path: &str, interfaces: &[(&str, &[(&str, Variant<'_>)])]) -> (OwnedObjectPath, HashMap<String, Properties>) {
        let properties = |properties: &[(&str, Variant<'_>)]| {
            properties.iter().map(|(name, value)| ((*name).to_owned(), value.try_to_owned().unwrap())).collect()
        };
        let interfaces = interfaces.iter().map(|(name, all)| ((*name).to_owned(), properties(all))).collect();
        (OwnedObjectPath::try_from(path).unwrap(), interfaces)
    }

    fn link(path: &'static str) -> Variant<'static> {
        ObjectPath::from_static_str(path).unwrap().into()
    }

    #[test]
    fn the_connected_network_is_that_of_the_station() {
        let network = |kind: &'static str| {
            Objects::from([
                object(
                    "/iwd/0/3",
                    &[
                        (DEVICE, &[("Name", "wlan0".into())]),
                        (
                            STATION,
                            &[("ConnectedNetwork", link("/iwd/0/3/home")), ("ConnectedAccessPoint", link("/iwd/0/3/home/1"))],
                        ),
                    ],
                ),
                object("/iwd/0/3/home", &[(NETWORK, &[("Name", "home".into()), ("Type", kind.into())])]),
                object("/iwd/0/3/cafe", &[(NETWORK, &[("Name", "cafe".into()), ("Type", "open".into())])]),
                object("/iwd/0/3/home/1", &[(ACCESS_POINT, &[("Address", "00:1A:2B:3C:4D:5E".into())])]),
            ])
        };
        let described = describe(&network("psk"));
        let expected = Wifi { ssid: Ssid::new(b"home"), bssid: "00:1a:2b:3c:4d:5e".parse().ok(), security: None };
        assert_eq!(described["wlan0"].wifi, Some(expected.clone()));
        assert_eq!(describe(&network("8021x"))["wlan0"].wifi, Some(Wifi { security: Some(Security::Enterprise), ..expected }));
    }

    #[test]
    fn an_access_point_of_the_network_before_is_not_that_of_the_connected_one() {
        let station = &[("ConnectedNetwork", link("/iwd/0/3/home")), ("ConnectedAccessPoint", link("/iwd/0/3/home2/1"))][..];
        let objects = Objects::from([
            object("/iwd/0/3", &[(DEVICE, &[("Name", "wlan0".into())]), (STATION, station)]),
            object("/iwd/0/3/home", &[(NETWORK, &[("Name", "home".into())])]),
            object("/iwd/0/3/home2/1", &[(ACCESS_POINT, &[("Address", "00:1A:2B:3C:4D:5E".into())])]),
        ]);
        assert_eq!(describe(&objects)["wlan0"].wifi, Some(Wifi { ssid: Ssid::new(b"home"), ..Wifi::default() }));
    }

    #[test]
    fn a_network_that_is_named_but_not_described_is_unknown() {
        let station = &[("ConnectedNetwork", link("/iwd/0/3/home"))][..];
        let objects = Objects::from([object("/iwd/0/3", &[(DEVICE, &[("Name", "wlan0".into())]), (STATION, station)])]);
        assert_eq!(describe(&objects)["wlan0"].wifi, None);
    }
}
