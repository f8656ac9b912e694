//! The network adapter for an application around this library that sets everything at once, as on phones: the system takes all
//! settings of a tunnel, and returns a device. A change of the settings makes a new device (Android's
//! `VpnService.Builder.establish()`).

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use crate::device::{TunDevice, UdpFactory, UdpSocket};
use crate::network::{
    Applied, Attachment, ChangeError, Direction, DnsNames, DnsSpec, Effect, EndpointRoute, EngineSide, Limits, Listener,
    MtuSource, NameAddresses, Network, NetworkError, NetworkEvents, Picture, Routing, Status, TakesAll, Underlay, Warning,
};

/// The most bytes that WireGuard adds to a packet, and the smallest MTU that IPv6 allows (RFC 8200 section 5).
const OVERHEAD: u32 = 80;
const LEAST_MTU: u32 = 1280;

/// Services of the application around this library. All methods may be called from any thread.
pub trait ForeignNetwork: Send + Sync + 'static {
    /// Applies the settings in place of the present ones, and returns the device that the tunnel's packets come from.
    ///
    /// # Errors
    /// If the system refuses. The present settings stay.
    fn establish(&self, settings: &ForeignSettings) -> io::Result<TunDevice>;

    /// Removes the settings.
    fn close(&self);

    /// Makes the packets of a socket bypass the tunnel.
    ///
    /// # Errors
    /// If the system refuses; the socket is then not used.
    fn protect(&self, socket: &dyn UdpSocket) -> io::Result<()>;

    /// Resolves a name outside the tunnel.
    ///
    /// # Errors
    /// If there is no answer.
    fn look_up(&self, host: &str) -> io::Result<NameAddresses>;

    /// Returns the path to an endpoint outside the tunnel; None if there is none.
    fn path_to(&self, endpoint: IpAddr) -> Option<EndpointRoute>;

    /// Announces changes of the network from now on.
    ///
    /// # Errors
    /// If the system does not announce them.
    fn events(&self) -> io::Result<Box<dyn NetworkEvents>>;
}

/// The settings of one tunnel as plain data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForeignSettings {
    /// The name for people; the system chooses the interface's name.
    pub name: InterfaceName,
    /// Addresses of the interface, with their host bits.
    pub addresses: Vec<Cidr>,
    /// Size of the largest inner packet, bytes.
    pub mtu: u16,
    /// Destinations that are routed into the tunnel.
    pub routes: Vec<Cidr>,
    /// True if IPv6 may leave outside a tunnel that takes none of it; if false, the system must block it.
    pub allow_ipv6_outside: bool,
    /// Resolvers for all names; if empty, the system's stay.
    pub dns_servers: Vec<IpAddr>,
    /// Search domains, in order of preference.
    pub search_domains: Vec<String>,
}

impl ForeignSettings {
    fn new(picture: &Picture, path_mtu: Option<u32>) -> Self {
        let found = path_mtu.map_or(LEAST_MTU, |path| path.saturating_sub(OVERHEAD).max(LEAST_MTU));
        let dns = DnsSpec::new(&picture.dns);
        Self {
            name: picture.name.clone(),
            addresses: picture.addresses.clone(),
            mtu: picture.mtu.unwrap_or(u16::try_from(found).unwrap_or(u16::MAX)),
            routes: picture.routes.clone(),
            allow_ipv6_outside: picture.allow_ipv6_outside,
            dns_servers: dns.as_ref().map(|dns| dns.servers.clone()).unwrap_or_default(),
            search_domains: dns.map(|dns| dns.search).unwrap_or_default(),
        }
    }

    fn takes_all(&self, ipv4: bool) -> bool {
        self.routes.iter().any(|network| network.is_default() && network.is_ipv4() == ipv4)
    }
}

/// A [`Network`] on top of the application's [`ForeignNetwork`].
#[derive(Clone)]
pub struct ForeignAdapter {
    foreign: Arc<dyn ForeignNetwork>,
    sockets: Arc<dyn UdpFactory>,
}

impl ForeignAdapter {
    /// Makes the adapter. `sockets` opens sockets that are not protected yet.
    pub fn new(foreign: Arc<dyn ForeignNetwork>, sockets: Arc<dyn UdpFactory>) -> Self {
        Self { foreign, sockets }
    }
}

impl Network for ForeignAdapter {
    fn prepare(&self, picture: &Picture, _: &Arc<dyn Listener>) -> Result<Box<dyn Attachment>, NetworkError> {
        let settings = ForeignSettings::new(picture, None);
        let (adapter, picture) = (self.clone(), picture.clone());
        let name = picture.name.as_str().to_owned();
        Ok(Box::new(ForeignAttachment { adapter, picture, settings, path_mtu: None, name, is_established: false }))
    }

    fn underlay(&self) -> Arc<dyn Underlay> {
        Arc::new(self.clone())
    }

    fn events(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        self.foreign.events().map_err(NetworkError::kernel("watching the network"))
    }

    fn recover(&self, _: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        // The system removes a tunnel when its process ends.
        Ok(Vec::new())
    }
}

impl Underlay for ForeignAdapter {
    fn sockets(&self) -> Arc<dyn UdpFactory> {
        Arc::new(self.clone())
    }

    fn bind(&self) -> io::Result<Arc<dyn UdpSocket>> {
        UdpFactory::bind(self, 0, 0)
    }

    fn look_up(&self, host: &str) -> io::Result<NameAddresses> {
        self.foreign.look_up(host)
    }

    fn route_to(&self, endpoint: IpAddr) -> Result<Option<EndpointRoute>, NetworkError> {
        Ok(self.foreign.path_to(endpoint))
    }

    fn path_mtu(&self, endpoints: &[IpAddr]) -> Result<Option<u32>, NetworkError> {
        Ok(endpoints.iter().filter_map(|endpoint| self.foreign.path_to(*endpoint)?.mtu).min())
    }
}

impl UdpFactory for ForeignAdapter {
    /// Binds a protected socket, whose packets bypass the tunnel; marks have no meaning here.
    fn bind(&self, port: u16, _: u32) -> io::Result<Arc<dyn UdpSocket>> {
        let socket = self.sockets.bind(port, 0)?;
        self.foreign.protect(&*socket)?;
        Ok(socket)
    }
}

struct ForeignAttachment {
    adapter: ForeignAdapter,
    picture: Picture,
    settings: ForeignSettings,
    path_mtu: Option<u32>,
    /// The name that the system gave the device; the wanted one as long as there is no device.
    name: String,
    is_established: bool,
}

impl ForeignAttachment {
    fn establish(&mut self, settings: &ForeignSettings) -> io::Result<TunDevice> {
        let device = self.adapter.foreign.establish(settings)?;
        self.is_established = true;
        self.name.clone_from(&device.name);
        Ok(device)
    }
}

impl Attachment for ForeignAttachment {
    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> Status {
        let dns = DnsSpec::new(&self.picture.dns);
        let split_dns = match dns.as_ref().map(|dns| &dns.names) {
            Some(DnsNames::Only(domains)) => domains.clone(),
            Some(DnsNames::All) | None => Vec::new(),
        };
        let search_without_server = if dns.is_none() { self.picture.dns.search.clone() } else { Vec::new() };
        let (ipv4, ipv6) = (self.settings.takes_all(true), self.settings.takes_all(false));
        let closes_ipv6 = ipv4 && !ipv6 && !self.settings.allow_ipv6_outside;
        let all = (ipv4 || ipv6).then(|| TakesAll {
            ipv4,
            ipv6: ipv6 || closes_ipv6,
            closes_ipv6,
            by: "the system's VPN".to_owned(),
            inside: Vec::new(),
            outside: Vec::new(),
        });
        Status {
            addresses: self.settings.addresses.clone(),
            mtu: self.settings.mtu,
            limits: Limits { split_dns, search_without_server, ..Limits::default() },
            routing: Routing { all, networks: self.settings.routes.clone(), around_endpoints: Vec::new() },
        }
    }

    fn underlay(&self) -> Arc<dyn Underlay> {
        Arc::new(self.adapter.clone())
    }

    fn explain(&self) -> Vec<Effect> {
        let ForeignSettings { name, addresses, mtu, routes, .. } = &self.settings;
        let mtu_source = match (self.picture.mtu, self.path_mtu) {
            (Some(_), _) => MtuSource::Configured,
            (None, Some(_)) => MtuSource::Path,
            (None, None) => MtuSource::Assumed,
        };
        let mut effects = vec![Effect::Interface { name: name.clone(), mtu: *mtu, mtu_source }];
        effects.extend(addresses.iter().copied().map(Effect::Address));
        effects.extend(routes.iter().map(|network| Effect::Route { network: *network, detail: "by the application".to_owned() }));
        let spec = DnsSpec::new(&self.picture.dns).map(|spec| DnsSpec { names: DnsNames::All, ..spec });
        effects.extend(spec.map(|spec| Effect::Dns { spec, detail: Some("the application".to_owned()) }));
        effects
    }

    fn check(&mut self) -> Result<Vec<Warning>, NetworkError> {
        Ok(Vec::new())
    }

    fn measure(&mut self, peers: &[IpAddr]) -> Result<(), NetworkError> {
        self.path_mtu = self.adapter.path_mtu(peers)?;
        self.settings = ForeignSettings::new(&self.picture, self.path_mtu);
        Ok(())
    }

    fn open(&mut self, _: usize) -> io::Result<TunDevice> {
        let settings = self.settings.clone();
        self.establish(&settings)
    }

    fn configure(&mut self, goes_on: &dyn Fn() -> bool) -> Result<(), ChangeError> {
        // The device already has all settings.
        if goes_on() { Ok(()) } else { Err(ChangeError::Stopped) }
    }

    /// Changes the engine first: it then accepts packets of a new peer before any are routed to that peer.
    fn apply(&mut self, picture: &Picture, engine: &mut dyn EngineSide) -> Result<Applied, ChangeError> {
        let path_mtu = self.adapter.path_mtu(&picture.peers)?;
        let settings = ForeignSettings::new(picture, path_mtu);
        if !engine.turn(Direction::There, 0) {
            engine.turn(Direction::Back, 0);
            return Err(ChangeError::Engine);
        }
        let applied = if settings == self.settings {
            Applied::Same
        } else {
            match self.establish(&settings) {
                Ok(device) => Applied::NewDevice(device),
                Err(error) => {
                    engine.turn(Direction::Back, 0);
                    return Err(NetworkError::kernel("establishing the tunnel")(error).into());
                }
            }
        };
        (self.settings, self.path_mtu) = (settings, path_mtu);
        self.picture = picture.clone();
        Ok(applied)
    }
}

impl Drop for ForeignAttachment {
    fn drop(&mut self) {
        if self.is_established {
            self.adapter.foreign.close();
        }
    }
}
