//! Pings and what came of them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::namespace::Namespace;
use crate::process::{Process, output_of};

/// The result of a series of pings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ping {
    /// Echo requests.
    pub sent: u32,
    /// Echo replies, each sequence number counted once.
    pub received: u32,
    /// Replies that came more than once.
    pub duplicates: u32,
}

impl Ping {
    /// Reads the summary line that `ping` ends with.
    pub fn parse(printed: &str) -> anyhow::Result<Self> {
        let line = printed
            .lines()
            .find(|line| line.contains("packets transmitted"))
            .with_context(|| format!("no ping summary in:\n{printed}"))?;
        let before = |word: &str| {
            let (before, _) = line.split_once(word)?;
            before.rsplit([' ', '+', ',']).find(|part| !part.is_empty())?.parse().ok()
        };
        Ok(Self {
            sent: before(" packets transmitted").context("no count of sent pings")?,
            received: before(" received").context("no count of received pings")?,
            duplicates: before(" duplicates").unwrap_or(0),
        })
    }

    /// Whether every ping came back.
    pub fn complete(self) -> bool {
        self.sent > 0 && self.received == self.sent
    }
}

/// A series of pings in the background.
pub struct Pinging {
    process: Process,
    limit: Duration,
}

impl Namespace {
    /// Three quick pings; an error, with what `ping` printed, where a reply is missing.
    pub fn ping_all_answered(&self, address: &str) -> anyhow::Result<()> {
        let output = output_of(self.command("ping").args(["-n", "-c", "3", "-i", "0.1", "-W", "3", address]))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        ensure!(Ping::parse(&printed)?.complete(), "{printed}");
        Ok(())
    }

    /// `ping -n ADDRESS` with more options (`-c 3 -i 0.2 -W 2`).
    pub fn ping(&self, options: &str, address: &str) -> anyhow::Result<Ping> {
        let output = output_of(self.command("ping").arg("-n").args(options.split_whitespace()).arg(address))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        Ping::parse(&printed).with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Starts `count` pings with `interval` between them.
    pub fn start_pinging(&self, address: &str, count: u32, interval: Duration, log: &Path) -> anyhow::Result<Pinging> {
        let (count_text, interval_text) = (count.to_string(), interval.as_secs_f64().to_string());
        let process = self.start("ping", ["-n", "-q", "-c", &count_text, "-i", &interval_text, "-W", "2", address], &[], log)?;
        Ok(Pinging { process, limit: interval * count * 2 + Duration::from_secs(30) })
    }
}

impl Pinging {
    /// Waits for the last ping.
    pub fn finish(mut self) -> anyhow::Result<Ping> {
        self.process.wait(self.limit)?;
        Ping::parse(&self.process.printed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_told_from_replies() {
        let line = "3 packets transmitted, 3 received, +2 duplicates, 0% packet loss, time 402ms\n";
        assert_eq!(Ping::parse(line).expect("a summary"), Ping { sent: 3, received: 3, duplicates: 2 });
    }

    #[test]
    fn errors_from_a_router_are_no_replies() {
        let line = "4 packets transmitted, 0 received, +4 errors, 100% packet loss, time 3060ms\n";
        assert_eq!(Ping::parse(line).expect("a summary"), Ping { sent: 4, received: 0, duplicates: 0 });
    }
}
