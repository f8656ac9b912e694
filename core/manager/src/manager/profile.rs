//! The profile of a tunnel: its stored data without its keys. It is rebuilt whenever the store changes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use adit_api::{
    ApiError, Diagnostic, HooksHash, HooksView, KillSwitch, NETWORKS_IN_VIEW, PEERS_IN_VIEW, PeerView, RotationView, Source,
    TunnelId, TunnelName, TunnelState, TunnelView,
};
use adit_config::{Cidr, Config, Document, Interface, InterfaceName, InterfaceSettings, Keepalive, Peer, Severity, parse};
use adit_protocol::{PrivateKey, PublicKey};
use adit_rules::Families;
use adit_rules::rule::Mode;

use super::clock::Now;
use super::conflict::Needs;
use super::endpoints::Endpoints;
use super::page;
use super::rules::{SharedWish, Wish};
use crate::store::{self, Tunnel};
use adit_activation::{HookDigest, HookPolicy, KillSwitchRequest};

/// One tunnel as it is in the store.
#[derive(Clone)]
pub(super) struct Profile {
    pub(super) name: TunnelName,
    pub(super) interface: InterfaceName,
    pub(super) source: store::Source,
    pub(super) version: u64,
    key_since: u64,
    /// Time since which each preshared key exists, by peer, in Unix milliseconds.
    preshared_since: BTreeMap<PublicKey, u64>,
    /// Time at which the tunnel was added, for preshared keys of unknown age, in Unix milliseconds.
    created: u64,
    pub(super) key_reminder_days: Option<u32>,
    start_at_boot: bool,
    /// The kill switch in force: the tunnel's own, unless the on-demand rules want another one.
    pub(super) kill_switch: KillSwitch,
    /// The kill switch that the tunnel's settings say.
    pub(super) own_kill_switch: KillSwitch,
    /// True if local networks stay reachable while the kill switch is closed, by the tunnel's setting or by the rules.
    pub(super) allow_lan: bool,
    /// The tunnel's setting.
    pub(super) own_allow_lan: bool,
    pub(super) allow_ipv6_outside: bool,
    /// True if only the tunnel's interface is known, from a closed kill switch.
    pub(super) is_unknown: bool,
    rotation: Option<RotationView>,
    /// The configuration to bring up: the saved one, unless the on-demand rules want other allowed IPs, or a peer is at another
    /// endpoint than its first. None: it cannot be used.
    pub(super) usable: Option<Arc<Usable>>,
    /// The saved configuration.
    pub(super) saved: Option<Arc<Usable>>,
    /// The wish of the on-demand rules; None if they do not govern the tunnel.
    pub(super) wish: SharedWish,
    /// The endpoints in use.
    pub(super) endpoints: Endpoints,
}

/// A configuration without errors.
pub(super) struct Usable {
    pub(super) config: Config,
    pub(super) needs: Arc<Needs>,
    pub(super) hooks: HooksView,
    /// The hooks that may run.
    pub(super) policy: HookPolicy,
    /// The address families that the allowed IPs contain completely.
    pub(super) full: Families,
    /// The origin of the allowed IPs: the saved configuration, or the on-demand rules.
    pub(super) mode: Mode,
    /// The origin of the endpoints.
    pub(super) endpoints: Endpoints,
}

impl Profile {
    pub(super) fn of(tunnel: &Tunnel) -> Self {
        let summary = &tunnel.summary;
        let usable = parse_text(&tunnel.text).ok().map(|(config, _)| Arc::new(Usable::of(config, summary)));
        let rotation = match (&tunnel.pending_key, &usable) {
            (Some(key), Some(usable)) => Some(rotation(key, summary, &usable.config)),
            (Some(_) | None, _) => None,
        };
        Self { rotation, saved: usable.clone(), usable, ..Self::unreadable(summary) }
    }

    /// Builds the profile of a tunnel whose text cannot be read.
    pub(super) fn unreadable(summary: &store::Summary) -> Self {
        Self {
            name: summary.name.clone(),
            interface: summary.interface.clone(),
            source: summary.source.clone(),
            version: summary.version,
            key_since: summary.key_created.0 * 1_000,
            preshared_since: summary.preshared_created.iter().map(|(peer, since)| (*peer, since.0 * 1_000)).collect(),
            created: summary.created.0 * 1_000,
            key_reminder_days: summary.settings.key_reminder_days,
            start_at_boot: summary.settings.start_at_boot,
            kill_switch: summary.settings.kill_switch,
            own_kill_switch: summary.settings.kill_switch,
            allow_lan: summary.settings.allow_lan,
            own_allow_lan: summary.settings.allow_lan,
            allow_ipv6_outside: summary.settings.allow_ipv6_outside,
            is_unknown: false,
            rotation: None,
            usable: None,
            saved: None,
            wish: None,
            endpoints: Endpoints::default(),
        }
    }

    /// Builds the profile of a blocked tunnel whose record cannot be read or does not exist.
    pub(super) fn unknown(interface: &InterfaceName) -> Self {
        let name = interface.as_str().parse().or_else(|_| format!("({interface})").parse());
        let Ok(name) = name else { unreachable!("an interface's name in parentheses can be a tunnel's") };
        Self {
            name,
            interface: interface.clone(),
            source: store::Source::Store,
            version: 0,
            key_since: 0,
            preshared_since: BTreeMap::new(),
            created: 0,
            key_reminder_days: None,
            start_at_boot: false,
            kill_switch: KillSwitch::Block,
            own_kill_switch: KillSwitch::Block,
            allow_lan: false,
            own_allow_lan: false,
            allow_ipv6_outside: false,
            is_unknown: true,
            rotation: None,
            usable: None,
            saved: None,
            wish: None,
            endpoints: Endpoints::default(),
        }
    }

    /// Returns the id of an unknown tunnel, which is always the same for an interface.
    pub(super) fn id_of_unknown(interface: &InterfaceName) -> TunnelId {
        let mut bits = [0; 16];
        bits.iter_mut().zip(interface.as_str().bytes()).for_each(|(bit, byte)| *bit = byte);
        TunnelId::from_bits(u128::from_le_bytes(bits))
    }

    /// Returns true if the tunnel's kill switch is closed from boot on.
    pub(super) fn is_closed_from_boot(&self) -> bool {
        let from_the_start = match self.own_kill_switch {
            KillSwitch::Off => false,
            KillSwitch::Block => self.start_at_boot && self.may_take_all(),
            KillSwitch::Lockdown => true,
        };
        let by_rules = self.wish.as_ref().is_some_and(|wish| wish.closes_at_boot);
        (from_the_start || by_rules) && !self.is_unknown
    }

    /// Returns the profile with what the on-demand rules want of the tunnel, and these endpoints.
    pub(super) fn wanted(self, wish: SharedWish, endpoints: Endpoints) -> Self {
        let own = self.own_kill_switch;
        let kill_switch = wish.as_ref().map_or(own, |wish| wish.kill_switch(own));
        let usable = self.saved.as_ref().map(|saved| saved.wanted(&self.interface, wish.as_deref(), &endpoints));
        let allow_lan = self.own_allow_lan || wish.as_ref().is_some_and(|wish| wish.allows_lan());
        Self { kill_switch, allow_lan, usable, wish, endpoints, ..self }
    }

    /// Returns the endpoints in use that another configuration has too.
    pub(super) fn endpoints_for(&self, config: Option<&Config>) -> Endpoints {
        self.endpoints.still(self.saved.as_ref().map(|saved| &saved.config), config)
    }

    /// Returns true if an administrator has put the tunnel under lockdown.
    pub(super) fn is_under_lockdown(&self) -> bool {
        self.own_kill_switch == KillSwitch::Lockdown
    }

    /// Returns true if the saved configuration takes all traffic of an address family.
    pub(super) fn takes_all_as_saved(&self) -> bool {
        self.saved.as_ref().is_some_and(|saved| saved.needs.takes_all())
    }

    /// Returns true if the tunnel's kill switch is closed while the tunnel should be up and is not.
    pub(super) fn closes(&self) -> bool {
        match self.kill_switch {
            KillSwitch::Off => false,
            KillSwitch::Block => self.may_take_all(),
            KillSwitch::Lockdown => true,
        }
    }

    /// Returns true if the tunnel's kill switch is closed in every state of the tunnel, by an administrator or by the rules.
    pub(super) fn is_locked_down(&self) -> bool {
        self.kill_switch == KillSwitch::Lockdown
    }

    /// Returns true if the tunnel takes all traffic, or may do so because its configuration is unknown.
    fn may_take_all(&self) -> bool {
        self.usable.as_ref().is_none_or(|usable| usable.needs.takes_all())
    }

    /// Returns true if a closed kill switch lets the home probe out.
    pub(super) fn asks_home(&self) -> bool {
        self.wish.as_ref().is_some_and(|wish| wish.asks_home)
    }

    /// Returns the exceptions of the kill switch of the tunnel `id`, or None if the kill switch is off.
    pub(super) fn kill_switch_request(&self, id: TunnelId) -> Option<KillSwitchRequest> {
        match self.kill_switch {
            KillSwitch::Off => None,
            KillSwitch::Block | KillSwitch::Lockdown => {
                Some(KillSwitchRequest { owner: id.to_string(), allow_lan: self.allow_lan, home_probe: self.asks_home() })
            }
        }
    }

    /// Returns the path of the tunnel's configuration if that is an administrator's file.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.source {
            store::Source::Store => None,
            store::Source::File(path) => Some(path),
        }
    }

    /// Returns the pending rotation of the private key.
    pub(super) fn rotation(&self) -> Option<&RotationView> {
        self.rotation.as_ref()
    }

    pub(super) fn view(&self, id: TunnelId, state: TunnelState, now: Now) -> TunnelView {
        let config = self.saved.as_ref().map(|usable| &usable.config);
        let own = config.and_then(|config| config.interface.public_key());
        TunnelView {
            id,
            name: self.name.clone(),
            interface: self.interface.clone(),
            state,
            source: match &self.source {
                store::Source::Store => Source::Store,
                store::Source::File(path) => Source::File { path: path.display().to_string() },
            },
            version: self.version,
            usable: config.is_some(),
            public_key: own.map(Into::into),
            asks_for_key: config.is_some_and(|config| config.interface.asks_for.is_some()),
            key_since: own.map(|_| self.key_since),
            key_reminder_days: self.key_reminder_days,
            rotation: self.rotation.clone(),
            addresses: config.map(|config| config.interface.addresses.clone()).unwrap_or_default(),
            peers: self.first_peers().map(|peer| self.peer_view(peer)).collect(),
            peer_count: count(config.map_or(0, |config| config.remote_peers().count())),
            start_at_boot: self.start_at_boot,
            kill_switch: self.own_kill_switch,
            allow_lan: self.own_allow_lan,
            allow_ipv6_outside: self.allow_ipv6_outside,
            hooks: self.saved.as_ref().map_or(HooksView::None, |saved| saved.hooks.clone()),
            on_demand: self.wish.as_ref().and_then(|wish| wish.view(now)),
        }
    }
}

impl Profile {
    /// Returns the time since which each key exists at least, in Unix milliseconds: this end's own key (None), and preshared
    /// keys by peer.
    pub(super) fn key_ages(&self) -> Vec<(Option<PublicKey>, u64)> {
        let Some(config) = self.saved.as_ref().map(|saved| &saved.config) else { return Vec::new() };
        let own = config.interface.public_key().map(|_| (None, self.key_since));
        let preshared = config.remote_peers().filter_map(|peer| Some((Some(peer.public_key), self.preshared_since(peer)?)));
        own.into_iter().chain(preshared).collect()
    }

    fn preshared_since(&self, peer: &Peer) -> Option<u64> {
        peer.preshared_key.as_ref().filter(|key| !key.is_none())?;
        Some(self.preshared_since.get(&peer.public_key).copied().unwrap_or(self.created))
    }

    /// Returns the peers that are in the tunnel's view.
    pub(super) fn first_peers(&self) -> impl Iterator<Item = &Peer> {
        let config = self.saved.as_ref().map(|saved| &saved.config);
        config.into_iter().flat_map(Config::remote_peers).take(PEERS_IN_VIEW)
    }

    pub(super) fn peer_view(&self, peer: &Peer) -> PeerView {
        let since = self.preshared_since(peer);
        PeerView {
            public_key: peer.public_key.into(),
            name: peer.name.as_ref().map(ToString::to_string),
            endpoint: peer.endpoint.as_ref().map(ToString::to_string),
            further_endpoints: peer.further_endpoints.iter().map(ToString::to_string).collect(),
            allowed_ips: peer.allowed_ips.iter().take(NETWORKS_IN_VIEW).copied().collect(),
            allowed_ip_count: count(peer.allowed_ips.len()),
            has_preshared_key: since.is_some(),
            preshared_key_since: since,
            persistent_keepalive: peer.persistent_keepalive.and_then(Keepalive::seconds).map(u16::from),
        }
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

impl Usable {
    fn of(config: Config, summary: &store::Summary) -> Self {
        let hooks = InterfaceSettings::from(&config, summary.interface.clone()).hooks;
        let digest = HookDigest::of(&hooks);
        let (view, policy) = match (config.interface.hooks.is_empty(), HooksHash::from_digest(*digest.as_bytes())) {
            (true, _) => (HooksView::None, HookPolicy::Never),
            (false, hash) if summary.settings.approves_all(&hash) => (HooksView::Approved { hash }, HookPolicy::Approved(digest)),
            (false, hash) => (HooksView::NotApproved { hash }, HookPolicy::Never),
        };
        Self {
            needs: Arc::new(Needs::of(&config, &summary.interface)),
            full: full(&config),
            config,
            hooks: view,
            policy,
            mode: Mode::AsConfigured,
            endpoints: Endpoints::default(),
        }
    }

    /// Returns the configuration with the allowed IPs that the rules want, and these endpoints. A mode that the tunnel cannot have
    /// changes nothing.
    fn wanted(self: &Arc<Self>, interface: &InterfaceName, wish: Option<&Wish>, endpoints: &Endpoints) -> Arc<Self> {
        let routed = wish.and_then(|wish| Some((wish.routed(&self.config).ok()??, wish.mode.clone())));
        let chosen = endpoints.chosen(routed.as_ref().map_or(&self.config, |(config, _)| config));
        let (config, mode) = match (routed, chosen) {
            (None, None) => return Arc::clone(self),
            (None, Some(chosen)) => (chosen, self.mode.clone()),
            (Some((routed, mode)), chosen) => (chosen.unwrap_or(routed), mode),
        };
        Arc::new(Self { mode, endpoints: endpoints.clone(), ..self.with_config(config, interface) })
    }

    /// Returns the same with another configuration, which has the same commands.
    pub(super) fn with_config(&self, config: Config, interface: &InterfaceName) -> Self {
        let needs = Arc::new(Needs::of(&config, interface));
        Self {
            needs,
            full: full(&config),
            config,
            hooks: self.hooks.clone(),
            policy: self.policy,
            mode: self.mode.clone(),
            endpoints: self.endpoints.clone(),
        }
    }

    /// Fails if the hooks have to be approved before the tunnel can come up.
    pub(super) fn check_hooks(&self) -> Result<(), ApiError> {
        match &self.hooks {
            HooksView::None | HooksView::Approved { .. } => Ok(()),
            HooksView::NotApproved { hash } => Err(ApiError::HooksNotApproved { hash: hash.clone() }),
        }
    }
}

fn full(config: &Config) -> Families {
    let networks: Vec<Cidr> = config.remote_peers().flat_map(|peer| peer.allowed_ips.iter().copied()).collect();
    Families::of(&networks)
}

/// Parses a text and returns its configuration and diagnostics, or the reason why it is invalid.
pub(super) fn parse_text(text: &str) -> Result<(Config, Vec<Diagnostic>), ApiError> {
    let document = Document::parse(text.as_bytes()).map_err(|error| ApiError::BadRequest { detail: error.to_string() })?;
    let told = |diagnostics: &[adit_config::Diagnostic]| page::diagnostics(&document, diagnostics);
    match parse::config(&document) {
        Ok((config, diagnostics)) if diagnostics.iter().all(|found| found.severity != Severity::Error) => {
            Ok((config, told(&diagnostics)))
        }
        Ok((_, diagnostics)) | Err(diagnostics) => Err(ApiError::Invalid { diagnostics: told(&diagnostics) }),
    }
}

/// Returns the data of a new key that the peers have to know.
fn rotation(key: &PrivateKey, summary: &store::Summary, config: &Config) -> RotationView {
    let own: Vec<String> = config.interface.addresses.iter().map(|address| Cidr::host(address.address()).to_string()).collect();
    let public = key.public();
    let allowed = if own.is_empty() { String::new() } else { format!("AllowedIPs = {}\n", own.join(", ")) };
    let has_preshared_key = config.peers.iter().any(|peer| peer.preshared_key.is_some());
    let preshared = if has_preshared_key { "# PresharedKey: the same as with the old key\n" } else { "" };
    RotationView {
        public_key: public.into(),
        since: summary.settings.key_pending_since.map_or(0, |since| since.0 * 1_000),
        text_for_peers: format!("[Peer]\n# Name = {}\nPublicKey = {public}\n{preshared}{allowed}", summary.name),
    }
}

/// Returns the configuration with this private key.
pub(super) fn with_private_key(config: &Config, key: &PrivateKey) -> Config {
    let interface = Interface { private_key: Some(key.clone()), ..config.interface.clone() };
    Config { interface, peers: config.peers.clone() }
}
