//! A tunnel without root: nothing in the system changes, and programs reach the tunnel through SOCKS5, HTTP CONNECT or forwarded
//! ports.
#![forbid(unsafe_code)]

pub mod stack;
