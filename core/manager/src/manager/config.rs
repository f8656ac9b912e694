//! Stores configurations, changes them while the tunnel is up, and restores earlier versions.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use adit_api::{
    ApiError, Caller, ChangeEffect, ConfigChange, ConfigCheck, ConfigReplaced, ConfigText, Conflict, Diagnostic, Event,
    HooksHash, HooksView, Imported, InterfaceName, KillSwitch, LogCode, PublicKey, TunnelId, TunnelName, VersionOrigin,
    VersionView,
};
use adit_config::{Config, Document, parse};
use zeroize::Zeroizing;

use super::conflict::Needs;
use super::endpoints::Endpoints;
use super::entry::lock_turn;
use super::entry::{TunnelEntry, Tunnels};
use super::message::Message;
use super::profile::{Profile, Usable, parse_text};
use super::refusal::Unconfirmed;
use super::state::State;
use super::{Inner, change, life, page, refusal, rights, shared_key};
use crate::store::{Approval, Cause, HookDigest, Store, StoreError, Tunnel, Version};

impl Inner {
    pub(super) fn import(&self, name: TunnelName, interface: InterfaceName, config: &ConfigText) -> Result<Imported, ApiError> {
        self.keep(name, interface, config.dangerously_reveal(), Cause::Imported)
    }

    /// Stores a new tunnel.
    pub(super) fn keep(
        &self,
        name: TunnelName,
        interface: InterfaceName,
        text: &str,
        cause: Cause,
    ) -> Result<Imported, ApiError> {
        let (_, diagnostics) = self.parse_beside_others(None, text)?;
        let mut store = self.store();
        let now = self.unix_time();
        let put = |store: &mut Store| store.put(name.clone(), interface.clone(), text, cause, now);
        let put = self.retry_without_lost_files(&mut store, put);
        let stored = store.list().find(|summary| summary.interface == interface).cloned();
        let (stored, unconfirmed) = match (put, stored) {
            (Ok(_), Some(stored)) => (stored, refusal::made(Ok(()))?),
            (Err(error), Some(stored)) => (stored, refusal::made(Err(error))?),
            (Err(error), None) => return Err(refusal::of_store(error)),
            (Ok(_), None) => return Err(ApiError::Internal),
        };
        let id = stored.id;
        // The store has the tunnel, so it is listed whatever else fails.
        let (profile, unread) = match store.get(id, now) {
            Ok(tunnel) => (Profile::of(&tunnel), Ok(())),
            Err(error) => (Profile::unreadable(&stored), Err(refusal::of_store(error))),
        };
        let mut tunnels = self.lock();
        let entry = TunnelEntry::new(profile);
        self.sink.publish(Event::TunnelAdded { tunnel: Box::new(self.view(id, &entry)) });
        tunnels.entries.insert(id, entry);
        drop((tunnels, store));
        self.rules.look();
        self.note(id, LogCode::Imported);
        unconfirmed.tell()?;
        unread?;
        Ok(Imported { id, diagnostics })
    }

    pub(super) fn export(&self, caller: &Caller, id: TunnelId) -> Result<ConfigText, ApiError> {
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        self.note(id, LogCode::Exported { to: caller.who.as_str().into() });
        Ok(ConfigText::new(tunnel.text.to_string()))
    }

    /// Applies a configuration to the running tunnel, if it is up, and then stores it: no configuration is stored that could
    /// not be applied.
    pub(super) fn replace_config(
        &self,
        id: TunnelId,
        text: &str,
        expected: u64,
        cause: Cause,
    ) -> Result<ConfigReplaced, ApiError> {
        let (replaced, unconfirmed) = self.replace_and_follow(id, text, expected, cause)?;
        unconfirmed.tell()?;
        Ok(replaced)
    }

    /// As [`Self::replace_config`], for callers with more to do once the configuration is replaced, confirmed or not.
    pub(super) fn replace_and_follow(
        &self,
        id: TunnelId,
        text: &str,
        expected: u64,
        cause: Cause,
    ) -> Result<(ConfigReplaced, Unconfirmed), ApiError> {
        let (config, diagnostics) = self.parse_beside_others(Some(id), text)?;
        let editing = Arc::clone(&self.lock().get(id)?.editing);
        let _editing = lock_turn(&editing);
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        if tunnel.summary.version != expected {
            return Err(ApiError::Changed { current: tunnel.summary.version });
        }
        self.check_stays_full_tunnel(&tunnel, &config)?;
        let before = parse_text(&tunnel.text).ok().map(|(config, _)| config);
        let changes = before.as_ref().map(|before| change::between(before, &config, *tunnel.text == *text)).unwrap_or_default();
        let applied = self.apply_if_up(id, &config, &tunnel.summary.interface)?;
        let kept = self.store().replace(id, expected, text, cause, self.unix_time());
        let unconfirmed = match refusal::made(kept.map(drop)) {
            Ok(unconfirmed) => unconfirmed,
            Err(error) => {
                if let Some(before) = applied {
                    self.apply_as_it_is(id, &before, &tunnel.summary.interface)?;
                }
                return Err(error);
            }
        };
        let version = self.refresh(id)?.version;
        let is_up = {
            let mut tunnels = self.lock();
            let entry = tunnels.get_mut(id)?;
            entry.remember_key(&config);
            matches!(entry.state, State::Up(_))
        };
        self.change(id, |_| ());
        if before.is_some_and(|before| Endpoints::differ(&before, &config)) {
            self.rules_forget_silence(id);
        }
        // `save_early_list` logs a failure.
        let _ = self.save_early_list();
        self.note(id, LogCode::ConfigReplaced { version });
        let (needs_restart, applied) = changes.into_iter().partition(|change| is_up && waits_for_restart(change));
        Ok((page::replaced(version, applied, needs_restart, diagnostics), unconfirmed))
    }

    /// Applies the stored configuration to a running tunnel. Its file may have been edited, or the tunnel may have been changed
    /// from outside.
    pub(super) fn reload(&self, id: TunnelId) -> Result<ConfigReplaced, ApiError> {
        let editing = Arc::clone(&self.lock().get(id)?.editing);
        let _editing = lock_turn(&editing);
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        let (config, diagnostics) = self.parse_beside_others(Some(id), &tunnel.text)?;
        self.check_stays_full_tunnel(&tunnel, &config)?;
        let as_it_runs = || match &self.lock().get(id)?.state {
            State::Up(up) => Ok(up.applied.told.as_it_runs(&up.running.view())),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => {
                Err(ApiError::NotUp)
            }
        };
        let before = as_it_runs()?;
        self.apply_if_up(id, &config, &tunnel.summary.interface)?.ok_or(ApiError::NotUp)?;
        self.refresh(id)?;
        self.lock().get_mut(id)?.remember_key(&config);
        self.change(id, |_| ());
        let version = tunnel.summary.version;
        self.note(id, LogCode::Reloaded { version });
        // The changes are computed from the running tunnel, not from the stored configuration: a peer that has roamed keeps its
        // endpoint.
        let (needs_restart, applied) = change::between(&before, &as_it_runs()?, true).into_iter().partition(waits_for_restart);
        Ok(page::replaced(version, applied, needs_restart, diagnostics))
    }

    /// Returns the diagnostics of a configuration. If it is for a tunnel, it may have marks in place of the tunnel's keys.
    pub(super) fn check_config(&self, id: Option<TunnelId>, text: &ConfigText) -> Result<ConfigCheck, ApiError> {
        let edited = text;
        let failed = |public_key, diagnostics| ConfigCheck { diagnostics, public_key, changes: Vec::new(), changes_left_out: 0 };
        let tunnel = id.map(|id| self.store().get(id, self.unix_time()).map_err(refusal::of_store)).transpose()?;
        let text = match &tunnel {
            Some(tunnel) => match text.unmasked(&tunnel.text) {
                Ok(text) => text,
                Err(ApiError::Invalid { diagnostics }) => return Ok(failed(None, diagnostics)),
                Err(error) => return Err(error),
            },
            None => Zeroizing::new(text.dangerously_reveal().to_owned()),
        };
        let public_key = public_key(&text);
        let (config, mut diagnostics) = match self.parse_beside_others(id, &text) {
            Ok(understood) => understood,
            Err(ApiError::Invalid { mut diagnostics }) => {
                edited.clear_fixes(&text, &mut diagnostics);
                return Ok(failed(public_key, diagnostics));
            }
            Err(error) => return Err(error),
        };
        edited.clear_fixes(&text, &mut diagnostics);
        let changes = tunnel.and_then(|tunnel| {
            let (before, _) = parse_text(&tunnel.text).ok()?;
            Some(change::between(&before, &config, *tunnel.text == *text))
        });
        let (changes, _, changes_left_out) = page::changes(changes.unwrap_or_default(), Vec::new());
        Ok(ConfigCheck { diagnostics, public_key, changes, changes_left_out })
    }

    pub(super) fn versions(&self, id: TunnelId) -> Result<Vec<VersionView>, ApiError> {
        let mut store = self.store();
        let Tunnel { summary, text: present, .. } = store.get(id, self.unix_time()).map_err(refusal::of_store)?;
        let earlier = store.versions(id).map_err(refusal::of_store)?;
        let text = |version: &Version| store.version(id, version.number).map_err(refusal::of_store);
        let mut texts = vec![present];
        for version in &earlier {
            texts.push(text(version)?);
        }
        let current = Version { number: summary.version, since: summary.changed, cause: summary.cause };
        let versions = [current].into_iter().chain(earlier);
        let configs: Vec<Option<Config>> = texts.iter().map(|text| Some(parse_text(text).ok()?.0)).collect();
        let view = |(at, version): (usize, Version)| VersionView {
            version: version.number,
            is_current: at == 0,
            saved_at: version.since.0 * 1_000,
            origin: match version.cause {
                Cause::Imported | Cause::Created => VersionOrigin::Imported,
                Cause::Edited | Cause::ChangedOutside => VersionOrigin::Edited,
                Cause::KeyRotated => VersionOrigin::Rotated,
                Cause::Saved => VersionOrigin::Saved,
                Cause::Restored(version) => VersionOrigin::Restored { version },
            },
            changes: match (configs.get(at + 1), &configs[at]) {
                (Some(Some(before)), Some(config)) => change::between(before, config, texts[at] == texts[at + 1]),
                (Some(_) | None, _) => Vec::new(),
            },
        };
        Ok(versions.enumerate().map(view).collect())
    }

    pub(super) fn restore_version(&self, id: TunnelId, version: u64) -> Result<ConfigReplaced, ApiError> {
        let (text, current) = {
            let mut store = self.store();
            let Tunnel { summary, text, .. } = store.get(id, self.unix_time()).map_err(refusal::of_store)?;
            let text = if version == summary.version { Ok(text) } else { store.version(id, version) };
            (text.map_err(refusal::of_store)?, summary.version)
        };
        self.replace_config(id, &text, current, Cause::Restored(version))
    }

    pub(super) fn rename(&self, id: TunnelId, name: TunnelName) -> Result<(), ApiError> {
        let rename = |store: &mut Store| store.rename(id, name.clone());
        let renamed = |store: &mut Store| refusal::made(self.retry_without_lost_files(store, rename));
        let unconfirmed = self.rename_with_rules(id, &name, renamed)?;
        self.publish_stored_change(id)?;
        unconfirmed.tell()
    }

    pub(super) fn set_start_at_boot(&self, id: TunnelId, enabled: bool) -> Result<(), ApiError> {
        let asks = |usable: Arc<Usable>| usable.config.interface.asks_for.is_some();
        if enabled && self.refresh(id)?.usable.is_some_and(asks) {
            return Err(ApiError::KeyNotKept);
        }
        let unconfirmed = refusal::made(self.store().update(id, |settings| settings.start_at_boot = enabled))?;
        self.publish_stored_change(id)?;
        unconfirmed.tell()
    }

    pub(super) fn approve_hooks(&self, caller: &Caller, id: TunnelId, approved: &HooksHash) -> Result<(), ApiError> {
        rights::check(caller, self.lock().to_run_commands())?;
        let profile = self.refresh(id)?;
        match profile.usable.as_ref().map(|usable| &usable.hooks) {
            Some(HooksView::NotApproved { hash } | HooksView::Approved { hash }) if hash == approved => {}
            Some(HooksView::NotApproved { hash } | HooksView::Approved { hash }) => {
                return Err(ApiError::HooksChanged { hash: hash.clone() });
            }
            Some(HooksView::None) | None => {
                return Err(ApiError::BadRequest { detail: "the configuration has no commands to approve of".into() });
            }
        }
        let approval = Approval { hook: HookDigest::of_all(approved), by: caller.who.clone(), at: self.unix_time() };
        let kept = self.store().update(id, |settings| settings.approved_hooks = vec![approval]);
        let unconfirmed = refusal::made(kept)?;
        self.note(id, LogCode::HooksApproved { by: caller.who.as_str().into(), hash: approved.clone() });
        self.publish_stored_change(id)?;
        unconfirmed.tell()
    }

    pub(super) fn remove(&self, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        self.may_forget(id)?;
        let editing = Arc::clone(&self.lock().get(id)?.editing);
        let _editing = lock_turn(&editing);
        let turn = self.turn(id)?;
        let turn = lock_turn(&turn);
        let mut tunnels = self.lock();
        rights::check(caller, tunnels.to_remove(id))?;
        let entry = tunnels.get_mut(id)?;
        // From here on, the tunnel cannot be brought up again.
        let now = self.clock.now();
        entry.apply(&life::Event::Removed, now);
        entry.apply(&life::Event::GivenUp, now);
        entry.apply(&life::Event::AskedToLeave, now);
        let downs = entry.downs;
        self.tell(&tunnels, id);
        drop(turn);
        self.await_down(tunnels, id, downs);
        let removed = self.open(id).and_then(|()| self.drop_from_store(id));
        let unconfirmed = match removed {
            Ok(unconfirmed) => unconfirmed,
            Err(error) => {
                self.change(id, |entry| entry.apply(&life::Event::NotRemoved, now));
                self.keep_locked(id)?;
                return Err(error);
            }
        };
        let mut tunnels = self.lock();
        tunnels.entries.remove(&id);
        self.sink.publish(Event::TunnelRemoved { id });
        self.rules.look();
        self.changed.notify_all();
        drop(tunnels);
        // A failure closes too much at boot, not too little.
        let _ = self.save_early_list();
        self.note(id, LogCode::Removed);
        unconfirmed.tell()
    }
}

/// Returns the public key of a text's private key, even if the text has errors.
pub(super) fn public_key(text: &str) -> Option<PublicKey> {
    let document = Document::parse(text.as_bytes()).ok()?;
    parse::own_public_key(&document).map(PublicKey::from)
}

/// Returns true if a change takes effect only when the tunnel comes up again.
fn waits_for_restart(change: &ConfigChange) -> bool {
    change.effect == ChangeEffect::Restart
}

impl Inner {
    /// As [`parse_text`], with what there is to be said because of other tunnels. `id`: the tunnel that gets the configuration.
    pub(super) fn parse_beside_others(&self, id: Option<TunnelId>, text: &str) -> Result<(Config, Vec<Diagnostic>), ApiError> {
        let (config, mut diagnostics) = parse_text(text)?;
        diagnostics.extend(shared_key::diagnostic(&self.lock(), id, text, &config));
        Ok((config, diagnostics))
    }

    /// Fails if the tunnel is under lockdown and would no longer take all traffic.
    fn check_stays_full_tunnel(&self, tunnel: &Tunnel, config: &Config) -> Result<(), ApiError> {
        let is_locked_down = tunnel.summary.settings.kill_switch == KillSwitch::Lockdown;
        let takes_all = Needs::of(config, &tunnel.summary.interface).takes_all();
        if is_locked_down && !takes_all { Err(ApiError::NotFullTunnel) } else { Ok(()) }
    }

    pub(super) fn publish_stored_change(&self, id: TunnelId) -> Result<(), ApiError> {
        self.refresh(id)?;
        self.change(id, |_| ());
        self.save_early_list()
    }

    /// Removes a tunnel from the store. Sets an unreadable one aside, and succeeds if there is none.
    fn drop_from_store(&self, id: TunnelId) -> Result<Unconfirmed, ApiError> {
        let mut store = self.store();
        let removed = match store.summary(id) {
            Err(StoreError::Broken(_)) => store.set_aside(id).map(drop),
            Err(StoreError::NoSuchTunnel(_)) => Ok(()),
            Ok(_) | Err(_) => store.remove(id),
        };
        refusal::made(removed)
    }

    /// Applies a configuration to a tunnel that is up, with the allowed IPs that the on-demand rules want and the endpoints in use, and
    /// returns the previous configuration. Returns None if the tunnel is down, paused or blocked, and fails if it is connecting or
    /// disconnecting.
    fn apply_if_up(&self, id: TunnelId, config: &Config, interface: &InterfaceName) -> Result<Option<Config>, ApiError> {
        let (wish, endpoints, are_other) = {
            let tunnels = self.lock();
            let profile = &tunnels.get(id)?.profile;
            let endpoints = profile.endpoints_for(Some(config));
            (profile.wish.clone(), endpoints.clone(), profile.endpoints != endpoints)
        };
        let routed = wish.and_then(|wish| wish.routed(config).ok().flatten());
        let config = routed.as_ref().unwrap_or(config);
        let before = self.apply_as_it_is(id, endpoints.chosen(config).as_ref().unwrap_or(config), interface)?;
        if are_other {
            self.change(id, |entry| {
                // Together, so that the thread of the rules does not see a tunnel that is elsewhere than wanted.
                if let State::Up(up) = &mut entry.state {
                    up.endpoints = endpoints.clone();
                }
                entry.set_endpoints(endpoints);
            });
        }
        Ok(before)
    }

    /// As [`Self::apply_if_up`], with the allowed IPs of the configuration.
    pub(super) fn apply_as_it_is(
        &self,
        id: TunnelId,
        config: &Config,
        interface: &InterfaceName,
    ) -> Result<Option<Config>, ApiError> {
        let needs = Arc::new(Needs::of(config, interface));
        let mut tunnels = self.lock();
        let needed = match &tunnels.get(id)?.state {
            State::Up(up) => Arc::clone(&up.needs),
            State::Down(_) | State::Paused(_) | State::Blocked(_) => return Ok(None),
            State::Connecting(_) | State::Leaving(_) => return Err(ApiError::Busy),
        };
        // Conflicts that the running tunnel has already are no reason to refuse the change.
        let (conflicts, known) = (tunnels.conflicts(id, &needs), tunnels.conflicts(id, &needed));
        let new: Vec<_> = conflicts.iter().filter(|conflict| !is_known(conflict, &known)).cloned().collect();
        Tunnels::refuse(&new)?;
        let entry = tunnels.get_mut(id)?;
        let config = entry.with_running_key(config)?;
        let State::Up(up) = &mut entry.state else { return Err(ApiError::Busy) };
        let conflicts_before = std::mem::replace(&mut up.conflicts, conflicts);
        // The tunnel reserves its new needs here, before another tunnel can take them.
        let needs_before = std::mem::replace(&mut up.needs, needs);
        let before = up.applied.told.config.clone();
        let Some(inbox) = entry.inbox.clone() else { return Err(ApiError::Busy) };
        let (reply, answer) = sync_channel(1);
        inbox.push(Message::Apply(Box::new(config), reply));
        drop(tunnels);
        let applied = answer.recv().unwrap_or(Err(ApiError::Busy));
        if let Err(error) = applied {
            self.change(id, |entry| {
                if let State::Up(up) = &mut entry.state {
                    (up.needs, up.conflicts) = (needs_before, conflicts_before);
                }
            });
            return Err(error);
        }
        Ok(Some(before))
    }
}

/// Returns true if two tunnels had this conflict before. A part of a network that both had already is not a new conflict.
fn is_known(conflict: &Conflict, known: &[Conflict]) -> bool {
    known.iter().any(|known| match (conflict, known) {
        (Conflict::SameNetwork { other, network }, Conflict::SameNetwork { other: same, network: wider }) => {
            other == same && wider.prefix() <= network.prefix() && wider.contains(network.address())
        }
        (conflict, known) => conflict == known,
    })
}
