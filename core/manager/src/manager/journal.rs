//! The log as data: the latest lines, each with a code and what belongs to it, and told to who listens as they come.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use adit_api::{Event, EventSink, LogField, LogLevel, LogLine, LogPage, TunnelId};

use super::clock::Clock;

/// Lines that are remembered.
const REMEMBERED: usize = 10_000;
/// Lines that one answer holds at most.
const PAGE: usize = 1_000;

/// The log. Takes no key: whoever writes here gives names, addresses and public keys.
pub(super) struct Journal {
    clock: Arc<dyn Clock>,
    sink: Arc<dyn EventSink>,
    lines: Mutex<Lines>,
}

struct Lines {
    last: u64,
    kept: VecDeque<LogLine>,
}

impl Journal {
    /// Goes on behind the lines of earlier runs.
    pub(super) fn new(clock: Arc<dyn Clock>, sink: Arc<dyn EventSink>, earlier: Vec<LogLine>) -> Self {
        let mut kept = VecDeque::from(earlier);
        kept.drain(..kept.len().saturating_sub(REMEMBERED));
        let last = kept.back().map_or(0, |line| line.number);
        Self { clock, sink, lines: Mutex::new(Lines { last, kept }) }
    }

    pub(super) fn write(&self, level: LogLevel, tunnel: Option<TunnelId>, code: &str, fields: &[(&str, String)]) {
        let field = |(name, value): &(&str, String)| LogField { name: (*name).to_owned(), value: escaped(value) };
        let (at, fields) = (self.clock.now(), fields.iter().map(field).collect());
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.last += 1;
        let line = LogLine { number: lines.last, at, level, tunnel, code: code.to_owned(), fields };
        if lines.kept.len() == REMEMBERED {
            lines.kept.pop_front();
        }
        lines.kept.push_back(line.clone());
        // Still under the lock, so that lines are told in order.
        self.sink.publish(Event::Log { line });
    }

    /// Lines behind number `after` of at least this level.
    pub(super) fn page(&self, after: u64, level: LogLevel, limit: u32) -> LogPage {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = usize::try_from(limit).unwrap_or(PAGE).clamp(1, PAGE);
        let oldest = lines.kept.front().map_or(lines.last + 1, |line| line.number);
        let wanted = lines.kept.iter().filter(|line| line.number > after && line.level <= level);
        let found: Vec<LogLine> = wanted.take(limit).cloned().collect();
        let is_full = found.len() == limit;
        let last = if is_full { found.last().map_or(after, |line| line.number) } else { lines.last.max(after) };
        LogPage { lines: found, last, missed: oldest.saturating_sub(after.saturating_add(1)) }
    }
}

fn escaped(value: &str) -> String {
    if value.chars().any(char::is_control) { value.escape_debug().to_string() } else { value.to_owned() }
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
        let journal = Journal::new(Arc::new(SystemClock), Arc::new(Nobody), Vec::new());
        for number in 0..REMEMBERED + 5 {
            let level = if number % 2 == 0 { LogLevel::Info } else { LogLevel::Debug };
            journal.write(level, None, "test", &[("number", number.to_string())]);
        }
        let first = journal.page(0, LogLevel::Info, 1_000);
        assert_eq!((first.missed, first.lines.len()), (5, 1_000));
        let second = journal.page(first.last, LogLevel::Info, 1);
        assert_eq!((second.missed, second.lines[0].number), (0, first.lines[999].number + 2));
        let end = journal.page(u64::MAX, LogLevel::Debug, 10);
        assert!(end.lines.is_empty() && end.last == u64::MAX);
    }

    #[test]
    fn what_happened_before_a_restart_is_remembered_and_counting_goes_on() {
        let journal = Journal::new(Arc::new(SystemClock), Arc::new(Nobody), Vec::new());
        journal.write(LogLevel::Info, None, "first", &[]);
        journal.write(LogLevel::Info, None, "second", &[]);
        let earlier = journal.page(0, LogLevel::Debug, 10).lines;
        let journal = Journal::new(Arc::new(SystemClock), Arc::new(Nobody), earlier);
        journal.write(LogLevel::Info, None, "third", &[]);
        let page = journal.page(0, LogLevel::Debug, 10);
        let seen: Vec<_> = page.lines.iter().map(|line| (line.number, line.code.as_str())).collect();
        assert_eq!(seen, [(1, "first"), (2, "second"), (3, "third")]);
        assert_eq!((page.last, page.missed), (3, 0));
    }

    #[test]
    fn nobody_writes_a_second_line_by_way_of_a_value() {
        let journal = Journal::new(Arc::new(SystemClock), Arc::new(Nobody), Vec::new());
        journal.write(LogLevel::Info, None, "test", &[("name", "a\nb\u{1b}[31m".into())]);
        assert_eq!(journal.page(0, LogLevel::Info, 1).lines[0].fields[0].value, "a\\nb\\u{1b}[31m");
    }
}
