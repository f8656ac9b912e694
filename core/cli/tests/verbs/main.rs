//! The verbs that ask the service, run as in a shell: the real program over a real socket, with a real manager and real WireGuard
//! on a simulated network.
#![cfg(target_os = "linux")]

mod backups;
mod bench;
mod edits;
mod imports;
mod invites;
mod keys;
mod manual;
mod portal;
mod refusals;
mod reports;
mod rules;
mod saves;
mod support;
mod switching;
mod two_ends;
mod web;
