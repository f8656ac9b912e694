//! What the rules want of one tunnel, as part of its profile.

use std::collections::HashSet;
use std::sync::Arc;

use adit_api::{KillSwitch, OnDemand, OnDemandCause, RuleSource};
use adit_config::{Cidr, Config};
use adit_protocol::{Instant, PublicKey};
use adit_rules::controller::Switch;
use adit_rules::routing::{RoutingError, Surroundings, allowed_ips};
use adit_rules::rule::Mode;

use super::super::clock::Now;
use super::{forms, views};

/// What the rules want of a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::manager) struct Wish {
    /// True if the tunnel should be up, false if it should be down; None: as it is.
    pub(in crate::manager) is_up: Option<bool>,
    pub(in crate::manager) mode: Mode,
    pub(in crate::manager) kill_switch: Switch,
    /// True if this is the tunnel whose kill switch closes if the rules close theirs.
    pub(in crate::manager) is_holder: bool,
    /// True if the rules want their kill switch closed, and no tunnel that is up can hold it: one that takes less than everything
    /// cannot.
    pub(in crate::manager) cannot_close: bool,
    /// True if the kill switch is closed while nothing is known about the networks, so that it closes before the service starts.
    pub(in crate::manager) closes_at_boot: bool,
    /// True if the rules name homes, so that a closed kill switch lets the home probe out.
    pub(in crate::manager) asks_home: bool,
    /// True if the rules do not govern the tunnel, and want of it only that its lockdown lets the home probe out.
    pub(in crate::manager) is_bystander: bool,
    pub(in crate::manager) cause: Cause,
}

/// What decides about a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::manager) enum Cause {
    Rule(RuleSource),
    Manual { until: Option<Instant> },
    Paused { until: Option<Instant> },
}

impl Wish {
    /// Returns the kill switch of a tunnel with this setting of its own. A lockdown by an administrator always stays.
    pub(in crate::manager) fn kill_switch(&self, own: KillSwitch) -> KillSwitch {
        match (own, self.kill_switch) {
            (KillSwitch::Lockdown, _) => KillSwitch::Lockdown,
            (own, Switch::AsTunnel) => own,
            (_, Switch::Closed) if self.is_holder => KillSwitch::Lockdown,
            // Another tunnel's kill switch is closed, and lets nothing out.
            (_, Switch::Closed | Switch::Open) => KillSwitch::Off,
        }
    }

    /// Returns true if local networks stay reachable while the kill switch is closed, whatever the tunnel's own setting is.
    pub(in crate::manager) fn allows_lan(&self) -> bool {
        self.mode == Mode::ExceptLan
    }

    /// Returns the configuration with the allowed IPs of the mode; None if it is the same.
    ///
    /// With everything except this LAN, local networks stay outside as in every full tunnel: by their routes, and by the exception of
    /// the kill switch. Both follow the computer when it joins another network.
    pub(in crate::manager) fn routed(&self, config: &Config) -> Result<Option<Config>, RoutingError> {
        let mode = match &self.mode {
            Mode::AsConfigured => return Ok(None),
            Mode::ExceptLan => &Mode::Everything,
            mode => mode,
        };
        let remote: HashSet<PublicKey> = config.remote_peers().map(|peer| peer.public_key).collect();
        let mut routed = config.clone();
        let mut peers: Vec<_> = routed.peers.iter_mut().filter(|peer| remote.contains(&peer.public_key)).collect();
        let networks: Vec<Vec<Cidr>> = peers.iter().map(|peer| peer.allowed_ips.clone()).collect();
        let around = Surroundings { lan: &[], dns: &config.interface.dns_servers };
        for (peer, networks) in peers.iter_mut().zip(allowed_ips(mode, &networks, around)?) {
            peer.allowed_ips = networks;
        }
        Ok(Some(routed))
    }

    /// Describes the wish for clients; None if the rules do not govern the tunnel.
    pub(in crate::manager) fn view(&self, now: Now) -> Option<OnDemand> {
        if self.is_bystander {
            return None;
        }
        let until = |until: &Option<Instant>| until.map(|until| views::unix(now, until));
        let cause = match &self.cause {
            Cause::Rule(by) => OnDemandCause::Rule { by: by.clone() },
            Cause::Manual { until: at } => OnDemandCause::Manual { until: until(at) },
            Cause::Paused { until: at } => OnDemandCause::Paused { until: until(at) },
        };
        Some(OnDemand { cause, mode: forms::of_mode(&self.mode), kill_switch: views::switch(self.kill_switch) })
    }
}

/// A wish of a tunnel's profile. Equal wishes share it.
pub(in crate::manager) type SharedWish = Option<Arc<Wish>>;
