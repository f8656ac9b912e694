//! The hardware addresses of next hops, from the kernel's neighbour table.
//!
//! An entry of the table may be older than the network: it survives when a Wi-Fi card moves to another access point without losing
//! its carrier. So an address counts only if the next hop has confirmed it since the link came up or changed its network. If it
//! has not, the kernel is told to ask (ARP, or neighbour solicitation).

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_REQUEST, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState};

use super::super::netlink::Netlink;
use super::super::route::family;
use crate::network_facts::{Mac, Ssid};

/// The multicast group of changes of the neighbour table, as a bit.
pub(super) const NEIGHBOURS: u32 = libc::RTMGRP_NEIGH.cast_unsigned();

/// A next hop on one link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct NextHop {
    /// Index of the interface.
    pub(super) interface: u32,
    pub(super) address: IpAddr,
}

/// The network that a link is in, as far as the kernel and the Wi-Fi card can tell it from another.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Identity {
    pub(super) carrier_changes: u32,
    pub(super) ssid: Option<Ssid>,
    pub(super) bssid: Option<Mac>,
}

/// An entry of the neighbour table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    state: NeighbourState,
    mac: Option<Mac>,
}

impl Entry {
    const MISSING: Self = Self { state: NeighbourState::None, mac: None };

    fn is_confirmed(&self) -> bool {
        matches!(self.state, NeighbourState::Reachable | NeighbourState::Permanent | NeighbourState::Noarp)
    }

    fn has_failed(&self) -> bool {
        matches!(self.state, NeighbourState::Failed | NeighbourState::Incomplete | NeighbourState::None)
    }
}

/// The known hardware addresses of the next hops of the default routes.
#[derive(Debug, Default)]
pub(super) struct Gateways {
    known: BTreeMap<NextHop, Gateway>,
}

#[derive(Debug)]
struct Gateway {
    identity: Identity,
    /// Confirmed in this network.
    mac: Option<Mac>,
    /// The entry about which the kernel was last told to ask, so that it is told once.
    asked: Option<Option<Mac>>,
}

impl Gateways {
    /// Returns the confirmed addresses of these next hops, and tells the kernel to ask for the others.
    pub(super) fn look(&mut self, netlink: &mut Netlink, hops: &[(NextHop, Identity)]) -> io::Result<BTreeMap<NextHop, Mac>> {
        self.known.retain(|known, _| hops.iter().any(|(hop, _)| hop == known));
        if hops.is_empty() {
            return Ok(BTreeMap::new());
        }
        let table = table(netlink)?;
        for (hop, identity) in hops {
            let entry = table.get(hop).copied().unwrap_or(Entry::MISSING);
            if self.judge(*hop, identity, entry)
                && let Err(error) = ask(netlink, *hop, entry.mac)
            {
                tracing::debug!(%error, address = %hop.address, "the kernel does not ask for a hardware address");
            }
        }
        Ok(self.known.iter().filter_map(|(hop, gateway)| Some((*hop, gateway.mac?))).collect())
    }

    /// Takes note of an entry of the table. Returns true if the kernel is to be told to ask.
    fn judge(&mut self, hop: NextHop, identity: &Identity, entry: Entry) -> bool {
        let unknown = || Gateway { identity: identity.clone(), mac: None, asked: None };
        let gateway = self.known.entry(hop).or_insert_with(unknown);
        if gateway.identity != *identity {
            *gateway = unknown();
            // What was reachable is asked again: the entry may be that of the network before.
            if entry.state != NeighbourState::Permanent {
                gateway.asked = Some(entry.mac);
                return true;
            }
        }
        if entry.is_confirmed() {
            gateway.mac = entry.mac;
        } else if entry.has_failed() || entry.mac != gateway.mac {
            gateway.mac = None;
        }
        let must_ask = gateway.mac.is_none() && gateway.asked != Some(entry.mac);
        if must_ask {
            gateway.asked = Some(entry.mac);
        }
        must_ask
    }

    /// Returns true if an announcement changes what [`Self::look`] returned.
    pub(super) fn concerns(&self, message: &NetlinkPayload<RouteNetlinkMessage>) -> bool {
        let (message, is_gone) = match message {
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbour(message)) => (message, false),
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::DelNeighbour(message)) => (message, true),
            _ => return false,
        };
        let Some((hop, entry)) = parse(message) else { return false };
        let Some(gateway) = self.known.get(&hop) else { return false };
        let entry = if is_gone { Entry::MISSING } else { entry };
        if entry.is_confirmed() {
            gateway.mac != entry.mac
        } else {
            gateway.mac.is_some() && (entry.has_failed() || entry.mac != gateway.mac)
        }
    }
}

fn table(netlink: &mut Netlink) -> io::Result<BTreeMap<NextHop, Entry>> {
    let answers = netlink.dump(RouteNetlinkMessage::GetNeighbour(NeighbourMessage::default()))?;
    Ok(answers
        .iter()
        .filter_map(|answer| if let RouteNetlinkMessage::NewNeighbour(message) = answer { parse(message) } else { None })
        .collect())
}

fn parse(message: &NeighbourMessage) -> Option<(NextHop, Entry)> {
    let (mut address, mut mac) = (None, None);
    for attribute in &message.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(destination)) => address = Some(IpAddr::from(*destination)),
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(destination)) => address = Some(IpAddr::from(*destination)),
            NeighbourAttribute::LinkLayerAddress(bytes) => mac = Mac::of_host(bytes),
            _ => {}
        }
    }
    Some((NextHop { interface: message.header.ifindex, address: address? }, Entry { state: message.header.state, mac }))
}

/// Tells the kernel to ask everybody. An entry that it has goes first: it would ask the address of that entry alone, and give up
/// after seconds.
fn ask(netlink: &mut Netlink, hop: NextHop, known: Option<Mac>) -> io::Result<()> {
    let mut message = NeighbourMessage::default();
    message.header.family = family(hop.address.is_ipv4());
    message.header.ifindex = hop.interface;
    message.attributes.push(NeighbourAttribute::Destination(match hop.address {
        IpAddr::V4(address) => NeighbourAddress::Inet(address),
        IpAddr::V6(address) => NeighbourAddress::Inet6(address),
    }));
    if known.is_some() {
        match netlink.request(RouteNetlinkMessage::DelNeighbour(message.clone()), NLM_F_REQUEST) {
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {}
            answer => drop(answer?),
        }
    }
    message.header.flags = NeighbourFlags::Use;
    netlink.request(RouteNetlinkMessage::NewNeighbour(message), NLM_F_REQUEST | NLM_F_CREATE).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Mac = Mac([2, 0, 0, 0, 0, 1]);
    const CAFE: Mac = Mac([2, 0, 0, 0, 0, 2]);

    fn hop() -> NextHop {
        NextHop { interface: 2, address: "192.168.1.1".parse().unwrap() }
    }

    fn network(carrier_changes: u32, bssid: Mac) -> Identity {
        Identity { carrier_changes, ssid: Ssid::new(b"home"), bssid: Some(bssid) }
    }

    fn entry(state: NeighbourState, mac: Option<Mac>) -> Entry {
        Entry { state, mac }
    }

    fn announced(state: NeighbourState, mac: Mac) -> NetlinkPayload<RouteNetlinkMessage> {
        let mut message = NeighbourMessage::default();
        (message.header.ifindex, message.header.state) = (2, state);
        message.attributes.push(NeighbourAttribute::Destination(NeighbourAddress::Inet([192, 168, 1, 1].into())));
        message.attributes.push(NeighbourAttribute::LinkLayerAddress(mac.0.to_vec()));
        NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbour(message))
    }

    #[test]
    fn a_missing_address_is_asked_for_once_and_counts_when_it_is_confirmed() {
        let (mut gateways, home) = (Gateways::default(), network(1, HOME));
        assert!(gateways.judge(hop(), &home, Entry::MISSING));
        assert!(!gateways.judge(hop(), &home, entry(NeighbourState::Incomplete, None)), "the kernel asks already");
        assert!(gateways.concerns(&announced(NeighbourState::Reachable, HOME)));
        assert!(!gateways.judge(hop(), &home, entry(NeighbourState::Reachable, Some(HOME))));
        assert_eq!(gateways.known[&hop()].mac, Some(HOME));
    }

    #[test]
    fn a_confirmed_address_that_ages_stays_and_wakes_nobody() {
        let (mut gateways, home) = (Gateways::default(), network(1, HOME));
        gateways.judge(hop(), &home, entry(NeighbourState::Reachable, Some(HOME)));
        for state in [NeighbourState::Stale, NeighbourState::Delay, NeighbourState::Probe, NeighbourState::Reachable] {
            assert!(!gateways.concerns(&announced(state, HOME)), "{state:?}");
            assert!(!gateways.judge(hop(), &home, entry(state, Some(HOME))));
            assert_eq!(gateways.known[&hop()].mac, Some(HOME), "{state:?}");
        }
        assert!(gateways.concerns(&announced(NeighbourState::Failed, HOME)));
    }

    #[test]
    fn the_entry_of_the_network_before_does_not_count_in_the_next() {
        let mut gateways = Gateways::default();
        gateways.judge(hop(), &network(1, HOME), entry(NeighbourState::Reachable, Some(HOME)));
        // An access point with the same name, and no loss of the carrier.
        for state in [NeighbourState::Reachable, NeighbourState::Probe, NeighbourState::Stale] {
            let asks = gateways.judge(hop(), &network(1, CAFE), entry(state, Some(HOME)));
            assert_eq!(asks, state == NeighbourState::Reachable, "asked once");
            assert_eq!(gateways.known[&hop()].mac, None, "{state:?}");
        }
        assert!(gateways.concerns(&announced(NeighbourState::Reachable, CAFE)));
        gateways.judge(hop(), &network(1, CAFE), entry(NeighbourState::Reachable, Some(CAFE)));
        assert_eq!(gateways.known[&hop()].mac, Some(CAFE));
    }

    #[test]
    fn an_address_that_somebody_merely_announced_is_asked_about() {
        let (mut gateways, home) = (Gateways::default(), network(1, HOME));
        gateways.judge(hop(), &home, entry(NeighbourState::Reachable, Some(HOME)));
        assert!(gateways.concerns(&announced(NeighbourState::Stale, CAFE)));
        assert!(gateways.judge(hop(), &home, entry(NeighbourState::Stale, Some(CAFE))));
        assert_eq!(gateways.known[&hop()].mac, None);
    }
}
