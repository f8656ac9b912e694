//! Sentences for the codes of the contract: what the CLI, the tray, notifications, the window and phones say of errors, log lines,
//! states, health and changes. `messages/en.ftl` (Project Fluent) has all of them; TypeScript reads the same file.
//!
//! A variant is given its message and its arguments in a `match` without a wildcard, so that a new variant does not compile before it
//! has words. Another language is another file in `messages/`: where it lacks a message, English is said.
#![forbid(unsafe_code)]

mod catalogue;
mod change;
mod conflict;
mod context;
mod diagnostic;
mod error;
mod log;
mod preview;
mod quantity;
mod route;
mod state;
mod text;
mod warning;

#[cfg(test)]
mod tests;

pub use adit_config::visible;
pub use catalogue::{Problem, Words};
pub use context::Context;
pub use preview::Line;
pub use text::argument;
