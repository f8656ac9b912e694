//! The verbs that ask the daemon, as somebody at a shell has them: the real program, over a real socket, with a real manager and real
//! WireGuard on a network in memory.
#![cfg(target_os = "linux")]

mod bench;
mod edits;
mod imports;
mod invites;
mod keys;
mod manual;
mod refusals;
mod reports;
mod saves;
mod switching;
mod two_ends;
mod web;
