//! A packet filter for tests: reads rules of `pf.conf(5)`, as far as Adit writes them, and decides about packets as `pf_test_rule`
//! of the kernel does. The last matching rule decides, `quick` ends the evaluation, and each matching rule may tag the packet.

use std::net::IpAddr;

use adit_config::Cidr;

/// A packet that passes through an interface.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) leaves: bool,
    pub(crate) interface: &'static str,
    pub(crate) protocol: &'static str,
    pub(crate) source: IpAddr,
    pub(crate) source_port: u16,
    pub(crate) destination: IpAddr,
    pub(crate) port: u16,
    pub(crate) icmp_type: u8,
    /// The user of its socket.
    pub(crate) user: u32,
    /// True if it has options of IP, which only some rules allow.
    pub(crate) has_options: bool,
}

impl Packet {
    /// A UDP datagram of a user's program to `port` of `destination`, over en0.
    pub(crate) fn udp(destination: &str, port: u16) -> Self {
        let destination: IpAddr = destination.parse().unwrap();
        let source = if destination.is_ipv4() { "192.168.1.23" } else { "fe80::23" };
        Self {
            leaves: true,
            interface: "en0",
            protocol: "udp",
            source: source.parse().unwrap(),
            source_port: 50_000,
            destination,
            port,
            icmp_type: 0,
            user: 501,
            has_options: false,
        }
    }

    pub(crate) fn tcp(destination: &str, port: u16) -> Self {
        Self { protocol: "tcp", ..Self::udp(destination, port) }
    }

    pub(crate) fn icmp6(destination: &str, icmp_type: u8) -> Self {
        Self { protocol: "ipv6-icmp", port: 0, source_port: 0, icmp_type, ..Self::udp(destination, 0) }
    }

    pub(crate) fn ping(destination: &str) -> Self {
        Self { protocol: "icmp", port: 0, source_port: 0, icmp_type: 8, ..Self::udp(destination, 0) }
    }

    pub(crate) fn over(self, interface: &'static str) -> Self {
        Self { interface, ..self }
    }

    /// As a packet of the service.
    pub(crate) fn of_root(self) -> Self {
        Self { user: 0, ..self }
    }
}

#[derive(Default, Debug)]
struct Rule {
    blocks: bool,
    leaves: bool,
    quick: bool,
    interface: Option<(bool, String)>,
    family: Option<bool>,
    protocol: Option<String>,
    source: Option<(bool, Cidr)>,
    source_port: Option<u16>,
    destination: Option<(bool, Cidr)>,
    port: Option<u16>,
    icmp_type: Option<u8>,
    user: Option<u32>,
    keeps_state: bool,
    allows_options: bool,
    tag: Option<String>,
    tagged: Option<String>,
}

/// Returns true if the rules of all anchors, evaluated in the order of their names, let the packet pass. The main rules of macOS
/// have no other rule.
pub(crate) fn passes(anchors: &[String], packet: &Packet) -> bool {
    let (mut passes, mut options, mut tag) = (true, true, String::new());
    for line in anchors.iter().flat_map(|text| text.lines()) {
        let rule = Rule::parse(line);
        assert!(rule.blocks || !rule.keeps_state, "a state lets packets pass without a rule: {line}");
        if !rule.matches(packet, &tag) {
            continue;
        }
        if let Some(given) = rule.tag {
            tag = given;
        }
        (passes, options) = (!rule.blocks, rule.allows_options);
        if rule.quick {
            break;
        }
    }
    passes && (options || !packet.has_options)
}

impl Rule {
    fn parse(line: &str) -> Self {
        let mut words = line.split_whitespace().peekable();
        let mut rule = Self { keeps_state: true, ..Self::default() };
        rule.blocks = match words.next() {
            Some("block") => {
                assert_eq!(words.next(), Some("drop"), "{line}");
                true
            }
            Some("pass") => false,
            _ => panic!("no action: {line}"),
        };
        rule.leaves = match words.next() {
            Some("out") => true,
            Some("in") => false,
            _ => panic!("no direction: {line}"),
        };
        while let Some(word) = words.next() {
            let mut next = || words.next().unwrap_or_else(|| panic!("cut off: {line}"));
            match word {
                "quick" => rule.quick = true,
                "all" => {}
                "on" => {
                    let name = next();
                    rule.interface = Some(if name == "!" { (false, next().into()) } else { (true, name.into()) });
                }
                "inet" => rule.family = Some(true),
                "inet6" => rule.family = Some(false),
                "proto" => rule.protocol = Some(next().into()),
                "from" | "to" => {
                    let mut host = next();
                    let negated = host == "!";
                    if negated {
                        host = next();
                    }
                    let network = (host != "any").then(|| (!negated, host.parse().unwrap()));
                    let port = (words.peek() == Some(&"port")).then(|| {
                        assert_eq!((words.next(), words.next()), (Some("port"), Some("=")), "{line}");
                        words.next().unwrap().parse().unwrap()
                    });
                    let place = if word == "from" {
                        (&mut rule.source, &mut rule.source_port)
                    } else {
                        (&mut rule.destination, &mut rule.port)
                    };
                    (*place.0, *place.1) = (network, port);
                }
                "icmp6-type" => rule.icmp_type = Some(next().parse().unwrap()),
                "user" => {
                    assert_eq!(next(), "=", "{line}");
                    rule.user = Some(next().parse().unwrap());
                }
                "no" => {
                    assert_eq!(next(), "state", "{line}");
                    rule.keeps_state = false;
                }
                "allow-opts" => rule.allows_options = true,
                "tag" => rule.tag = Some(next().into()),
                "tagged" => rule.tagged = Some(next().into()),
                "label" => {
                    let (_, label) = line.split_once("label ").unwrap();
                    assert!(label.starts_with('"') && label.ends_with('"') && label.len() < 64, "{line}");
                    break;
                }
                other => panic!("{other}: {line}"),
            }
        }
        assert!(rule.user.is_none() || matches!(rule.protocol.as_deref(), Some("udp" | "tcp")), "{line}");
        assert!(rule.port.is_none() || matches!(rule.protocol.as_deref(), Some("udp" | "tcp")), "{line}");
        let has_address = rule.source.is_some() || rule.destination.is_some();
        assert!(!has_address || rule.family.is_some(), "an address without its family: {line}");
        rule
    }

    fn matches(&self, packet: &Packet, tag: &str) -> bool {
        let is =
            |wanted: &Option<(bool, Cidr)>, address| wanted.is_none_or(|(is_in, network)| network.contains(address) == is_in);
        self.leaves == packet.leaves
            && self.interface.as_ref().is_none_or(|(is_this, name)| (name == packet.interface) == *is_this)
            && self.family.is_none_or(|ipv4| packet.destination.is_ipv4() == ipv4)
            && self.protocol.as_deref().is_none_or(|protocol| protocol == packet.protocol)
            && is(&self.source, packet.source)
            && self.source_port.is_none_or(|port| port == packet.source_port)
            && is(&self.destination, packet.destination)
            && self.port.is_none_or(|port| port == packet.port)
            && self.icmp_type.is_none_or(|kind| kind == packet.icmp_type)
            && self.user.is_none_or(|user| user == packet.user)
            && self.tagged.as_deref().is_none_or(|wanted| wanted == tag)
    }
}
