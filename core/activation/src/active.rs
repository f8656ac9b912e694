//! A tunnel that is up, with the memory of what was done for it. Dropping it takes all of that back, the last first.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use adit_config::settings::HookSettings;
use adit_config::{Config, InterfaceName, InterfaceSettings};
use adit_platform::network::{Attachment, Picture, Status, Underlay};
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

/// A tunnel, from the first step of bringing it up to the last of taking it back.
pub struct Active {
    pub(super) now: Configured,
    pub(super) commands_allowed: bool,
    /// Whether any command has been run: only then are those for the way down.
    pub(super) commands_ran: bool,
    pub(super) running: Option<Arc<dyn Running>>,
    /// The UDP port that it came up with.
    pub(super) first_port: u16,
    /// Its place on this computer, until it is taken back.
    pub(super) attachment: Option<Box<dyn Attachment>>,
    /// Of the steps around the attachment, those that were begun.
    pub(super) begun: BTreeSet<Step>,
    pub(super) platform: Platform,
    pub(super) shutdown: Shutdown,
    pub(super) reporter: Arc<dyn Reporter>,
    /// The kill switch that it has while the configuration takes all traffic.
    pub(super) kill_switch: Option<KillSwitchRequest>,
    pub(super) allow_ipv6_outside: bool,
    /// Whether another tunnel's routes go before its own.
    pub(super) yields: bool,
    pub(super) follower: Follower,
}

/// A configuration with the addresses of its endpoints.
pub(super) struct Configured {
    pub(super) config: Config,
    pub(super) settings: InterfaceSettings,
    /// The whole configuration, as the engine takes it.
    pub(super) update: DeviceUpdate,
    /// All addresses of each peer that has an endpoint; the engine was told one of them.
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

    /// Of the interface.
    pub fn name(&self) -> &InterfaceName {
        &self.now.settings.name
    }

    /// What the tunnel got of this computer; nothing where it has no interface.
    pub fn status(&self) -> Status {
        self.attachment.as_ref().map(|attachment| attachment.status()).unwrap_or_default()
    }

    /// Largest inner packet, bytes.
    pub fn mtu(&self) -> u16 {
        self.status().mtu
    }

    /// The network past every tunnel, for packets of this tunnel.
    pub fn underlay(&self) -> Arc<dyn Underlay> {
        self.attachment.as_ref().map_or_else(|| self.platform.network.underlay(), |attachment| attachment.underlay())
    }

    /// The configuration that is in force.
    pub fn config(&self) -> &Config {
        &self.now.config
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
            // Taken back by the attachment.
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
    /// What it asks of the computer, without a kill switch.
    pub(super) fn picture(&self) -> Picture {
        let peers = self.update.peers.iter().filter_map(|peer| Some(peer.endpoint?.ip())).collect();
        Picture { peers, ..Picture::from(&self.settings) }
    }
}

impl Drop for Active {
    /// A step that cannot be taken back is reported, and the others are still taken back.
    fn drop(&mut self) {
        if let Some(attachment) = &mut self.attachment {
            attachment.about_to_go();
        }
        self.end(Step::PostUp);
        // Nothing leads into the tunnel any more before its engine stops, and the interface goes after it.
        if let Some(attachment) = &mut self.attachment {
            attachment.clear();
        }
        self.end(Step::Engine);
        self.attachment = None;
        self.end(Step::PreUp);
    }
}
