//! The status of a tunnel: settings that its adapter left out, settings that it made, and the packets that go into it.

use adit_config::Cidr;

/// The part of its picture that one tunnel got.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Addresses of the interface, with their host bits.
    pub addresses: Vec<Cidr>,
    /// Largest inner packet, bytes.
    pub mtu: u16,
    /// Settings that were left out.
    pub limits: Limits,
    /// Which packets go into the tunnel.
    pub routing: Routing,
}

/// A setting of a picture that an adapter leaves out, because this computer lacks it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// All of IPv6.
    pub ipv6: Option<Ipv6LeftOut>,
    /// The tunnel's resolvers are asked for all names and not only for those in these domains.
    pub split_dns: Vec<String>,
    /// Search domains without a resolver.
    pub search_without_server: Vec<String>,
    /// The packet filter that keeps packets for the tunnel's addresses out that arrive over other interfaces.
    pub packet_filter: bool,
    /// The configured MTU, where packets of that size do not fit.
    pub mtu: Option<MtuTooLarge>,
}

/// A configured MTU that is larger than what a path to the peers carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MtuTooLarge {
    /// As configured, bytes.
    pub mtu: u16,
    /// The largest that fits, bytes.
    pub fits: u16,
}

/// Why a tunnel has no IPv6 although its configuration has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ipv6LeftOut {
    /// Why the tunnel's interface cannot have IPv6.
    pub because: String,
    /// Whether other interfaces have IPv6.
    pub is_elsewhere: bool,
}

/// Something that a tunnel can do without.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Warning {
    /// The packet filter's tool is missing.
    #[error(
        "`nft` is not installed: packets for the tunnel's addresses are accepted from other interfaces, and where strict reverse \
         path filtering is on the peer's answers are dropped; install nftables to have both solved"
    )]
    NoFirewall,
}

/// Which packets of this computer go into a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Routing {
    /// Set where everything goes into the tunnel, of one family at least.
    pub all: Option<TakesAll>,
    /// Networks that are routed into the tunnel wherever no narrower route leads elsewhere.
    pub networks: Vec<Cidr>,
    /// Networks that an endpoint may be in: they go into the tunnel likewise, by routes that the system does not list with the others.
    pub around_endpoints: Vec<Cidr>,
}

/// A tunnel that takes all traffic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakesAll {
    /// All of IPv4 goes into the tunnel.
    pub ipv4: bool,
    /// All of IPv6 does: to the peers, or to nowhere where `closes_ipv6` is set.
    pub ipv6: bool,
    /// The tunnel takes all of IPv4 and none of IPv6, which is kept from leaving past it.
    pub closes_ipv6: bool,
    /// The means, in words of this system, such as `routing table 51820`.
    pub by: String,
    /// Private networks that go into the tunnel although the computer may have a local network of the same addresses.
    pub inside: Vec<Cidr>,
    /// Local networks that stay outside where the computer has a route to them.
    pub outside: Vec<Cidr>,
}

impl Status {
    /// Whether all of IPv4 goes through the tunnel and IPv6 goes past it.
    pub fn leaves_ipv6_outside(&self) -> bool {
        self.routing.all.as_ref().is_some_and(|all| all.ipv4 && !all.ipv6)
    }

    /// Whether IPv6 is kept from leaving past a tunnel that takes IPv4 alone.
    pub fn closes_ipv6(&self) -> bool {
        self.routing.all.as_ref().is_some_and(|all| all.closes_ipv6)
    }
}
