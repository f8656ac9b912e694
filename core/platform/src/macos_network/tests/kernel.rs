//! A Mac in memory, behind the formats of the real one: it reads the messages and texts that the adapter writes, and answers in
//! those that the adapter reads.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use adit_config::Cidr;

use crate::device::{Offloads, TunCapabilities, TunDevice, UdpFactory};
use crate::fake::{FakeNet, FakeTun};
use crate::macos_network::kernel::{Kernel, Program};
use crate::macos_network::packet_filter::{Packet, passes};
use crate::macos_network::route_message::{Message, Operation, messages};
use crate::macos_network::sockaddr::{SocketAddress, netmask};
use crate::network::{NameAddresses, NetworkError, NetworkEvents};

pub(super) const MAIN_RULES: &str = "scrub-anchor \"com.apple/*\" all fragment reassemble\nanchor \"com.apple/*\" all\n";

const EN0: u16 = 6;

#[derive(Default)]
pub(super) struct State {
    /// Interfaces by index: name, flags, addresses.
    pub(super) interfaces: BTreeMap<u16, (String, u32, Vec<Cidr>)>,
    /// Destination, interface, gateway.
    pub(super) routes: Vec<(Cidr, u16, Option<IpAddr>)>,
    pub(super) anchors: BTreeMap<String, String>,
    pub(super) main_rules: String,
    pub(super) is_filter_on: bool,
    pub(super) tokens: BTreeSet<String>,
    pub(super) values: BTreeMap<String, String>,
    /// All commands of `pfctl` and `ifconfig`.
    pub(super) commands: Vec<String>,
    /// The number of calls after which one fails.
    pub(super) fails_after: Option<usize>,
    taken: BTreeSet<u32>,
}

#[derive(Clone, Default)]
pub(super) struct FakeMac(Arc<Mutex<State>>);

impl FakeMac {
    /// A Mac with Wi-Fi and a default route.
    pub(super) fn new() -> Self {
        let mac = Self::default();
        mac.with(|state| {
            state.main_rules = MAIN_RULES.to_owned();
            state.interfaces.insert(1, ("lo0".into(), 0x8049, vec!["127.0.0.1/8".parse().unwrap()]));
            let addresses = ["192.168.1.23/24", "fe80::23/64", "203.0.113.40/24"].map(|address| address.parse().unwrap());
            state.interfaces.insert(EN0, ("en0".into(), 0x8863, addresses.to_vec()));
            state.routes.push(("0.0.0.0/0".parse().unwrap(), EN0, Some("192.168.1.1".parse().unwrap())));
            state.routes.push(("192.168.1.0/24".parse().unwrap(), EN0, None));
        });
        mac
    }

    pub(super) fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    /// Another program has this interface.
    pub(super) fn take(&self, number: u32) {
        self.with(|state| state.taken.insert(number));
    }

    /// Returns the routes over an interface.
    pub(super) fn routes_over(&self, name: &str) -> Vec<String> {
        self.with(|state| {
            let index = state.interfaces.iter().find(|(_, (other, ..))| other == name).map(|(index, _)| *index);
            let over = state.routes.iter().filter(|(_, other, _)| Some(*other) == index);
            over.map(|(network, ..)| network.to_string()).collect()
        })
    }

    /// Returns true if the packet filter lets the packet pass: it must be on, and its main rules lead to the anchors.
    pub(super) fn passes(&self, packet: &Packet) -> bool {
        self.with(|state| {
            let anchors: Vec<String> = state.anchors.values().cloned().collect();
            !state.is_filter_on || !state.main_rules.contains("anchor \"com.apple/*\" all\n") || passes(&anchors, packet)
        })
    }

    /// Everything that a tunnel can leave behind.
    pub(super) fn leftovers(&self) -> (Vec<String>, Vec<String>, usize, usize) {
        self.with(|state| {
            let anchors = state.anchors.iter().filter(|(_, text)| !text.is_empty()).map(|(name, _)| name.clone()).collect();
            (anchors, state.values.keys().cloned().collect(), state.routes.len(), state.tokens.len())
        })
    }

    fn call(&self) -> io::Result<()> {
        self.with(|state| match &mut state.fails_after {
            Some(0) => Err(io::Error::other("the test's fault")),
            Some(left) => {
                *left -= 1;
                if *left == 0 {
                    // The next call fails, and those that undo work.
                    state.fails_after = None;
                    return Err(io::Error::other("the test's fault"));
                }
                Ok(())
            }
            None => Ok(()),
        })
    }
}

impl State {
    fn pfctl(&mut self, arguments: &[&str], input: &str) -> Result<String, String> {
        Ok(match arguments {
            ["-q", "-a", anchor, "-f", "-"] => {
                self.anchors.insert((*anchor).to_owned(), input.to_owned());
                String::new()
            }
            ["-a", "com.apple", "-s", "Anchors"] => self.anchors.keys().map(|name| format!("  {name}\n")).collect(),
            ["-a", anchor, "-s", "rules"] => self.anchors.get(*anchor).cloned().unwrap_or_default(),
            ["-s", "rules"] => format!("No ALTQ support in kernel\n{}", self.main_rules),
            ["-s", "info"] => {
                format!(
                    "Status: {} for 0 days 00:01:33   Debug: Urgent\n",
                    if self.is_filter_on { "Enabled" } else { "Disabled" }
                )
            }
            ["-E"] => {
                self.is_filter_on = true;
                let token = (1_000_000 + self.commands.len()).to_string();
                self.tokens.insert(token.clone());
                format!("pf enabled\nToken : {token}\n")
            }
            ["-X", token] => {
                self.tokens.remove(*token);
                self.is_filter_on = !self.tokens.is_empty();
                String::new()
            }
            ["-s", "References"] => self.tokens.iter().map(|token| format!("812 pfctl {token} 0 days 00:00:04\n")).collect(),
            ["-F", "states"] => "0 states cleared\n".to_owned(),
            other => return Err(format!("usage: {other:?}")),
        })
    }

    fn ifconfig(&mut self, arguments: &[&str]) -> Result<String, String> {
        let find = |state: &Self, name: &str| {
            state.interfaces.iter().find(|(_, (other, ..))| other == name).map(|(index, _)| *index).ok_or("no such interface")
        };
        let (name, rest) = arguments.split_first().ok_or("usage")?;
        let index = find(self, name)?;
        let (_, flags, addresses) = self.interfaces.get_mut(&index).ok_or("gone")?;
        match rest {
            ["mtu", _, "up"] => *flags |= 0x41,
            ["inet", address, _, "alias"] | ["inet6", address, "alias"] => addresses.push(address.parse().unwrap()),
            ["inet" | "inet6", address, "-alias"] => addresses.retain(|other| other.address().to_string() != *address),
            other => return Err(format!("usage: {other:?}")),
        }
        Ok(String::new())
    }
}

impl Kernel for FakeMac {
    fn open_utun(&self, number: Option<u32>) -> io::Result<TunDevice> {
        self.call()?;
        self.with(|state| {
            let number = number.unwrap_or(9);
            if !state.taken.insert(number) {
                return Err(io::ErrorKind::ResourceBusy.into());
            }
            let name = format!("utun{number}");
            let index = 17 + state.interfaces.len() as u16;
            state.interfaces.insert(index, (name.clone(), 0x8010, Vec::new()));
            Ok(FakeTun::new(&name, 1, TunCapabilities::default()).0)
        })
    }

    fn run(&self, program: Program, arguments: &[&str], input: &str) -> Result<String, NetworkError> {
        self.call().map_err(NetworkError::kernel("running a program"))?;
        let outcome = self.with(|state| {
            state.commands.push(arguments.join(" "));
            match program {
                Program::Pfctl => state.pfctl(arguments, input),
                Program::Ifconfig => state.ifconfig(arguments),
            }
        });
        outcome.map_err(|message| NetworkError::Program {
            command: format!("{} {}", program.path(), arguments.join(" ")),
            status: "exit code 1".into(),
            message,
        })
    }

    fn route(&self, message: &[u8]) -> io::Result<Vec<u8>> {
        self.call()?;
        let [Message::Route(request)] = &messages(message)[..] else { return Err(io::ErrorKind::InvalidInput.into()) };
        let (operation, network) = (request.operation.unwrap(), request.network.unwrap());
        // The gateway of a request into a tunnel is the interface, whose index is at its third byte.
        let link = 92 + SocketAddress::from(network.address()).to_bytes().len() + 2;
        let into = u16::from_le_bytes([message[link], message[link + 1]]);
        self.with(|state| {
            let place = state.routes.iter().position(|(other, ..)| *other == network);
            let (mut error, mut found) = (0, None);
            match (operation, place) {
                (Operation::Add, Some(_)) => error = 17,
                (Operation::Add, None) => state.routes.push((network, into, None)),
                (Operation::Delete, Some(place)) if state.routes[place].1 == into => drop(state.routes.remove(place)),
                (Operation::Delete, _) => error = 3,
                (Operation::Get, _) => {
                    let scope = u16::from_le_bytes([message[4], message[5]]);
                    let matching = state
                        .routes
                        .iter()
                        .filter(|(other, index, _)| other.contains(network.address()) && (scope == 0 || *index == scope));
                    found = matching.max_by_key(|(other, ..)| other.prefix()).copied();
                    error = if found.is_some() { 0 } else { 3 };
                }
                (Operation::Change, _) => error = 22,
            }
            let mut answer = message.to_vec();
            answer[24] = error;
            if let Some((network, index, gateway)) = found {
                answer = route(4, network, index, gateway);
                answer[20..24].copy_from_slice(&message[20..24]);
            }
            Ok(answer)
        })
    }

    fn routes(&self) -> io::Result<Vec<u8>> {
        Ok(self.with(|state| {
            state.routes.iter().flat_map(|(network, index, gateway)| route(0x14, *network, *index, *gateway)).collect()
        }))
    }

    fn interfaces(&self) -> io::Result<Vec<u8>> {
        self.with(|state| {
            let mut bytes = Vec::new();
            for (index, (name, flags, addresses)) in &state.interfaces {
                let mut header = vec![0; 112];
                (header[2], header[3], header[4]) = (5, 0xe, 0x10);
                header[8..12].copy_from_slice(&flags.to_le_bytes());
                header[12..14].copy_from_slice(&index.to_le_bytes());
                header[24..28].copy_from_slice(&1500_u32.to_le_bytes());
                bytes.extend(sized(header, &SocketAddress::Link { index: *index, name: name.clone() }.to_bytes()));
                for address in addresses {
                    let mut header = vec![0; 20];
                    (header[2], header[3], header[4]) = (5, 0xc, 0x24);
                    header[12..14].copy_from_slice(&index.to_le_bytes());
                    let body = [netmask(address.is_ipv4(), address.prefix()), SocketAddress::from(address.address()).to_bytes()];
                    bytes.extend(sized(header, &body.concat()));
                }
            }
            Ok(bytes)
        })
    }

    fn set_value(&self, key: &str, property_list: Option<&str>) -> io::Result<()> {
        self.call()?;
        self.with(|state| match property_list {
            Some(text) => state.values.insert(key.to_owned(), text.to_owned()),
            None => state.values.remove(key),
        });
        Ok(())
    }

    fn sockets(&self) -> Arc<dyn UdpFactory> {
        Arc::new(FakeNet::new().host(&[], Offloads::NONE))
    }

    fn look_up(&self, _: &str, inside: &[IpAddr]) -> io::Result<NameAddresses> {
        Ok(NameAddresses { addresses: inside.to_vec(), ttl: None })
    }

    fn watch(&self) -> io::Result<Box<dyn NetworkEvents>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn sized(mut header: Vec<u8>, body: &[u8]) -> Vec<u8> {
    let len = (header.len() + body.len()) as u16;
    header[..2].copy_from_slice(&len.to_le_bytes());
    header.extend(body);
    header
}

fn route(kind: u8, network: Cidr, index: u16, gateway: Option<IpAddr>) -> Vec<u8> {
    let mut header = vec![0; 92];
    (header[2], header[3], header[12]) = (5, kind, 0x7);
    header[4..6].copy_from_slice(&index.to_le_bytes());
    header[8] = if gateway.is_some() { 0x3 } else { 0x1 };
    let via = gateway.map_or(SocketAddress::Link { index, name: String::new() }, SocketAddress::from);
    let destination = SocketAddress::from(network.address()).to_bytes();
    sized(header, &[destination, via.to_bytes(), netmask(network.is_ipv4(), network.prefix())].concat())
}
