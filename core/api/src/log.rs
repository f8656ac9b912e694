//! The log as data: lines with a code and typed fields. `adit-words` makes sentences of them.

use serde::{Deserialize, Serialize};

use crate::{LogCode, TunnelId};

/// How much it matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LogLevel {
    /// Something does not work.
    Error,
    /// Something may not work.
    Warn,
    /// What a person wants to know.
    Info,
    /// Each handshake and each decision.
    Debug,
}

/// One line of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogLine {
    /// Counts all lines, from 1; a restart of the service goes on counting.
    pub number: u64,
    /// Unix milliseconds.
    pub at: u64,
    /// How much it matters.
    pub level: LogLevel,
    /// The tunnel that it is about.
    pub tunnel: Option<TunnelId>,
    /// Lines like this one that were left out before it, because there were too many.
    #[serde(default)]
    pub left_out: u64,
    /// What happened. In JSON its members `code` and `fields` are members of the line.
    #[serde(flatten)]
    pub code: LogCode,
}

/// A piece of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogPage {
    /// In order.
    pub lines: Vec<LogLine>,
    /// What to give as `after` to get those that follow.
    pub last: u64,
    /// Lines after the asked-for number that are forgotten already.
    pub missed: u64,
}
