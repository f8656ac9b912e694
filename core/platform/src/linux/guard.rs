//! Watches the kernel's announcements of changes that other programs make to Adit's packet filter, rules, routes and addresses,
//! and of new ways out of the computer.
//!
//! An announcement of nftables has the netlink port of the program that made the change, and `nft` uses its process number as its
//! port: this tells Adit's changes from others'. Routes and rules are simply compared with the wanted ones, which needs no
//! process.

use std::collections::{BTreeMap, VecDeque};
use std::io;

use netlink_packet_core::NetlinkPayload;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkFlags, LinkLayerType, LinkMessage};
use netlink_packet_route::route::{RouteAttribute, RouteMessage, RouteProtocol, RouteType};
use netlink_packet_route::rule::RuleAttribute;
use netlink_sys::protocols::{NETLINK_NETFILTER, NETLINK_ROUTE};

use super::announcements::{Announcements, Heard, LINKS_ADDRESSES_ROUTES};
use super::netlink::{self, Netlink, PROTOCOL};
use super::{firewall, kill_switch, nft_message, poll, tool};
use crate::device::{Ready, Stop};
use crate::linux_network::spec::MAIN_TABLE;
use crate::network::{Tampering, TamperingEvents};

/// Buffer for announcements while this process is busy, bytes; the announcements of a ruleset that is flushed at once must fit.
const QUEUE: i32 = 4 * 1024 * 1024;

/// `RTNLGRP_IPV4_RULE`, `RTNLGRP_IPV6_RULE` and `NFNLGRP_NFTABLES` (`linux/rtnetlink.h`, `linux/netfilter/nfnetlink.h`), as bits.
const RULES_4: u32 = 1 << (8 - 1);
const RULES_6: u32 = 1 << (19 - 1);
const NFTABLES: u32 = 1 << (7 - 1);

/// A subscription in the network namespace of the thread that made it.
pub(super) struct Guard {
    routing: Announcements,
    /// None if the kernel has no nftables or does not announce its changes.
    filter: Option<Announcements>,
    pending: VecDeque<Tampering>,
    links: BTreeMap<u32, Line>,
}

/// The state of an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Line {
    /// True if it is up and has a carrier.
    runs: bool,
    /// True if it is a tunnel: it has no hardware address.
    is_tunnel: bool,
}

impl Line {
    fn of(link: &LinkMessage) -> Self {
        let flags = link.header.flags;
        Self {
            runs: flags.contains(LinkFlags::Up) && flags.contains(LinkFlags::Running),
            is_tunnel: link.header.link_layer_type == LinkLayerType::None,
        }
    }
}

impl Guard {
    pub(super) fn new() -> io::Result<Self> {
        let routing = Announcements::subscribe(NETLINK_ROUTE, RULES_4 | RULES_6 | LINKS_ADDRESSES_ROUTES, Some(QUEUE))?;
        let filter = match Announcements::subscribe(NETLINK_NETFILTER, NFTABLES, Some(QUEUE)) {
            Ok(filter) => Some(filter),
            Err(error) => {
                tracing::warn!(%error, "changes that other programs make to the packet filter are not noticed");
                None
            }
        };
        let answers = Netlink::open()?.dump(RouteNetlinkMessage::GetLink(LinkMessage::default()))?;
        let links = answers.into_iter().filter_map(|answer| match answer {
            RouteNetlinkMessage::NewLink(link) => Some((link.header.index, Line::of(&link))),
            _ => None,
        });
        Ok(Self { routing, filter, pending: VecDeque::new(), links: links.collect() })
    }

    fn hear(&mut self, tampering: Tampering) {
        if !self.pending.contains(&tampering) {
            self.pending.push_back(tampering);
        }
    }

    fn receive_routing(&mut self) -> io::Result<()> {
        let messages: Vec<_> = match self.routing.receive()? {
            Heard::Messages(bytes) => netlink::messages(bytes).filter_map(Result::ok).collect(),
            Heard::Nothing => return Ok(()),
            Heard::Lost => {
                self.hear(Tampering::Unknown);
                return Ok(());
            }
        };
        for (_, payload) in messages {
            let Some(NetlinkPayload::InnerMessage(message)) = payload else { continue };
            if let Some(tampering) = self.of_routing(message) {
                self.hear(tampering);
            }
        }
        Ok(())
    }

    fn of_routing(&mut self, message: RouteNetlinkMessage) -> Option<Tampering> {
        match message {
            RouteNetlinkMessage::NewLink(link) => {
                let line = Line::of(&link);
                let before = self.links.insert(link.header.index, line);
                let comes = line.runs && before.is_none_or(|before| !before.runs);
                match (comes, line.is_tunnel) {
                    (false, _) => None,
                    (true, true) => Some(Tampering::Ways),
                    (true, false) => {
                        self.hear(Tampering::LocalNetworks);
                        Some(Tampering::WayOut)
                    }
                }
            }
            RouteNetlinkMessage::DelLink(link) => {
                self.links.remove(&link.header.index);
                None
            }
            RouteNetlinkMessage::NewAddress(_) => Some(Tampering::LocalNetworks),
            RouteNetlinkMessage::DelAddress(_) => {
                self.hear(Tampering::LocalNetworks);
                Some(Tampering::Ways)
            }
            RouteNetlinkMessage::DelRoute(route) if is_ours(&route) => {
                self.hear(Tampering::LocalNetworks);
                Some(Tampering::Ways)
            }
            RouteNetlinkMessage::NewRoute(route) if is_ours(&route) => Some(Tampering::LocalNetworks),
            RouteNetlinkMessage::DelRule(rule) => {
                let ours = RuleAttribute::Protocol(RouteProtocol::from(PROTOCOL));
                rule.attributes.contains(&ours).then_some(Tampering::Ways)
            }
            RouteNetlinkMessage::NewRoute(route) => self.leads_out(&route).then_some(Tampering::WayOut),
            _ => None,
        }
    }

    /// Returns true if some tunnel's encrypted packets may use this route from now on.
    fn leads_out(&self, route: &RouteMessage) -> bool {
        let over = route.attributes.iter().find_map(|attribute| match attribute {
            RouteAttribute::Oif(index) => self.links.get(index),
            _ => None,
        });
        let is_unicast = route.header.kind == RouteType::Unicast;
        is_unicast && !is_ours(route) && table(route) == MAIN_TABLE && over.is_some_and(|over| over.runs && !over.is_tunnel)
    }

    fn receive_filter(&mut self) -> io::Result<()> {
        let Some(filter) = &mut self.filter else { return Ok(()) };
        let found: Vec<_> = match filter.receive()? {
            Heard::Messages(bytes) => nft_message::changes(bytes)
                .filter(|change| !tool::was_ours(change.port))
                .filter_map(|change| {
                    let kill_switch = kill_switch::interface_named(change.table).map(Tampering::KillSwitch);
                    kill_switch.or_else(|| firewall::interface_named(change.table).map(Tampering::Filter))
                })
                .collect(),
            Heard::Nothing => return Ok(()),
            Heard::Lost => vec![Tampering::Unknown],
        };
        found.into_iter().for_each(|tampering| self.hear(tampering));
        Ok(())
    }
}

impl TamperingEvents for Guard {
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<Tampering>> {
        loop {
            if let Some(tampering) = self.pending.pop_front() {
                return Ok(Some(tampering));
            }
            let (ready, spoke) =
                poll::wait([self.filter.as_ref().map(Announcements::descriptor), Some(self.routing.descriptor())], stop, None)?;
            if ready == Ready::Stopped {
                return Ok(None);
            }
            if spoke[0] {
                self.receive_filter()?;
            }
            if spoke[1] {
                self.receive_routing()?;
            }
        }
    }
}

fn is_ours(route: &RouteMessage) -> bool {
    u8::from(route.header.protocol) == PROTOCOL
}

fn table(route: &RouteMessage) -> u32 {
    let long = route.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::Table(table) => Some(*table),
        _ => None,
    });
    long.unwrap_or(u32::from(route.header.table))
}
