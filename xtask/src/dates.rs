//! Points in time as the crate index and git write them.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};

/// Seconds of one day.
pub(crate) const DAY: i64 = 24 * 60 * 60;

/// Seconds since 1970 of this computer's clock.
pub(crate) fn now() -> anyhow::Result<i64> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).context("this computer's clock is set to before 1970")?;
    Ok(i64::try_from(elapsed.as_secs())?)
}

/// Seconds since 1970 of a time in UTC as RFC 3339 writes it: `2026-08-21T06:28:40Z`. Fractions of a second are dropped.
pub(crate) fn seconds(text: &str) -> anyhow::Result<i64> {
    let malformed = || format!("`{text}` is no time in UTC such as 2026-08-21T06:28:40Z");
    let (date, time) = text.strip_suffix('Z').and_then(|rest| rest.split_once('T')).with_context(malformed)?;
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let numbers = |part: &str, separator: char| -> Option<[i64; 3]> {
        let found: Vec<i64> =
            part.split(separator).map(|digits| digits.parse().ok().filter(|number| *number >= 0)).collect::<Option<_>>()?;
        found.try_into().ok()
    };
    let [year, month, day] = numbers(date, '-').with_context(malformed)?;
    let [hour, minute, second] = numbers(time, ':').with_context(malformed)?;
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        bail!("{}", malformed());
    }
    if hour > 23 || minute > 59 || second > 60 {
        bail!("{}", malformed());
    }
    Ok(days(year, month, day) * DAY + hour * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Years are counted from March, so that the leap day is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
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
