//! Linux.

pub mod uapi_socket;
