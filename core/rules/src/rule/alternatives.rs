//! A list that is never empty.

use serde::{Deserialize, Serialize};

/// One or more values.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Alternatives<T>(Vec<T>);

/// The error for an empty list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("at least one value is needed")]
pub struct EmptyAlternatives;

impl<T> Alternatives<T> {
    /// Returns a list of one value.
    pub fn one(value: T) -> Self {
        Self(vec![value])
    }

    /// Returns the list with one more value at its end.
    pub fn and(mut self, value: T) -> Self {
        self.0.push(value);
        self
    }

    /// Returns the values.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// Returns the first value.
    pub fn first(&self) -> &T {
        &self.0[0]
    }

    /// Returns an iterator over the values.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T> TryFrom<Vec<T>> for Alternatives<T> {
    type Error = EmptyAlternatives;

    fn try_from(values: Vec<T>) -> Result<Self, EmptyAlternatives> {
        if values.is_empty() { Err(EmptyAlternatives) } else { Ok(Self(values)) }
    }
}

impl<'a, T> IntoIterator for &'a Alternatives<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
