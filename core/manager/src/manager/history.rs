//! The traffic of a tunnel in the last five minutes. An idle tunnel that nobody watches is not sampled. A request takes a
//! sample, and sampling then continues every second while there is traffic or further requests.

use std::collections::VecDeque;
use std::time::Duration;

use adit_api::{Counters, Sample};
use adit_protocol::Instant;
use adit_tunnel::DeviceView;

use super::clock::Now;

/// Time between samples.
pub(super) const INTERVAL: Duration = Duration::from_secs(1);
/// Maximum number of samples: five minutes.
const SAMPLES: usize = 300;
/// Time without traffic and requests after which sampling stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// The traffic history of a tunnel that is up.
#[derive(Clone, Debug)]
pub(super) struct History {
    samples: VecDeque<Second>,
    total: Counters,
    /// The engine's counters at the last sample, and the time of that sample.
    seen: Counters,
    seen_at: Instant,
    /// End of the sampling every second.
    until: Instant,
}

/// The traffic of one second.
#[derive(Clone, Debug)]
struct Second {
    /// End of the second.
    end: Instant,
    through: Counters,
}

impl Second {
    fn view(&self, now: Now) -> Sample {
        let Counters { received, sent } = self.through;
        Sample { at: now.unix(self.end).get(), received, sent }
    }
}

impl History {
    /// Creates the history of a tunnel that is up since `now`.
    pub(super) fn new(now: Instant) -> Self {
        Self { samples: VecDeque::new(), total: Counters::default(), seen: Counters::default(), seen_at: now, until: now }
    }

    /// Records a request, which extends the sampling.
    pub(super) fn watch(&mut self, now: Instant) {
        self.until = self.until.max(now + PATIENCE);
    }

    /// Returns the time of the next sample, or None if no sampling is scheduled.
    pub(super) fn next(&self) -> Option<Instant> {
        (self.seen_at < self.until).then_some(self.seen_at + INTERVAL)
    }

    /// Takes a sample of the engine's counters. Returns the latest complete second, or None if no second has passed since the
    /// last sample.
    pub(super) fn sample(&mut self, view: &DeviceView, now: Now) -> Option<Sample> {
        let passed = now.instant.since(self.seen_at).as_secs() / INTERVAL.as_secs();
        if passed == 0 {
            return None;
        }
        let seen = totals(view);
        // The counters of a removed peer are gone.
        let received = seen.received.saturating_sub(self.seen.received);
        let sent = seen.sent.saturating_sub(self.seen.sent);
        self.total.received += received;
        self.total.sent += sent;
        self.seen = seen;
        if received + sent > 0 {
            self.until = self.until.max(now.instant + PATIENCE);
        }
        self.spread(received, sent, passed);
        self.samples.back().map(|second| second.view(now))
    }

    /// Distributes the traffic evenly over the seconds since the last sample.
    fn spread(&mut self, received: u64, sent: u64, seconds: u64) {
        let share = |all: u64, second: u64| all / seconds + u64::from(second < all % seconds);
        let first = seconds.saturating_sub(SAMPLES as u64);
        for second in first..seconds {
            let end = self.seen_at + Duration::from_secs(second + 1);
            let through = Counters { received: share(received, second), sent: share(sent, second) };
            self.samples.push_back(Second { end, through });
        }
        self.seen_at = self.seen_at + Duration::from_secs(seconds);
        let surplus = self.samples.len().saturating_sub(SAMPLES);
        self.samples.drain(..surplus);
    }

    /// Returns the samples, the oldest first.
    pub(super) fn samples(&self, now: Now) -> Vec<Sample> {
        self.samples.iter().map(|second| second.view(now)).collect()
    }

    /// Returns the traffic since the tunnel came up. `view` has the engine's current counters.
    pub(super) fn total(&self, view: &DeviceView) -> Counters {
        let seen = totals(view);
        Counters {
            received: self.total.received + seen.received.saturating_sub(self.seen.received),
            sent: self.total.sent + seen.sent.saturating_sub(self.seen.sent),
        }
    }
}

fn totals(view: &DeviceView) -> Counters {
    let sum = |count: fn(&adit_tunnel::PeerView) -> u64| view.peers.iter().map(count).sum();
    Counters { received: sum(|peer| peer.rx_bytes), sent: sum(|peer| peer.tx_bytes) }
}

#[cfg(test)]
mod tests {
    use adit_protocol::PublicKey;
    use adit_tunnel::PeerView;

    use super::super::clock::{UnixMillis, at_milliseconds};
    use super::*;

    fn at(milliseconds: u64) -> Instant {
        at_milliseconds(1_000_000 + milliseconds)
    }

    /// Returns a time at which the wall clock shows the milliseconds since the tunnel came up.
    fn now(milliseconds: u64) -> Now {
        Now::at(at(milliseconds), UnixMillis::new(milliseconds))
    }

    fn view(rx_bytes: u64, tx_bytes: u64) -> DeviceView {
        let peer = PeerView { rx_bytes, tx_bytes, ..PeerView::new(PublicKey::from_bytes([7; 32])) };
        DeviceView { peers: vec![peer], ..DeviceView::default() }
    }

    #[test]
    fn no_thread_wakes_for_an_idle_tunnel_that_nobody_watches() {
        let mut history = History::new(at(5_000));
        assert_eq!(history.next(), None);
        history.watch(at(5_000));
        let mut end = at(5_000);
        while let Some(next) = history.next() {
            end = next;
            history.sample(&view(0, 0), Now::at(end, UnixMillis::new(0)));
        }
        assert_eq!(end, at(15_000), "ten seconds after the last question");
        history.sample(&view(1, 0), now(40_000));
        assert_eq!(history.next(), Some(at(41_000)), "traffic is followed");
    }

    #[test]
    fn seconds_in_which_nobody_looked_share_what_went_through_and_nothing_is_lost() {
        let mut history = History::new(at(0));
        history.sample(&view(10, 3), now(4_500));
        let samples = history.samples(now(4_500));
        assert_eq!(samples.iter().map(|sample| sample.received).collect::<Vec<_>>(), [3, 3, 2, 2]);
        assert_eq!(samples.iter().map(|sample| sample.at).collect::<Vec<_>>(), [1_000, 2_000, 3_000, 4_000]);
        assert_eq!(history.total(&view(11, 3)), Counters { received: 11, sent: 3 });
        history.sample(&view(1_000, 3), now(3_600_000));
        assert_eq!(history.samples(now(3_600_000)).len(), SAMPLES);
        assert_eq!(history.total(&view(1_000, 3)).received, 1_000);
    }

    #[test]
    fn a_peer_that_is_removed_takes_nothing_from_the_total() {
        let mut history = History::new(at(0));
        history.sample(&view(10, 10), now(1_000));
        history.sample(&DeviceView::default(), now(2_000));
        history.sample(&view(5, 0), now(3_000));
        assert_eq!(history.total(&view(5, 0)), Counters { received: 15, sent: 10 });
    }
}
