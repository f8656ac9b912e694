//! For tests only: loom runs what several threads share in every order that their steps can have, and with every value that a relaxed
//! load may give.
//!
//! The files under test are included from where they are; their `crate::sync` is loom's here and the standard library's there. So no
//! other crate is built twice, and nothing in them knows of loom.
#![forbid(unsafe_code)]
#![cfg(test)]
#![allow(dead_code, unreachable_pub, reason = "the files that are included are used by their own crates")]

#[path = "../../protocol/src/counters.rs"]
mod counters;
#[path = "../../tunnel/src/order.rs"]
mod order;
#[path = "../../protocol/src/replay.rs"]
mod replay;
mod sync;
mod tests;
#[path = "../../protocol/src/timing.rs"]
mod timing;
