//! Windows of local time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::facts::{Day, LocalTime};

/// A set of days of the week that is not empty.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Days(u8);

/// A window of local time that begins on each of its days. A window whose end is not after its start ends on the next day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    days: Days,
    from: u16,
    to: u16,
}

/// The reason why a text is not a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WindowError {
    /// Neither days nor a time.
    #[error("a time window is days, such as `mon-fri` or `sat,sun`, or times, such as `22:00-06:00`, or both")]
    Form,
    /// A time that a day does not have.
    #[error("a time is between 00:00 and 24:00")]
    Time,
    /// The start equals the end.
    #[error("the window begins and ends at the same time; leave the times out for the whole day")]
    Empty,
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Days {
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);

    /// Returns the set of these days, or `None` if there are none.
    pub fn new(days: impl IntoIterator<Item = Day>) -> Option<Self> {
        let bits = days.into_iter().fold(0, |bits, day| bits | 1 << day.number());
        (bits != 0).then_some(Self(bits))
    }

    /// Returns true if the day is in the set.
    pub const fn contains(self, day: Day) -> bool {
        self.0 & 1 << day.number() != 0
    }
}

impl Window {
    /// Creates a window from the minutes of the day of its start (0 to 1439) and end (0 to 1440).
    pub const fn new(days: Days, from: u16, to: u16) -> Result<Self, WindowError> {
        if from >= LocalTime::MINUTES || to > LocalTime::MINUTES {
            return Err(WindowError::Time);
        }
        if from == to {
            return Err(WindowError::Empty);
        }
        // The end at 00:00 is the end of the day.
        let to = if to == 0 { LocalTime::MINUTES } else { to };
        Ok(Self { days, from, to })
    }

    /// Returns true if the time is in the window. The start belongs to it, the end does not.
    pub const fn contains(&self, at: LocalTime) -> bool {
        let minute = at.minute();
        if self.from < self.to {
            return self.days.contains(at.day()) && self.from <= minute && minute < self.to;
        }
        (self.days.contains(at.day()) && self.from <= minute) || (self.days.contains(at.day().previous()) && minute < self.to)
    }

    /// Returns the minutes from `at` to the next start or end of the window on any day, 1 to 1440.
    pub fn minutes_to_boundary(&self, at: LocalTime) -> u16 {
        let until = |boundary: u16| match (boundary % LocalTime::MINUTES + LocalTime::MINUTES - at.minute()) % LocalTime::MINUTES
        {
            0 => LocalTime::MINUTES,
            minutes => minutes,
        };
        until(self.from).min(until(self.to))
    }
}

impl FromStr for Days {
    type Err = WindowError;

    /// Parses `mon-fri`, `sat,sun` or `fri-mon,wed`.
    fn from_str(text: &str) -> Result<Self, WindowError> {
        let day = |name: &str| {
            let name = name.to_ascii_lowercase();
            let position =
                NAMES.iter().position(|short| *short == name || format!("{short}day") == name || is_long(short, &name));
            position.map(|number| Day::ALL[number]).ok_or(WindowError::Form)
        };
        let mut days = Vec::new();
        for range in text.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (mut at, last) = (day(first)?, day(last)?);
            days.push(at);
            while at != last {
                at = Day::ALL[(at as usize + 1) % 7];
                days.push(at);
            }
        }
        Self::new(days).ok_or(WindowError::Form)
    }
}

/// Returns true for the whole names of days that are not the short name and `day`.
fn is_long(short: &str, name: &str) -> bool {
    matches!((short, name), ("tue", "tuesday") | ("wed", "wednesday") | ("thu", "thursday") | ("sat", "saturday"))
}

impl fmt::Display for Days {
    /// Writes runs of three days and more as a range.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let mut day = 0;
        while day < 7 {
            let run = (day..7).take_while(|day| self.0 & 1 << day != 0).count();
            match run {
                0 => day += 1,
                1 | 2 => {
                    write!(f, "{separator}{}", NAMES[day])?;
                    day += 1;
                }
                run => {
                    write!(f, "{separator}{}-{}", NAMES[day], NAMES[day + run - 1])?;
                    day += run;
                }
            }
            if run > 0 {
                separator = ",";
            }
        }
        Ok(())
    }
}

impl FromStr for Window {
    type Err = WindowError;

    /// Parses `mon-fri 22:00-06:00`, `mon-fri` or `22:00-06:00`.
    fn from_str(text: &str) -> Result<Self, WindowError> {
        let is_times = |part: &str| part.starts_with(|letter: char| letter.is_ascii_digit());
        let (days, times) = match text.split_once(' ') {
            Some((days, times)) => (days.parse()?, Some(times.trim_start())),
            None if is_times(text) => (Days::ALL, Some(text)),
            None => (text.parse()?, None),
        };
        let Some(times) = times else { return Self::new(days, 0, LocalTime::MINUTES) };
        let (from, to) = times.split_once('-').ok_or(WindowError::Form)?;
        Self::new(days, minute(from)?, minute(to)?)
    }
}

/// Parses `HH:MM`, up to 24:00.
fn minute(text: &str) -> Result<u16, WindowError> {
    let (hour, minute) = text.split_once(':').ok_or(WindowError::Form)?;
    let number = |digits: &str| match digits.len() {
        1 | 2 if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits.parse::<u16>().map_err(|_| WindowError::Form),
        _ => Err(WindowError::Form),
    };
    match (number(hour)?, number(minute)?) {
        (hour @ 0..=23, minute @ 0..=59) => Ok(hour * 60 + minute),
        (24, 0) => Ok(LocalTime::MINUTES),
        _ => Err(WindowError::Time),
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_whole_day = self.from == 0 && self.to == LocalTime::MINUTES;
        if self.days != Days::ALL || is_whole_day {
            write!(f, "{}", self.days)?;
        }
        if is_whole_day {
            return Ok(());
        }
        if self.days != Days::ALL {
            f.write_str(" ")?;
        }
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, self.to / 60, self.to % 60)
    }
}

impl TryFrom<String> for Window {
    type Error = WindowError;

    fn try_from(text: String) -> Result<Self, WindowError> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: Day, hour: u8, minute: u8) -> LocalTime {
        LocalTime::new(day, hour, minute).unwrap()
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_on_which_it_begins() {
        let window: Window = "fri 22:00-06:00".parse().unwrap();
        assert!(window.contains(at(Day::Friday, 22, 0)));
        assert!(window.contains(at(Day::Saturday, 5, 59)));
        assert!(!window.contains(at(Day::Saturday, 6, 0)));
        assert!(!window.contains(at(Day::Friday, 5, 0)));
        assert!(!window.contains(at(Day::Saturday, 22, 0)));
        let week_end: Window = "sun 20:00-04:00".parse().unwrap();
        assert!(week_end.contains(at(Day::Monday, 3, 0)));
    }

    #[test]
    fn a_window_is_printed_as_it_is_read() {
        for (text, printed) in [
            ("mon-fri 09:00-17:00", "mon-fri 09:00-17:00"),
            ("Monday-friday", "mon-fri"),
            ("sat,sun", "sat,sun"),
            ("fri-mon", "mon,fri-sun"),
            ("22:00-6:00", "22:00-06:00"),
            ("mon-sun", "mon-sun"),
            ("00:00-24:00", "mon-sun"),
            ("18:00-00:00", "18:00-24:00"),
        ] {
            let window: Window = text.parse().unwrap();
            assert_eq!(window.to_string(), printed);
            assert_eq!(printed.parse(), Ok(window));
        }
    }

    #[test]
    fn times_that_no_day_has_are_refused() {
        use WindowError::{Empty, Form, Time};
        for (text, error) in [
            ("25:00-26:00", Time),
            ("12:60-13:00", Time),
            ("24:01-06:00", Time),
            ("08:00-08:00", Empty),
            ("someday", Form),
            ("mon-", Form),
            ("", Form),
            ("09-17", Form),
            ("9:00", Form),
            ("mon 9:00", Form),
            ("-5:00-6:00", Form),
        ] {
            assert_eq!(text.parse::<Window>(), Err(error), "{text}");
        }
    }

    #[test]
    fn the_next_boundary_is_the_nearer_of_start_and_end() {
        let window: Window = "22:00-06:00".parse().unwrap();
        assert_eq!(window.minutes_to_boundary(at(Day::Monday, 21, 59)), 1);
        assert_eq!(window.minutes_to_boundary(at(Day::Monday, 22, 0)), 8 * 60);
        assert_eq!(window.minutes_to_boundary(at(Day::Monday, 6, 0)), 16 * 60);
    }
}
