//! A time span of the rules' language.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A time span from 5 seconds to 7 days, in whole seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Seconds(u32);

/// The reason why a text or number is not such a time span.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SecondsError {
    /// Not a number with a unit.
    #[error("a time is a number and a unit, such as `30 s`, `5 min` or `2 h`")]
    Form,
    /// Shorter than 5 seconds or longer than 7 days.
    #[error("a time is at least 5 s and at most 168 h")]
    Range,
}

impl Seconds {
    const SHORTEST: u32 = 5;
    const LONGEST: u32 = 7 * 24 * 3600;

    /// Creates a time span from seconds.
    pub const fn new(seconds: u32) -> Result<Self, SecondsError> {
        if seconds < Self::SHORTEST || seconds > Self::LONGEST {
            return Err(SecondsError::Range);
        }
        Ok(Self(seconds))
    }

    /// Returns the time span.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

impl TryFrom<u32> for Seconds {
    type Error = SecondsError;

    fn try_from(seconds: u32) -> Result<Self, SecondsError> {
        Self::new(seconds)
    }
}

impl From<Seconds> for u32 {
    fn from(seconds: Seconds) -> Self {
        seconds.0
    }
}

impl FromStr for Seconds {
    type Err = SecondsError;

    /// Parses `30 s`, `5 min` or `2 h`, with or without the space.
    fn from_str(text: &str) -> Result<Self, SecondsError> {
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let unit = match unit.trim_start() {
            "s" | "sec" | "second" | "seconds" => 1,
            "min" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3600,
            _ => return Err(SecondsError::Form),
        };
        if number.is_empty() {
            return Err(SecondsError::Form);
        }
        let number: u32 = number.parse().map_err(|_| SecondsError::Range)?;
        Self::new(number.checked_mul(unit).ok_or(SecondsError::Range)?)
    }
}

impl fmt::Display for Seconds {
    /// Writes the largest unit that divides the time span.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds if seconds % 3600 == 0 => write!(f, "{} h", seconds / 3600),
            seconds if seconds % 60 == 0 => write!(f, "{} min", seconds / 60),
            seconds => write!(f, "{seconds} s"),
        }
    }
}
