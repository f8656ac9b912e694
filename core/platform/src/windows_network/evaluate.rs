//! An interpreter of filters for tests: decides about a packet as WFP does within one sublayer.

use std::net::IpAddr;

use adit_config::Cidr;

use super::filter::{Action, Condition, Filter, Flow, Layer, Lifetime, Network};

/// A packet as WFP classifies it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    pub(super) flow: Flow,
    /// The interface that it leaves or arrives by.
    pub(super) interface: u64,
    /// The interface that a forwarded packet leaves by.
    pub(super) forwarded_to: u64,
    pub(super) is_own: bool,
    pub(super) protocol: u8,
    pub(super) local: IpAddr,
    pub(super) remote: IpAddr,
    /// The type of an ICMP message, otherwise the local port.
    pub(super) local_port: u16,
    pub(super) remote_port: u16,
}

/// Returns the action of the filter that decides; None if none matches.
pub(super) fn verdict(filters: &[Filter], packet: &Packet) -> Option<Action> {
    let matching = filters.iter().filter(|filter| matches(filter, packet));
    matching.max_by_key(|filter| filter.weight).map(Filter::action)
}

/// Returns the filters that are there at a moment.
pub(super) fn alive(filters: &[Filter], lifetimes: &[Lifetime]) -> Vec<Filter> {
    filters.iter().filter(|filter| lifetimes.contains(&filter.lifetime)).cloned().collect()
}

fn matches(filter: &Filter, packet: &Packet) -> bool {
    let layer = Layer { flow: packet.flow, ipv4: packet.remote.is_ipv4() };
    let holds = |condition: &Condition| holds(condition, packet);
    filter.layer == layer
        && filter
            .conditions
            .iter()
            .all(|condition| filter.conditions.iter().filter(|other| other.field() == condition.field()).any(holds))
}

fn holds(condition: &Condition, packet: &Packet) -> bool {
    match *condition {
        Condition::Interface(luid) => packet.interface == luid,
        Condition::ForwardedTo(luid) => packet.forwarded_to == luid,
        Condition::OwnProgram => packet.is_own,
        Condition::Loopback => packet.remote.is_loopback(),
        Condition::Protocol(number) => packet.protocol == number,
        Condition::Local(network) => contains(network, packet.local),
        Condition::Remote(network) => contains(network, packet.remote),
        Condition::LocalPort(port) => packet.local_port == port,
        Condition::IcmpType(kind) => packet.local_port == kind.into(),
        Condition::RemotePort(port) => packet.remote_port == port,
    }
}

fn contains(network: Network, address: IpAddr) -> bool {
    Cidr::new(network.address, network.prefix).unwrap().contains(address)
}
