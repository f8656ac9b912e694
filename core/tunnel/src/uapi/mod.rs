//! The cross-platform configuration protocol (<https://www.wireguard.com/xplatform/>), so that the stock `wg` and every other tool
//! that can steer a userspace WireGuard can steer this one.
//!
//! A request is a block of `key=value` lines that ends with a blank one. It is read whole before any of it is done, and gets
//! exactly one answer that ends in `errno=N` and a blank line, N being zero or a negated `errno`, as `wg` expects.

mod answer;
mod client;
mod error;
mod line;
mod request;
mod server;

pub use answer::{write_update, write_view};
pub use client::{AnswerError, read_view};
pub use error::RequestError;
pub use line::{LineReader, MAX_LINE, MAX_REQUEST};
pub use request::{Request, ScopeOf, read_request};
pub use server::{Ended, Limits, answer_all, serve};
