//! Builds queries to a DNS server and parses its answers (RFC 1035, RFC 3596).

use std::net::IpAddr;
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

/// The address family of a query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// A records.
    V4,
    /// AAAA records.
    V6,
}

/// The answer of a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// The addresses and their lifetime. The list may be empty: the name exists.
    Addresses(Vec<IpAddr>, Duration),
    /// The name does not exist.
    NoSuchName,
    /// The answer is too long for a datagram.
    Truncated,
    /// The server cannot or will not answer.
    Failed,
}

/// Maximum lifetime of an answer in seconds, whatever the answer states.
const LONGEST_LIFE: u32 = 3600;
/// Lifetime in seconds of an answer that states none.
const SHORT_LIFE: u32 = 10;

/// Builds a query in wire format. Returns `None` if `name` is not a name.
pub fn question(id: u16, name: &str, family: Family) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    packet.questions.push(Question::new(Name::new(name).ok()?, kind(family), QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().ok()
}

fn kind(family: Family) -> QTYPE {
    QTYPE::TYPE(match family {
        Family::V4 => TYPE::A,
        Family::V6 => TYPE::AAAA,
    })
}

/// Parses the answer to exactly this query. Returns `None` for anything else.
pub fn reply(bytes: &[u8], id: u16, name: &str, family: Family) -> Option<Reply> {
    let packet = Packet::parse(bytes).ok()?;
    let same_name = |asked: &Question<'_>| asked.qname.to_string().eq_ignore_ascii_case(name) && asked.qtype == kind(family);
    if packet.id() != id
        || !packet.has_flags(PacketFlag::RESPONSE)
        || !matches!(&packet.questions[..], [asked] if same_name(asked))
    {
        return None;
    }
    if packet.has_flags(PacketFlag::TRUNCATION) {
        return Some(Reply::Truncated);
    }
    match packet.rcode() {
        RCODE::NoError => {}
        RCODE::NameError => return Some(Reply::NoSuchName),
        _ => return Some(Reply::Failed),
    }
    let mut life = LONGEST_LIFE;
    let mut addresses = Vec::new();
    for record in &packet.answers {
        let address = match (&record.rdata, family) {
            (RData::A(a), Family::V4) => IpAddr::from(a.address.to_be_bytes()),
            (RData::AAAA(aaaa), Family::V6) => IpAddr::from(aaaa.address.to_be_bytes()),
            (RData::CNAME(_), _) => {
                life = life.min(record.ttl);
                continue;
            }
            _ => continue,
        };
        life = life.min(record.ttl);
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        life = SHORT_LIFE;
    }
    Some(Reply::Addresses(addresses, Duration::from_secs(life.max(1).into())))
}

#[cfg(test)]
mod tests {
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::{A, CNAME};

    use super::*;

    fn answer(id: u16, change: impl FnOnce(&mut Packet<'_>)) -> Vec<u8> {
        let question = question(id, "intranet.example", Family::V4).unwrap();
        let mut packet = Packet::parse(&question).unwrap().into_reply();
        packet.set_flags(PacketFlag::RESPONSE);
        change(&mut packet);
        packet.build_bytes_vec().unwrap()
    }

    fn read(bytes: &[u8]) -> Option<Reply> {
        reply(bytes, 7, "Intranet.Example", Family::V4)
    }

    #[test]
    fn addresses_count_for_as_long_as_the_shortest_record_says() {
        let bytes = answer(7, |packet| {
            let name = || Name::new_unchecked("web.example");
            packet.answers.push(ResourceRecord::new(
                Name::new_unchecked("intranet.example"),
                CLASS::IN,
                60,
                RData::CNAME(CNAME(name())),
            ));
            for (address, ttl) in [(0x0a00_0001, 90_000), (0x0a00_0002, 300), (0x0a00_0001, 300)] {
                packet.answers.push(ResourceRecord::new(name(), CLASS::IN, ttl, RData::A(A { address })));
            }
        });
        let addresses = vec![[10, 0, 0, 1].into(), [10, 0, 0, 2].into()];
        assert_eq!(read(&bytes), Some(Reply::Addresses(addresses, Duration::from_secs(60))));
    }

    #[test]
    fn an_answer_to_another_question_is_none() {
        let right = answer(7, |_| {});
        assert!(matches!(read(&right), Some(Reply::Addresses(none, _)) if none.is_empty()));
        assert_eq!(reply(&right, 8, "intranet.example", Family::V4), None);
        assert_eq!(reply(&right, 7, "other.example", Family::V4), None);
        assert_eq!(reply(&right, 7, "intranet.example", Family::V6), None);
        assert_eq!(read(&question(7, "intranet.example", Family::V4).unwrap()), None, "a question is no answer");
    }

    #[test]
    fn refusals_are_told_apart() {
        assert_eq!(read(&answer(7, |packet| *packet.rcode_mut() = RCODE::NameError)), Some(Reply::NoSuchName));
        assert_eq!(read(&answer(7, |packet| *packet.rcode_mut() = RCODE::Refused)), Some(Reply::Failed));
        assert_eq!(read(&answer(7, |packet| packet.set_flags(PacketFlag::TRUNCATION))), Some(Reply::Truncated));
    }

    #[test]
    fn garbage_is_no_answer_and_no_panic() {
        let right = answer(7, |packet| {
            let record = RData::A(A { address: 1 });
            packet.answers.push(ResourceRecord::new(Name::new_unchecked("intranet.example"), CLASS::IN, 1, record));
        });
        let mut seed = 1u32;
        for round in 0..20_000usize {
            let mut bytes = right.clone();
            for _ in 0..=round % 5 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (seed >> 8) as usize % bytes.len();
                bytes[at] = (seed >> 24) as u8;
            }
            bytes.truncate(bytes.len() - round % 3 * 7);
            let _ = read(&bytes);
        }
    }
}
