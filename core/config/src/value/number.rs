//! The numbers of a configuration, each with its own range and its own words for "none".

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

/// The reason why a text is not the required number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NumberError {
    /// The text is not a number.
    #[error("not a number")]
    NotANumber,
    /// The number is outside the range.
    #[error("outside {minimum}–{maximum}")]
    Range {
        /// Smallest allowed value.
        minimum: u64,
        /// Largest allowed value.
        maximum: u64,
    },
}

/// The reason why a text does not name a routing table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TableError {
    /// The text is neither `off` nor `auto` nor a number.
    #[error("neither `auto` nor `off` nor a number")]
    Word,
    /// The number is 0 or has more than 32 bits.
    #[error("a routing table is a number from 1 to 4294967295")]
    Range,
}

/// Interval in seconds at which an idle tunnel sends an authenticated empty packet; 0 is off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Keepalive(u16);

/// The firewall mark of outgoing packets, 32 bits; 0 is off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FwMark(u32);

/// Size of the largest inner packet in bytes, 68–65535 (RFC 791 section 3.2; the largest IP packet).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Mtu(u16);

/// The routing table for the routes to the allowed IPs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Table {
    /// The main table, and policy routing for a default route.
    #[default]
    Auto,
    /// No routes are set.
    Off,
    /// The table with this number, without policy routing.
    Number(u32),
}

impl Keepalive {
    /// No keepalive.
    pub const OFF: Self = Self(0);

    /// Creates a value from seconds; 0 is off.
    pub const fn from_seconds(seconds: u16) -> Self {
        Self(seconds)
    }

    /// Returns the seconds, or `None` if the keepalive is off.
    pub const fn seconds(self) -> Option<NonZeroU16> {
        NonZeroU16::new(self.0)
    }
}

impl FwMark {
    /// No mark.
    pub const OFF: Self = Self(0);

    /// Creates a mark; 0 is off.
    pub const fn new(mark: u32) -> Self {
        Self(mark)
    }

    /// Returns the mark; 0 is off.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Mtu {
    /// Minimum MTU in bytes.
    pub const MINIMUM: u16 = 68;

    /// Creates a value from `bytes`; `None` unless it is 68–65535.
    pub const fn new(bytes: u16) -> Option<Self> {
        if bytes >= Self::MINIMUM { Some(Self(bytes)) } else { None }
    }

    /// Returns the MTU in bytes.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for Keepalive {
    type Err = NumberError;

    /// Parses decimal seconds, or `off` in any case.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::OFF);
        }
        decimal(text, 0, u64::from(u16::MAX)).map(|seconds| Self(seconds as u16))
    }
}

impl FromStr for FwMark {
    type Err = NumberError;

    /// Parses `off`, a decimal number, or a hexadecimal number after a lower-case `0x`, as `wg` does.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::OFF);
        }
        match text.strip_prefix("0x") {
            Some(digits) => hexadecimal(digits).map(Self),
            None => decimal(text, 0, u64::from(u32::MAX)).map(|mark| Self(mark as u32)),
        }
    }
}

impl FromStr for Mtu {
    type Err = NumberError;

    /// Parses a decimal number.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        decimal(text, u64::from(Self::MINIMUM), u64::from(u16::MAX)).map(|bytes| Self(bytes as u16))
    }
}

impl FromStr for Table {
    type Err = TableError;

    /// Parses `auto`, `off`, a number in decimal or (after `0x`) hexadecimal, or one of ip-route(8)'s built-in names.
    fn from_str(text: &str) -> Result<Self, TableError> {
        let number = match text.to_ascii_lowercase().as_str() {
            "auto" => return Ok(Self::Auto),
            "off" => return Ok(Self::Off),
            "default" => 253,
            "main" => 254,
            "local" => 255,
            lower => match lower.strip_prefix("0x") {
                Some(digits) => hexadecimal(digits),
                None => decimal(lower, 0, u64::from(u32::MAX)).map(|number| number as u32),
            }
            .map_err(|error| if error == NumberError::NotANumber { TableError::Word } else { TableError::Range })?,
        };
        if number == 0 { Err(TableError::Range) } else { Ok(Self::Number(number)) }
    }
}

fn decimal(text: &str, minimum: u64, maximum: u64) -> Result<u64, NumberError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::NotANumber);
    }
    let range = NumberError::Range { minimum, maximum };
    text.parse().ok().filter(|number| (minimum..=maximum).contains(number)).ok_or(range)
}

fn hexadecimal(digits: &str) -> Result<u32, NumberError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(NumberError::NotANumber);
    }
    u32::from_str_radix(digits, 16).map_err(|_| NumberError::Range { minimum: 0, maximum: u64::from(u32::MAX) })
}

impl fmt::Display for Keepalive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("off") } else { self.0.fmt(f) }
    }
}

impl fmt::Display for FwMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("off") } else { write!(f, "{:#x}", self.0) }
    }
}

impl fmt::Display for Mtu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Off => f.write_str("off"),
            Self::Number(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FromStr + fmt::Display>(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|text| text.parse::<T>().ok().map(|value| value.to_string())).collect()
    }

    fn some(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|text| Some((*text).to_owned())).collect()
    }

    #[test]
    fn every_spelling_of_a_number_that_wg_accepts_is_accepted() {
        assert_eq!(read::<Keepalive>(&["off", "OFF", "0", "25", "65535"]), some(&["off", "off", "off", "25", "65535"]));
        assert_eq!(
            read::<FwMark>(&["off", "0", "0xca6c", "010", "0xffffffff", "4294967295"]),
            some(&["off", "off", "0xca6c", "0xa", "0xffffffff", "0xffffffff"])
        );
        assert_eq!(read::<Mtu>(&["68", "1280", "1420", "65535"]), some(&["68", "1280", "1420", "65535"]));
        assert_eq!(
            read::<Table>(&["auto", "Off", "1", "0x10", "main", "4294967295"]),
            some(&["auto", "off", "1", "16", "254", "4294967295"])
        );
    }

    #[test]
    fn a_number_out_of_range_or_another_text_is_refused() {
        assert!(read::<Keepalive>(&["", "65536", "-1", "+1", "1e3", "0x10", "on", "25s"]).iter().all(Option::is_none));
        assert!(read::<FwMark>(&["", "0x", "0X10", "0x100000000", "4294967296", "-1", "0xg"]).iter().all(Option::is_none));
        assert!(read::<Mtu>(&["", "0", "67", "65536", "2147483648", "-1", "auto"]).iter().all(Option::is_none));
        assert!(read::<Table>(&["", "0", "4294967296", "-1", "vpn", "0x"]).iter().all(Option::is_none));
    }
}
