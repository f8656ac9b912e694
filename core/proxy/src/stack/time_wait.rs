//! Closed connections in TIME-WAIT (RFC 9293 section 3.6.1), as long as old packets of theirs may still arrive. Only the last
//! acknowledgement of a connection is kept, in case the other end missed it.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::arrival::Flow;

/// Duration of TIME-WAIT. Linux uses a minute; a tunnel has no network of routers in which packets could be delayed.
const LASTS: Duration = Duration::from_secs(15);

/// Maximum number of connections; beyond that the oldest is removed early.
const MOST: usize = 16_384;

#[derive(Default)]
pub(super) struct TimeWait {
    last_words: HashMap<Flow, (Instant, Box<[u8]>)>,
    ends: VecDeque<(Instant, Flow)>,
}

impl TimeWait {
    pub(super) fn add(&mut self, flow: Flow, last_word: Box<[u8]>, now: Instant) {
        self.expire(now);
        let end = now + LASTS;
        self.last_words.insert(flow, (end, last_word));
        self.ends.push_back((end, flow));
    }

    pub(super) fn holds(&self, flow: &Flow) -> bool {
        self.last_words.contains_key(flow)
    }

    pub(super) fn forget(&mut self, flow: &Flow) {
        self.last_words.remove(flow);
    }

    /// Returns the last acknowledgement of this connection, a complete packet.
    pub(super) fn last_word(&mut self, flow: &Flow, now: Instant) -> Option<&[u8]> {
        self.expire(now);
        self.last_words.get(flow).map(|(_, packet)| &**packet)
    }

    fn expire(&mut self, now: Instant) {
        while let Some((end, flow)) = self.ends.front().filter(|(end, _)| *end <= now || self.ends.len() > MOST) {
            // A later connection between the same ends may be in TIME-WAIT by now.
            if self.last_words.get(flow).is_some_and(|(its_end, _)| its_end == end) {
                self.last_words.remove(flow);
            }
            self.ends.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(port: u16) -> Flow {
        Flow { local: ([10, 0, 0, 2], port).into(), remote: ([10, 0, 0, 1], 80).into() }
    }

    #[test]
    fn a_flow_is_forgotten_in_its_time_and_not_before() {
        let (mut waits, start) = (TimeWait::default(), Instant::now());
        waits.add(flow(1), [1].into(), start);
        assert_eq!(waits.last_word(&flow(1), start + LASTS - Duration::from_millis(1)), Some(&[1][..]));
        assert_eq!(waits.last_word(&flow(1), start + LASTS), None);
    }

    #[test]
    fn a_flow_that_waits_again_waits_its_whole_time() {
        let (mut waits, start) = (TimeWait::default(), Instant::now());
        waits.add(flow(1), [1].into(), start);
        waits.forget(&flow(1));
        waits.add(flow(1), [2].into(), start + LASTS / 2);
        assert_eq!(waits.last_word(&flow(1), start + LASTS), Some(&[2][..]));
    }

    #[test]
    fn there_are_never_more_than_fit() {
        let (mut waits, now) = (TimeWait::default(), Instant::now());
        for port in 0..u16::MAX {
            waits.add(flow(port), [0].into(), now);
        }
        assert!(waits.ends.len() <= MOST + 1 && waits.last_words.len() <= MOST + 1);
    }
}
