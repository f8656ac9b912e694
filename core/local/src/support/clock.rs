//! Times in UTC, so that those of several computers can be compared.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Returns the present time in Unix milliseconds.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Formats a time as `2025-01-31 13:05:09Z`.
pub(super) fn clock(unix_milliseconds: u64) -> String {
    let seconds = i64::try_from(unix_milliseconds / 1000).ok();
    // A time after the year 9999 is shown as the last one before it.
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX);
    time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
