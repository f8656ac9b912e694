//! For tests only: loom runs the code that several threads share in every possible order of their steps, and with every value
//! that a relaxed load may return.
//!
//! The files under test are included from their own crates. Their `crate::sync` is loom's version here and the standard library's
//! there. So no other crate is built twice, and nothing in those files depends on loom.
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
