//! The control socket of the simulated service.

use std::path::Path;
use std::sync::Arc;

use adit_api::{Action, Role};
use adit_ipc::local::SocketListener;
use adit_ipc::{Limits, Peer, RoleSource};
use adit_platform::native::control_socket::{Access, ControlSocket};

use crate::Simulation;

const PROGRAM: &str = concat!("adit-simulation ", env!("CARGO_PKG_VERSION"));

/// Listens at `path` for programs of the user who runs this one, until `end` completes.
///
/// # Errors
/// If the socket cannot be made there.
pub async fn serve(simulation: &Simulation, path: &Path, end: impl Future<Output = ()>) -> anyhow::Result<()> {
    let listener = SocketListener::new(ControlSocket::bind(path, Access::Owner)?)?;
    let (service, events) = (Arc::new(simulation.manager().clone()), simulation.events().clone());
    adit_ipc::serve(PROGRAM, service, events, listener, Everything, Limits::default(), end).await;
    Ok(())
}

/// Whoever can connect may do everything: only the user who runs the simulation can.
struct Everything;

impl RoleSource for Everything {
    fn standing(&self, _: &Peer) -> Role {
        Role::Administer
    }

    async fn role(&self, _: &Peer, _: Role) -> Role {
        Role::Administer
    }

    async fn action(&self, _: &Peer, _: Option<Action>) -> Option<Action> {
        Some(Action::Lockdown)
    }
}
