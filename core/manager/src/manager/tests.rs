//! Tests of the manager on a computer in memory, in virtual time, through the contract that all clients use.

mod bench;
mod clock;
mod edits;
mod endpoints;
mod files;
mod flood;
mod guard;
mod key;
mod kill_switch;
mod life;
mod lockdown;
mod masked;
mod model;
mod network;
mod pages;
mod portal;
mod real;
mod reminder;
mod retry;
mod rights;
mod rules;
mod save;
mod unconfirmed;
mod watching;
