//! The log as structured data: the latest lines, each with a code and its fields. New lines are published to listeners.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use adit_api::{Event, EventSink, LogCode, LogLevel, LogLine, LogPage, TunnelId};

use super::clock::Clock;

/// Maximum number of lines in memory, separately for debug lines and for all others, so that lines about each handshake
/// displace no others.
const REMEMBERED: usize = 10_000;
/// Maximum number of lines in one answer.
const PAGE: usize = 1_000;

/// The log. It contains no keys: callers pass names, addresses and public keys only.
pub(super) struct EventLog {
    clock: Arc<dyn Clock>,
    sink: Arc<dyn EventSink>,
    lines: Mutex<Lines>,
}

struct Lines {
    last: u64,
    plain: RecentLines,
    debug: RecentLines,
}

/// The latest lines of one kind.
#[derive(Default)]
struct RecentLines {
    lines: VecDeque<LogLine>,
    /// Number of lines that were dropped from memory, and the number of the latest of them.
    forgotten: (u64, u64),
}

impl EventLog {
    /// Creates a log that continues after the lines of earlier runs.
    pub(super) fn new(clock: Arc<dyn Clock>, sink: Arc<dyn EventSink>, earlier: Vec<LogLine>) -> Self {
        let mut lines = Lines {
            last: earlier.last().map_or(0, |line| line.number),
            plain: RecentLines::default(),
            debug: RecentLines::default(),
        };
        earlier.into_iter().for_each(|line| lines.keep(line));
        Self { clock, sink, lines: Mutex::new(lines) }
    }

    pub(super) fn write(&self, tunnel: Option<TunnelId>, code: LogCode) {
        self.write_after(0, tunnel, code);
    }

    /// Writes a line after `left_out` similar lines that were not written.
    pub(super) fn write_after(&self, left_out: u64, tunnel: Option<TunnelId>, code: LogCode) {
        let at = self.clock.wall().get();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.last += 1;
        let line = LogLine { number: lines.last, at, level: code.level(), tunnel, left_out, code };
        lines.keep(line.clone());
        // Published under the lock, so that listeners get the lines in order.
        self.sink.publish(Event::Log { line });
    }

    /// Returns lines with numbers greater than `after` and at least this level.
    pub(super) fn page(&self, after: u64, level: LogLevel, limit: u32) -> LogPage {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = usize::try_from(limit).unwrap_or(PAGE).clamp(1, PAGE);
        let found: Vec<LogLine> = lines.behind(after).filter(|line| line.level <= level).take(limit).cloned().collect();
        let is_full = found.len() == limit;
        let last = if is_full { found.last().map_or(after, |line| line.number) } else { lines.last.max(after) };
        let of_debug = if level == LogLevel::Debug { lines.debug.missed(after) } else { 0 };
        LogPage { lines: found, last, missed: lines.plain.missed(after) + of_debug }
    }
}

impl Lines {
    fn keep(&mut self, line: LogLine) {
        if line.level == LogLevel::Debug { self.debug.keep(line) } else { self.plain.keep(line) }
    }

    /// Returns the lines with numbers greater than `after`, in order.
    fn behind(&self, after: u64) -> impl Iterator<Item = &LogLine> {
        let (mut plain, mut debug) = (self.plain.behind(after).peekable(), self.debug.behind(after).peekable());
        std::iter::from_fn(move || match (plain.peek(), debug.peek()) {
            (Some(one), Some(other)) if one.number > other.number => debug.next(),
            (None, _) => debug.next(),
            (Some(_), _) => plain.next(),
        })
    }
}

impl RecentLines {
    fn keep(&mut self, line: LogLine) {
        if self.lines.len() == REMEMBERED
            && let Some(oldest) = self.lines.pop_front()
        {
            self.forgotten = (self.forgotten.0 + 1, oldest.number);
        }
        self.lines.push_back(line);
    }

    fn behind(&self, after: u64) -> impl Iterator<Item = &LogLine> {
        self.lines.range(self.lines.partition_point(|line| line.number <= after)..)
    }

    /// Returns the maximum number of dropped lines with numbers greater than `after`.
    fn missed(&self, after: u64) -> u64 {
        let (count, latest) = self.forgotten;
        count.min(latest.saturating_sub(after))
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::SystemClock;
    use super::*;

    struct Nobody;

    impl EventSink for Nobody {
        fn publish(&self, _: Event) {}
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_and_what_is_forgotten_is_counted() {
        let event_log = EventLog::new(Arc::new(SystemClock), Arc::new(Nobody), Vec::new());
        for number in 0..2 * REMEMBERED + 10 {
            event_log.write(None, if number % 2 == 0 { LogCode::Up } else { LogCode::NetworkChanged });
        }
        let first = event_log.page(0, LogLevel::Info, 1_000);
        assert_eq!((first.missed, first.lines.len()), (5, 1_000));
        let second = event_log.page(first.last, LogLevel::Info, 1);
        assert_eq!((second.missed, second.lines[0].number), (0, first.lines[999].number + 2));
        let both = event_log.page(first.lines[0].number - 1, LogLevel::Debug, 4);
        let numbers: Vec<u64> = both.lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [11, 12, 13, 14], "in order, whatever their levels");
        let end = event_log.page(u64::MAX, LogLevel::Debug, 10);
        assert!(end.lines.is_empty() && end.last == u64::MAX);
    }

    #[test]
    fn events_of_handshakes_do_not_displace_other_events() {
        let event_log = EventLog::new(Arc::new(SystemClock), Arc::new(Nobody), Vec::new());
        event_log.write(None, LogCode::HooksInSh);
        (0..=REMEMBERED).for_each(|_| event_log.write(None, LogCode::NetworkChanged));
        let page = event_log.page(0, LogLevel::Info, 10);
        assert_eq!((page.missed, &page.lines[0].code), (0, &LogCode::HooksInSh));
        assert_eq!(event_log.page(0, LogLevel::Debug, 10).missed, 1);
    }

    #[test]
    fn events_before_a_restart_are_kept_and_their_numbers_go_on() {
        let event_log = EventLog::new(Arc::new(SystemClock), Arc::new(Nobody), Vec::new());
        event_log.write(None, LogCode::Connecting);
        event_log.write(None, LogCode::Up);
        let earlier = event_log.page(0, LogLevel::Debug, 10).lines;
        let event_log = EventLog::new(Arc::new(SystemClock), Arc::new(Nobody), earlier);
        event_log.write(None, LogCode::Down);
        let page = event_log.page(0, LogLevel::Debug, 10);
        let seen: Vec<_> = page.lines.iter().map(|line| (line.number, line.code.name())).collect();
        assert_eq!(seen, [(1, "connecting"), (2, "up"), (3, "down")]);
        assert_eq!((page.last, page.missed), (3, 0));
    }
}
