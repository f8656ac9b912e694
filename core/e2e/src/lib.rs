//! A laboratory of network namespaces in which real implementations carry real packets.
#![forbid(unsafe_code)]
