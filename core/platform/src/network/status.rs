//! The status of a tunnel: settings that its adapter left out, settings that it made, and the packets that go into it.

use adit_config::Cidr;

/// The settings that one tunnel got.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Addresses of the interface, with their host bits.
    pub addresses: Vec<Cidr>,
    /// Size of the largest inner packet, bytes.
    pub mtu: u16,
    /// Settings that were left out.
    pub limits: Limits,
    /// The packets that go into the tunnel.
    pub routing: Routing,
}

/// The settings of a picture that an adapter leaves out because this computer does not support them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// Set if all of IPv6 is left out.
    pub ipv6: Option<Ipv6LeftOut>,
    /// The domains to which the tunnel's resolvers could not be restricted: they are asked for all names.
    pub split_dns: Vec<String>,
    /// Search domains without a resolver.
    pub search_without_server: Vec<String>,
    /// True if the packet filter is left out that drops packets for the tunnel's addresses from other interfaces.
    pub packet_filter: bool,
    /// Set if packets of the configured MTU do not fit.
    pub mtu: Option<MtuTooLarge>,
}

/// A configured MTU that is larger than what a path to the peers carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MtuTooLarge {
    /// The configured MTU, bytes.
    pub mtu: u16,
    /// The largest MTU that fits, bytes.
    pub fits: u16,
}

/// The reason why a tunnel has no IPv6 although it is configured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ipv6LeftOut {
    /// The reason why the tunnel's interface cannot have IPv6.
    pub because: String,
    /// True if other interfaces have IPv6.
    pub is_elsewhere: bool,
}

/// A missing feature that a tunnel can do without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Warning {
    /// The packet filter's program is missing: packets for the tunnel's addresses are accepted from other interfaces, and strict
    /// reverse path filtering drops the peers' answers.
    NoFirewall,
}

/// The packets of this computer that go into a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Routing {
    /// Set if all traffic of at least one address family goes into the tunnel.
    pub all: Option<TakesAll>,
    /// Networks that are routed into the tunnel unless a narrower route leads elsewhere.
    pub networks: Vec<Cidr>,
    /// Networks that may contain an endpoint: they are also routed into the tunnel, by routes that the system does not list with
    /// the others.
    pub around_endpoints: Vec<Cidr>,
}

/// A tunnel that takes all traffic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakesAll {
    /// True if all of IPv4 goes into the tunnel.
    pub ipv4: bool,
    /// True if all of IPv6 goes into the tunnel: to the peers, or to nowhere if `closes_ipv6` is set.
    pub ipv6: bool,
    /// True if the tunnel takes all of IPv4 and none of IPv6, and IPv6 is kept from leaving outside it.
    pub closes_ipv6: bool,
    /// The means in the terms of this system, such as `routing table 51820`.
    pub by: String,
    /// Private networks that go into the tunnel even if the computer has a local network with the same addresses.
    pub inside: Vec<Cidr>,
    /// Local networks that stay outside if the computer has a route to them.
    pub outside: Vec<Cidr>,
}

impl Status {
    /// Returns true if all of IPv4 goes through the tunnel and IPv6 leaves outside it.
    pub fn leaves_ipv6_outside(&self) -> bool {
        self.routing.all.as_ref().is_some_and(|all| all.ipv4 && !all.ipv6)
    }

    /// Returns true if IPv6 is kept from leaving outside a tunnel that takes only IPv4.
    pub fn closes_ipv6(&self) -> bool {
        self.routing.all.as_ref().is_some_and(|all| all.closes_ipv6)
    }
}
