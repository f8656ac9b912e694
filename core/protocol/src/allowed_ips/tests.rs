//! Compares the trie with a reference table that is slow and obviously right: one map entry per prefix, tried from the longest.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;

#[test]
fn r15_the_longest_prefix_owns_an_address() {
    let table = table(&[
        ("192.168.4.0/24", 1),
        ("192.168.4.4/32", 2),
        ("192.168.0.0/16", 3),
        ("192.95.5.64/27", 4),
        ("192.95.5.65/27", 3),
        ("0.0.0.0/0", 5),
        ("64.15.112.0/20", 6),
        ("64.15.123.211/25", 7),
        ("10.0.0.0/25", 1),
        ("10.0.0.128/25", 2),
    ]);
    for (address, owner) in [
        ("192.168.4.20", 1),
        ("192.168.4.4", 2),
        ("192.168.200.182", 3),
        ("192.95.5.68", 3),
        ("192.95.5.96", 5),
        ("64.15.116.26", 6),
        ("64.15.123.128", 7),
        ("64.15.123.127", 6),
        ("10.0.0.0", 1),
        ("10.0.0.127", 1),
        ("10.0.0.128", 2),
        ("10.0.1.0", 5),
        ("255.255.255.255", 5),
    ] {
        assert_eq!(table.lookup(ip(address)), Some(owner), "{address}");
    }
    assert_eq!(table.lookup(ip("2001:db8::1")), None);
}

#[test]
fn r15_ipv6_prefixes_work_to_the_last_bit() {
    let table = table(&[
        ("2607:5300:60:6b00::c05f:543/128", 4),
        ("2607:5300:60:6b00::/64", 3),
        ("::/0", 5),
        ("2404:6800::/32", 7),
        ("2404:6800:4004:800:dead:beef:dead:beef/64", 1),
        ("2404:6800:4004:800:dead:beef:dead:beef/128", 3),
        ("2404:6800:4004:800:cafe:babe:cafe:babe/128", 8),
    ]);
    for (address, owner) in [
        ("2607:5300:60:6b00::c05f:543", 4),
        ("2607:5300:60:6b00::c02e:1ee", 3),
        ("2607:5300:60:6b01::c02e:1ee", 5),
        ("2404:6800:4003:c01::", 7),
        ("2404:6800:4004:800::1", 1),
        ("2404:6800:4004:800:dead:beef:dead:beef", 3),
        ("2404:6800:4004:800:cafe:babe:cafe:babe", 8),
    ] {
        assert_eq!(table.lookup(ip(address)), Some(owner), "{address}");
    }
}

#[test]
fn an_ipv4_mapped_address_is_just_ipv6() {
    let table = table(&[("10.0.0.0/8", 1), ("::ffff:0:0/96", 2)]);
    assert_eq!(table.lookup(ip("::ffff:10.0.0.1")), Some(2));
    assert_eq!(table.lookup(ip("10.0.0.1")), Some(1));
    assert_eq!(table.lookup(ip("192.0.2.1")), None);
}

#[test]
fn a_prefix_moves_to_its_newest_owner_and_leaves_the_old_list() {
    let mut table = table(&[("10.0.0.0/8", 1), ("fd00::/8", 1), ("10.1.0.0/16", 1)]);
    table.insert(ip("10.1.2.3"), 16, 2);
    assert_eq!(list(&table, 1), ["10.0.0.0/8", "fd00::/8"]);
    assert_eq!(list(&table, 2), ["10.1.0.0/16"]);
    assert_eq!((table.len(), table.lookup(ip("10.1.0.1"))), (3, Some(2)));
}

#[test]
fn entries_come_in_order_of_insertion_across_families_and_inserting_again_moves_to_the_end() {
    let mut table = table(&[("fd00::/8", 1), ("10.0.0.0/8", 1), ("fd00::/16", 1), ("9.0.0.0/8", 2), ("1.0.0.0/8", 1)]);
    assert_eq!(list(&table, 1), ["fd00::/8", "10.0.0.0/8", "fd00::/16", "1.0.0.0/8"]);
    table.insert(ip("10.9.9.9"), 8, 1);
    assert_eq!(list(&table, 1), ["fd00::/8", "fd00::/16", "1.0.0.0/8", "10.0.0.0/8"]);
    assert_eq!(list(&table, 7), [""; 0]);
}

#[test]
fn only_the_owner_can_have_a_prefix_removed() {
    let mut table = table(&[("10.0.0.0/8", 1)]);
    assert!(!table.remove(ip("10.0.0.0"), 8, 2));
    assert!(!table.remove(ip("10.0.0.0"), 9, 1));
    assert!(!table.remove(ip("::"), 8, 1));
    assert!(table.remove(ip("10.255.0.1"), 8, 1));
    assert!(!table.remove(ip("10.0.0.0"), 8, 1));
    assert!(table.is_empty());
}

#[test]
fn removed_nodes_are_used_again() {
    let mut table = AllowedIps::new();
    for round in 0..50_u32 {
        for host in 0..64_u32 {
            table.insert(IpAddr::V4(Ipv4Addr::from_bits(host * 0x0101_0101 + round)), 32, host % 3);
        }
        (0..3).for_each(|owner| table.remove_owner(owner));
    }
    assert!(table.is_empty());
    assert!(table.memory() < 64 * 2 * 28 * 5 / 4, "{} bytes", table.memory());
}

#[test]
fn ten_thousand_peers_with_an_address_each_fit_in_700_kib() {
    let mut rng = ChaCha8Rng::seed_from_u64(10_000);
    let mut table = AllowedIps::new();
    for owner in 0..10_000 {
        table.insert(IpAddr::V4(Ipv4Addr::from_bits(rng.next_u32())), 32, owner);
    }
    assert_eq!(table.len(), 10_000);
    assert!(table.memory() < 700 * 1024, "{} bytes", table.memory());
}

#[test]
fn r15_random_routes_and_their_mutations_match_the_slow_reference() {
    let mut rng = ChaCha8Rng::seed_from_u64(2_000);
    let (mut table, mut slow) = (AllowedIps::new(), Slow::default());
    for wide in [false, true] {
        for _ in 0..400 {
            let (base, prefix, owner) = (random(&mut rng), below(&mut rng, width(wide)), rng.next_u32() % 2_000);
            both(&mut table, &mut slow, address(base, wide), prefix as u8, owner);
            for _ in 0..25 {
                let keep = below(&mut rng, width(wide));
                let mutated = base ^ (random(&mut rng).checked_shr(keep).unwrap_or(0));
                let prefix = below(&mut rng, width(wide));
                both(&mut table, &mut slow, address(mutated, wide), prefix as u8, rng.next_u32() % 2_000);
            }
        }
    }
    assert_same(&table, &slow, 2_000, &mut rng);
    for owner in (0..2_000).step_by(2) {
        table.remove_owner(owner);
        slow.remove_owner(owner);
    }
    assert_same(&table, &slow, 2_000, &mut rng);
    let copy = table.clone();
    (0..2_000).for_each(|owner| table.remove_owner(owner));
    assert!(table.is_empty() && table.lookup(ip("10.0.0.1")).is_none());
    assert_same(&copy, &slow, 2_000, &mut rng);
}

#[derive(Clone, Debug)]
enum Step {
    Insert(IpAddr, u8, u32),
    Remove(IpAddr, u8, u32),
    RemoveOwner(u32),
}

fn any_ip() -> impl Strategy<Value = IpAddr> {
    // Few distinct bits, so that prefixes nest, collide and fork at every depth.
    let bits = prop::collection::vec(0_u8..128, 0..4).prop_map(|set| set.into_iter().fold(0_u128, |bits, at| bits | (1 << at)));
    (bits, any::<bool>()).prop_map(|(bits, wide)| address(bits, wide))
}

fn any_step() -> impl Strategy<Value = Step> {
    let prefix = prop_oneof![0_u8..=32, 0_u8..=255];
    prop_oneof![
        6 => (any_ip(), prefix.clone(), 0_u32..5).prop_map(|(ip, prefix, owner)| Step::Insert(ip, prefix, owner)),
        4 => (any_ip(), prefix, 0_u32..5).prop_map(|(ip, prefix, owner)| Step::Remove(ip, prefix, owner)),
        1 => (0_u32..5).prop_map(Step::RemoveOwner),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn r15_any_history_of_changes_matches_the_slow_reference(steps in prop::collection::vec(any_step(), 1..120), seed: u64) {
        let (mut table, mut slow) = (AllowedIps::new(), Slow::default());
        for step in steps {
            match step {
                Step::Insert(ip, prefix, owner) => both(&mut table, &mut slow, ip, prefix, owner),
                Step::Remove(ip, prefix, owner) => prop_assert_eq!(table.remove(ip, prefix, owner), slow.remove(ip, prefix, owner)),
                Step::RemoveOwner(owner) => {
                    table.remove_owner(owner);
                    slow.remove_owner(owner);
                }
            }
        }
        assert_same(&table, &slow, 5, &mut ChaCha8Rng::seed_from_u64(seed));
    }
}

/// Owner and insertion time of each prefix.
#[derive(Default)]
struct Slow {
    prefixes: BTreeMap<(IpAddr, u8), (u32, u64)>,
    inserted: u64,
}

impl Slow {
    fn insert(&mut self, ip: IpAddr, prefix: u8, owner: u32) {
        self.inserted += 1;
        self.prefixes.insert(masked(ip, prefix), (owner, self.inserted));
    }

    fn remove(&mut self, ip: IpAddr, prefix: u8, owner: u32) -> bool {
        let key = masked(ip, prefix);
        self.prefixes.get(&key).is_some_and(|entry| entry.0 == owner) && self.prefixes.remove(&key).is_some()
    }

    fn remove_owner(&mut self, owner: u32) {
        self.prefixes.retain(|_, entry| entry.0 != owner);
    }

    fn lookup(&self, ip: IpAddr) -> Option<u32> {
        (0..=128).rev().find_map(|prefix| Some(self.prefixes.get(&masked(ip, prefix))?.0))
    }

    fn entries(&self) -> BTreeMap<u32, Vec<(IpAddr, u8)>> {
        let mut all: Vec<_> = self.prefixes.iter().map(|(prefix, (owner, at))| (*at, *owner, *prefix)).collect();
        all.sort_unstable();
        let mut lists = BTreeMap::<u32, Vec<_>>::new();
        all.into_iter().for_each(|(_, owner, prefix)| lists.entry(owner).or_default().push(prefix));
        lists
    }
}

fn both(table: &mut AllowedIps, slow: &mut Slow, ip: IpAddr, prefix: u8, owner: u32) {
    table.insert(ip, prefix, owner);
    slow.insert(ip, prefix, owner);
}

fn assert_same(table: &AllowedIps, slow: &Slow, owners: u32, rng: &mut ChaCha8Rng) {
    assert_eq!(table.len(), slow.prefixes.len());
    assert_eq!(table.len(), table.v4.checked_len() + table.v6.checked_len());
    let lists = slow.entries();
    for owner in 0..owners {
        assert_eq!(table.entries(owner).collect::<Vec<_>>(), lists.get(&owner).cloned().unwrap_or_default(), "owner {owner}");
    }
    let inside = slow.prefixes.keys().map(|(ip, _)| *ip).collect::<Vec<_>>();
    for ip in inside.into_iter().take(1_500) {
        let (bits, wide) = match ip {
            IpAddr::V4(ip) => (u128::from(ip.to_bits()) << 96, false),
            IpAddr::V6(ip) => (ip.to_bits(), true),
        };
        let flipped = address(bits ^ (1 << (rng.next_u32() % 128)), wide);
        let filled = address(bits | (random(rng) >> (rng.next_u32() % 128)), wide);
        for ip in [ip, flipped, filled, address(random(rng), wide)] {
            assert_eq!(table.lookup(ip), slow.lookup(ip), "{ip}");
        }
    }
}

/// Returns the first bits of `bits` as an address: 128 bits if `wide` (IPv6), else 32.
fn address(bits: u128, wide: bool) -> IpAddr {
    if wide { IpAddr::V6(Ipv6Addr::from_bits(bits)) } else { IpAddr::V4(Ipv4Addr::from_bits((bits >> 96) as u32)) }
}

fn masked(ip: IpAddr, prefix: u8) -> (IpAddr, u8) {
    let keep = |bytes: &mut [u8]| (usize::from(prefix)..bytes.len() * 8).for_each(|bit| bytes[bit / 8] &= !(0x80 >> (bit % 8)));
    match ip {
        IpAddr::V4(ip) => {
            let mut bytes = ip.octets();
            keep(&mut bytes);
            (IpAddr::from(bytes), prefix.min(32))
        }
        IpAddr::V6(ip) => {
            let mut bytes = ip.octets();
            keep(&mut bytes);
            (IpAddr::from(bytes), prefix.min(128))
        }
    }
}

fn width(wide: bool) -> u32 {
    if wide { 128 } else { 32 }
}

fn below(rng: &mut ChaCha8Rng, limit: u32) -> u32 {
    rng.next_u32() % (limit + 1)
}

fn random(rng: &mut ChaCha8Rng) -> u128 {
    u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64())
}

fn table(routes: &[(&str, u32)]) -> AllowedIps {
    let mut table = AllowedIps::new();
    for (route, owner) in routes {
        let (address, prefix) = route.split_once('/').unwrap();
        table.insert(ip(address), prefix.parse().unwrap(), *owner);
    }
    table
}

fn list(table: &AllowedIps, owner: u32) -> Vec<String> {
    table.entries(owner).map(|(ip, prefix)| format!("{ip}/{prefix}")).collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}
