//! The log as data: lines with a code and typed fields. `adit-words` turns them into sentences.

use serde::{Deserialize, Serialize};

use crate::{LogCode, TunnelId};

/// The severity of a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LogLevel {
    /// Something does not work.
    Error,
    /// Something may not work.
    Warn,
    /// Normal operation.
    Info,
    /// Every handshake and every decision.
    Debug,
}

/// One line of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogLine {
    /// Counts all lines, from 1, across restarts of the service.
    pub number: u64,
    /// The time, Unix milliseconds.
    pub at: u64,
    /// The severity.
    pub level: LogLevel,
    /// The tunnel that the line concerns.
    pub tunnel: Option<TunnelId>,
    /// The number of similar lines that were left out before it because there were too many.
    #[serde(default)]
    pub left_out: u64,
    /// The event. In JSON its members `code` and `fields` are members of the line.
    #[serde(flatten)]
    pub code: LogCode,
}

/// A part of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogPage {
    /// The lines, in order.
    pub lines: Vec<LogLine>,
    /// The value of `after` for the next page.
    pub last: u64,
    /// The number of lines after `after` that are no longer in memory.
    pub missed: u64,
}
