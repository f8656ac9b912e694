//! On-demand rules: which tunnel is up on which network, and why.
//!
//! [`Facts`] describe the networks that the computer is joined to. A [`RuleSet`] says what follows from them. [`decide()`] combines
//! both into a [`Decision`] with a trace of every condition. [`Controller`] turns decisions into actions over time. This crate does no
//! I/O, reads no clock and starts no thread.
//!
//! # Example
//!
//! ```
//! use adit_rules::facts::{Day, Facts, Known, Link, LinkKind, LocalTime};
//! use adit_rules::rule::Action;
//! use adit_rules::text::Document;
//! use adit_rules::{Families, Tunnel, Tunnels, decide};
//!
//! let document = Document::parse(b"when wifi \"Home\" then down\notherwise up office everything\n")?;
//! let rules = document.rules().expect("the text has no errors");
//! let office = Tunnel { name: "office".parse()?, full: Families::BOTH, endpoints: 1 };
//! let tunnels = Tunnels { known: vec![office], chosen: None };
//!
//! // A Wi-Fi whose name is unknown is not home.
//! let at = LocalTime::new(Day::Monday, 9, 30).expect("a time");
//! let facts = Facts { links: vec![Link::unknown("wlan0", LinkKind::Wifi)], at, other_vpn: Known::Unknown };
//! let decision = decide(&rules, Some(&facts), &tunnels);
//! assert!(matches!(decision.action, Action::Up(_)) && !decision.is_certain);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
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
pub use tunnels::{Coverage, Families, Tunnel, Tunnels};
