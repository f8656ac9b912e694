//! The hardware addresses of next hops, from the kernel's neighbour table.
//!
//! An entry of the table may be older than the network: it survives when a Wi-Fi card moves to another access point without losing
//! its carrier, and nobody knows how old it was when the observation began. So the entry that is there first never counts: it is
//! removed, and the kernel is told to ask (ARP, or neighbour solicitation). An address counts when the next hop has answered, until
//! the link may be in another network.

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

    /// The next hop has answered, not long ago.
    fn is_confirmed(&self) -> bool {
        self.state == NeighbourState::Reachable
    }

    /// Nobody asks for it: somebody set it on this computer, or the link has no hardware addresses. It says nothing about the
    /// network.
    fn is_fixed(&self) -> bool {
        matches!(self.state, NeighbourState::Permanent | NeighbourState::Noarp)
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
    /// The entry that was there when the kernel was last told to ask, so that it is told once about each. None: it was not told in
    /// this network.
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
            if self.judge(*hop, identity, entry) {
                match ask(netlink, *hop, entry.mac) {
                    Ok(()) => self.has_asked(*hop, entry),
                    Err(error) => {
                        tracing::debug!(%error, address = %hop.address, "the kernel does not ask for a hardware address");
                    }
                }
            }
        }
        Ok(self.known.iter().filter_map(|(hop, gateway)| Some((*hop, gateway.mac?))).collect())
    }

    /// Takes note of an entry of the table. Returns true if the kernel is to be told to ask, which [`Self::has_asked`] confirms.
    fn judge(&mut self, hop: NextHop, identity: &Identity, entry: Entry) -> bool {
        let unknown = || Gateway { identity: identity.clone(), mac: None, asked: None };
        let gateway = self.known.entry(hop).or_insert_with(unknown);
        if gateway.identity != *identity {
            *gateway = unknown();
        }
        if entry.is_fixed() {
            gateway.mac = None;
            return false;
        }
        let Some(asked) = gateway.asked else { return true };
        if entry.is_confirmed() {
            gateway.mac = entry.mac;
        } else if entry.has_failed() || entry.mac != gateway.mac {
            gateway.mac = None;
        }
        gateway.mac.is_none() && asked != entry.mac
    }

    fn has_asked(&mut self, hop: NextHop, entry: Entry) {
        if let Some(gateway) = self.known.get_mut(&hop) {
            gateway.asked = Some(entry.mac);
        }
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
        if entry.is_fixed() {
            gateway.mac.is_some()
        } else if gateway.asked.is_none() {
            // A fixed entry is gone, or the kernel could not be told to ask.
            true
        } else if entry.is_confirmed() {
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

    /// The kernel's table says this, and the kernel asks when it is told to. Returns true if it was told.
    fn sees(gateways: &mut Gateways, identity: &Identity, entry: Entry) -> bool {
        let asks = gateways.judge(hop(), identity, entry);
        if asks {
            gateways.has_asked(hop(), entry);
        }
        asks
    }

    fn mac(gateways: &Gateways) -> Option<Mac> {
        gateways.known[&hop()].mac
    }

    /// Gateways that have seen the one at home answer.
    fn at_home() -> Gateways {
        let mut gateways = Gateways::default();
        assert!(sees(&mut gateways, &network(1, HOME), Entry::MISSING));
        assert!(!sees(&mut gateways, &network(1, HOME), entry(NeighbourState::Reachable, Some(HOME))));
        assert_eq!(mac(&gateways), Some(HOME));
        gateways
    }

    #[test]
    fn a_missing_address_is_asked_for_once_and_counts_when_it_is_confirmed() {
        let (mut gateways, home) = (Gateways::default(), network(1, HOME));
        assert!(sees(&mut gateways, &home, Entry::MISSING));
        assert!(!sees(&mut gateways, &home, entry(NeighbourState::Incomplete, None)), "the kernel asks already");
        assert!(gateways.concerns(&announced(NeighbourState::Reachable, HOME)));
        assert!(!sees(&mut gateways, &home, entry(NeighbourState::Reachable, Some(HOME))));
        assert_eq!(mac(&gateways), Some(HOME));
    }

    #[test]
    fn an_address_that_was_there_first_does_not_count_before_it_is_confirmed() {
        let states = [NeighbourState::Reachable, NeighbourState::Stale, NeighbourState::Delay, NeighbourState::Probe];
        for state in states {
            let (mut gateways, home) = (Gateways::default(), network(1, HOME));
            assert!(sees(&mut gateways, &home, entry(state, Some(HOME))), "{state:?}");
            assert_eq!(mac(&gateways), None, "{state:?}: nobody knows from which network it is");
            assert!(gateways.concerns(&announced(NeighbourState::Reachable, HOME)));
            assert!(!sees(&mut gateways, &home, entry(NeighbourState::Reachable, Some(HOME))));
            assert_eq!(mac(&gateways), Some(HOME), "{state:?}");
        }
    }

    #[test]
    fn an_address_does_not_count_while_the_kernel_cannot_be_told_to_ask() {
        let (mut gateways, home) = (Gateways::default(), network(1, HOME));
        for _ in 0..2 {
            assert!(gateways.judge(hop(), &home, entry(NeighbourState::Reachable, Some(HOME))));
            assert_eq!(mac(&gateways), None);
        }
    }

    #[test]
    fn an_address_that_was_set_on_this_computer_says_nothing_about_the_network() {
        for state in [NeighbourState::Permanent, NeighbourState::Noarp] {
            let mut gateways = at_home();
            assert!(gateways.concerns(&announced(state, HOME)));
            assert!(!sees(&mut gateways, &network(1, HOME), entry(state, Some(HOME))), "it is not removed: {state:?}");
            assert_eq!(mac(&gateways), None);
        }
    }

    #[test]
    fn a_confirmed_address_that_ages_stays_and_wakes_nobody() {
        let (mut gateways, home) = (at_home(), network(1, HOME));
        for state in [NeighbourState::Stale, NeighbourState::Delay, NeighbourState::Probe, NeighbourState::Reachable] {
            assert!(!gateways.concerns(&announced(state, HOME)), "{state:?}");
            assert!(!sees(&mut gateways, &home, entry(state, Some(HOME))));
            assert_eq!(mac(&gateways), Some(HOME), "{state:?}");
        }
        assert!(gateways.concerns(&announced(NeighbourState::Failed, HOME)));
    }

    #[test]
    fn the_entry_of_the_network_before_does_not_count_in_the_next() {
        let mut gateways = at_home();
        // An access point with the same name, and no loss of the carrier.
        assert!(sees(&mut gateways, &network(1, CAFE), entry(NeighbourState::Reachable, Some(HOME))));
        for state in [NeighbourState::Probe, NeighbourState::Stale] {
            assert!(!sees(&mut gateways, &network(1, CAFE), entry(state, Some(HOME))), "asked once");
            assert_eq!(mac(&gateways), None, "{state:?}");
        }
        assert!(gateways.concerns(&announced(NeighbourState::Reachable, CAFE)));
        sees(&mut gateways, &network(1, CAFE), entry(NeighbourState::Reachable, Some(CAFE)));
        assert_eq!(mac(&gateways), Some(CAFE));
    }

    #[test]
    fn an_address_that_somebody_merely_announced_is_asked_about() {
        let mut gateways = at_home();
        assert!(gateways.concerns(&announced(NeighbourState::Stale, CAFE)));
        assert!(sees(&mut gateways, &network(1, HOME), entry(NeighbourState::Stale, Some(CAFE))));
        assert_eq!(mac(&gateways), None);
    }
}
