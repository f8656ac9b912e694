//! Answers of DNS servers, parsed by both parsers.
//!
//! Only the answer to our query counts. Its addresses are of the requested family, each appears once, and their lifetime is
//! bounded. If one parser finds an address, the other one does as well.

use std::net::IpAddr;
use std::time::Duration;

use adit_platform::linux::outside_dns;
use adit_proxy::dns::{Family, Reply, question, reply};
use simple_dns::TYPE;

/// Id of the query.
pub const ID: u16 = 7;
/// Name in the query.
pub const NAME: &str = "intranet.example";

/// Checks one answer.
pub fn check(bytes: &[u8]) {
    for family in [Family::V4, Family::V6] {
        let asked = question(ID, NAME, family).expect("a question for a name");
        let (here, outside) = (reply(bytes, ID, NAME, family), reply_outside(bytes, family));
        assert_eq!(here.is_some(), outside.is_some(), "both parsers know the answer to their question");
        let Some(here) = here else { continue };
        assert_eq!(reply(bytes, ID ^ 1, NAME, family), None, "an answer to a question with another id");
        assert_eq!(reply(bytes, ID, "other.example", family), None, "an answer to another question");
        assert_eq!(bytes[..2], asked[..2], "the id is that of the question");
        assert_ne!(bytes[2] & 0x80, 0, "a question is no answer");
        if let Reply::Addresses(addresses, life) = here {
            assert!((Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&life));
            assert!(addresses.iter().all(|address| address.is_ipv4() == (family == Family::V4)));
            assert!(addresses.iter().enumerate().all(|(at, address)| !addresses[..at].contains(address)));
            assert_eq!(outside, Some(Ok(addresses.first().copied())), "both parsers see the same address first");
        }
    }
}

fn reply_outside(bytes: &[u8], family: Family) -> Option<Result<Option<IpAddr>, ()>> {
    let kind = match family {
        Family::V4 => TYPE::A,
        Family::V6 => TYPE::AAAA,
    };
    outside_dns::reply(bytes, ID, NAME, kind).map(|reply| reply.map(|found| found.addresses.first().copied()).map_err(drop))
}
