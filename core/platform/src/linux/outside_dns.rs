//! The address of a name, asked for past every tunnel and blockade: by packets of our own that carry a mark, which those of the C
//! library's resolver cannot.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

use super::udp::set_mark;

/// Where servers are named, the first file that names one outside of this computer counts: a local one would ask past us.
const SERVERS: [&str; 3] = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf", "/run/NetworkManager/no-stub-resolv.conf"];
const HOSTS: &str = "/etc/hosts";
const PORT: u16 = 53;
/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Without extensions a datagram has at most 512 bytes; more is only for servers that do not care.
const LONGEST: usize = 4096;

/// The first address of `host`, IPv4 before IPv6; None where it has none.
pub(super) fn look_up(host: &str, mark: u32) -> io::Result<Option<IpAddr>> {
    if let Some(address) = fs::read_to_string(HOSTS).ok().and_then(|hosts| in_hosts(&hosts, host)) {
        return Ok(Some(address));
    }
    // While a tunnel's resolvers are in the file, those from before are the ones outside of the tunnel.
    let outside = super::dns::outside_servers().map(|file| servers(&file)).filter(|servers| !servers.is_empty());
    let servers = outside.or_else(|| {
        SERVERS.iter().map(|file| servers(&fs::read_to_string(file).unwrap_or_default())).find(|servers| !servers.is_empty())
    });
    let servers = servers.ok_or_else(|| io::Error::other("no DNS server is known"))?;
    let mut last = None;
    for server in servers {
        match ask_both(SocketAddr::new(server, PORT), host, mark) {
            Ok(address) => return Ok(address),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no DNS server answered")))
}

fn ask_both(server: SocketAddr, host: &str, mark: u32) -> io::Result<Option<IpAddr>> {
    for kind in [TYPE::A, TYPE::AAAA] {
        if let Some(address) = ask(server, host, kind, mark)? {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

fn ask(server: SocketAddr, host: &str, kind: TYPE, mark: u32) -> io::Result<Option<IpAddr>> {
    let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    set_mark(socket.as_fd(), mark)?;
    // Datagrams of others do not get here.
    socket.connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let id = random_id()?;
    socket.send(&question(id, host, kind)?)?;
    let mut answer = [0; LONGEST];
    loop {
        let length = socket.recv(&mut answer).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => io::Error::new(io::ErrorKind::TimedOut, format!("{} does not answer", server.ip())),
            _ => error,
        })?;
        if let Some(meaning) = answer.get(..length).and_then(|bytes| reply(bytes, id, host, kind)) {
            return meaning;
        }
    }
}

/// From the system's random numbers, so that whoever forges answers has to guess it (RFC 5452 section 9.2). The kernel chooses the
/// source port at random, too.
fn random_id() -> io::Result<u16> {
    let mut id = [0; 2];
    getrandom::fill(&mut id).map_err(io::Error::other)?;
    Ok(u16::from_ne_bytes(id))
}

fn question(id: u16, host: &str, kind: TYPE) -> io::Result<Vec<u8>> {
    let failed = |error: simple_dns::SimpleDnsError| io::Error::other(format!("{host} cannot be asked for: {error}"));
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    packet.questions.push(Question::new(Name::new(host).map_err(failed)?, QTYPE::TYPE(kind), QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().map_err(failed)
}

/// The first address in the answer to the question for `host`'s records of this kind that has this id; an error where the server
/// refuses. None for anything else.
pub fn reply(bytes: &[u8], id: u16, host: &str, kind: TYPE) -> Option<io::Result<Option<IpAddr>>> {
    let packet = Packet::parse(bytes).ok()?;
    let same = |asked: &Question<'_>| {
        asked.qname.to_string().eq_ignore_ascii_case(host.trim_end_matches('.')) && asked.qtype == QTYPE::TYPE(kind)
    };
    if packet.id() != id || !packet.has_flags(PacketFlag::RESPONSE) || !matches!(&packet.questions[..], [asked] if same(asked)) {
        return None;
    }
    let address = packet.answers.iter().find_map(|record| match (&record.rdata, kind) {
        (RData::A(a), TYPE::A) => Some(IpAddr::from(Ipv4Addr::from(a.address))),
        (RData::AAAA(a), TYPE::AAAA) => Some(IpAddr::from(Ipv6Addr::from(a.address))),
        _ => None,
    });
    Some(match packet.rcode() {
        RCODE::NoError | RCODE::NameError => Ok(address),
        code => Err(io::Error::other(format!("the DNS server refuses: {code:?}"))),
    })
}

/// Those outside of this computer, in order.
fn servers(resolv_conf: &str) -> Vec<IpAddr> {
    let address = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next()?.parse().ok()).flatten()
    };
    resolv_conf.lines().filter_map(address).filter(|address: &IpAddr| !address.is_loopback()).collect()
}

fn in_hosts(hosts: &str, host: &str) -> Option<IpAddr> {
    hosts.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|name| name.eq_ignore_ascii_case(host)).then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::{A, AAAA};

    use super::*;

    fn answer(id: u16, asked: &str, change: impl FnOnce(&mut Packet<'_>)) -> Vec<u8> {
        let question = question(id, asked, TYPE::A).unwrap();
        let mut packet = Packet::parse(&question).unwrap();
        packet.set_flags(PacketFlag::RESPONSE);
        let name = Name::new_unchecked("vpn.example").into_owned();
        packet.answers.push(ResourceRecord::new(name, CLASS::IN, 60, RData::A(A::from(Ipv4Addr::new(192, 0, 2, 1)))));
        change(&mut packet);
        packet.build_bytes_vec().unwrap()
    }

    #[test]
    fn only_the_answer_to_the_very_question_counts() {
        let read = |bytes: &[u8]| reply(bytes, 7, "VPN.example", TYPE::A).map(|answer| answer.map_err(|error| error.to_string()));
        assert_eq!(read(&answer(7, "vpn.example", |_| {})), Some(Ok(Some("192.0.2.1".parse().unwrap()))));
        assert_eq!(read(&answer(8, "vpn.example", |_| {})), None);
        assert_eq!(read(&answer(7, "other.example", |_| {})), None);
        assert_eq!(read(&question(7, "vpn.example", TYPE::A).unwrap()), None);
        assert!(matches!(read(&answer(7, "vpn.example", |packet| *packet.rcode_mut() = RCODE::ServerFailure)), Some(Err(_))));
        for length in 0..40 {
            assert_eq!(read(&vec![0xff; length]), None);
        }
    }

    #[test]
    fn ids_of_questions_are_not_a_sequence() {
        let ids: Vec<u16> = (0..64).map(|_| random_id().unwrap()).collect();
        let steps: std::collections::HashSet<u16> = ids.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        assert!(steps.len() > 32, "{ids:?}");
    }

    #[test]
    fn an_address_of_the_family_that_was_not_asked_for_does_not_count() {
        let other = answer(7, "vpn.example", |packet| {
            let name = Name::new_unchecked("vpn.example").into_owned();
            let address = "2001:db8::1".parse::<Ipv6Addr>().unwrap().into();
            packet.answers = vec![ResourceRecord::new(name, CLASS::IN, 60, RData::AAAA(AAAA { address }))];
        });
        assert!(matches!(reply(&other, 7, "vpn.example", TYPE::A), Some(Ok(None))));
    }

    #[test]
    fn servers_on_this_computer_would_ask_past_us() {
        assert_eq!(servers("# one\nnameserver 127.0.0.53\noptions edns0\n"), Vec::<IpAddr>::new());
        assert_eq!(
            servers("nameserver 192.168.1.1\nnameserver fe80::1%eth0\nnameserver ::1\nnameserver 2001:db8::53\n").len(),
            2
        );
    }

    #[test]
    fn what_the_administrator_wrote_down_is_not_asked_for() {
        let hosts = "127.0.0.1 localhost\n192.0.2.7 vpn.example vpn # ours\n";
        assert_eq!(in_hosts(hosts, "VPN"), Some("192.0.2.7".parse().unwrap()));
        assert_eq!(in_hosts(hosts, "ours"), None);
    }
}
