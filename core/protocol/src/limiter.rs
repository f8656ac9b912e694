//! Limits the handshakes of each source while we are under load: 20 a second, 5 at once (whitepaper section 5.3).
//!
//! A source is an IPv4 address or an IPv6 /64, within which one host can change its address at will. The limiter is asked only
//! about sources that proved with a cookie that they own their address, so no sender can use up the share of another.
//!
//! The table is our own: an LRU map of a library forgets the oldest source when it is full, which would give that source its whole
//! burst again. This table refuses new sources instead, and forgets only sources whose bucket is full.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::Instant;

/// Cost of one handshake: at one per 50 ms a bucket fills as fast as it is used.
const COST: Duration = Duration::from_millis(50);

/// Maximum content of a bucket: five handshakes.
const FULL: Duration = COST.saturating_mul(5);

/// A source without a request for this long is removed; its bucket has been full again for most of that time.
const IDLE: Duration = Duration::from_secs(1);

/// Maximum number of sources known at once. Further ones are refused until others go idle.
const CAPACITY: usize = 1 << 16;

/// Number of idle sources removed per call: more than a call can add, so that the table shrinks under any load.
const COLLECTED_PER_CALL: usize = 2;

const NONE: u32 = u32::MAX;

/// One token bucket per source. Buckets form a list in the order of their last use, so that idle ones are found without a search.
#[derive(Debug)]
pub struct Limiter {
    slots: HashMap<Source, u32>,
    buckets: Vec<Bucket>,
    oldest: u32,
    newest: u32,
    /// First unused bucket. Unused buckets are chained through `newer`.
    free: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Source {
    V4(u32),
    V6(u64),
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    source: Source,
    tokens: Duration,
    used: Instant,
    older: u32,
    newer: u32,
}

impl Limiter {
    /// Creates a limiter that knows no source and has allocated nothing.
    pub fn new() -> Self {
        Self { slots: HashMap::new(), buckets: Vec::new(), oldest: NONE, newest: NONE, free: NONE }
    }

    /// Returns true if `source` may have another handshake at `now`, which must not go back from call to call.
    pub fn allow(&mut self, source: IpAddr, now: Instant) -> bool {
        self.collect(now, COLLECTED_PER_CALL);
        let source = Source::of(source);
        let Some(&slot) = self.slots.get(&source) else { return self.add(source, now) };
        self.detach(slot);
        self.attach(slot);
        let bucket = self.bucket(slot);
        let tokens = (bucket.tokens + now.since(bucket.used)).min(FULL);
        bucket.used = now;
        let left = tokens.checked_sub(COST);
        bucket.tokens = left.unwrap_or(tokens);
        left.is_some()
    }

    /// Returns the number of known sources.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Returns true if no source is known.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Removes up to `limit` of the sources that have been idle for a second.
    fn collect(&mut self, now: Instant, limit: usize) {
        for _ in 0..limit {
            let slot = self.oldest;
            match self.buckets.get(slot as usize) {
                Some(bucket) if now.since(bucket.used) > IDLE => {
                    self.slots.remove(&bucket.source);
                    self.detach(slot);
                    self.bucket(slot).newer = self.free;
                    self.free = slot;
                }
                _ => return,
            }
        }
    }

    fn add(&mut self, source: Source, now: Instant) -> bool {
        if self.slots.len() >= CAPACITY {
            return false;
        }
        let bucket = Bucket { source, tokens: FULL - COST, used: now, older: NONE, newer: NONE };
        let slot = if self.free == NONE {
            self.buckets.push(bucket);
            (self.buckets.len() - 1) as u32
        } else {
            let slot = self.free;
            self.free = self.bucket(slot).newer;
            *self.bucket(slot) = bucket;
            slot
        };
        self.slots.insert(source, slot);
        self.attach(slot);
        true
    }

    /// Adds a bucket at the newest end of the list.
    fn attach(&mut self, slot: u32) {
        let older = std::mem::replace(&mut self.newest, slot);
        let bucket = self.bucket(slot);
        (bucket.older, bucket.newer) = (older, NONE);
        match older {
            NONE => self.oldest = slot,
            older => self.bucket(older).newer = slot,
        }
    }

    fn detach(&mut self, slot: u32) {
        let Bucket { older, newer, .. } = *self.bucket(slot);
        match older {
            NONE => self.oldest = newer,
            older => self.bucket(older).newer = newer,
        }
        match newer {
            NONE => self.newest = older,
            newer => self.bucket(newer).older = older,
        }
    }

    fn bucket(&mut self, slot: u32) -> &mut Bucket {
        &mut self.buckets[slot as usize]
    }
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new()
    }
}

impl Source {
    fn of(ip: IpAddr) -> Self {
        // A dual-stack socket reports IPv4 sources as IPv4-mapped addresses, which all share one /64.
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip.to_bits()),
            IpAddr::V6(ip) => Self::V6((ip.to_bits() >> 64) as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    const START: Instant = Instant::from_nanos(1_000_000_000_000);

    /// Milliseconds to wait first, and whether the handshake is allowed: the table in the kernel's `selftest/ratelimiter.c`.
    const TABLE: [(u64, bool); 11] = [
        (0, true),
        (0, true),
        (0, true),
        (0, true),
        (0, true),
        (0, false),
        (50, true),
        (0, false),
        (100, true),
        (0, true),
        (0, false),
    ];

    #[test]
    fn q7_the_timing_table_of_the_kernel_holds_for_each_source_on_its_own() {
        let mut limiter = Limiter::new();
        let mut now = START;
        for (line, (wait, expected)) in (1..).zip(TABLE) {
            now = now + Duration::from_millis(wait);
            for source in ["192.0.2.1", "192.0.2.2", "2001:db8:0:1::1", "2001:db8:0:2::1"] {
                assert_eq!(limiter.allow(ip(source), now), expected, "line {line}, {source}");
            }
        }
    }

    #[test]
    fn q7_addresses_of_one_slash_64_share_and_those_of_the_next_do_not() {
        let mut limiter = Limiter::new();
        for host in 1..=5 {
            assert!(limiter.allow(ip(&format!("2001:db8:0:1:{host}::{host}")), START));
        }
        assert!(!limiter.allow(ip("2001:db8:0:1:ffff::"), START));
        assert!(limiter.allow(ip("2001:db8:0:2::1"), START));
        for host in 1..=200 {
            assert!(limiter.allow(ip(&format!("::ffff:10.0.0.{host}")), START), "mapped addresses are IPv4 addresses");
        }
    }

    #[test]
    fn q7_the_table_holds_65536_sources_and_refuses_more_until_they_are_idle() {
        let mut limiter = Limiter::new();
        for host in 0..65_536 {
            assert!(limiter.allow(v4(host), START));
        }
        assert!(!limiter.allow(v4(70_000), START));
        assert!(!limiter.allow(v4(70_000), START + IDLE));
        assert!(limiter.allow(v4(5), START + IDLE), "a known source is served all the same");
        let later = START + IDLE + Duration::from_nanos(1);
        assert!(limiter.allow(v4(70_000), later));
        for host in 0..40_000 {
            limiter.allow(v4(80_000 + host % 10), later);
        }
        assert_eq!(limiter.len(), 12, "what is idle is collected in passing: the ten, 70000 and 5 remain");
        assert!(limiter.buckets.capacity() <= CAPACITY);
    }

    #[test]
    fn a_source_that_keeps_asking_is_kept_and_stays_limited() {
        let mut limiter = Limiter::new();
        let allowed = (0..10_000_u64).filter(|millis| limiter.allow(v4(1), START + Duration::from_millis(*millis))).count();
        assert_eq!(allowed, 5 + 199, "a burst of five and then twenty a second for ten seconds");
        assert_eq!(limiter.len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn q7_any_course_of_requests_matches_plain_buckets_that_are_never_forgotten(
            requests in prop::collection::vec((0_u32..6, prop_oneof![Just(0_u64), 1_u64..60, 900_u64..1_100]), 1..300),
        ) {
            let mut limiter = Limiter::new();
            let mut plain = BTreeMap::<u32, (i64, u64)>::new();
            let mut millis = 0;
            for (host, wait) in requests {
                millis += wait;
                let (tokens, used) = plain.entry(host).or_insert((250, millis));
                *tokens = (*tokens + (millis - *used) as i64).min(250);
                *used = millis;
                let expected = *tokens >= 50;
                *tokens -= if expected { 50 } else { 0 };
                prop_assert_eq!(limiter.allow(v4(host), START + Duration::from_millis(millis)), expected);
            }
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse::<Ipv6Addr>().map(IpAddr::V6).unwrap_or_else(|_| text.parse::<Ipv4Addr>().unwrap().into())
    }

    fn v4(host: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + host))
    }
}
