//! A value that may be unknown.

use serde::{Deserialize, Serialize};

/// A value, or the statement that nobody knows it. In JSON the value or `null`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Option<T>", into = "Option<T>", bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>"))]
pub enum Known<T> {
    /// Nobody knows.
    #[default]
    Unknown,
    /// The value.
    Known(T),
}

impl<T> From<Option<T>> for Known<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Self::Known)
    }
}

impl<T> From<Known<T>> for Option<T> {
    fn from(value: Known<T>) -> Self {
        match value {
            Known::Unknown => None,
            Known::Known(value) => Some(value),
        }
    }
}
