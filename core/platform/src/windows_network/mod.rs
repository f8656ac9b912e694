//! The settings of Windows that establish a tunnel, as data: the filters of the Windows Filtering Platform (WFP), the DNS
//! settings, and the choice of routes; and the steps that set them. The system calls are behind [`System`](system::System), so
//! every system runs the tests.

pub(crate) mod dns;
pub(crate) mod facts;
pub(crate) mod filter;
pub(crate) mod filters;
pub(crate) mod host;
pub(crate) mod snapshot;
pub(crate) mod system;

#[cfg(test)]
mod evaluate;
#[cfg(test)]
mod leaks;
#[cfg(test)]
mod tests;
