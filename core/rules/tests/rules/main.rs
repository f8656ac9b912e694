//! Tests the rules as a user of the crate: their language, decisions, and the controller in virtual time.
#![forbid(unsafe_code)]

mod controller;
mod decisions;
mod editing;
mod failover;
mod generate;
mod histories;
mod ios;
mod language;
mod portal;
mod presets;
mod reference;
mod rivals;
mod round_trip;
mod routing;
mod support;
mod tables;
mod warnings;
