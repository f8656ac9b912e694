//! A tunnel that is up, with the memory of what was done for it. Dropping it takes all of that back, the last first.

use std::collections::HashMap;
use std::sync::Arc;

use adit_config::settings::HookSettings;
use adit_config::{Config, InterfaceName, InterfaceSettings};
use adit_platform::host::{FirewallPolicy, InterfaceSpec, Plan, RouteSpec};
use adit_protocol::PublicKey;
use adit_tunnel::{DeviceUpdate, DeviceView};

use super::applied_config::AppliedConfig;
use super::engine::Running;
use super::error::ActivationError;
use super::follow::{Follower, Observer};
use super::place::Place;
use super::progress::{Progress, Reporter};
use super::resolve::Candidates;
use super::shutdown::Shutdown;
use super::undo::{Step, Undo};
use super::{HookPolicy, KillSwitchRequest, Platform, hooks};

/// A tunnel, from the first step of bringing it up to the last of taking it back.
pub struct Active {
    pub(super) now: Picture,
    pub(super) commands_allowed: bool,
    /// Whether any command has been run: only then are those for the way down.
    pub(super) commands_ran: bool,
    pub(super) running: Option<Arc<dyn Running>>,
    /// The UDP port that it came up with.
    pub(super) first_port: u16,
    pub(super) undo: Undo,
    pub(super) platform: Platform,
    pub(super) shutdown: Shutdown,
    pub(super) reporter: Arc<dyn Reporter>,
    /// The kill switch that it has while the configuration takes all traffic.
    pub(super) kill_switch: Option<KillSwitchRequest>,
    pub(super) allow_ipv6_outside: bool,
    pub(super) follower: Follower,
    /// False: nothing was set up on this computer, and nothing is to be.
    pub(super) has_interface: bool,
    /// What this computer was told, and follows the interface.
    pub(super) place: Arc<Place>,
}

/// Everything that a configuration asks for, on the way that the computer had to its endpoints.
pub(super) struct Picture {
    pub(super) config: Config,
    pub(super) settings: InterfaceSettings,
    pub(super) plan: Plan,
    pub(super) interface: InterfaceSpec,
    /// The whole configuration, as the engine takes it.
    pub(super) update: DeviceUpdate,
    /// All addresses of each peer that has an endpoint; the engine was told one of them.
    pub(super) candidates: HashMap<PublicKey, Candidates>,
}

impl Active {
    pub(super) fn nothing_yet(
        wanted: Picture,
        hooks: HookPolicy,
        platform: &Platform,
        shutdown: &Shutdown,
        reporter: &Arc<dyn Reporter>,
        signals: &Arc<Observer>,
    ) -> Self {
        let place = Place::new(wanted.plan.name.clone(), Arc::clone(&platform.host), Arc::clone(reporter));
        Self {
            place: Arc::new(place),
            commands_allowed: hooks.allows(&wanted.settings.hooks),
            now: wanted,
            commands_ran: false,
            running: None,
            first_port: 0,
            undo: Undo::default(),
            platform: platform.clone(),
            shutdown: shutdown.clone(),
            reporter: Arc::clone(reporter),
            kill_switch: None,
            allow_ipv6_outside: false,
            follower: Follower::telling(Arc::clone(signals)),
            has_interface: true,
        }
    }

    /// Of the interface.
    pub fn name(&self) -> &InterfaceName {
        &self.now.plan.name
    }

    /// What the system was told.
    pub fn plan(&self) -> &Plan {
        &self.now.plan
    }

    /// The configuration that is in force.
    pub fn config(&self) -> &Config {
        &self.now.config
    }

    /// What the interface was told.
    pub fn interface(&self) -> &InterfaceSpec {
        &self.now.interface
    }

    /// The commands that are in force: those from when it came up.
    pub fn hooks(&self) -> &HookSettings {
        &self.now.settings.hooks
    }

    /// The whole configuration, as the engine was told.
    pub fn update(&self) -> &DeviceUpdate {
        &self.now.update
    }

    /// What `wg show` would see.
    pub fn view(&self) -> DeviceView {
        self.running.as_ref().map(|running| running.view()).unwrap_or_default()
    }

    /// To ask the engine from another thread.
    pub fn running(&self) -> Option<Arc<dyn Running>> {
        self.running.clone()
    }

    /// What it was told, to find out later what else it has become.
    pub fn applied_config(&self) -> AppliedConfig {
        AppliedConfig { config: self.now.config.clone(), update: self.now.update.clone(), port: self.first_port }
    }

    fn take_back(&self, step: Step) -> Result<(), ActivationError> {
        let (host, name, hooks) = (&self.platform.host, &self.now.plan.name, &self.now.settings.hooks);
        let commands = |lines: &[String]| hooks::run_all(lines, &*self.platform.commands, &*self.reporter);
        match step {
            Step::PreUp if self.commands_ran => commands(&hooks.post_down),
            Step::PreUp => {}
            Step::PostUp => commands(&hooks.pre_down),
            Step::Engine => {
                if let Some(running) = &self.running {
                    running.stop();
                }
            }
            Step::Interface => host.remove_interface(name)?,
            Step::Firewall => host.set_firewall(name, &FirewallPolicy::Open)?,
            Step::Routes => host.set_routes(&RouteSpec::none(name.clone()))?,
            Step::Dns => host.set_dns(name, None)?,
        }
        Ok(())
    }
}

impl Drop for Active {
    /// A step that cannot be taken back is reported, and the others are still taken back.
    fn drop(&mut self) {
        // From here on a move is of no interest.
        self.place.set(None);
        while let Some(step) = self.undo.pop() {
            self.reporter.report(&Progress::TakingBack { name: self.now.plan.name.clone(), step });
            if let Err(error) = self.take_back(step) {
                self.reporter.report(&Progress::NotTakenBack(error));
            }
        }
    }
}
