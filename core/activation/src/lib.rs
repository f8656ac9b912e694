//! One tunnel, from a configuration to packets and back: the same steps for a foreground `adit up` and for the service.
//!
//! [`bring_up`] makes a [`Request`] true on a [`Platform`] and gives an [`Active`] tunnel; dropping that takes everything back, the
//! last first. [`start_rootless`] does the same for a tunnel without an interface. Nothing here prints: what happens is told to a [`Reporter`], and why it did not happen is an [`ActivationError`].
#![forbid(unsafe_code)]

mod active;
mod applied_config;
mod bring_up;
mod change;
mod engine;
mod error;
pub mod fake;
mod first_handshake;
mod follow;
mod foreground;
mod hooks;
mod kill_switch;
pub mod pace;
mod preview;
mod progress;
mod resolve;
mod rootless;
mod shutdown;
mod stderr;
mod undo;
mod update;

use std::sync::Arc;

use adit_config::{Config, InterfaceName};
use adit_platform::commands::Commands;
use adit_platform::network::Network;

pub use active::Active;
pub use applied_config::AppliedConfig;
pub use bring_up::bring_up;
pub use engine::{Engine, EngineObserver, Running, StartError, Userspace, Wanted};
pub use error::ActivationError;
pub use follow::{LookedUp, Observer, Signal};
pub use foreground::Mailbox;
pub use hooks::run as run_commands;
pub use hooks::{CommandError, HookDigest, HookPolicy};
pub use kill_switch::{closed, closed_except_lan};
pub use preview::{CommandPreview, PeerPreview, Preview, look_ahead, preview};
pub use progress::{Advice, PeerLabel, Progress, Reporter};
pub use resolve::{Candidates, Lookup, Patience, Resolver, SystemResolver};
pub use rootless::{RootlessRequest, start_rootless};
pub use shutdown::{End, Shutdown};
pub use undo::Step;
pub use update::{difference, whole_update};

/// A tunnel that is to be brought up.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the file says.
    pub config: Config,
    /// What to call the interface.
    pub name: InterfaceName,
    /// Whether the file's commands may run.
    pub hooks: HookPolicy,
    /// How long to wait for a resolver that is not ready.
    pub patience: Patience,
    /// Keeps everything inside the tunnel, where the configuration takes all traffic; None: nothing does.
    pub kill_switch: Option<KillSwitchRequest>,
    /// Whether IPv6 may leave past a tunnel that takes IPv4 alone.
    pub allow_ipv6_outside: bool,
    /// Where another tunnel of ours has the same route already, that one goes first. False: that is an error.
    pub yields: bool,
}

/// A kill switch that a tunnel is to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KillSwitchRequest {
    /// Names the tunnel to later runs of the service. Letters and digits.
    pub owner: String,
    /// Whether the private networks that the computer is in stay reachable.
    pub allow_lan: bool,
}

/// What a tunnel stands on.
#[derive(Clone)]
pub struct Platform {
    /// The computer's network.
    pub network: Arc<dyn Network>,
    /// Starts WireGuard.
    pub engine: Arc<dyn Engine>,
    /// Runs the file's commands.
    pub commands: Arc<dyn Commands>,
    /// Finds the addresses of endpoints.
    pub resolver: Arc<dyn Resolver>,
}

impl Platform {
    /// The same, but names are looked up by somebody else.
    pub fn with_resolver(&self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, ..self.clone() }
    }

    /// The same, but no name is looked up: the network is not asked.
    pub fn without_look_ups(&self) -> Self {
        Self { resolver: Arc::new(resolve::NoLookUps::instead_of(&self.resolver)), ..self.clone() }
    }
}
