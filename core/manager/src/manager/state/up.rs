//! The state of a tunnel that is up.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use adit_api::{Conflict, Counters, DataPath, PEERS_IN_VIEW, PeerStatus, UpState};
use adit_config::InterfaceSettings;
use adit_config::diff::Diff;
use adit_config::settings::HookSettings;
use adit_platform::network::{Effect, Status, Underlay};
use adit_protocol::{Instant, PublicKey};
use adit_rules::rule::Mode;
use adit_tunnel::{DataPathView, DeviceUpdate, DeviceView, PeerView};

use crate::manager::clock::{Now, UnixMillis};
use crate::manager::conflict::Needs;
use crate::manager::endpoints::Endpoints;
use crate::manager::health::Tracks;
use crate::manager::history::History;
use crate::manager::profile::Profile;
use adit_activation::{Active, AppliedConfig, Running, Shutdown, difference};

/// The data of a tunnel that is up.
pub(in crate::manager) struct Up {
    pub(in crate::manager) since: Instant,
    /// Ends the running tunnel.
    pub(in crate::manager) shutdown: Shutdown,
    pub(in crate::manager) needs: Arc<Needs>,
    pub(in crate::manager) running: Arc<dyn Running>,
    pub(in crate::manager) applied: AppliedSettings,
    pub(in crate::manager) tracks: Tracks,
    pub(in crate::manager) history: History,
    /// The conflicts that the user accepted.
    pub(in crate::manager) conflicts: Vec<Conflict>,
    /// The origin of the running tunnel's allowed IPs.
    pub(in crate::manager) mode: Mode,
    /// The origin of the running tunnel's endpoints.
    pub(in crate::manager) endpoints: Endpoints,
}

/// The settings that were applied to the computer and the engine.
#[derive(Clone)]
pub(in crate::manager) struct AppliedSettings {
    pub(in crate::manager) told: AppliedConfig,
    pub(in crate::manager) status: Status,
    /// The changes on this computer.
    pub(in crate::manager) effects: Vec<Effect>,
    /// The network outside every tunnel, for this tunnel's encrypted packets.
    pub(in crate::manager) underlay: Arc<dyn Underlay>,
    /// The hooks of the running tunnel, including those that run when it goes down.
    hooks: HookSettings,
}

impl AppliedSettings {
    pub(in crate::manager) fn of(active: &Active) -> Self {
        Self {
            told: active.applied_config(),
            status: active.status(),
            effects: active.effects(),
            underlay: active.underlay(),
            hooks: active.hooks().clone(),
        }
    }

    /// Returns the endpoints that were configured for the peers.
    fn endpoints(&self) -> HashMap<PublicKey, Option<SocketAddr>> {
        self.told.update.peers.iter().map(|peer| (peer.public_key, peer.endpoint)).collect()
    }

    /// Returns true if another program changed the engine's configuration. A roamed endpoint is not a change.
    fn differs(&self, view: &DeviceView) -> bool {
        difference(view, &self.told.update, &self.told.update) != DeviceUpdate::default()
    }
}

impl Up {
    /// Returns true if a stored change needs a restart to take effect.
    fn is_outdated(&self, profile: &Profile) -> bool {
        let Some(usable) = &profile.usable else { return true };
        let hooks = InterfaceSettings::from(&usable.config, profile.interface.clone()).hooks;
        let mut running = self.applied.told.config.clone();
        let saved = &usable.config.interface;
        if saved.asks_for.is_some() && saved.public_key() == running.interface.public_key() {
            (running.interface.private_key, running.interface.asks_for) = (None, saved.asks_for);
        }
        hooks != self.applied.hooks || !Diff::between(&usable.config, &running).is_empty()
    }

    pub(super) fn view(&self, profile: &Profile, now: Now) -> UpState {
        let view = self.running.view();
        let endpoints = self.applied.endpoints();
        // First the peers whose configuration is in the tunnel's view, then others.
        let configured: Vec<PublicKey> = profile.first_peers().map(|peer| peer.public_key).collect();
        let (mut peers, others): (Vec<&PeerView>, Vec<&PeerView>) =
            view.peers.iter().partition(|peer| configured.contains(&peer.public_key));
        peers.extend(others);
        peers.truncate(PEERS_IN_VIEW);
        let path = self.running.data_path();
        UpState {
            since: now.unix(self.since).get(),
            health: self.tracks.worst(&view.peers, now),
            mtu: self.applied.status.mtu,
            listen_port: view.listen_port,
            counters: self.history.total(&view),
            last_handshake: view.peers.iter().filter_map(last_handshake).max(),
            peers: peers.into_iter().map(|peer| self.status(peer, &endpoints, now)).collect(),
            peer_count: u32::try_from(view.peers.len()).unwrap_or(u32::MAX),
            differs: self.is_outdated(profile) || self.applied.differs(&view),
            conflicts: self.conflicts.clone(),
            warnings: crate::preview::warnings(&self.applied.status.limits),
            data_path: data_path(path),
            in_other_namespace: path.in_other_namespace,
            routing_loops: path.routing_loops,
        }
    }

    /// Returns the status of all peers.
    pub(in crate::manager) fn peers(&self, now: Now) -> BTreeMap<PublicKey, PeerStatus> {
        let endpoints = self.applied.endpoints();
        self.running.view().peers.iter().map(|peer| (peer.public_key, self.status(peer, &endpoints, now))).collect()
    }

    fn status(&self, peer: &PeerView, told: &HashMap<PublicKey, Option<SocketAddr>>, now: Now) -> PeerStatus {
        PeerStatus {
            public_key: peer.public_key.into(),
            endpoint: peer.endpoint,
            has_moved: self.endpoints.has_moved(&peer.public_key)
                || told.get(&peer.public_key).is_some_and(|told| told.is_some() && *told != peer.endpoint),
            last_handshake: last_handshake(peer),
            counters: Counters { received: peer.rx_bytes, sent: peer.tx_bytes },
            health: self.tracks.health(peer, now),
        }
    }
}

/// Returns the time of the last handshake in Unix milliseconds.
fn last_handshake(peer: &PeerView) -> Option<u64> {
    Some(UnixMillis::since_epoch(peer.last_handshake).get()).filter(|at| *at != 0)
}

fn data_path(view: DataPathView) -> DataPath {
    let DataPathView { queues, tun_segmentation, tun_udp_segmentation, udp_segmentation, udp_receive, .. } = view;
    let queues = u32::try_from(queues).unwrap_or(u32::MAX);
    DataPath { queues, tun_segmentation, tun_udp_segmentation, udp_segmentation, udp_receive }
}
