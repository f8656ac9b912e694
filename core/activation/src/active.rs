//! A tunnel that is up, with a record of the changes made for it. Dropping it undoes them, the last first.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use adit_config::settings::HookSettings;
use adit_config::{Config, InterfaceName, InterfaceSettings};
use adit_platform::network::{Attachment, Effect, Picture, Status, Underlay};
use adit_protocol::PublicKey;
use adit_tunnel::{DeviceUpdate, DeviceView};

use super::applied_config::AppliedConfig;
use super::engine::Running;
use super::error::ActivationError;
use super::follow::{Follower, Observer};
use super::progress::{Progress, Reporter};
use super::resolve::Candidates;
use super::shutdown::Shutdown;
use super::undo::Step;
use super::{HookPolicy, KillSwitchRequest, Platform, hooks};

/// A tunnel, from the first step of bringing it up to the last step of taking it down.
pub struct Active {
    pub(super) now: Configured,
    pub(super) commands_allowed: bool,
    /// True once a command has run: only then do the commands for the way down run.
    pub(super) commands_ran: bool,
    pub(super) running: Option<Arc<dyn Running>>,
    /// The UDP port that the tunnel came up with.
    pub(super) first_port: u16,
    /// The tunnel's attachment to this computer, until it is undone.
    pub(super) attachment: Option<Box<dyn Attachment>>,
    /// The steps that were begun, without those of the attachment.
    pub(super) begun: BTreeSet<Step>,
    pub(super) platform: Platform,
    pub(super) shutdown: Shutdown,
    pub(super) reporter: Arc<dyn Reporter>,
    /// The kill switch that is closed while the configuration is a full tunnel.
    pub(super) kill_switch: Option<KillSwitchRequest>,
    pub(super) allow_ipv6_outside: bool,
    /// True if another tunnel's routes take precedence over its own.
    pub(super) yields: bool,
    pub(super) follower: Follower,
}

/// A configuration with the resolved addresses of its endpoints.
pub(super) struct Configured {
    pub(super) config: Config,
    pub(super) settings: InterfaceSettings,
    /// The whole configuration as the engine gets it.
    pub(super) update: DeviceUpdate,
    /// All addresses of each peer that has an endpoint. The engine got one of them.
    pub(super) candidates: HashMap<PublicKey, Candidates>,
}

impl Active {
    pub(super) fn nothing_yet(
        wanted: Configured,
        attachment: Option<Box<dyn Attachment>>,
        hooks: HookPolicy,
        platform: &Platform,
        shutdown: &Shutdown,
        reporter: &Arc<dyn Reporter>,
        signals: &Arc<Observer>,
    ) -> Self {
        Self {
            commands_allowed: hooks.allows(&wanted.settings.hooks),
            now: wanted,
            commands_ran: false,
            running: None,
            first_port: 0,
            attachment,
            begun: BTreeSet::new(),
            platform: platform.clone(),
            shutdown: shutdown.clone(),
            reporter: Arc::clone(reporter),
            kill_switch: None,
            allow_ipv6_outside: false,
            yields: false,
            follower: Follower::telling(Arc::clone(signals)),
        }
    }

    /// Returns the name of the interface.
    pub fn name(&self) -> &InterfaceName {
        &self.now.settings.name
    }

    /// Returns the settings of the tunnel on this computer; empty if it has no interface.
    pub fn status(&self) -> Status {
        self.attachment.as_ref().map(|attachment| attachment.status()).unwrap_or_default()
    }

    /// Returns the changes that it has made on this computer; empty if it has no interface.
    pub fn effects(&self) -> Vec<Effect> {
        self.attachment.as_ref().map(|attachment| attachment.explain()).unwrap_or_default()
    }

    /// Returns the MTU of the interface: the largest inner packet, bytes.
    pub fn mtu(&self) -> u16 {
        self.status().mtu
    }

    /// Returns the underlay for packets of this tunnel.
    pub fn underlay(&self) -> Arc<dyn Underlay> {
        self.attachment.as_ref().map_or_else(|| self.platform.network.underlay(), |attachment| attachment.underlay())
    }

    /// Returns the configuration in force.
    pub fn config(&self) -> &Config {
        &self.now.config
    }

    /// Returns the commands in force: those of the configuration with which the tunnel came up.
    pub fn hooks(&self) -> &HookSettings {
        &self.now.settings.hooks
    }

    /// Returns the whole configuration as the engine got it.
    pub fn update(&self) -> &DeviceUpdate {
        &self.now.update
    }

    /// Returns the state that `wg show` would print.
    pub fn view(&self) -> DeviceView {
        self.running.as_ref().map(|running| running.view()).unwrap_or_default()
    }

    /// Returns the engine, for requests from another thread.
    pub fn running(&self) -> Option<Arc<dyn Running>> {
        self.running.clone()
    }

    /// Returns the applied configuration, to compare the running tunnel with later.
    pub fn applied_config(&self) -> AppliedConfig {
        AppliedConfig { config: self.now.config.clone(), update: self.now.update.clone(), port: self.first_port }
    }

    fn take_back(&self, step: Step) -> Result<(), ActivationError> {
        let hooks = &self.now.settings.hooks;
        let commands = |lines: &[String]| hooks::run_all(lines, &*self.platform.commands, &*self.reporter);
        match step {
            Step::PreUp if self.commands_ran => commands(&hooks.post_down),
            Step::PostUp => commands(&hooks.pre_down),
            Step::Engine => {
                if let Some(running) = &self.running {
                    running.stop();
                }
            }
            // The attachment undoes these.
            Step::PreUp | Step::Interface | Step::Firewall | Step::Routes | Step::Dns => {}
        }
        Ok(())
    }

    fn end(&mut self, step: Step) {
        if !self.begun.remove(&step) {
            return;
        }
        self.reporter.report(&Progress::TakingBack { name: self.name().clone(), step });
        if let Err(error) = self.take_back(step) {
            self.reporter.report(&Progress::NotTakenBack(error));
        }
    }
}

impl Configured {
    /// Builds the tunnel's picture, without a kill switch.
    pub(super) fn picture(&self) -> Picture {
        let peers = self.update.peers.iter().filter_map(|peer| Some(peer.endpoint?.ip())).collect();
        Picture { peers, ..Picture::from(&self.settings) }
    }
}

impl Drop for Active {
    /// Undoes all steps. A failure is reported, and the other steps are still undone.
    fn drop(&mut self) {
        if let Some(attachment) = &mut self.attachment {
            attachment.about_to_go();
        }
        self.end(Step::PostUp);
        // Everything that leads into the tunnel is removed before its engine stops; the interface is removed after that.
        if let Some(attachment) = &mut self.attachment {
            attachment.clear();
        }
        self.end(Step::Engine);
        self.attachment = None;
        self.end(Step::PreUp);
    }
}
