//! Asks a DNS server for the addresses of a name, over a socket that the adapter of the system keeps outside the tunnels.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

use crate::network::NameAddresses;

const PORT: u16 = 53;
/// The longest wait for a server's answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest wait for the answer of one family after that of the other has arrived: a server that drops one of two queries must
/// not delay the other (RFC 8305 section 3).
const PATIENCE_WITH_OTHER: Duration = Duration::from_millis(200);
/// The most addresses of a name that are used.
const MOST_ADDRESSES: usize = 8;
/// The longest answer, bytes. Without EDNS an answer has at most 512 bytes; only servers that ignore this send more.
const LONGEST: usize = 4096;

/// Keeps a socket outside the tunnels.
pub(crate) type Prepare<'a> = &'a dyn Fn(&UdpSocket) -> io::Result<()>;

/// Asks servers one after the other until one answers.
pub(crate) fn ask(
    servers: impl IntoIterator<Item = IpAddr>,
    host: &str,
    prepare: impl Fn(&UdpSocket, IpAddr) -> io::Result<()>,
) -> io::Result<NameAddresses> {
    let mut last = None;
    for server in servers {
        match ask_both(server, host, &|socket| prepare(socket, server)) {
            Ok(found) => return Ok(found),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no DNS server outside of the tunnel is known")))
}

/// Asks a server for the addresses of `host` of both families, and sends both queries before it waits for the first answer. `prepare`
/// is called with each socket before it sends. Fails only if neither is answered.
fn ask_both(server: IpAddr, host: &str, prepare: Prepare<'_>) -> io::Result<NameAddresses> {
    ask_at(SocketAddr::new(server, PORT), host, prepare)
}

fn ask_at(server: SocketAddr, host: &str, prepare: Prepare<'_>) -> io::Result<NameAddresses> {
    let [ipv4, ipv6] = [TYPE::A, TYPE::AAAA].map(|kind| Asked::ask(server, host, kind, prepare));
    let ipv4 = ipv4.and_then(|asked| asked.answer(PATIENCE));
    // The wait for the first answer was also a wait for the second one.
    let ipv6 = ipv6.and_then(|asked| asked.answer(PATIENCE_WITH_OTHER));
    match (ipv4, ipv6) {
        (Ok(ipv4), Ok(ipv6)) => Ok(NameAddresses {
            ttl: ipv4.ttl.into_iter().chain(ipv6.ttl).min(),
            addresses: [ipv4.addresses, ipv6.addresses].concat(),
        }),
        // An answer without addresses does not count: the other family may have some.
        (Ok(found), Err(_)) | (Err(_), Ok(found)) if !found.addresses.is_empty() => Ok(found),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// A query that was sent.
struct Asked<'a> {
    socket: UdpSocket,
    server: SocketAddr,
    id: u16,
    host: &'a str,
    kind: TYPE,
}

impl<'a> Asked<'a> {
    fn ask(server: SocketAddr, host: &'a str, kind: TYPE, prepare: Prepare<'_>) -> io::Result<Self> {
        let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = UdpSocket::bind((any, 0))?;
        prepare(&socket)?;
        // A connected socket receives no datagrams of other senders.
        socket.connect(server)?;
        let id = random_id()?;
        socket.send(&question(id, host, kind)?)?;
        Ok(Self { socket, server, id, host, kind })
    }

    fn answer(&self, patience: Duration) -> io::Result<NameAddresses> {
        let deadline = Instant::now() + patience;
        let late = || io::Error::new(io::ErrorKind::TimedOut, format!("{} does not answer", self.server.ip()));
        let mut answer = [0; LONGEST];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(late());
            }
            self.socket.set_read_timeout(Some(left))?;
            let length = self.socket.recv(&mut answer).map_err(|error| match error.kind() {
                io::ErrorKind::WouldBlock => late(),
                _ => error,
            })?;
            if let Some(meaning) = answer.get(..length).and_then(|bytes| reply(bytes, self.id, self.host, self.kind)) {
                return meaning;
            }
        }
    }
}

/// Returns a random query id, which a forger of answers must guess (RFC 5452 section 9.2). The kernel chooses the source port at
/// random too.
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

/// Parses the answer to the query for records of this kind of `host` with this id: the addresses, each once, and the shortest
/// time to live. An error if the server refuses. None for any other datagram.
#[cfg_attr(windows, expect(unreachable_pub, reason = "the fuzz target, which runs on Linux, uses it"))]
pub fn reply(bytes: &[u8], id: u16, host: &str, kind: TYPE) -> Option<io::Result<NameAddresses>> {
    let packet = Packet::parse(bytes).ok()?;
    let same = |asked: &Question<'_>| {
        asked.qname.to_string().eq_ignore_ascii_case(host.trim_end_matches('.')) && asked.qtype == QTYPE::TYPE(kind)
    };
    if packet.id() != id || !packet.has_flags(PacketFlag::RESPONSE) || !matches!(&packet.questions[..], [asked] if same(asked)) {
        return None;
    }
    let mut found = NameAddresses::default();
    for record in &packet.answers {
        let address = match (&record.rdata, kind) {
            (RData::A(a), TYPE::A) => IpAddr::from(Ipv4Addr::from(a.address)),
            (RData::AAAA(a), TYPE::AAAA) => IpAddr::from(Ipv6Addr::from(a.address)),
            _ => continue,
        };
        if found.addresses.len() < MOST_ADDRESSES && !found.addresses.contains(&address) {
            found.addresses.push(address);
        }
        let ttl = Duration::from_secs(record.ttl.into());
        found.ttl = Some(found.ttl.map_or(ttl, |shortest| shortest.min(ttl)));
    }
    Some(match packet.rcode() {
        RCODE::NoError | RCODE::NameError => Ok(found),
        code => Err(io::Error::other(format!("the DNS server refuses: {code:?}"))),
    })
}

/// Returns the addresses that a file of hosts (`/etc/hosts`) gives a name.
pub(crate) fn in_hosts(hosts: &str, host: &str) -> Vec<IpAddr> {
    let address = |line: &str| {
        let mut words = line.split('#').next()?.split_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|name| name.eq_ignore_ascii_case(host)).then_some(address)
    };
    hosts.lines().filter_map(address).take(MOST_ADDRESSES).collect()
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
        let found = NameAddresses { addresses: vec!["192.0.2.1".parse().unwrap()], ttl: Some(Duration::from_secs(60)) };
        assert_eq!(read(&answer(7, "vpn.example", |_| {})), Some(Ok(found)));
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
        assert!(matches!(reply(&other, 7, "vpn.example", TYPE::A), Some(Ok(found)) if found == NameAddresses::default()));
    }

    #[test]
    fn all_addresses_of_a_name_are_read_once_each_with_the_shortest_time_to_live() {
        let several = answer(7, "vpn.example", |packet| {
            for (last, ttl) in [(2, 30), (1, 300), (3, 90)] {
                let name = Name::new_unchecked("vpn.example").into_owned();
                packet.answers.push(ResourceRecord::new(name, CLASS::IN, ttl, RData::A(A::from(Ipv4Addr::new(192, 0, 2, last)))));
            }
        });
        let Some(Ok(found)) = reply(&several, 7, "vpn.example", TYPE::A) else { panic!("no answer") };
        let addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|address| address.parse::<IpAddr>().unwrap());
        assert_eq!((found.addresses, found.ttl), (addresses.to_vec(), Some(Duration::from_secs(30))));
    }

    #[test]
    fn a_server_that_drops_the_question_for_one_family_does_not_hold_up_the_other() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let serve = std::thread::spawn(move || {
            let mut question = [0; 512];
            for _ in 0..2 {
                let (length, from) = server.recv_from(&mut question).unwrap();
                let mut packet = Packet::parse(&question[..length]).unwrap();
                if packet.questions[0].qtype == QTYPE::TYPE(TYPE::AAAA) {
                    continue;
                }
                packet.set_flags(PacketFlag::RESPONSE);
                let name = Name::new_unchecked("vpn.example").into_owned();
                packet.answers.push(ResourceRecord::new(name, CLASS::IN, 60, RData::A(A::from(Ipv4Addr::new(192, 0, 2, 1)))));
                server.send_to(&packet.build_bytes_vec().unwrap(), from).unwrap();
            }
        });
        let begun = Instant::now();
        let found = ask_at(address, "vpn.example", &|_| Ok(())).unwrap();
        assert_eq!(found.addresses, ["192.0.2.1".parse::<IpAddr>().unwrap()]);
        assert!(begun.elapsed() < Duration::from_millis(1_000), "{:?}", begun.elapsed());
        serve.join().unwrap();
    }

    #[test]
    fn names_in_the_hosts_file_are_not_looked_up() {
        let hosts = "127.0.0.1 localhost\n192.0.2.7 vpn.example vpn # ours\n";
        assert_eq!(in_hosts(hosts, "VPN"), ["192.0.2.7".parse::<IpAddr>().unwrap()]);
        assert_eq!(in_hosts(hosts, "ours"), Vec::<IpAddr>::new());
    }
}
