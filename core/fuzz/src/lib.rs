//! For tests only: one target for each parser that outsiders reach. A target takes any bytes, checks properties that must hold
//! for all input, and panics if one does not.
//!
//! `cargo xtask fuzz` runs a fuzzer that looks for bytes that break a target. The tests replay `corpus/TARGET`: inputs written by
//! people (`seed-…`), inputs that once broke something (`regression-…`), and a selection of those that reached new code.
#![forbid(unsafe_code)]

mod archive;
pub mod backup;
pub mod coalesce;
pub mod conf;
pub mod datagram;
pub mod dns;
pub mod handshake;
pub mod home;
pub mod http;
pub mod inner_packet;
mod input;
pub mod ipc_frame;
pub mod ipc_session;
pub mod link;
pub mod metrics_request;
mod packets;
pub mod picture;
pub mod portal_answer;
pub mod proxy_stack;
pub mod qr_text;
mod responder;
pub mod rules;
pub mod socks5;
pub mod split;
mod stream;
pub mod tar;
pub mod uapi_answer;
pub mod uapi_request;
pub mod wifi;
pub mod zip;

/// A target's name, which is also the name of its folder in `corpus` and of its program, and its check.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("backup", backup::check),
    ("coalesce", coalesce::check),
    ("conf", conf::check),
    ("datagram", datagram::check),
    ("dns", dns::check),
    ("handshake", handshake::check),
    ("home", home::check),
    ("http", http::check),
    ("inner_packet", inner_packet::check),
    ("ipc_frame", ipc_frame::check),
    ("ipc_session", ipc_session::check),
    ("link", link::check),
    ("metrics_request", metrics_request::check),
    ("picture", picture::check),
    ("portal_answer", portal_answer::check),
    ("proxy_stack", proxy_stack::check),
    ("qr_text", qr_text::check),
    ("rules", rules::check),
    ("socks5", socks5::check),
    ("split", split::check),
    ("tar", tar::check),
    ("uapi_answer", uapi_answer::check),
    ("uapi_request", uapi_request::check),
    ("wifi", wifi::check),
    ("zip", zip::check),
];
