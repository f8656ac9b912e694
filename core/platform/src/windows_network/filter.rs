//! A filter of the Windows Filtering Platform, as data.

use std::net::IpAddr;

use adit_config::Cidr;

/// A filter in the sublayer of its set. Of all filters of a set that match a packet, the one with the highest weight decides; the
/// packet passes if every set lets it pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Filter {
    /// The name that tools such as `netsh wfp show filters` list.
    pub(crate) name: &'static str,
    /// The packets that the filter sees.
    pub(crate) layer: Layer,
    /// Conditions on the same [`Field`] are alternatives; those on different fields must all hold.
    pub(crate) conditions: Vec<Condition>,
    /// Filters of one weight have one action.
    pub(crate) weight: Weight,
    /// The time for which the filter exists.
    pub(crate) lifetime: Lifetime,
}

impl Filter {
    /// Returns what happens to a packet that the filter matches.
    pub(crate) const fn action(&self) -> Action {
        self.weight.action()
    }
}

/// What happens to a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// The packet passes this sublayer; another one, such as that of the Windows firewall, may still block it.
    Permit,
    /// The packet is dropped, whatever other sublayers say.
    Block,
}

/// A layer of WFP.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Layer {
    /// The direction.
    pub(crate) flow: Flow,
    /// True for IPv4, false for IPv6.
    pub(crate) ipv4: bool,
}

/// The direction of packets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Flow {
    /// The first packet that a socket sends to a host (`ALE_AUTH_CONNECT`). When filters change, WFP asks again for each
    /// connection.
    Out,
    /// The first packet that a socket receives from a host (`ALE_AUTH_RECV_ACCEPT`).
    In,
    /// A packet that the computer forwards between interfaces (`IPFORWARD`).
    Forward,
}

/// A condition on a packet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Condition {
    /// The local interface (`NET_LUID`); of a forwarded packet, the one that it arrives over.
    Interface(u64),
    /// The interface that a forwarded packet leaves by.
    ForwardedTo(u64),
    /// The socket belongs to a process of this program.
    OwnProgram,
    /// The packet stays on this computer.
    Loopback,
    /// The number of the protocol over IP.
    Protocol(u8),
    /// The local address is in this network.
    Local(Network),
    /// The other host's address is in this network.
    Remote(Network),
    /// The local port.
    LocalPort(u16),
    /// The other host's port.
    RemotePort(u16),
    /// The type of an ICMP message. WFP keeps it where other protocols have the local port.
    IcmpType(u8),
}

/// The part of a packet that a condition is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Field {
    /// The local interface.
    Interface,
    /// The interface that a forwarded packet leaves by.
    ForwardInterface,
    /// The program.
    Program,
    /// Flags of the packet.
    Flags,
    /// The protocol.
    Protocol,
    /// The local address.
    LocalAddress,
    /// The other host's address.
    RemoteAddress,
    /// The local port, or the type of an ICMP message.
    LocalPort,
    /// The other host's port.
    RemotePort,
}

impl Condition {
    /// Returns the part of a packet that the condition is about.
    pub(crate) const fn field(&self) -> Field {
        match self {
            Self::Interface(_) => Field::Interface,
            Self::ForwardedTo(_) => Field::ForwardInterface,
            Self::OwnProgram => Field::Program,
            Self::Loopback => Field::Flags,
            Self::Protocol(_) => Field::Protocol,
            Self::Local(_) => Field::LocalAddress,
            Self::Remote(_) => Field::RemoteAddress,
            Self::LocalPort(_) | Self::IcmpType(_) => Field::LocalPort,
            Self::RemotePort(_) => Field::RemotePort,
        }
    }
}

/// A network without host bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Network {
    /// The first address.
    pub(crate) address: IpAddr,
    /// The length of the prefix, bits.
    pub(crate) prefix: u8,
}

impl From<&Cidr> for Network {
    fn from(cidr: &Cidr) -> Self {
        let network = cidr.network();
        Self { address: network.address(), prefix: network.prefix() }
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self { address, prefix: if address.is_ipv4() { 32 } else { 128 } }
    }
}

/// The rank of a filter, the lowest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Weight {
    /// Blocks everything.
    Everything,
    /// Permits local networks.
    LocalNetworks,
    /// Blocks private networks that belong into the tunnel.
    InsideTunnel,
    /// Blocks DNS to hosts outside the tunnels.
    Dns,
    /// Permits networks behind other tunnels.
    OtherTunnels,
    /// Permits what an interface needs to get an address and to find its neighbours.
    Link,
    /// Permits this program's own packets.
    OwnPackets,
    /// Permits packets into the tunnel, and those that stay on this computer.
    Tunnel,
}

impl Weight {
    /// Returns the action of all filters of this weight.
    pub(crate) const fn action(self) -> Action {
        match self {
            Self::Everything | Self::InsideTunnel | Self::Dns => Action::Block,
            Self::LocalNetworks | Self::OtherTunnels | Self::Link | Self::OwnPackets | Self::Tunnel => Action::Permit,
        }
    }
}

/// The time for which a filter exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Lifetime {
    /// Until the session that added it ends, which ends with this process however that happens. For everything that names an
    /// interface or a socket of this process: another interface may have the same LUID later.
    Process,
    /// Until it is removed, or the computer shuts down.
    Computer,
    /// Until it is removed.
    Persistent,
    /// While the computer starts, until the service of WFP runs. Until it is removed.
    Boot,
}
