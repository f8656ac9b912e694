//! Parses points in time as the crate index and git write them.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use jiff::Timestamp;

/// One day, in seconds.
pub(crate) const DAY: i64 = 24 * 60 * 60;

/// Returns this computer's time, in seconds since 1970.
pub(crate) fn now() -> anyhow::Result<i64> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).context("this computer's clock is set to before 1970")?;
    Ok(i64::try_from(elapsed.as_secs())?)
}

/// Parses a UTC time of RFC 3339 (`2026-08-21T06:28:40Z`) to seconds since 1970. Drops fractions of a second.
pub(crate) fn seconds(text: &str) -> anyhow::Result<i64> {
    let time = text.parse::<Timestamp>().ok().filter(|_| text.ends_with('Z'));
    Ok(time.with_context(|| format!("`{text}` is no time in UTC such as 2026-08-21T06:28:40Z"))?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_date_prints() {
        // date -u -d 2024-02-29T12:00:01Z +%s
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T12:00:01Z", 1_709_208_001),
            ("2026-08-21T06:28:40.123Z", 1_787_293_720),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] {
            assert_eq!(seconds(text).expect(text), expected, "{text}");
        }
    }

    #[test]
    fn anything_else_is_an_error() {
        for text in
            ["", "2026-08-21", "2026-08-21T06:28:40+02:00", "2026-13-21T06:28:40Z", "2026-08--1T06:28:40Z", "x-y-zTa:b:cZ"]
        {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
