//! The manager on a computer in memory, in virtual time, through the contract that everybody else uses.

mod bench;
mod edits;
mod life;
mod model;
mod real;
mod watching;
