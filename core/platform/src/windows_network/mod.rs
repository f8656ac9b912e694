//! The settings of Windows that establish a tunnel, as data: the filters of the Windows Filtering Platform (WFP), the DNS
//! settings, and the choice of routes. No system call is made here, so every system runs the tests.

pub(crate) mod dns;
pub(crate) mod filter;
pub(crate) mod filters;
pub(crate) mod snapshot;

#[cfg(test)]
mod evaluate;
#[cfg(test)]
mod leaks;
