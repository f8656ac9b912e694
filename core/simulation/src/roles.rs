//! The control socket of the simulated service.

use std::path::Path;
use std::sync::Arc;

use adit_api::{Action, Role};
use adit_ipc::local::SocketListener;
use adit_ipc::{Limits, Peer, RoleSource};
use adit_platform::native::control_socket::{Access, ControlSocket};

use crate::Simulation;

const PROGRAM: &str = concat!("adit-simulation ", env!("CARGO_PKG_VERSION"));

/// Listens at `path` for programs of the user who runs this one. Must be called within a tokio runtime.
///
/// # Errors
/// If the socket cannot be made there.
pub fn listen(path: &Path) -> anyhow::Result<SocketListener> {
    Ok(SocketListener::new(ControlSocket::bind(path, Access::Owner)?)?)
}

/// Answers programs that connect to `listener`, until `end` completes.
pub async fn serve(simulation: &Simulation, listener: SocketListener, end: impl Future<Output = ()>) {
    let (service, events) = (Arc::new(simulation.manager().clone()), simulation.events().clone());
    adit_ipc::serve(PROGRAM, service, events, listener, Everything, Limits::default(), end).await;
}

/// Every client may do everything. Clients are programs of the user who runs the simulation, and browsers of this computer if there
/// is a page.
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
