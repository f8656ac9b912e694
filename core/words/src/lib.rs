//! Sentences for the codes of the contract: errors, log lines, states, health and changes, as the CLI, the tray, notifications,
//! the window and phones show them. `messages/en.ftl` (Project Fluent) has all of them; TypeScript reads the same file.
//!
//! A `match` without a wildcard gives each variant its message and arguments, so that a new variant does not compile before it
//! has words. Another language is another file in `messages/`. English stands in for a message that it lacks.
#![forbid(unsafe_code)]

mod catalogue;
mod change;
mod conflict;
mod context;
mod desktop;
mod diagnostic;
mod drops;
mod error;
mod event;
mod finding;
mod home;
mod import;
mod log;
mod portal;
mod preview;
mod quantity;
mod route;
mod rule_reason;
mod rules;
mod state;
mod status;
mod takeover;
mod text;
mod utc;
mod version;
mod warning;

#[cfg(test)]
mod tests;

pub use adit_config::visible;
pub use catalogue::{Problem, Words};
pub use context::Context;
pub use desktop::{Away, ConsentText, DialogText, NoticeText, RuleAct, TrayText};
pub use finding::{End, FindingText};
pub use home::HomeText;
pub use portal::PortalText;
pub use preview::Line;
pub use status::{Offload, StatusLabel, StatusText};
pub use text::argument;
pub use utc::{now, utc};
