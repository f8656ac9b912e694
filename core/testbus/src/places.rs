//! Places that a computer comes to, each with a router, and the commands of iproute2 that bring it there.

use crate::network_manager::AccessPoint;

/// A network: its router, and the computer's address in it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Hardware address of the router.
    pub mac: &'static str,
    /// Address of the router, with the length of the prefix.
    pub router: &'static str,
    /// Address of the computer, with the length of the prefix.
    pub own: &'static str,
    /// Metric of the default route.
    pub metric: u32,
    /// The access point; None if the computer comes by cable.
    pub access_point: Option<AccessPoint>,
}

/// A café with an open Wi-Fi whose name has characters that patterns must not interpret.
pub const CAFE: Place = Place {
    mac: "02:00:00:00:00:0c",
    router: "10.9.0.1/24",
    own: "10.9.0.2/24",
    metric: 600,
    access_point: Some(AccessPoint { id: "cafe", ssid: "Caf\u{e9} (5G)+", bssid: "00:00:5E:00:53:0C", wpa: 0, rsn: 0 }),
};
/// The home, with WPA2.
pub const HOME: Place = Place {
    mac: "02:00:00:00:00:01",
    router: "192.168.1.1/24",
    own: "192.168.1.7/24",
    metric: 600,
    access_point: Some(AccessPoint { id: "home", ssid: "home", bssid: "00:00:5E:00:53:01", wpa: 0, rsn: 0x188 }),
};
/// A place that looks like home, and has another router and another access point.
pub const TWIN: Place = Place {
    mac: "02:00:00:00:00:66",
    access_point: Some(AccessPoint { id: "twin", ssid: "home", bssid: "00:00:5E:00:53:02", wpa: 0, rsn: 0x188 }),
    ..HOME
};
/// The office, by cable.
pub const OFFICE: Place =
    Place { mac: "02:00:00:00:00:0f", router: "10.1.0.1/16", own: "10.1.2.3/16", metric: 100, access_point: None };

impl Place {
    /// Returns the address of the router, without the length of the prefix.
    pub fn gateway(&self) -> &'static str {
        self.router.split_once('/').map_or(self.router, |(address, _)| address)
    }

    /// Returns the arguments of `ip` that turn `port` into the router's interface.
    pub fn at_the_router(&self, port: &str) -> [String; 3] {
        [
            format!("addr flush dev {port}"),
            format!("link set {port} address {}", self.mac),
            format!("addr add {} dev {port}", self.router),
        ]
    }

    /// Returns the arguments of `ip` with which the computer joins the network with its interface `card`.
    pub fn to_join(&self, card: &str) -> [String; 3] {
        [
            format!("link set {card} up"),
            format!("addr add {} dev {card}", self.own),
            format!("route add default via {} dev {card} metric {}", self.gateway(), self.metric),
        ]
    }
}

/// Returns the arguments of `ip` with which `card` loses its carrier, addresses and routes.
pub fn to_leave(card: &str) -> [String; 2] {
    [format!("link set {card} down"), format!("addr flush dev {card}")]
}
