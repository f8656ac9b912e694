//! On-demand rules: which tunnel is up on which network, and why.
//!
//! [`Facts`] describe the networks that the computer is joined to. A [`RuleSet`] says what follows from them. [`decide()`] combines
//! both into a [`Decision`] with a trace of every condition. This crate does no I/O, reads no clock and starts no thread.
#![forbid(unsafe_code)]

pub mod controller;
pub mod decide;
mod escape;
pub mod facts;
mod identity;
pub mod ios;
mod key_text;
pub mod lint;
pub mod preset;
pub mod routing;
pub mod rule;
pub mod text;
mod tunnels;

pub use controller::Controller;
pub use decide::{Decision, decide};
pub use facts::{Facts, Link};
pub use rule::{Name, Rule, RuleSet};
pub use tunnels::{Coverage, Tunnel, Tunnels};

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
