//! The contract: what can be asked of Adit, what it answers, and what it tells by itself. Declared here once, for all who speak it.
#![forbid(unsafe_code)]

mod tunnel_id;
mod tunnel_name;

pub use tunnel_id::{TunnelId, TunnelIdError};
pub use tunnel_name::{TunnelName, TunnelNameError};
