//! What a process gives up for good: system calls that it never makes ([`system_calls`]), and files that it never opens ([`files`]).
//!
//! Both last until the process ends, and hold for the threads and processes that it starts from then on.

pub mod files;
pub mod system_calls;
