//! On-demand rules: which tunnel is up on which network, and why.
//!
//! [`Facts`] describe the networks that the computer is joined to. A [`RuleSet`] says what follows from them. [`decide()`] combines
//! both into a [`Decision`] with a trace of every condition. This crate does no I/O, reads no clock and starts no thread.
#![forbid(unsafe_code)]

mod escape;
pub mod facts;
mod key_text;

pub use facts::Facts;

/// Implements Serde through the text form, so that a value that crosses a boundary is validated again on the other side.
macro_rules! serde_as_text {
    ($($type:ty),+ $(,)?) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(crate) use serde_as_text;
