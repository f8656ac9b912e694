//! The implementation of the contract by the manager.

use std::net::IpAddr;

use adit_api::{
    About, ApiError, Caller, ConfigCheck, ConfigReplaced, ConfigText, DropCount, History, HooksHash, Imported, InterfaceName,
    KillSwitch, LogLevel, LogPage, MaskedConfig, Networks, PROTOCOL, PeerPage, PortalTicket, PortalView, Preview, PublicKey,
    Request, Rights, RotationTest, RotationView, RouteAnswer, RulesCheck, RulesDecision, RulesEdit, RulesView, SecretKey,
    Service, TakeoverView, TunnelId, TunnelName, TunnelPage, TunnelView, VersionView,
};
use adit_config::Config;
use adit_platform::network::Status;

use super::route::{self, Candidate};
use super::state::State;
use super::{Manager, history};

impl Service for Manager {
    fn rights(&self, request: &Request) -> Rights {
        self.inner.rights(request)
    }

    fn about(&self, caller: &Caller) -> Result<About, ApiError> {
        Ok(About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol: PROTOCOL,
            system: self.inner.system.to_owned(),
            started_at: self.inner.clock.both().unix(self.inner.started_at).get(),
            simulated: self.inner.simulated,
            role: caller.role,
        })
    }

    fn tunnels(&self, _: &Caller, after: Option<TunnelName>) -> Result<TunnelPage, ApiError> {
        Ok(self.page_of_tunnels(after.as_ref()))
    }

    fn tunnel(&self, _: &Caller, id: TunnelId) -> Result<TunnelView, ApiError> {
        let read = self.inner.refresh(id);
        let tunnels = self.inner.lock();
        let entry = tunnels.get(id)?;
        // A tunnel whose file is gone or unreadable may be up, and an unknown tunnel may block, so both stay visible.
        let is_there = entry.profile.file().is_some() || entry.profile.is_unknown;
        read.map_or_else(|error| if is_there { Ok(()) } else { Err(error) }, |_| Ok(()))?;
        Ok(self.inner.view(id, entry))
    }

    fn peers(&self, _: &Caller, id: TunnelId, after: Option<PublicKey>) -> Result<PeerPage, ApiError> {
        self.inner.refresh(id)?;
        self.page_of_peers(id, after)
    }

    fn history(&self, _: &Caller, id: TunnelId) -> Result<History, ApiError> {
        let now = self.inner.clock.both();
        let mut tunnels = self.inner.lock();
        let entry = tunnels.get_mut(id)?;
        let interval = u32::try_from(history::INTERVAL.as_millis()).unwrap_or(u32::MAX);
        let State::Up(up) = &mut entry.state else {
            return Ok(History { id, interval, samples: Vec::new(), total: Default::default() });
        };
        let view = up.running.view();
        up.history.watch(now.instant);
        up.history.sample(&view, now);
        let (samples, total) = (up.history.samples(now), up.history.total(&view));
        if let Some(inbox) = &entry.inbox {
            inbox.reread_clock();
        }
        Ok(History { id, interval, samples, total })
    }

    fn drops(&self, _: &Caller, id: TunnelId) -> Result<Vec<DropCount>, ApiError> {
        self.inner.drops(id)
    }

    fn logs(&self, _: &Caller, after: u64, level: LogLevel, limit: u32) -> Result<LogPage, ApiError> {
        Ok(self.inner.event_log.page(after, level, limit))
    }

    fn route(&self, _: &Caller, ip: IpAddr) -> Result<RouteAnswer, ApiError> {
        let local = self.inner.platform.network.local_route(ip).map_err(|error| super::refusal::of_network(&error))?;
        let tunnels = self.inner.lock();
        let candidates = tunnels.entries.iter().filter_map(|(id, entry)| {
            let (config, status): (&Config, Option<&Status>) = match &entry.state {
                State::Up(up) => (&up.applied.told.config, Some(&up.applied.status)),
                State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => {
                    (&entry.profile.usable.as_ref()?.config, None)
                }
            };
            Some(Candidate { id: *id, interface: &entry.profile.interface, config, status })
        });
        Ok(route::route(ip, &candidates.collect::<Vec<_>>(), &local))
    }

    fn preview(&self, caller: &Caller, id: TunnelId) -> Result<Preview, ApiError> {
        self.look_ahead(caller, id)
    }

    fn takeovers(&self, _: &Caller) -> Result<Vec<TakeoverView>, ApiError> {
        self.inner.takeovers()
    }

    fn connect(&self, caller: &Caller, id: TunnelId, despite_conflicts: bool) -> Result<(), ApiError> {
        self.inner.connect_by_hand(caller, id, despite_conflicts, None)
    }

    fn connect_with_key(&self, caller: &Caller, id: TunnelId, key: SecretKey, despite_conflicts: bool) -> Result<(), ApiError> {
        self.inner.connect_with_key(caller, id, &key, despite_conflicts)
    }

    fn disconnect(&self, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        self.inner.disconnect_by_hand(caller, id)
    }

    fn restart(&self, _: &Caller, id: TunnelId) -> Result<(), ApiError> {
        self.inner.restart(id)
    }

    fn reload(&self, _: &Caller, id: TunnelId) -> Result<ConfigReplaced, ApiError> {
        self.inner.reload(id)
    }

    fn pause(&self, caller: &Caller, id: TunnelId, seconds: Option<u32>) -> Result<(), ApiError> {
        self.inner.pause_by_hand(caller, id, seconds)
    }

    fn resume(&self, _: &Caller, id: TunnelId) -> Result<(), ApiError> {
        self.inner.resume_by_hand(id)
    }

    fn disconnect_after(&self, caller: &Caller, id: TunnelId, seconds: Option<u32>) -> Result<(), ApiError> {
        self.inner.disconnect_after(caller, id, seconds)
    }

    fn rules(&self, _: &Caller) -> Result<RulesView, ApiError> {
        Ok(self.inner.rules_view())
    }

    fn networks(&self, _: &Caller) -> Result<Option<Networks>, ApiError> {
        Ok(self.inner.networks_view())
    }

    fn portal(&self, _: &Caller) -> Result<PortalView, ApiError> {
        Ok(self.inner.portal_view())
    }

    fn open_portal(&self, caller: &Caller, seconds: Option<u32>) -> Result<PortalTicket, ApiError> {
        self.inner.open_portal(caller, seconds)
    }

    fn close_portal(&self, caller: &Caller) -> Result<(), ApiError> {
        self.inner.close_portal_for(caller)
    }

    fn check_rules(&self, _: &Caller, text: Option<String>, edit: Option<RulesEdit>) -> Result<RulesCheck, ApiError> {
        self.inner.check_rules(text.as_deref(), edit.as_ref())
    }

    fn test_rules(&self, _: &Caller, text: Option<String>, networks: Option<Networks>) -> Result<RulesDecision, ApiError> {
        self.inner.test_rules(text.as_deref(), networks.as_ref())
    }

    fn pause_rules(&self, caller: &Caller, seconds: Option<u32>) -> Result<(), ApiError> {
        self.inner.pause_rules(caller, seconds)
    }

    fn resume_rules(&self, _: &Caller) -> Result<(), ApiError> {
        self.inner.resume_rules();
        Ok(())
    }

    fn set_rules(&self, caller: &Caller, text: String, expected_revision: u64) -> Result<RulesView, ApiError> {
        self.inner.set_rules(caller, &text, expected_revision)
    }

    fn import(&self, _: &Caller, name: TunnelName, interface: InterfaceName, config: ConfigText) -> Result<Imported, ApiError> {
        self.inner.import(name, interface, &config)
    }

    fn create(&self, _: &Caller, name: TunnelName, interface: InterfaceName, config: ConfigText) -> Result<Imported, ApiError> {
        self.inner.create(name, interface, &config)
    }

    fn preview_config(&self, caller: &Caller, interface: InterfaceName, config: ConfigText) -> Result<Preview, ApiError> {
        self.look_ahead_of_config(caller, interface, &config)
    }

    fn export(&self, caller: &Caller, id: TunnelId) -> Result<ConfigText, ApiError> {
        self.inner.export(caller, id)
    }

    fn masked_config(&self, _: &Caller, id: TunnelId) -> Result<MaskedConfig, ApiError> {
        self.inner.masked_config(id)
    }

    fn replace_config(
        &self,
        _: &Caller,
        id: TunnelId,
        config: ConfigText,
        expected_version: u64,
    ) -> Result<ConfigReplaced, ApiError> {
        self.inner.edit_config(id, &config, expected_version)
    }

    fn check_config(&self, _: &Caller, id: Option<TunnelId>, config: ConfigText) -> Result<ConfigCheck, ApiError> {
        self.inner.check_config(id, &config)
    }

    fn rename(&self, _: &Caller, id: TunnelId, name: TunnelName) -> Result<(), ApiError> {
        self.inner.rename(id, name)
    }

    fn remove(&self, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        self.inner.remove(caller, id)
    }

    fn versions(&self, _: &Caller, id: TunnelId) -> Result<Vec<VersionView>, ApiError> {
        self.inner.versions(id)
    }

    fn restore_version(&self, _: &Caller, id: TunnelId, version: u64) -> Result<ConfigReplaced, ApiError> {
        self.inner.restore_version(id, version)
    }

    fn forget_key(&self, _: &Caller, id: TunnelId, kept: PublicKey) -> Result<(), ApiError> {
        self.inner.forget_key(id, kept.into())
    }

    fn check_running(&self, _: &Caller, id: TunnelId) -> Result<ConfigCheck, ApiError> {
        self.inner.check_running(id)
    }

    fn save_running(&self, _: &Caller, id: TunnelId, expected_version: u64) -> Result<ConfigReplaced, ApiError> {
        self.inner.save_running(id, expected_version)
    }

    fn set_key_reminder(&self, _: &Caller, id: TunnelId, days: Option<u32>) -> Result<(), ApiError> {
        self.remind_after(id, days)
    }

    fn set_start_at_boot(&self, _: &Caller, id: TunnelId, enabled: bool) -> Result<(), ApiError> {
        self.inner.set_start_at_boot(id, enabled)
    }

    fn set_kill_switch(&self, caller: &Caller, id: TunnelId, kill_switch: KillSwitch, allow_lan: bool) -> Result<(), ApiError> {
        self.inner.set_kill_switch(caller, id, kill_switch, allow_lan)
    }

    fn set_allow_ipv6_outside(&self, _: &Caller, id: TunnelId, enabled: bool) -> Result<(), ApiError> {
        self.inner.set_allow_ipv6_outside(id, enabled)
    }

    fn approve_hooks(&self, caller: &Caller, id: TunnelId, hash: HooksHash) -> Result<(), ApiError> {
        self.inner.approve_hooks(caller, id, &hash)
    }

    fn begin_rotation(&self, _: &Caller, id: TunnelId) -> Result<RotationView, ApiError> {
        self.inner.begin_rotation(id)
    }

    fn test_rotation(&self, _: &Caller, id: TunnelId) -> Result<RotationTest, ApiError> {
        self.inner.test_rotation(id)
    }

    fn finish_rotation(&self, _: &Caller, id: TunnelId, despite_silence: bool) -> Result<ConfigReplaced, ApiError> {
        self.inner.finish_rotation(id, despite_silence)
    }

    fn cancel_rotation(&self, _: &Caller, id: TunnelId) -> Result<(), ApiError> {
        self.inner.cancel_rotation(id)
    }

    fn take_over(&self, _: &Caller, name: InterfaceName) -> Result<Imported, ApiError> {
        self.inner.take_over(&name)
    }
}
