//! The request for a preview of bringing a tunnel up.

use std::sync::Arc;

use adit_activation::{HookPolicy, Patience, Request};
use adit_api::{ApiError, Caller, ConfigText, Conflict, Effect, InterfaceName, Preview, PreviewWarning, Role, TunnelId};
use adit_config::{Host, Peer};
use adit_platform::network::NetworkError;

use super::conflict::Needs;
use super::profile::parse_text;
use super::state::State;
use super::{Manager, refusal};
use crate::preview::Circumstances;

/// The preview, whether the tunnel could come up, and whether names were resolved for it.
type Looked = (adit_activation::Preview, Result<(), NetworkError>, bool);

impl Manager {
    pub(super) fn look_ahead(&self, caller: &Caller, id: TunnelId) -> Result<Preview, ApiError> {
        let inner = &self.inner;
        let tunnel = inner.store().get(id, inner.unix_time()).map_err(refusal::of_store)?;
        let (config, diagnostics) = parse_text(&tunnel.text)?;
        let profile = inner.refresh(id)?;
        let kill_switch = profile.kill_switch_request(id);
        let usable = profile.usable.ok_or(ApiError::Busy)?;
        let settings = &tunnel.summary.settings;
        let blocks = kill_switch.is_some();
        let running = match &inner.lock().get(id)?.state {
            State::Up(up) => Some((up.applied.clone(), up.running.view())),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => None,
        };
        // The stored configuration may have changes that wait for a restart.
        let (config, hooks) = match &running {
            // It would not be up if one of its commands were not approved.
            Some((applied, view)) => (applied.told.as_it_runs(view), HookPolicy::AllowAll),
            None => (config, usable.policy),
        };
        let request = Request {
            config,
            name: tunnel.summary.interface,
            hooks,
            patience: Patience::Retries(0),
            kill_switch,
            allow_ipv6_outside: settings.allow_ipv6_outside,
            yields: true,
        };
        let (mut preview, check, asks_network) = self.looked(caller, &request)?;
        let mut conflicts = inner.lock().conflicts(id, &usable.needs);
        // For a tunnel that is up, the computer is not asked again whether it has a packet filter.
        let no_filter = running.as_ref().is_some_and(|(applied, _)| applied.status.limits.packet_filter);
        let is_up = running.is_some();
        if let Some((applied, _)) = running {
            preview.effects = applied.effects;
        }
        // A running tunnel's own interface and rules are no obstacle.
        if !is_up {
            conflicts.extend(check.as_ref().err().and_then(obstacle));
        }
        let circumstances =
            Circumstances { has_kill_switch: blocks, shows_commands: caller.role >= Role::Administer, asks_network };
        let mut preview = crate::preview::preview(request.name, preview, circumstances);
        if no_filter {
            preview.effects.retain(|effect| !matches!(effect, Effect::AddressesGuarded { .. } | Effect::AnswersAccepted));
            preview.warnings.push(PreviewWarning::NoFirewall);
        }
        if tunnel.exposed
            && let crate::store::Source::File(path) = &tunnel.summary.source
        {
            preview.warnings.push(PreviewWarning::FileReadableByOthers { path: path.display().to_string() });
        }
        Ok(Preview { conflicts, diagnostics, ..preview })
    }
}

impl Manager {
    /// Like [`Manager::look_ahead`], for a tunnel that would be made of a configuration: without a kill switch and without
    /// approved commands. A configuration without a private key is treated as `create` would do.
    pub(super) fn look_ahead_of_config(
        &self,
        caller: &Caller,
        interface: InterfaceName,
        text: &ConfigText,
    ) -> Result<Preview, ApiError> {
        let inner = &self.inner;
        let (config, diagnostics) = inner.parse_new(text)?;
        let needs = Needs::of(&config, &interface);
        let request = Request {
            config,
            name: interface,
            hooks: HookPolicy::Never,
            patience: Patience::Retries(0),
            kill_switch: None,
            allow_ipv6_outside: false,
            yields: true,
        };
        let (preview, check, asks_network) = self.looked(caller, &request)?;
        let mut conflicts = inner.lock().conflicts_of_new(&needs);
        conflicts.extend(check.as_ref().err().and_then(obstacle));
        let circumstances =
            Circumstances { has_kill_switch: false, shows_commands: caller.role >= Role::Administer, asks_network };
        let preview = crate::preview::preview(request.name, preview, circumstances);
        Ok(Preview { conflicts, diagnostics, ..preview })
    }

    /// Makes the preview. Names are resolved for callers who may bring tunnels up, and each look-up takes one of the caller's
    /// slots.
    fn looked(&self, caller: &Caller, request: &Request) -> Result<Looked, ApiError> {
        let inner = &self.inner;
        let asks_network = caller.role >= Role::Operate;
        let has_name = |peer: &Peer| matches!(&peer.endpoint, Some(endpoint) if matches!(endpoint.host, Host::Name(_)));
        let looked = if !asks_network {
            adit_activation::look_ahead(request, &inner.platform.without_look_ups())
        } else if request.config.remote_peers().any(has_name) {
            let resolver = inner.look_ups.take(caller.peer.as_ref())?.around(Arc::clone(&inner.platform.resolver));
            adit_activation::look_ahead(request, &inner.platform.with_resolver(resolver))
        } else {
            adit_activation::look_ahead(request, &inner.platform)
        };
        let (preview, check) = looked.map_err(|error| refusal::of_activation(&error))?;
        Ok((preview, check, asks_network))
    }
}

fn obstacle(error: &NetworkError) -> Option<Conflict> {
    match error {
        NetworkError::InterfaceExists(interface) | NetworkError::WireGuardExists(interface) => {
            Some(Conflict::InterfaceExists { interface: interface.clone() })
        }
        NetworkError::OtherFullTunnel(other) => Some(Conflict::OtherVpn { interface: other.label.clone() }),
        NetworkError::LocalNetwork { network, interface } => {
            Some(Conflict::LocalNetwork { interface: interface.clone(), network: *network })
        }
        // The preview's DNS effect reports this.
        NetworkError::NoResolver => None,
        NetworkError::NoPacketFilter
        | NetworkError::Unsupported { .. }
        | NetworkError::CannotCloseIpv6 { .. }
        | NetworkError::NoIpv6ForTunnel { .. }
        | NetworkError::InterfaceGone(_)
        | NetworkError::Kernel { .. }
        | NetworkError::Program { .. } => None,
    }
}
