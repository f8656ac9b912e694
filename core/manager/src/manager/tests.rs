//! The manager on a computer in memory, in virtual time, through the contract that everybody else uses.

mod bench;
mod block;
mod edits;
mod files;
mod key;
mod life;
mod model;
mod real;
mod reminder;
mod running;
mod watching;
