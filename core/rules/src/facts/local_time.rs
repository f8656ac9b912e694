//! The local time, as far as rules ask for it: a day of the week and the time of day.

use serde::{Deserialize, Serialize};

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the day of that name")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// All days, Monday first.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// Returns the number of the day: 0 for Monday, 6 for Sunday.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the day before.
    pub const fn previous(self) -> Self {
        Self::ALL[(self as usize + 6) % 7]
    }
}

/// A day of the week and the time of that day, in local time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct LocalTime {
    day: Day,
    minute: u16,
    second: u8,
}

#[derive(Deserialize)]
struct Raw {
    day: Day,
    minute: u16,
    #[serde(default)]
    second: u8,
}

impl LocalTime {
    /// Minutes of a day.
    pub const MINUTES: u16 = 24 * 60;

    /// Returns the time, or `None` if the hour is above 23 or the minute above 59.
    pub const fn new(day: Day, hour: u8, minute: u8) -> Option<Self> {
        if hour > 23 || minute > 59 {
            return None;
        }
        Some(Self { day, minute: hour as u16 * 60 + minute as u16, second: 0 })
    }

    /// Returns the same minute with this second; seconds above 59 are read as 59.
    pub const fn with_second(self, second: u8) -> Self {
        Self { second: if second > 59 { 59 } else { second }, ..self }
    }

    /// Returns the second of the minute, 0 to 59.
    pub const fn second(self) -> u8 {
        self.second
    }

    /// Returns the day of the week.
    pub const fn day(self) -> Day {
        self.day
    }

    /// Returns the minute of the day, 0 to 1439.
    pub const fn minute(self) -> u16 {
        self.minute
    }
}

impl TryFrom<Raw> for LocalTime {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let Raw { day, minute, second } = raw;
        if minute >= Self::MINUTES || second > 59 {
            return Err(format!("a day has the minutes 0 to 1439 and the seconds 0 to 59, not {minute} and {second}"));
        }
        Ok(Self { day, minute, second })
    }
}
