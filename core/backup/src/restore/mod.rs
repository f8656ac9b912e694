//! The comparison of a backup with the tunnels of this computer, and its restoration. Each tunnel is restored completely, or stays as
//! it was.

mod apply;
mod plan;

pub use apply::{NotRestored, Restored, carry_out};
pub use plan::{Step, plan};

use adit_api::{BlockingClient, BlockingTransport, CallError, TunnelView};

use crate::contents::{SavedTunnel, Settings};

/// Reads a tunnel, with its keys, for a backup.
pub fn saved<T: BlockingTransport>(service: &BlockingClient<T>, tunnel: &TunnelView) -> Result<SavedTunnel, CallError<T::Error>> {
    let config = service.export(tunnel.id)?;
    let (name, interface) = (tunnel.name.clone(), tunnel.interface.clone());
    Ok(SavedTunnel { name, interface, settings: Settings::from(tunnel), config })
}
