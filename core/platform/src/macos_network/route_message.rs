//! Messages of routing sockets (`PF_ROUTE`) and of the route and interface tables that `sysctl` returns (`route(4)`, `net/route.h`,
//! `net/if.h`). The layout is the same on arm64 and x86-64; both are little-endian.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::Cidr;

use super::sockaddr::{SocketAddress, array, netmask, prefix, split_first};

const VERSION: u8 = 5;

/// Lengths of `struct rt_msghdr`, `if_msghdr` and `ifa_msghdr`.
const ROUTE_HEADER: usize = 92;
const INTERFACE_HEADER: usize = 112;
const ADDRESS_HEADER: usize = 20;

const RTM_ADD: u8 = 1;
const RTM_DELETE: u8 = 2;
const RTM_CHANGE: u8 = 3;
const RTM_GET: u8 = 4;
const RTM_NEWADDR: u8 = 0xc;
const RTM_DELADDR: u8 = 0xd;
const RTM_IFINFO: u8 = 0xe;
/// A route of the table that `sysctl` returns for `NET_RT_DUMP2`.
const RTM_GET2: u8 = 0x14;

const RTF_UP: u32 = 0x1;
const RTF_GATEWAY: u32 = 0x2;
const RTF_HOST: u32 = 0x4;
const RTF_STATIC: u32 = 0x800;
/// The route was cloned from another one.
const RTF_WASCLONED: u32 = 0x2_0000;
/// The route is only for sockets that are bound to its interface.
const RTF_IFSCOPE: u32 = 0x100_0000;

const RTA_DST: u32 = 0x1;
const RTA_GATEWAY: u32 = 0x2;
const RTA_NETMASK: u32 = 0x4;
const RTA_IFP: u32 = 0x10;

const IFF_UP: u32 = 0x1;
const IFF_LOOPBACK: u32 = 0x8;
const IFF_POINTOPOINT: u32 = 0x10;
const IFF_RUNNING: u32 = 0x40;

/// The place of the addresses in a message that has all eight, `RTAX_*`.
const DESTINATION: usize = 0;
const GATEWAY: usize = 1;
const NETMASK: usize = 2;
const INTERFACE: usize = 4;
const OWN_ADDRESS: usize = 5;

/// An operation on the routing table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operation {
    /// Add a route.
    Add,
    /// Remove a route.
    Delete,
    /// Change the gateway of a route.
    Change,
    /// Look a route up.
    Get,
}

impl Operation {
    const fn number(self) -> u8 {
        match self {
            Self::Add => RTM_ADD,
            Self::Delete => RTM_DELETE,
            Self::Change => RTM_CHANGE,
            Self::Get => RTM_GET,
        }
    }
}

/// A request to the kernel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RouteRequest {
    pub(crate) operation: Operation,
    /// The destination, without host bits.
    pub(crate) network: Cidr,
    /// Index and name of the interface that the route leads into; `None` to look one up.
    pub(crate) into: Option<(u16, String)>,
    /// The interface to which a looked-up route must belong; 0 for the route of sockets without an interface.
    pub(crate) scope: u16,
}

impl RouteRequest {
    /// Returns the message. `sequence` comes back in the answer.
    pub(crate) fn to_bytes(&self, sequence: i32) -> Vec<u8> {
        let is_host = self.network.prefix() == Cidr::host(self.network.address()).prefix();
        let mut flags = RTF_UP;
        let mut addresses = RTA_DST;
        let mut body = SocketAddress::from(self.network.address()).to_bytes();
        if let Some((index, name)) = &self.into {
            flags |= RTF_STATIC;
            addresses |= RTA_GATEWAY;
            body.extend(SocketAddress::Link { index: *index, name: name.clone() }.to_bytes());
        }
        if is_host {
            flags |= RTF_HOST;
        } else {
            addresses |= RTA_NETMASK;
            body.extend(netmask(self.network.is_ipv4(), self.network.prefix()));
        }
        if self.operation == Operation::Get {
            // The answer then names the interface.
            addresses |= RTA_IFP;
            body.extend(SocketAddress::Link { index: 0, name: String::new() }.to_bytes());
        }
        if self.scope != 0 {
            flags |= RTF_IFSCOPE;
        }
        let mut bytes = Vec::with_capacity(ROUTE_HEADER + body.len());
        bytes.extend(((ROUTE_HEADER + body.len()) as u16).to_le_bytes());
        bytes.extend([VERSION, self.operation.number()]);
        bytes.extend(self.scope.to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(flags.to_le_bytes());
        bytes.extend(addresses.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(sequence.to_le_bytes());
        bytes.resize(ROUTE_HEADER, 0);
        bytes.extend(body);
        bytes
    }
}

/// A message of the kernel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Message {
    /// A route was added, removed or changed, is in the table, or was looked up.
    Route(RouteMessage),
    /// The state of an interface.
    Interface(InterfaceMessage),
    /// An address of an interface was added, is there, or was removed.
    Address {
        /// False if it was removed.
        is_there: bool,
        /// Index of the interface.
        index: u16,
        /// The address with its host bits; `None` if it is not an IP address.
        address: Option<Cidr>,
    },
    /// A message of another type.
    Other(u8),
}

/// A route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RouteMessage {
    /// The message was a request of this type; `None` for a route of the table.
    pub(crate) operation: Option<Operation>,
    /// The number of the request.
    pub(crate) sequence: i32,
    /// The error of the request (`errno`), 0 if it succeeded.
    pub(crate) error: i32,
    /// Index of the interface that it leads into.
    pub(crate) index: u16,
    /// Name of this interface, if the message tells it.
    pub(crate) interface: Option<String>,
    /// The destination; `None` if it is not of IP.
    pub(crate) network: Option<Cidr>,
    /// The gateway's address; `None` if the destination is on the link.
    pub(crate) gateway: Option<IpAddr>,
    /// The source address that the system uses.
    pub(crate) source: Option<IpAddr>,
    /// The MTU of the route, bytes; `None` if that of the interface counts.
    pub(crate) mtu: Option<u32>,
    flags: u32,
}

impl RouteMessage {
    /// Returns true if only sockets use it that are bound to its interface.
    pub(crate) const fn is_scoped(&self) -> bool {
        self.flags & RTF_IFSCOPE != 0
    }

    /// Returns true if it belongs to one host that was asked for, and not to the configuration.
    pub(crate) const fn is_cloned(&self) -> bool {
        self.flags & RTF_WASCLONED != 0
    }

    /// Returns true if packets may take it.
    pub(crate) const fn is_up(&self) -> bool {
        self.flags & RTF_UP != 0
    }
}

/// The state of an interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InterfaceMessage {
    pub(crate) index: u16,
    /// Its name, if the message tells it.
    pub(crate) name: Option<String>,
    /// Bytes.
    pub(crate) mtu: u32,
    flags: u32,
}

impl InterfaceMessage {
    /// Returns true if it is up and has a carrier.
    pub(crate) const fn runs(&self) -> bool {
        self.flags & (IFF_UP | IFF_RUNNING) == IFF_UP | IFF_RUNNING
    }

    /// Returns true if it is set up.
    pub(crate) const fn is_up(&self) -> bool {
        self.flags & IFF_UP != 0
    }

    /// Returns true for the loopback interface.
    pub(crate) const fn is_loopback(&self) -> bool {
        self.flags & IFF_LOOPBACK != 0
    }

    /// Returns true if it leads to one other computer, as tunnels do.
    pub(crate) const fn is_point_to_point(&self) -> bool {
        self.flags & IFF_POINTOPOINT != 0
    }
}

/// Reads all messages. What is left when one is cut off is ignored.
pub(crate) fn messages(mut bytes: &[u8]) -> Vec<Message> {
    let mut found = Vec::new();
    while let Some(len) = array(bytes, 0).map(|len| usize::from(u16::from_le_bytes(len))) {
        let Some((message, rest)) = bytes.split_at_checked(len).filter(|_| len >= 4) else { break };
        found.extend(parse(message));
        bytes = rest;
    }
    found
}

/// Reads one message. `None` if it has another version, or is too short for its type.
fn parse(bytes: &[u8]) -> Option<Message> {
    let (version, kind) = (*bytes.get(2)?, *bytes.get(3)?);
    if version != VERSION {
        return None;
    }
    Some(match kind {
        RTM_ADD | RTM_DELETE | RTM_CHANGE | RTM_GET | RTM_GET2 => Message::Route(route(kind, bytes)?),
        RTM_IFINFO => {
            let addresses = Addresses::read(u32_at(bytes, 4)?, bytes.get(INTERFACE_HEADER..)?);
            let name = addresses.link(INTERFACE).map(|(_, name)| name);
            let index = u16::from_le_bytes(array(bytes, 12)?);
            Message::Interface(InterfaceMessage { index, name, mtu: u32_at(bytes, 24)?, flags: u32_at(bytes, 8)? })
        }
        RTM_NEWADDR | RTM_DELADDR => {
            let addresses = Addresses::read(u32_at(bytes, 4)?, bytes.get(ADDRESS_HEADER..)?);
            let index = u16::from_le_bytes(array(bytes, 12)?);
            let address = addresses
                .ip(OWN_ADDRESS)
                .and_then(|address| Cidr::new(address, prefix(address.is_ipv4(), addresses.bytes(NETMASK)?)?).ok());
            Message::Address { is_there: kind == RTM_NEWADDR, index, address }
        }
        other => Message::Other(other),
    })
}

fn route(kind: u8, bytes: &[u8]) -> Option<RouteMessage> {
    let flags = u32_at(bytes, 8)?;
    let addresses = Addresses::read(u32_at(bytes, 12)?, bytes.get(ROUTE_HEADER..)?);
    let network = addresses.ip(DESTINATION).and_then(|address| match addresses.bytes(NETMASK) {
        _ if flags & RTF_HOST != 0 => Some(Cidr::host(address)),
        Some(mask) => Cidr::new(address, prefix(address.is_ipv4(), mask)?).ok().map(|network| network.network()),
        // The kernel leaves the netmask of a default route out.
        None if address.is_unspecified() => Cidr::new(address, 0).ok(),
        None => Some(Cidr::host(address)),
    });
    let of_table = kind == RTM_GET2;
    Some(RouteMessage {
        operation: match kind {
            RTM_ADD => Some(Operation::Add),
            RTM_DELETE => Some(Operation::Delete),
            RTM_CHANGE => Some(Operation::Change),
            RTM_GET => Some(Operation::Get),
            _ => None,
        },
        sequence: if of_table { 0 } else { u32_at(bytes, 20)?.cast_signed() },
        error: if of_table { 0 } else { u32_at(bytes, 24)?.cast_signed() },
        index: u16::from_le_bytes(array(bytes, 4)?),
        interface: addresses.link(INTERFACE).map(|(_, name)| name).filter(|name| !name.is_empty()),
        network,
        gateway: addresses.ip(GATEWAY).filter(|_| flags & RTF_GATEWAY != 0),
        source: addresses.ip(OWN_ADDRESS),
        mtu: u32_at(bytes, 40).filter(|mtu| *mtu != 0),
        flags,
    })
}

/// The addresses of a message, each at its place of `RTAX_*`.
struct Addresses<'a>([Option<&'a [u8]>; 8]);

impl<'a> Addresses<'a> {
    fn read(present: u32, mut bytes: &'a [u8]) -> Self {
        let mut addresses = [None; 8];
        for (_, address) in addresses.iter_mut().enumerate().filter(|(place, _)| present & (1 << place) != 0) {
            let Some((first, rest)) = split_first(bytes) else { break };
            *address = Some(first);
            bytes = rest;
        }
        Self(addresses)
    }

    fn bytes(&self, place: usize) -> Option<&'a [u8]> {
        self.0.get(place).copied().flatten()
    }

    fn ip(&self, place: usize) -> Option<IpAddr> {
        match SocketAddress::parse(self.bytes(place)?) {
            SocketAddress::Ip { address, .. } => Some(address),
            _ => None,
        }
    }

    fn link(&self, place: usize) -> Option<(u16, String)> {
        match SocketAddress::parse(self.bytes(place)?) {
            SocketAddress::Link { index, name } => Some((index, name)),
            _ => None,
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// Returns the index of the interface with the default route of sockets that are bound to none, unless that is one of `ours`. If
/// it is, or if there is none: that of the first default route for sockets that are bound to an interface.
pub(crate) fn way_out(messages: &[Message], ipv4: bool, ours: &[u16]) -> Option<u16> {
    let unspecified: IpAddr = if ipv4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let is_default = |route: &&RouteMessage| {
        let is_all = route.network.is_some_and(|network| network.is_default() && network.address() == unspecified);
        is_all && route.is_up() && !route.is_cloned() && !ours.contains(&route.index)
    };
    let routes = || messages.iter().filter_map(|message| if let Message::Route(route) = message { Some(route) } else { None });
    let unscoped = routes().filter(is_default).find(|route| !route.is_scoped());
    unscoped.or_else(|| routes().filter(is_default).find(|route| route.gateway.is_some())).map(|route| route.index)
}

#[cfg(test)]
#[path = "route_message_tests.rs"]
mod tests;
