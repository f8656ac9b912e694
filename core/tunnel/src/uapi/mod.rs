//! The cross-platform configuration protocol (<https://www.wireguard.com/xplatform/>). With it the stock `wg`, and every other
//! tool that can control a userspace WireGuard, can control this one.
//!
//! A request is a block of `key=value` lines that ends with a blank line. It is read completely before any of it is executed, and
//! gets exactly one answer that ends in `errno=N` and a blank line. As `wg` expects, N is zero or a negated `errno`.
//!
//! # Example
//!
//! ```
//! use adit_tunnel::uapi::{LineReader, Request, read_request};
//!
//! let mut lines = LineReader::new(&b"set=1\nlisten_port=51820\n\nset=1\nlisten_port=70000\n\nget=1\n\n"[..]);
//! let no_scope = |_interface: &str| None;
//!
//! let mut requests = Vec::new();
//! while lines.begin_request()? {
//!     requests.push(read_request(&mut lines, &no_scope)?.expect("a request has begun"));
//! }
//! let [Ok(Request::Set(update)), Err(refused), Ok(Request::Get)] = requests.as_slice() else { panic!("{requests:?}") };
//! assert_eq!(update.listen_port, Some(51820));
//! // 70000 is no port. A request that is refused is read to its end, so that the next one can follow.
//! assert!(refused.errno() != 0 && !refused.ends_connection());
//! # Ok::<(), std::io::Error>(())
//! ```

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
