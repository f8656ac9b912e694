//! Tests of the contract over real sockets, with valid and invalid clients.

mod abuse;
mod conversation;
mod crowd;
mod ground;
mod polkit;
mod roles;
mod service;
