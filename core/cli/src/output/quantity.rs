//! Amounts of traffic.

use super::look::words;

/// Formats the bytes of both directions: `1.2 MiB received, 3.4 KiB sent`.
pub(crate) fn received_and_sent(received: u64, sent: u64) -> String {
    format!("{} received, {} sent", words().bytes(received), words().bytes(sent))
}

/// Formats a rate in bytes a second.
pub(crate) fn per_second(bytes: u64) -> String {
    format!("{}/s", words().bytes(bytes))
}
