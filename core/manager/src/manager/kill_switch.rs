//! The kill switch of each tunnel: nothing leaves the computer outside a tunnel, whatever happens to the tunnel or to this
//! program. With `Block` it is closed from the moment the tunnel is told to come up until it is taken down; with `Lockdown`,
//! until an administrator opens it.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use adit_api::{Action, ApiError, Caller, DownReason, Event, InterfaceName, KillSwitch, LogCode, LogText, TunnelId};
use adit_config::InterfaceSettings;
use adit_platform::network::{Closed, StandingKillSwitch};

use super::entry::TunnelEntry;
use super::entry::lock_turn;
use super::message::{Message, Reply};
use super::profile::Profile;
use super::state::State;
use super::{Inner, life, refusal, rights};
use crate::store::{Settings, Wanted};
use adit_activation::{KillSwitchRequest, closed, closed_except_lan};

impl Inner {
    /// Sets the strength of the kill switch at once and in one step. If the system rejects the change, everything stays as it
    /// was. For a tunnel that is connecting, the setting is stored and applied as soon as the tunnel is up or has failed.
    pub(super) fn set_kill_switch(
        &self,
        caller: &Caller,
        id: TunnelId,
        strength: KillSwitch,
        allow_lan: bool,
    ) -> Result<(), ApiError> {
        if strength != KillSwitch::Off {
            self.platform.network.check_kill_switch().map_err(|error| refusal::of_network(&error))?;
        }
        let editing = Arc::clone(&self.lock().get(id)?.editing);
        let _editing = lock_turn(&editing);
        let turn = self.turn(id)?;
        let _turn = lock_turn(&turn);
        rights::check(caller, Some(self.lock().to_set(id, strength)))?;
        if matches!(self.lock().get(id)?.state, State::Leaving(_)) {
            return Err(ApiError::Busy);
        }
        if strength == KillSwitch::Lockdown && !self.refresh(id)?.takes_all_as_saved() {
            return Err(ApiError::NotFullTunnel);
        }
        if strength == KillSwitch::Lockdown {
            self.close_portal_without(Action::Lockdown);
        }
        let before = self.lock().get(id)?.profile.clone();
        let keep = |strength, allow_lan| {
            let set = |settings: &mut Settings| (settings.kill_switch, settings.allow_lan) = (strength, allow_lan);
            let unconfirmed = refusal::made(self.store().update(id, set))?;
            self.refresh(id)?;
            Ok(unconfirmed)
        };
        let unconfirmed = keep(strength, allow_lan)?;
        if let Err(error) = self.make_kill_switch(id, before.kill_switch) {
            keep(before.own_kill_switch, before.own_allow_lan)?.tell()?;
            return Err(error);
        }
        let code = match strength {
            KillSwitch::Off => LogCode::LetsOutside,
            KillSwitch::Block => LogCode::BlocksOutside { allow_lan },
            KillSwitch::Lockdown => LogCode::LockedDown { allow_lan },
        };
        self.note(id, code);
        self.publish_stored_change(id)?;
        unconfirmed.tell()
    }

    /// Allows IPv6 outside a tunnel that takes only IPv4, or forbids it. Takes effect at once if the tunnel is up.
    pub(super) fn set_allow_ipv6_outside(&self, id: TunnelId, allowed: bool) -> Result<(), ApiError> {
        let editing = Arc::clone(&self.lock().get(id)?.editing);
        let _editing = lock_turn(&editing);
        let turn = self.turn(id)?;
        let _turn = lock_turn(&turn);
        self.is_settled(id)?;
        self.send(id, |reply| Message::Ipv6Outside(allowed, reply)).unwrap_or(Ok(()))?;
        let kept = refusal::made(self.store().update(id, |settings| settings.allow_ipv6_outside = allowed));
        if kept.is_err() {
            self.send(id, |reply| Message::Ipv6Outside(!allowed, reply)).unwrap_or(Ok(()))?;
        }
        let unconfirmed = kept?;
        self.note(id, if allowed { LogCode::Ipv6AllowedOutside } else { LogCode::Ipv6KeptInside });
        self.publish_stored_change(id)?;
        unconfirmed.tell()
    }
}

impl Inner {
    /// Fails if the tunnel is connecting or disconnecting.
    fn is_settled(&self, id: TunnelId) -> Result<(), ApiError> {
        match &self.lock().get(id)?.state {
            State::Connecting(_) | State::Leaving(_) => Err(ApiError::Busy),
            State::Down(_) | State::Up(_) | State::Paused(_) | State::Blocked(_) => Ok(()),
        }
    }

    /// Sends a message to the thread of a tunnel that is up, and waits for the reply. Returns None if the tunnel is not up.
    fn send(&self, id: TunnelId, message: impl FnOnce(Reply) -> Message) -> Option<Result<(), ApiError>> {
        let tunnels = self.lock();
        let entry = tunnels.entries.get(&id).filter(|entry| matches!(entry.state, State::Up(_)))?;
        let (reply, answer) = sync_channel(1);
        entry.inbox.as_ref()?.push(message(reply));
        drop(tunnels);
        Some(answer.recv().unwrap_or(Err(ApiError::Busy)))
    }

    /// Applies the strength in the tunnel's profile to the computer. `before` is the previous strength.
    pub(super) fn make_kill_switch(&self, id: TunnelId, before: KillSwitch) -> Result<(), ApiError> {
        enum Now {
            Nothing,
            Later,
            Close,
            CloseAndBlock,
            Unblock(DownReason),
            Open,
        }
        let (kill_switch, request, now) = {
            let tunnels = self.lock();
            let entry = tunnels.get(id)?;
            let strength = entry.profile.kill_switch;
            let now = match (&entry.state, strength) {
                (State::Up(_) | State::Leaving(_), _) => Now::Nothing,
                (State::Connecting(_), _) => Now::Later,
                (State::Down(_), KillSwitch::Lockdown) => Now::CloseAndBlock,
                (State::Down(down), KillSwitch::Block) if down.retry_at.is_some() && entry.profile.closes() => Now::CloseAndBlock,
                (State::Down(_), KillSwitch::Off | KillSwitch::Block) => Now::Nothing,
                (State::Paused(_), KillSwitch::Lockdown) => Now::Close,
                (State::Paused(_), KillSwitch::Off | KillSwitch::Block) => Now::Open,
                // A user has taken the tunnel down, so without lockdown the kill switch opens.
                (State::Blocked(blocked), KillSwitch::Off | KillSwitch::Block) if blocked.cause == ApiError::Lockdown => {
                    Now::Unblock(DownReason::Asked)
                }
                (State::Blocked(blocked), KillSwitch::Off) => {
                    Now::Unblock(DownReason::Failed { error: Box::new(blocked.cause.clone()) })
                }
                (State::Blocked(_), KillSwitch::Block | KillSwitch::Lockdown) => Now::Close,
            };
            (strength, entry.profile.kill_switch_request(id), now)
        };
        match now {
            Now::Nothing => self.send(id, |reply| Message::Block(request, reply)).unwrap_or(Ok(())),
            Now::Later => {
                // The tunnel's thread reads this message once the tunnel is up. If the tunnel does not come up, the profile
                // decides.
                let (reply, _) = sync_channel(1);
                if let Some(inbox) = &self.lock().get(id)?.inbox {
                    inbox.push(Message::Block(request, reply));
                }
                Ok(())
            }
            Now::Close => self.set_closed(id),
            Now::CloseAndBlock => self.close_and_block(id),
            Now::Open if before == KillSwitch::Lockdown || kill_switch == KillSwitch::Off => self.open(id),
            Now::Open => Ok(()),
            Now::Unblock(reason) => {
                self.want(id, Wanted::Down)?;
                self.unblock(id, reason)
            }
        }
    }

    /// Closes the kill switch of a tunnel that is down, and moves the tunnel to `Blocked`.
    pub(super) fn close_and_block(&self, id: TunnelId) -> Result<(), ApiError> {
        self.set_closed(id)?;
        let now = self.clock.now();
        self.change(id, |entry| {
            let reason = match &entry.state {
                State::Down(down) => down.reason.clone().unwrap_or(DownReason::Asked),
                State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => return,
            };
            entry.apply(&life::Event::WentDown(reason), now);
        });
        Ok(())
    }

    /// Closes the kill switch of a tunnel that has no interface, with the exceptions of its profile and none for the tunnel's
    /// own packets.
    pub(super) fn set_closed(&self, id: TunnelId) -> Result<(), ApiError> {
        let (interface, closed) = {
            let tunnels = self.lock();
            let profile = &tunnels.get(id)?.profile;
            (profile.interface.clone(), Self::closed_for(id, profile))
        };
        self.platform.network.lock(&interface, &closed).map_err(|error| refusal::of_network(&error))?;
        let now = self.clock.now();
        self.change(id, |entry| entry.apply(&life::Event::Closed, now));
        Ok(())
    }

    /// Returns the closed kill switch of a tunnel that has no interface.
    fn closed_for(id: TunnelId, profile: &Profile) -> Closed {
        let request = KillSwitchRequest { owner: id.to_string(), allow_lan: profile.allow_lan, home_probe: profile.asks_home() };
        let settings = profile.usable.as_ref().map(|usable| InterfaceSettings::from(&usable.config, profile.interface.clone()));
        closed_except_lan(&request, settings.as_ref())
    }

    /// Opens the kill switch if it is closed and the program is not ending. Under lockdown keeps it closed instead, without
    /// exceptions for the tunnel's own packets. If opening fails it stays closed, and the tunnel is blocked.
    pub(super) fn open(&self, id: TunnelId) -> Result<(), ApiError> {
        if self.keep_locked(id)? {
            return Ok(());
        }
        let interface = {
            let tunnels = self.lock();
            let Some(entry) =
                tunnels.entries.get(&id).filter(|entry| entry.kill_switch == life::KillSwitchState::Closed && !tunnels.closing)
            else {
                return Ok(());
            };
            entry.profile.interface.clone()
        };
        if let Err(error) = self.platform.network.unlock(&interface) {
            self.note(id, LogCode::NotOpened { error: LogText::of(&error) });
            return Err(refusal::of_network(&error));
        }
        self.note(id, LogCode::Opened);
        if let Some(entry) = self.lock().entries.get_mut(&id) {
            entry.apply(&life::Event::Opened, self.clock.now());
        }
        Ok(())
    }

    /// Returns true if the tunnel is under lockdown and not about to be removed, and then closes its kill switch.
    pub(super) fn keep_locked(&self, id: TunnelId) -> Result<bool, ApiError> {
        let is_locked_down = {
            let tunnels = self.lock();
            if tunnels.closing {
                return Ok(false);
            }
            tunnels.entries.get(&id).is_some_and(|entry| entry.profile.is_locked_down() && entry.intent != life::Intent::Removed)
        };
        if is_locked_down {
            self.set_closed(id).inspect_err(|error| {
                self.note(id, LogCode::NotClosed { error: Box::new(error.clone()) });
            })?;
        }
        Ok(is_locked_down)
    }

    /// Closes the kill switch of a tunnel that should be up and is not, if its settings require that. A tunnel whose
    /// configuration is unknown may be a full tunnel. Opens the kill switch if it was turned off while the tunnel was
    /// connecting.
    pub(super) fn close(&self, id: TunnelId) {
        let (opens, closes) = {
            let tunnels = self.lock();
            let Some(entry) = tunnels.entries.get(&id) else { return };
            let is_closed = entry.kill_switch == life::KillSwitchState::Closed;
            // The computer may have joined networks during the attempt.
            let is_open_to_lan = is_closed && entry.profile.allow_lan;
            (is_closed && entry.profile.kill_switch == KillSwitch::Off, entry.profile.closes() && (!is_closed || is_open_to_lan))
        };
        if opens {
            // `open` logs a failure, and the tunnel is blocked then.
            let _ = self.open(id);
        } else if closes && let Err(error) = self.set_closed(id) {
            self.note(id, LogCode::NotClosed { error: Box::new(error) });
        }
    }

    /// Updates the local networks that kill switches let through, after the computer's networks or the other tunnels have
    /// changed.
    pub(super) fn local_networks_have_changed(&self) {
        let without_thread: Vec<TunnelId> = {
            let tunnels = self.lock();
            tunnels
                .entries
                .values()
                .filter_map(|entry| entry.inbox.as_ref())
                .for_each(|inbox| inbox.push(Message::LocalNetworks));
            let without_thread = tunnels.entries.iter().filter(|(_, entry)| entry.inbox.is_none());
            without_thread.map(|(id, _)| *id).collect()
        };
        for id in without_thread {
            let Ok(turn) = self.turn(id) else { continue };
            let _turn = lock_turn(&turn);
            self.follow_local_networks(id);
        }
    }

    /// Updates the local networks that the kill switch of a tunnel without interface lets through. The caller holds the turn,
    /// or is the tunnel's thread.
    pub(super) fn follow_local_networks(&self, id: TunnelId) {
        let (interface, wanted) = {
            let tunnels = self.lock();
            let Some(entry) = tunnels.entries.get(&id) else { return };
            let is_there = match entry.state {
                State::Connecting(_) | State::Up(_) | State::Leaving(_) => true,
                State::Down(_) | State::Paused(_) | State::Blocked(_) => false,
            };
            if is_there || tunnels.closing || entry.kill_switch != life::KillSwitchState::Closed || !entry.profile.allow_lan {
                return;
            }
            (entry.profile.interface.clone(), Self::closed_for(id, &entry.profile))
        };
        if let Err(error) = self.platform.network.relock(&interface, &wanted) {
            self.note(id, LogCode::LocalNetworksUnknown { error: LogText::of(&error) });
        }
    }

    /// Opens the kill switch of a blocked tunnel, which has no thread.
    pub(super) fn unblock(&self, id: TunnelId, reason: DownReason) -> Result<(), ApiError> {
        self.open(id)?;
        let now = self.clock.now();
        let mut tunnels = self.lock();
        if tunnels.entries.get(&id).is_some_and(|entry| entry.profile.is_unknown) {
            tunnels.entries.remove(&id);
            self.sink.publish(Event::TunnelRemoved { id });
            self.rules.look();
            self.changed.notify_all();
            return Ok(());
        }
        drop(tunnels);
        self.change(id, |entry| entry.apply(&life::Event::Unblocked(reason), now));
        self.remove_if_file_is_lost(id);
        Ok(())
    }

    /// Opens the kill switch that a killed predecessor left closed for a tunnel that should not be up.
    pub(super) fn open_left_closed(&self, id: TunnelId) -> Result<(), ApiError> {
        let is_blocked = self.lock().entries.get(&id).is_some_and(|entry| matches!(entry.state, State::Blocked(_)));
        if is_blocked {
            return self.unblock(id, DownReason::Asked);
        }
        self.open(id)?;
        let now = self.clock.now();
        self.change(id, |entry| {
            if entry.profile.is_locked_down() && entry.kill_switch == life::KillSwitchState::Closed {
                entry.apply(&life::Event::WentDown(DownReason::Asked), now);
            }
        });
        Ok(())
    }

    /// Finds kill switches that a killed predecessor left closed or that were closed before the service started. Those that
    /// belong to no readable tunnel stay closed and are shown. Returns the interface of a kill switch that is closed only
    /// because nothing was known at that time.
    pub(super) fn find_closed_kill_switches(&self) -> Option<InterfaceName> {
        let standing = match self.platform.network.kill_switches() {
            Ok(standing) => standing,
            Err(error) => {
                self.event_log.write(None, LogCode::KillSwitchesUnknown { error: LogText::of(error) });
                return None;
            }
        };
        let mut early = None;
        let has_portal = standing.iter().any(|standing| standing.has_portal);
        for standing in standing {
            let can_replace_closing_everything = self.can_replace_closing_everything(&standing);
            let StandingKillSwitch { interface, owner, has_portal: _ } = standing;
            if can_replace_closing_everything {
                self.platform.network.adopt(&interface, &closed(&owner));
                early = Some(interface);
                continue;
            }
            let id = owner.parse().unwrap_or_else(|_| Profile::id_of_unknown(&interface));
            let now = self.clock.now();
            let mut tunnels = self.lock();
            let is_its = |entry: &&mut TunnelEntry| entry.profile.interface == interface;
            match tunnels.entries.get_mut(&id).filter(is_its) {
                Some(entry) => {
                    entry.apply(&life::Event::Closed, now);
                    let closed = Self::closed_for(id, &entry.profile);
                    self.platform.network.adopt(&interface, &closed);
                }
                None => {
                    // The tunnel may have got another interface meanwhile.
                    self.platform.network.adopt(&interface, &closed(&owner));
                    let id = if tunnels.entries.contains_key(&id) { Profile::id_of_unknown(&interface) } else { id };
                    let mut entry = TunnelEntry::new(Profile::unknown(&interface));
                    entry.apply(&life::Event::Closed, now);
                    entry.apply(&life::Event::WentDown(DownReason::Failed { error: Box::new(ApiError::Broken) }), now);
                    tunnels.entries.insert(id, entry);
                    drop(tunnels);
                    self.clean_up(id, &interface);
                    self.note(id, LogCode::StaysBlocked { interface });
                }
            }
        }
        if has_portal {
            self.close_left_portal();
        }
        early
    }
}
