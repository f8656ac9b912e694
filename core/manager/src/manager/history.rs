//! What went through a tunnel in the last five minutes. Nobody wakes for it while the tunnel is idle and nobody looks: a second is
//! sampled when somebody asks, and then every second for as long as traffic goes on or somebody keeps asking.

use std::collections::VecDeque;

use adit_api::{Counters, Sample};
use adit_tunnel::DeviceView;

/// Milliseconds between samples.
pub(super) const INTERVAL: u64 = 1_000;
/// Five minutes.
const SAMPLES: usize = 300;
/// After so many milliseconds without traffic or a question nobody samples any more.
const PATIENCE: u64 = 10_000;

/// The past of a tunnel that is up.
#[derive(Clone, Debug)]
pub(super) struct History {
    samples: VecDeque<Sample>,
    total: Counters,
    /// What the engine's counters were, and when.
    seen: Counters,
    seen_at: u64,
    /// Until then it is sampled every second.
    until: u64,
}

impl History {
    /// Of a tunnel that is up since `now`.
    pub(super) fn new(now: u64) -> Self {
        Self { samples: VecDeque::new(), total: Counters::default(), seen: Counters::default(), seen_at: now, until: now }
    }

    /// Somebody looks.
    pub(super) fn watch(&mut self, now: u64) {
        self.until = self.until.max(now + PATIENCE);
    }

    /// When to sample next; None: not by itself.
    pub(super) fn next(&self) -> Option<u64> {
        (self.seen_at < self.until).then_some(self.seen_at + INTERVAL)
    }

    /// Takes what the engine counts now. The latest of the seconds that have passed since, if one has.
    pub(super) fn sample(&mut self, view: &DeviceView, now: u64) -> Option<Sample> {
        let passed = now.saturating_sub(self.seen_at) / INTERVAL;
        if passed == 0 {
            return None;
        }
        let seen = totals(view);
        // A peer that was removed took its counters with it.
        let received = seen.received.saturating_sub(self.seen.received);
        let sent = seen.sent.saturating_sub(self.seen.sent);
        self.total.received += received;
        self.total.sent += sent;
        self.seen = seen;
        if received + sent > 0 {
            self.until = self.until.max(now + PATIENCE);
        }
        self.spread(received, sent, passed);
        self.samples.back().copied()
    }

    /// Seconds in which nobody looked share what went through in them.
    fn spread(&mut self, received: u64, sent: u64, seconds: u64) {
        let share = |all: u64, second: u64| all / seconds + u64::from(second < all % seconds);
        let first = seconds.saturating_sub(SAMPLES as u64);
        for second in first..seconds {
            let at = self.seen_at + (second + 1) * INTERVAL;
            self.samples.push_back(Sample { at, received: share(received, second), sent: share(sent, second) });
        }
        self.seen_at += seconds * INTERVAL;
        let surplus = self.samples.len().saturating_sub(SAMPLES);
        self.samples.drain(..surplus);
    }

    /// The oldest first.
    pub(super) fn samples(&self) -> Vec<Sample> {
        self.samples.iter().copied().collect()
    }

    /// Since the tunnel came up; `view` is what the engine counts now.
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
    use std::time::Duration;

    use adit_protocol::{PresharedKey, PublicKey};
    use adit_tunnel::PeerView;

    use super::*;

    fn view(rx_bytes: u64, tx_bytes: u64) -> DeviceView {
        let peer = PeerView {
            public_key: PublicKey::from_bytes([7; 32]),
            preshared_key: PresharedKey::none(),
            endpoint: None,
            last_handshake: Duration::ZERO,
            round_trip: None,
            rx_bytes,
            tx_bytes,
            persistent_keepalive: 0,
            allowed_ips: Vec::new(),
        };
        DeviceView { peers: vec![peer], ..DeviceView::default() }
    }

    #[test]
    fn nobody_wakes_for_an_idle_tunnel_at_which_nobody_looks() {
        let mut history = History::new(5_000);
        assert_eq!(history.next(), None);
        history.watch(5_000);
        let mut now = 5_000;
        while let Some(next) = history.next() {
            now = next;
            history.sample(&view(0, 0), now);
        }
        assert_eq!(now, 15_000, "ten seconds after the last question");
        history.sample(&view(1, 0), 40_000);
        assert_eq!(history.next(), Some(41_000), "traffic is followed");
    }

    #[test]
    fn seconds_in_which_nobody_looked_share_what_went_through_and_nothing_is_lost() {
        let mut history = History::new(0);
        history.sample(&view(10, 3), 4_500);
        let samples = history.samples();
        assert_eq!(samples.iter().map(|sample| sample.received).collect::<Vec<_>>(), [3, 3, 2, 2]);
        assert_eq!(samples.iter().map(|sample| sample.at).collect::<Vec<_>>(), [1_000, 2_000, 3_000, 4_000]);
        assert_eq!(history.total(&view(11, 3)), Counters { received: 11, sent: 3 });
        history.sample(&view(1_000, 3), 3_600_000);
        assert_eq!(history.samples().len(), SAMPLES);
        assert_eq!(history.total(&view(1_000, 3)).received, 1_000);
    }

    #[test]
    fn a_peer_that_is_removed_takes_nothing_from_the_total() {
        let mut history = History::new(0);
        history.sample(&view(10, 10), 1_000);
        history.sample(&DeviceView::default(), 2_000);
        history.sample(&view(5, 0), 3_000);
        assert_eq!(history.total(&view(5, 0)), Counters { received: 15, sent: 10 });
    }
}
