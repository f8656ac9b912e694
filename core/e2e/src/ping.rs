//! Sends pings and counts the answers.
//!
//! `ping -c` waits for its last reply only as long as one interval, and on a busy machine counts a late reply as lost. With a
//! deadline it continues until it has as many replies as requested. The sequence numbers then tell whether one of the first
//! requests went unanswered.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::ensure;

use crate::namespace::Namespace;
use crate::process::{Process, output_of, wait_for};

/// The result of a series of pings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ping {
    /// Number of echo requests.
    pub sent: u32,
    /// Number of answered requests.
    pub received: u32,
    /// Number of duplicate replies.
    pub duplicates: u32,
}

impl Ping {
    /// Parses the output of `ping` about the first `count` requests.
    fn parse(printed: &str, count: u32) -> Self {
        let (mut answered, mut duplicates, mut newest) = (BTreeSet::new(), 0, 0);
        for line in printed.lines().filter(|line| line.contains(" bytes from ")) {
            let number = line.split_once("icmp_seq=").and_then(|(_, rest)| rest.split(' ').next()?.parse::<u32>().ok());
            let Some(number) = number.map(|number| unwrapped(number, newest)) else { continue };
            newest = newest.max(number);
            if (1..=count).contains(&number) && !answered.insert(number) {
                duplicates += 1;
            }
        }
        Self { sent: count, received: answered.len() as u32, duplicates }
    }

    /// Returns true if every ping was answered.
    pub fn complete(self) -> bool {
        self.received == self.sent
    }
}

/// Returns the full sequence number, near `newest`, whose last 16 bits are `number`. An echo request has room for only these.
fn unwrapped(number: u32, newest: u32) -> u32 {
    const ROUND: u32 = 1 << 16;
    let near = newest / ROUND * ROUND + number;
    if near + ROUND / 2 < newest {
        near + ROUND
    } else if near > newest + ROUND / 2 && near >= ROUND {
        near - ROUND
    } else {
        near
    }
}

/// A series of pings in the background.
pub struct Pinging {
    process: Process,
    count: u32,
    limit: Duration,
}

impl Namespace {
    /// Sends `count` pings, `interval` apart, and waits up to `patience` longer (at least a second) for replies.
    pub fn ping(&self, address: &str, count: u32, interval: Duration, patience: Duration) -> anyhow::Result<Ping> {
        let arguments = arguments(address, count, interval, interval * count + patience);
        let output = output_of(self.command("ping").args(arguments))?;
        Ok(Ping::parse(&String::from_utf8_lossy(&output.stdout), count))
    }

    /// Returns true if one ping is answered within a second.
    pub fn reaches(&self, address: &str) -> anyhow::Result<bool> {
        Ok(self.ping(address, 1, Duration::from_secs(1), Duration::ZERO)?.complete())
    }

    /// Sends three quick pings, all of which must be answered.
    pub fn ping_all_answered(&self, address: &str) -> anyhow::Result<()> {
        let ping = self.ping(address, 3, Duration::from_millis(100), Duration::from_secs(4))?;
        ensure!(ping.complete(), "pings to {address}: {ping:?}");
        Ok(())
    }

    /// Starts `count` pings with `interval` between them.
    pub fn start_pinging(&self, address: &str, count: u32, interval: Duration, log: &Path) -> anyhow::Result<Pinging> {
        let deadline = interval * count * 2 + Duration::from_secs(20);
        let process = self.start("ping", arguments(address, count, interval, deadline), &[], log)?;
        Ok(Pinging { process, count, limit: deadline + Duration::from_secs(10) })
    }
}

impl Pinging {
    /// Waits until at least the first `count` pings were answered.
    pub fn wait_until_answered(&self, count: u32) -> anyhow::Result<()> {
        wait_for("answers to pings", self.limit, || (Ping::parse(&self.process.printed(), count).complete()).then_some(()))
    }

    /// Waits for the last ping and returns the result.
    pub fn finish(mut self) -> anyhow::Result<Ping> {
        ensure!(self.process.wait(self.limit).is_ok(), "ping has not ended after {:?}", self.limit);
        Ok(Ping::parse(&self.process.printed(), self.count))
    }
}

fn arguments(address: &str, count: u32, interval: Duration, deadline: Duration) -> [String; 8] {
    let (interval, deadline) = (interval.as_secs_f64().max(0.002).to_string(), deadline.as_secs().max(1).to_string());
    ["-n", "-c", &count.to_string(), "-i", &interval, "-w", &deadline, address].map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_told_from_replies() {
        let printed = "64 bytes from 10.99.0.2: icmp_seq=1 ttl=64 time=0.2 ms\n\
                       64 bytes from 10.99.0.2: icmp_seq=1 ttl=64 time=0.2 ms (DUP!)\n\
                       64 bytes from 10.99.0.2: icmp_seq=2 ttl=64 time=0.2 ms\n";
        assert_eq!(Ping::parse(printed, 2), Ping { sent: 2, received: 2, duplicates: 1 });
    }

    #[test]
    fn a_reply_to_a_later_request_does_not_hide_a_loss() {
        let printed =
            "64 bytes from fd99::1: icmp_seq=1 ttl=64 time=0.2 ms\n64 bytes from fd99::1: icmp_seq=3 ttl=64 time=0.2 ms\n";
        assert!(!Ping::parse(printed, 2).complete());
    }

    #[test]
    fn more_pings_than_their_numbers_can_count_are_neither_lost_nor_duplicates() {
        let reply = |number: u32| format!("64 bytes from fd99::1: icmp_seq={} ttl=64 time=0.2 ms\n", number % 65_536);
        let in_order: String = (1..=84_000).map(reply).collect();
        assert_eq!(Ping::parse(&in_order, 84_000), Ping { sent: 84_000, received: 84_000, duplicates: 0 });
        let crossed: String = (1..65_535).chain([65_536, 65_535, 65_538, 65_537, 65_538]).map(reply).collect();
        assert_eq!(Ping::parse(&crossed, 65_538), Ping { sent: 65_538, received: 65_538, duplicates: 1 });
        let lost: String = (1..=70_000).filter(|number| *number != 66_000).map(reply).collect();
        assert!(!Ping::parse(&lost, 70_000).complete());
    }

    #[test]
    fn errors_from_a_router_are_no_replies() {
        let printed = "From 10.77.0.1 icmp_seq=1 Destination Host Unreachable\n";
        assert_eq!(Ping::parse(printed, 1).received, 0);
    }
}
