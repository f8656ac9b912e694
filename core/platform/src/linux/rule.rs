//! Policy routing rules: those of [`PolicyRouting`] and [`OwnTable`]. The rules' protocol number distinguishes ours from
//! others'.

use std::collections::{BTreeSet, HashSet};
use std::io;

use adit_config::Cidr;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST};
use netlink_packet_route::route::{RouteHeader, RouteProtocol};
use netlink_packet_route::rule::{RuleAction, RuleAttribute, RuleFlags, RuleMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::netlink::{Netlink, PROTOCOL};
use super::route::{self, Present};
use crate::linux_network::spec::MAIN_TABLE;
use crate::linux_network::spec::{Lan, OwnTable, PolicyRouting, RouteSpec};

/// Priority of the rule that sends private networks named in the configuration into the tunnel.
const NAMED: u32 = 5101;
/// Priority of the rules that keep local networks outside the tunnel, where the main table has a route.
const LOCAL: u32 = 5102;
/// Priority of the rule that sends everything else into the tunnel.
const EVERYTHING: u32 = 5103;
/// Priority of the rules for networks that may contain an endpoint: outside the tunnel, where the main table has a narrower
/// route.
const NARROWER: u32 = 5104;
/// Priority of the rule that sends networks that may contain an endpoint into the tunnel.
const AROUND_ENDPOINTS: u32 = 5105;

/// A rule of the form `not fwmark MARK lookup TABLE` or `to NETWORK lookup TABLE`. The kernel's `not` negates a whole selector,
/// so that one rule cannot have both.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Rule {
    ipv4: bool,
    priority: u32,
    packets: Packets,
    table: u32,
    /// Routes found with at most this prefix length are ignored.
    suppress: Option<u32>,
}

/// The packets that a rule applies to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Packets {
    WithoutMark(u32),
    To(Cidr),
}

/// A full tunnel of any program: its mark and its table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TakesAll {
    pub(super) mark: u32,
    pub(super) table: u32,
}

/// Replaces our rules for the tables that lead over `interface` by the policy of `spec`, and removes our rules for empty
/// tables, which a killed tunnel left. (A rule for an empty table has no effect, so a running tunnel loses nothing.) Returns
/// how many rules were added.
pub(super) fn set(netlink: &mut Netlink, interface: u32, spec: &RouteSpec) -> io::Result<usize> {
    let (present, routes) = rules_and_routes(netlink)?;
    let stays = |rule: &Rule| !is_of(rule, interface, &routes) && !is_orphan(rule, &routes);
    let mut wanted = with_local(&present, stays);
    if let Some(policy) = &spec.policy {
        let own = strict(policy);
        let is_taken = |ipv4: bool| own.iter().any(|rule| rule.ipv4 == ipv4);
        wanted.retain(|rule| matches!(rule.packets, Packets::WithoutMark(_)) || !is_taken(rule.ipv4));
        wanted.extend(local(&spec.lan).into_iter().filter(|rule| is_taken(rule.ipv4)));
        wanted.extend(own);
    }
    if let Some(own) = &spec.own_table {
        wanted.extend(around_endpoints(own, spec.policy.as_ref()));
    }
    Ok(replace(netlink, &present, &with_narrower(wanted, &routes))?.added)
}

/// Removes our rules for empty tables and returns their number.
pub(super) fn sweep(netlink: &mut Netlink) -> io::Result<usize> {
    let (present, routes) = rules_and_routes(netlink)?;
    let wanted = with_narrower(with_local(&present, |rule| !is_orphan(rule, &routes)), &routes);
    Ok(replace(netlink, &present, &wanted)?.removed)
}

/// Our rules that killed tunnels left behind.
#[derive(Default, Debug)]
pub(super) struct LeftOver {
    present: Vec<Rule>,
    wanted: Vec<Rule>,
}

impl LeftOver {
    /// Finds our rules for tables that have no route of ours. If another program has routes in such a table by now, the table
    /// is that program's, and our rules for it are left over too.
    pub(super) fn find(netlink: &mut Netlink) -> io::Result<Self> {
        let (present, routes) = rules_and_routes(netlink)?;
        let ours: Vec<Present> = routes.into_iter().filter(|present| present.ours).collect();
        let wanted = with_narrower(with_local(&present, |rule| !is_orphan(rule, &ours)), &ours);
        Ok(Self { present, wanted })
    }

    /// Returns the number of rules.
    pub(super) fn count(&self) -> usize {
        self.rules().count()
    }

    /// Returns the routing tables of the killed tunnels.
    pub(super) fn tables(&self) -> BTreeSet<u32> {
        self.rules().filter(|rule| matches!(rule.packets, Packets::WithoutMark(_))).map(|rule| rule.table).collect()
    }

    /// Removes the rules.
    pub(super) fn remove(&self, netlink: &mut Netlink) -> io::Result<()> {
        replace(netlink, &self.present, &self.wanted).map(drop)
    }

    fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.present.iter().filter(|rule| !self.wanted.contains(rule))
    }
}

/// Returns our rules and all routes, read in this order. A tunnel sets its routes before its rules and removes them after.
/// Therefore a rule without a route cannot belong to a tunnel that another process is bringing up at this moment.
fn rules_and_routes(netlink: &mut Netlink) -> io::Result<(Vec<Rule>, Vec<Present>)> {
    let present = ours(netlink)?;
    Ok((present, route::list(netlink)?))
}

/// Rules for local networks are added before, and removed after, the rules that they are an exception to.
fn replace(netlink: &mut Netlink, present: &[Rule], wanted: &[Rule]) -> io::Result<Replaced> {
    let mut missing: Vec<&Rule> = wanted.iter().filter(|rule| !present.contains(rule)).collect();
    let mut stale: Vec<&Rule> = present.iter().filter(|rule| !wanted.contains(rule)).collect();
    let has_exceptions = |rule: &Rule| matches!(rule.priority, EVERYTHING | AROUND_ENDPOINTS);
    missing.sort_by_key(|rule| has_exceptions(rule));
    stale.sort_by_key(|rule| !has_exceptions(rule));
    let (added, removed) = (missing.len(), stale.len());
    for rule in missing {
        netlink.request(RouteNetlinkMessage::NewRule(message(rule)), NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL)?;
    }
    for rule in &stale {
        match netlink.request(RouteNetlinkMessage::DelRule(message(rule)), NLM_F_REQUEST) {
            // Another process has removed the rule meanwhile.
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {}
            answer => drop(answer?),
        }
    }
    Ok(Replaced { added, removed })
}

/// The numbers of rules that were added and removed.
struct Replaced {
    added: usize,
    removed: usize,
}

/// Returns a full tunnel that is up: a rule `not fwmark M lookup T` with a table that is not empty.
pub(super) fn takes_all(netlink: &mut Netlink) -> io::Result<Option<TakesAll>> {
    let routes = route::list(netlink)?;
    Ok(list(netlink)?.iter().filter_map(parse).find_map(|rule| match rule.packets {
        Packets::WithoutMark(mark) if rule.priority != AROUND_ENDPOINTS && !is_orphan(&rule, &routes) => {
            Some(TakesAll { mark, table: rule.table })
        }
        Packets::WithoutMark(_) | Packets::To(_) => None,
    }))
}

/// Returns all tables that rules lead to.
pub(super) fn tables(netlink: &mut Netlink) -> io::Result<HashSet<u32>> {
    Ok(list(netlink)?.iter().map(table).collect())
}

/// Returns the rules of a full tunnel, without those for local networks.
fn strict(policy: &PolicyRouting) -> Vec<Rule> {
    let families = [(true, policy.ipv4), (false, policy.ipv6)].into_iter().filter_map(|(ipv4, on)| on.then_some(ipv4));
    let rule = |ipv4, priority, suppress| Rule {
        ipv4,
        priority,
        packets: Packets::WithoutMark(policy.mark),
        table: policy.table,
        suppress,
    };
    families.flat_map(|ipv4| [rule(ipv4, NAMED, Some(0)), rule(ipv4, EVERYTHING, None)]).collect()
}

/// Returns the rules for the tunnel's own table. A family that the tunnel takes completely needs none: its rules lead to the
/// same table.
fn around_endpoints(own: &OwnTable, policy: Option<&PolicyRouting>) -> Vec<Rule> {
    let is_taken = |ipv4: bool| policy.is_some_and(|policy| if ipv4 { policy.ipv4 } else { policy.ipv6 });
    let has = |ipv4: bool| own.networks.iter().any(|network| network.is_ipv4() == ipv4);
    let rule = |ipv4| Rule {
        ipv4,
        priority: AROUND_ENDPOINTS,
        packets: Packets::WithoutMark(own.mark),
        table: own.table,
        suppress: None,
    };
    [true, false].into_iter().filter(|ipv4| has(*ipv4) && !is_taken(*ipv4)).map(rule).collect()
}

/// Adds, for each route around an endpoint, the rule that looks for narrower routes in the main table first. It is derived from
/// the routes that exist, so that it goes with them.
fn with_narrower(mut rules: Vec<Rule>, routes: &[Present]) -> Vec<Rule> {
    let leading = rules.iter().filter(|rule| rule.priority == AROUND_ENDPOINTS);
    let networks = leading.flat_map(|rule| routes.iter().filter(|present| present.ours && leads_to(rule, present)));
    let narrower: Vec<Rule> = networks
        .map(|present| present.route.network)
        .map(|network| Rule {
            ipv4: network.is_ipv4(),
            priority: NARROWER,
            packets: Packets::To(network),
            table: MAIN_TABLE,
            suppress: Some(network.prefix().into()),
        })
        .collect();
    let mut seen: HashSet<Rule> = rules.iter().copied().collect();
    rules.extend(narrower.into_iter().filter(|rule| seen.insert(*rule)));
    rules
}

/// Keeps the rules of `present` that send packets into tunnels and satisfy `stays`, and the rules for local networks of each
/// family that a full tunnel takes.
fn with_local(present: &[Rule], stays: impl Fn(&Rule) -> bool) -> Vec<Rule> {
    let (strict, local): (Vec<Rule>, Vec<Rule>) =
        present.iter().partition(|rule| matches!(rule.packets, Packets::WithoutMark(_)));
    let mut rules: Vec<Rule> = strict.into_iter().filter(stays).collect();
    let is_taken = |ipv4| rules.iter().any(|rule| rule.ipv4 == ipv4 && rule.priority != AROUND_ENDPOINTS);
    let families = [true, false].map(is_taken);
    rules.extend(local.into_iter().filter(|rule| rule.priority != NARROWER && families[usize::from(!rule.ipv4)]));
    rules
}

/// Returns the rules for local networks.
fn local(lan: &Lan) -> Vec<Rule> {
    let rule = |network: Cidr| Rule {
        ipv4: network.is_ipv4(),
        priority: LOCAL,
        packets: Packets::To(network),
        table: MAIN_TABLE,
        suppress: Some(0),
    };
    let mut rules: Vec<Rule> = lan.networks().into_iter().map(rule).collect();
    let mut seen = HashSet::new();
    rules.retain(|rule| seen.insert(*rule));
    rules
}

fn is_of(rule: &Rule, interface: u32, routes: &[Present]) -> bool {
    routes.iter().any(|present| leads_to(rule, present) && present.interface == interface)
}

fn is_orphan(rule: &Rule, routes: &[Present]) -> bool {
    matches!(rule.packets, Packets::WithoutMark(_)) && !routes.iter().any(|present| leads_to(rule, present))
}

/// Compares the family too: two tunnels that planned at the same moment may share a table, one for all of IPv4, the other for
/// all of IPv6.
fn leads_to(rule: &Rule, present: &Present) -> bool {
    present.route.table == rule.table && present.route.network.is_ipv4() == rule.ipv4
}

fn ours(netlink: &mut Netlink) -> io::Result<Vec<Rule>> {
    let is_ours = |message: &RuleMessage| message.attributes.contains(&RuleAttribute::Protocol(RouteProtocol::from(PROTOCOL)));
    Ok(list(netlink)?.iter().filter(|message| is_ours(message)).filter_map(parse).collect())
}

fn list(netlink: &mut Netlink) -> io::Result<Vec<RuleMessage>> {
    let mut rules = Vec::new();
    for ipv4 in [true, false] {
        let mut message = RuleMessage::default();
        message.header.family = route::family(ipv4);
        let answers = match netlink.dump(RouteNetlinkMessage::GetRule(message)) {
            Err(error) if !ipv4 && route::is_ipv6_missing(&error) => continue,
            answers => answers?,
        };
        rules.extend(answers.into_iter().filter_map(|answer| match answer {
            RouteNetlinkMessage::NewRule(message) => Some(message),
            _ => None,
        }));
    }
    Ok(rules)
}

fn message(rule: &Rule) -> RuleMessage {
    let mut message = RuleMessage::default();
    message.header.family = route::family(rule.ipv4);
    message.header.table = u8::try_from(rule.table).unwrap_or(RouteHeader::RT_TABLE_UNSPEC);
    message.header.action = RuleAction::ToTable;
    message.attributes = vec![
        RuleAttribute::Priority(rule.priority),
        RuleAttribute::Table(rule.table),
        RuleAttribute::Protocol(RouteProtocol::from(PROTOCOL)),
    ];
    match rule.packets {
        Packets::WithoutMark(mark) => {
            message.header.flags = RuleFlags::Invert;
            message.attributes.extend([RuleAttribute::FwMark(mark), RuleAttribute::FwMask(u32::MAX)]);
        }
        Packets::To(network) => {
            message.header.dst_len = network.prefix();
            message.attributes.push(RuleAttribute::Destination(network.address()));
        }
    }
    if let Some(suppress) = rule.suppress {
        message.attributes.push(RuleAttribute::SuppressPrefixLen(suppress));
    }
    message
}

/// Parses a rule. None for a rule of another kind.
fn parse(message: &RuleMessage) -> Option<Rule> {
    if message.header.action != RuleAction::ToTable {
        return None;
    }
    let (mut priority, mut mark, mut to, mut suppress) = (0, 0, None, None);
    for attribute in &message.attributes {
        match attribute {
            RuleAttribute::Priority(value) => priority = *value,
            RuleAttribute::FwMark(value) => mark = *value,
            RuleAttribute::Destination(address) => to = Some(Cidr::new(*address, message.header.dst_len).ok()?),
            RuleAttribute::SuppressPrefixLen(value) if *value != u32::MAX => suppress = Some(*value),
            _ => {}
        }
    }
    let packets = match (message.header.flags.contains(RuleFlags::Invert), mark, to) {
        (true, mark, None) if mark != 0 => Packets::WithoutMark(mark),
        (false, 0, Some(network)) => Packets::To(network),
        _ => return None,
    };
    let ipv4 = message.header.family == AddressFamily::Inet;
    Some(Rule { ipv4, priority, packets, table: table(message), suppress })
}

fn table(message: &RuleMessage) -> u32 {
    let long = message
        .attributes
        .iter()
        .find_map(|attribute| if let RuleAttribute::Table(table) = attribute { Some(*table) } else { None });
    long.unwrap_or(u32::from(message.header.table))
}
