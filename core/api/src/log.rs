//! What happened, as data: each line has a code and what belongs to it. Sentences are made where people read them.

use serde::{Deserialize, Serialize};

use crate::TunnelId;

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

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogLine {
    /// Counts all lines, from 1; a restart of the daemon goes on counting.
    pub number: u64,
    /// Unix milliseconds.
    pub at: u64,
    /// How much it matters.
    pub level: LogLevel,
    /// Which tunnel it is about.
    pub tunnel: Option<TunnelId>,
    /// Why the line is there, such as `handshake_no_answer`. Stable; what follows from it is in `fields`.
    pub code: String,
    /// What belongs to it. Never a private key; control characters are escaped.
    pub fields: Vec<LogField>,
}

/// One value of a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogField {
    /// Such as `peer`.
    pub name: String,
    /// As text.
    pub value: String,
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
