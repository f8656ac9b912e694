//! The bundle for somebody who looks for the cause of a problem: text files about the service and its tunnels, without keys,
//! commands and comments.

mod gather;
mod redact;

pub use gather::{support_bundle, support_bundle_without_service};
