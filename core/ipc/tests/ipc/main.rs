//! The contract over real sockets, spoken well and spoken badly.

mod abuse;
mod conversation;
mod crowd;
mod ground;
mod polkit;
mod roles;
mod service;
