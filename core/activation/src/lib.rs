//! One tunnel, from a configuration to packets and back: the same steps for a foreground `adit up` and for the service.
//!
//! [`bring_up`] carries out a [`Request`] on a [`Platform`] and returns an [`Active`] tunnel; dropping that undoes everything,
//! the last step first. [`start_rootless`] does the same for a tunnel without an interface. Nothing here prints: progress goes
//! to a [`Reporter`], and failures are an [`ActivationError`].
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
pub use resolve::{Candidates, Lookup, Patience, Resolver, SystemResolver, is_permanent, retry_pauses};
pub use rootless::{RootlessRequest, start_rootless};
pub use shutdown::{End, Shutdown};
pub use undo::Step;
pub use update::{difference, whole_update};

/// A request to bring a tunnel up.
#[derive(Clone, Debug)]
pub struct Request {
    /// The configuration.
    pub config: Config,
    /// Name for the interface.
    pub name: InterfaceName,
    /// The permission to run the configuration's commands.
    pub hooks: HookPolicy,
    /// The patience with a resolver that is not ready.
    pub patience: Patience,
    /// The kill switch, which is closed if the configuration is a full tunnel. None for no kill switch.
    pub kill_switch: Option<KillSwitchRequest>,
    /// True if IPv6 may leave outside a tunnel that takes only IPv4.
    pub allow_ipv6_outside: bool,
    /// If another tunnel of ours has the same route: true lets that one take precedence, false makes it an error.
    pub yields: bool,
}

/// The kill switch requested for a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KillSwitchRequest {
    /// Identifies the tunnel to later runs of the service. Letters and digits.
    pub owner: String,
    /// True if the private networks that the computer is in stay reachable.
    pub allow_lan: bool,
    /// True if the home probe may get out, because rules ask for it.
    pub home_probe: bool,
}

/// The parts of the system that a tunnel needs.
#[derive(Clone)]
pub struct Platform {
    /// The computer's network.
    pub network: Arc<dyn Network>,
    /// The WireGuard engine.
    pub engine: Arc<dyn Engine>,
    /// Runs the configuration's commands.
    pub commands: Arc<dyn Commands>,
    /// Looks up the addresses of endpoints.
    pub resolver: Arc<dyn Resolver>,
}

impl Platform {
    /// Returns the same platform with another resolver.
    pub fn with_resolver(&self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, ..self.clone() }
    }

    /// Returns the same platform without name look-ups, which would use the network.
    pub fn without_look_ups(&self) -> Self {
        Self { resolver: Arc::new(resolve::NoLookUps::instead_of(&self.resolver)), ..self.clone() }
    }
}
