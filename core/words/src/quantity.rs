//! Formats times and sizes.

use crate::Words;

impl Words {
    /// Formats a span of time, given in milliseconds: `12 s`, `3 min`, `2 h 5 min`, `4 d`. Rounds seconds up.
    pub fn span(&self, milliseconds: u64) -> String {
        let seconds = milliseconds.div_ceil(1000);
        match seconds {
            0..60 => self.say("span-seconds", &[("seconds", seconds.into())]),
            60..3600 => self.say("span-minutes", &[("minutes", (seconds / 60).into())]),
            3600..86_400 => {
                let hours = seconds / 3600;
                match seconds / 60 % 60 {
                    0 => self.say("span-hours", &[("hours", hours.into())]),
                    minutes => self.say("span-hours-minutes", &[("hours", hours.into()), ("minutes", minutes.into())]),
                }
            }
            _ => self.say("span-days", &[("days", (seconds / 86_400).into())]),
        }
    }

    /// Formats how long before `now` the time `then` was, both Unix milliseconds: `12 s ago`.
    pub fn ago(&self, then: u64, now: u64) -> String {
        match now.saturating_sub(then) {
            0..1000 => self.say("ago-now", &[]),
            passed => self.say("ago", &[("span", self.span(passed / 1000 * 1000).into())]),
        }
    }

    /// Formats how long before `now` an event happened last (Unix milliseconds), or `never`.
    pub fn last(&self, then: Option<u64>, now: u64) -> String {
        then.map_or_else(|| self.say("ago-never", &[]), |then| self.ago(then, now))
    }

    /// Formats a size in the largest binary unit of which there is at least one: `1.50 MiB`.
    pub fn bytes(&self, bytes: u64) -> String {
        const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
        let step = (bytes.checked_ilog2().unwrap_or(0) / 10).min(4);
        let unit = UNITS.get(step as usize).copied().unwrap_or("TiB");
        if step == 0 { format!("{bytes} {unit}") } else { format!("{:.2} {unit}", bytes as f64 / f64::from(step * 10).exp2()) }
    }

    /// Formats the bytes of both directions: `1.20 MiB received, 3.40 KiB sent`.
    pub fn traffic(&self, received: u64, sent: u64) -> String {
        self.received_and_sent(self.bytes(received), self.bytes(sent))
    }

    /// Formats the rates of both directions, in bytes a second: `1.20 MiB/s received, 3.40 KiB/s sent`.
    pub fn rates(&self, received: u64, sent: u64) -> String {
        self.received_and_sent(self.rate(received), self.rate(sent))
    }

    /// Formats a rate in bytes a second: `1.20 MiB/s`.
    pub fn rate(&self, bytes: u64) -> String {
        format!("{}/s", self.bytes(bytes))
    }

    fn received_and_sent(&self, received: String, sent: String) -> String {
        self.say("ui-transferred", &[("received", received.into()), ("sent", sent.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_short_as_people_say_them() {
        let words = Words::english();
        for (milliseconds, text) in [
            (1, "1 s"),
            (59_000, "59 s"),
            (60_000, "1 min"),
            (3_600_000, "1 h"),
            (7_500_000, "2 h 5 min"),
            (86_400_000 * 4, "4 d"),
        ] {
            assert_eq!(words.span(milliseconds), text);
        }
        assert_eq!(words.ago(500, 1_000), "now");
        assert_eq!(words.ago(1_000, 13_500), "12 s ago");
        assert_eq!(words.ago(2_000, 1_000), "now", "the clock was set back");
    }

    #[test]
    fn sizes_are_as_wg_writes_them() {
        let words = Words::english();
        assert_eq!((words.bytes(0), words.bytes(1023), words.bytes(1024)), ("0 B".into(), "1023 B".into(), "1.00 KiB".into()));
        assert_eq!(words.bytes(u64::MAX), "16777216.00 TiB");
    }
}
