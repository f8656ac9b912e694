//! Reads the interfaces, routes and rules of a namespace from the kernel, fast enough to do it after each of ten thousand
//! steps.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkBuffer, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::link::{LinkAttribute, LinkMessage};
use netlink_packet_route::route::{RouteAddress, RouteAttribute, RouteMessage, RouteType};
use netlink_packet_route::rule::{RuleAttribute, RuleMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};

use crate::namespace::Namespace;

/// Receive buffer, bytes: the kernel never sends more messages at once.
const BUFFER: usize = 64 * 1024;

/// A netlink connection in one namespace.
pub struct Kernel(Socket);

/// The state of the namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Names of interfaces.
    pub interfaces: BTreeSet<String>,
    /// Unicast routes of all tables.
    pub routes: BTreeSet<Route>,
    /// Rules of both families, each as text.
    pub rules: BTreeSet<String>,
    /// Routing tables that rules lead to.
    pub tables: BTreeSet<u32>,
}

/// A route.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Route {
    /// Destination, such as `10.0.0.0/8`.
    pub network: String,
    /// Name of the interface; empty if there is none.
    pub interface: String,
    /// Number of the table.
    pub table: u32,
}

impl Kernel {
    /// Connects to the kernel in this namespace.
    pub fn of(namespace: &Namespace) -> anyhow::Result<Self> {
        namespace.within(|| {
            let mut socket = Socket::new(NETLINK_ROUTE)?;
            socket.bind_auto()?;
            socket.connect(&SocketAddr::new(0, 0))?;
            Ok(Self(socket))
        })
    }

    /// Reads the current state.
    pub fn look(&self) -> anyhow::Result<Seen> {
        let links = self.dump(RouteNetlinkMessage::GetLink(LinkMessage::default()))?;
        let names: BTreeMap<u32, String> = links.iter().filter_map(link).collect();
        let (mut routes, mut rules, mut tables) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for family in [AddressFamily::Inet, AddressFamily::Inet6] {
            let mut question = RouteMessage::default();
            question.header.address_family = family;
            let answers = self.dump(RouteNetlinkMessage::GetRoute(question))?;
            routes.extend(answers.iter().filter_map(|answer| route(answer, &names)));
            let mut question = RuleMessage::default();
            question.header.family = family;
            for answer in self.dump(RouteNetlinkMessage::GetRule(question))? {
                let RouteNetlinkMessage::NewRule(rule) = answer else { continue };
                tables.extend(rule.attributes.iter().filter_map(|attribute| match attribute {
                    RuleAttribute::Table(table) => Some(*table),
                    _ => None,
                }));
                rules.insert(format!("{rule:?}"));
            }
        }
        Ok(Seen { interfaces: names.into_values().collect(), routes, rules, tables })
    }

    fn dump(&self, question: RouteNetlinkMessage) -> anyhow::Result<Vec<RouteNetlinkMessage>> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | NLM_F_DUMP;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::from(question));
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.0.send(&bytes, 0)?;
        let (mut answers, mut buffer) = (Vec::new(), Vec::with_capacity(BUFFER));
        loop {
            buffer.clear();
            self.0.recv(&mut buffer, 0)?;
            let mut rest = &buffer[..];
            while !rest.is_empty() {
                let length = NetlinkBuffer::new_checked(rest)?.length() as usize;
                let message = NetlinkMessage::<RouteNetlinkMessage>::deserialize(rest)?;
                match message.payload {
                    NetlinkPayload::InnerMessage(answer) => answers.push(answer),
                    NetlinkPayload::Done(_) => return Ok(answers),
                    NetlinkPayload::Error(error) => bail!("the kernel says: {}", error.to_io()),
                    _ => {}
                }
                rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
    }
}

fn link(answer: &RouteNetlinkMessage) -> Option<(u32, String)> {
    let RouteNetlinkMessage::NewLink(link) = answer else { return None };
    let name = link.attributes.iter().find_map(|attribute| match attribute {
        LinkAttribute::IfName(name) => Some(name.clone()),
        _ => None,
    });
    Some((link.header.index, name?))
}

fn route(answer: &RouteNetlinkMessage, names: &BTreeMap<u32, String>) -> Option<Route> {
    let RouteNetlinkMessage::NewRoute(message) = answer else { return None };
    if message.header.kind != RouteType::Unicast {
        return None;
    }
    let mut address = if message.header.address_family == AddressFamily::Inet { "0.0.0.0" } else { "::" }.to_owned();
    let (mut interface, mut table) = (String::new(), u32::from(message.header.table));
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(RouteAddress::Inet(destination)) => address = destination.to_string(),
            RouteAttribute::Destination(RouteAddress::Inet6(destination)) => address = destination.to_string(),
            RouteAttribute::Oif(index) => interface = names.get(index).cloned().unwrap_or_default(),
            RouteAttribute::Table(number) => table = *number,
            _ => {}
        }
    }
    Some(Route { network: format!("{address}/{}", message.header.destination_prefix_length), interface, table })
}

/// Resources that a process holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holdings {
    /// Number of open files.
    pub files: usize,
    /// Number of threads, without tokio's idle ones, which stay for a while in case of more work.
    pub threads: usize,
    /// Resident memory, KiB.
    pub resident: u64,
}

impl Holdings {
    /// Reads the resources of the process with this id.
    pub fn of(process: u32) -> anyhow::Result<Self> {
        let files = std::fs::read_dir(format!("/proc/{process}/fd"))?.count();
        let tasks = std::fs::read_dir(format!("/proc/{process}/task"))?.filter_map(Result::ok);
        // A thread that ends meanwhile no longer has a name.
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
        let threads = names.filter(|name| !name.starts_with("tokio")).count();
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS: has it ended?")?;
        let resident = resident.trim().trim_end_matches("kB").trim().parse()?;
        Ok(Self { files, threads, resident })
    }
}
