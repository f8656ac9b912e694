//! Tests the calculator for AllowedIPs: typical expressions, their results, and the messages for mistakes; then random
//! expressions against a slow reference that evaluates each address separately.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::Cidr;
use adit_config::calc::{self, NetworkSet, evaluate};
use proptest::prelude::*;

fn said(text: &str) -> String {
    match evaluate(text) {
        Ok(set) => set.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn sentences_of_people() {
    for (text, expected) in [
        ("everything", "0.0.0.0/0, ::/0"),
        ("Everything IPv4", "0.0.0.0/0"),
        ("everything ipv6", "::/0"),
        ("private", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"),
        ("private ipv4", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"),
        ("0.0.0.0/0 except 128.0.0.0/1", "0.0.0.0/1"),
        ("10.0.0.0/8 and 172.16.0.0/12 except 10.128.0.0/9", "10.0.0.0/9, 172.16.0.0/12"),
        ("10.0.0.0/9, 10.128.0.0/9", "10.0.0.0/8"),
        ("10.0.0.0/9\n10.128.0.0/9 10.3.0.0/16", "10.0.0.0/8"),
        ("192.0.2.1", "192.0.2.1/32"),
        ("192.0.2.0/30 except 192.0.2.1", "192.0.2.0/32, 192.0.2.2/31"),
        ("10.0.0.0/8 except (10.0.0.0/8 except 10.1.0.0/16)", "10.1.0.0/16"),
        ("(10.0.0.0/8, fd00::/8) ipv6", "fd00::/8"),
        ("10.0.0.0/8 except everything", ""),
        ("::/0 except 8000::/1", "::/1"),
        (
            "255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "255.255.255.255/32, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
        ),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

/// The list that the official apps insert for "exclude private IPs", which many people have reviewed.
#[test]
fn everything_but_the_private_ranges_is_the_well_known_list() {
    let known = "0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/2, 128.0.0.0/3, 160.0.0.0/5, \
                 168.0.0.0/6, 172.0.0.0/12, 172.32.0.0/11, 172.64.0.0/10, 172.128.0.0/9, 173.0.0.0/8, 174.0.0.0/7, 176.0.0.0/4, \
                 192.0.0.0/9, 192.128.0.0/11, 192.160.0.0/13, 192.169.0.0/16, 192.170.0.0/15, 192.172.0.0/14, 192.176.0.0/12, \
                 192.192.0.0/10, 193.0.0.0/8, 194.0.0.0/7, 196.0.0.0/6, 200.0.0.0/5, 208.0.0.0/4, 224.0.0.0/3";
    assert_eq!(said("everything ipv4 except private"), known);
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (text, expected) in [
        ("", "column 1: a network or `everything` is missing at the end"),
        ("everything except", "column 18: a network or `everything` is missing at the end"),
        ("everything except ", "column 18: a network"),
        ("10.0.0.0/8,, 11.0.0.0/8", "column 12: a network or `everything` has to stand here, not `,`"),
        ("except 10.0.0.0/8", "column 1: a network or `everything` has to stand here, not `except`"),
        ("evrything", "column 1: `evrything` is not known"),
        ("everything but 10.0.0.0/8", "column 12: `but` is not known"),
        ("10.0.0.0/33", "column 1: `10.0.0.0/33`: the prefix length is larger than 32"),
        ("10.0.0/8", "column 1: `10.0.0/8`: not an IPv4 or IPv6 address"),
        ("10.0.0.0/255.0.0.0", "column 1: `10.0.0.0/255.0.0.0`: a netmask is not a prefix length; write /8"),
        ("10.0.0.0/8, 10.1.2.3/8", "column 13: 10.1.2.3/8 is an address in the network 10.0.0.0/8; write one or the other"),
        ("(10.0.0.0/8", "column 1: this `(` is not closed"),
        ("10.0.0.0/8)", "column 11: this `)` closes nothing"),
        ("ä 10.0.0.0/8", "column 1: `ä` is not known"),
        ("everything ä", "column 12: `ä` is not known"),
        ("\u{1b}[31m", r"column 1: `\u{1b}[31m` is not known"),
    ] {
        let said = said(text);
        assert!(said.starts_with(expected), "{text:?}: {said}");
    }
    assert!(said(&"(".repeat(100_000)).contains("more than 32 deep"));
    assert!(said(&" ".repeat(calc::MAX_EXPRESSION_BYTES + 1)).contains("longer than 16 MiB"));
}

#[test]
fn as_many_networks_as_a_configuration_may_have_and_no_more() {
    let list = |count: u32| {
        let networks: Vec<String> = (0..count).map(|number| format!("{}/32", Ipv4Addr::from_bits(number * 2))).collect();
        networks.join(",")
    };
    let set = evaluate(&format!("everything ipv4 except {}", list(199_999))).unwrap();
    assert!(set.contains(IpAddr::V4(Ipv4Addr::from_bits(1))) && !set.contains(IpAddr::V4(Ipv4Addr::from_bits(2))));
    assert!(set.networks().len() > 199_999);
    assert!(said(&list(200_001)).contains("more than 200,000 networks"));
    // Written as separate `except`s, it must not take quadratic time.
    let excepts = list(100_000).replace(',', " except ");
    assert_eq!(
        evaluate(&format!("everything ipv4 except {excepts}")),
        evaluate(&format!("everything ipv4 except {}", list(100_000)))
    );
    let wrapped = format!("({} ipv4)", list(100_000).replace(',', " ipv4), ("));
    assert_eq!(evaluate(&wrapped), evaluate(&list(100_000)));
}

/// Size of a section of each family's address space that is small enough to be examined completely.
const SIZE: usize = 256;

fn address(index: usize, is_ipv4: bool) -> IpAddr {
    let index = u8::try_from(index).unwrap();
    if is_ipv4 { Ipv4Addr::new(10, 0, 0, index).into() } else { Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, index.into()).into() }
}

#[derive(Clone, Debug)]
enum Tree {
    Network(u8, u8, bool),
    And(Vec<Tree>),
    Except(Box<Tree>, Box<Tree>),
    Only(Box<Tree>, bool),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Network(index, prefix, is_ipv4) => cidr(*index, *prefix, *is_ipv4).to_string(),
            Self::And(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::text).collect();
                format!("({})", parts.join(", "))
            }
            Self::Except(from, taken) => format!("({} except {})", from.text(), taken.text()),
            Self::Only(part, is_ipv4) => format!("({}) {}", part.text(), if *is_ipv4 { "ipv4" } else { "ipv6" }),
        }
    }

    fn has(&self, address: IpAddr) -> bool {
        match self {
            Self::Network(index, prefix, is_ipv4) => cidr(*index, *prefix, *is_ipv4).contains(address),
            Self::And(parts) => parts.iter().any(|part| part.has(address)),
            Self::Except(from, taken) => from.has(address) && !taken.has(address),
            Self::Only(part, is_ipv4) => part.has(address) && address.is_ipv4() == *is_ipv4,
        }
    }
}

fn cidr(index: u8, prefix: u8, is_ipv4: bool) -> Cidr {
    let prefix = if is_ipv4 { 24 + prefix } else { 120 + prefix };
    Cidr::new(address(index.into(), is_ipv4), prefix).unwrap().network()
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = (any::<u8>(), 0u8..=8, any::<bool>()).prop_map(|(index, prefix, is_ipv4)| Tree::Network(index, prefix, is_ipv4));
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..5).prop_map(Tree::And),
            3 => (inner.clone(), inner.clone()).prop_map(|(from, taken)| Tree::Except(Box::new(from), Box::new(taken))),
            1 => (inner, any::<bool>()).prop_map(|(part, is_ipv4)| Tree::Only(Box::new(part), is_ipv4)),
        ]
    })
}

/// Returns the minimum number of aligned blocks: one for a full block, otherwise the sum for its halves.
fn fewest(full: &[bool]) -> usize {
    if full.iter().all(|present| *present) {
        return 1;
    }
    if full.iter().all(|present| !*present) {
        return 0;
    }
    let (left, right) = full.split_at(full.len() / 2);
    fewest(left) + fewest(right)
}

proptest! {
    #[test]
    fn an_expression_has_exactly_its_addresses_in_the_fewest_networks(tree in trees()) {
        let set = evaluate(&tree.text()).unwrap();
        let networks = set.networks();
        let mut minimum = 0;
        for is_ipv4 in [true, false] {
            let expected: Vec<bool> = (0..SIZE).map(|index| tree.has(address(index, is_ipv4))).collect();
            for (index, expected) in expected.iter().enumerate() {
                let address = address(index, is_ipv4);
                prop_assert_eq!(set.contains(address), *expected);
                prop_assert_eq!(networks.iter().filter(|network| network.contains(address)).count(), usize::from(*expected));
            }
            minimum += fewest(&expected);
        }
        prop_assert_eq!(networks.len(), minimum);
        prop_assert!(networks.is_sorted_by_key(|network| (!network.is_ipv4(), network.address())));
        prop_assert!(networks.iter().all(|network| !network.has_host_bits()));
        prop_assert_eq!(networks.into_iter().collect::<NetworkSet>(), set);
    }

    #[test]
    fn the_laws_of_sets_hold_over_the_whole_address_space(
        a in prop::collection::vec((any::<u128>(), 0u8..=128, any::<bool>()), 0..12),
        b in prop::collection::vec((any::<u128>(), 0u8..=128, any::<bool>()), 0..12),
    ) {
        let set = |parts: &[(u128, u8, bool)]| -> NetworkSet {
            parts.iter().map(|(bits, prefix, is_ipv4)| {
                let address: IpAddr = if *is_ipv4 { Ipv4Addr::from_bits(*bits as u32).into() } else { Ipv6Addr::from_bits(*bits).into() };
                Cidr::new(address, if *is_ipv4 { prefix / 4 } else { *prefix }).unwrap()
            }).collect()
        };
        let (a, b) = (set(&a), set(&b));
        let everything = NetworkSet::everything();
        prop_assert_eq!(a.difference(&b), a.intersection(&everything.difference(&b)));
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
        prop_assert!(a.difference(&b).intersection(&b).is_empty());
        prop_assert_eq!(everything.difference(&everything.difference(&a)), a.clone());
        prop_assert_eq!(a.clone().ipv4().union(&a.clone().ipv6()), a);
    }

    #[test]
    fn any_text_is_worked_out_or_refused_without_a_panic(text in "[ 0-9a-f.:/,()]{0,40}|.{0,40}|(everything|except|and|private|ipv4|10[.]0[.]0[.]0/8| |,|[(]|[)]){0,12}") {
        if let Ok(set) = evaluate(&text) {
            prop_assert!(set.is_empty() || evaluate(&set.to_string()) == Ok(set));
        }
    }
}
