//! A service that only records which methods were called.

use std::net::IpAddr;
use std::sync::{Condvar, Mutex};

use adit_api::{
    About, ApiError, Caller, ConfigCheck, ConfigReplaced, ConfigText, Counters, DropCount, History, HooksHash, Imported,
    InterfaceName, LogCode, LogLevel, LogLine, LogPage, MaskedConfig, Networks, PROTOCOL, PeerPage, PortalTicket, PortalView,
    Preview, PublicKey, RotationTest, RotationView, Route, RouteAnswer, RouteReason, RulesCheck, RulesDecision, RulesEdit,
    RulesView, SecretKey, Service, TakeoverView, TunnelId, TunnelName, TunnelPage, TunnelView, VersionView,
};

pub(crate) const CONFIG: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n";

#[derive(Default)]
pub(crate) struct Recorder {
    /// The called methods, each with its caller.
    pub(crate) calls: Mutex<Vec<(&'static str, Caller)>>,
    /// While this is true, `restart` does not return.
    pub(crate) held: Mutex<bool>,
    pub(crate) changed: Condvar,
}

impl Recorder {
    fn note(&self, method: &'static str, caller: &Caller) {
        self.calls.lock().unwrap().push((method, caller.clone()));
    }

    #[allow(dead_code, reason = "the probe holds nothing")]
    pub(crate) fn hold(&self, held: bool) {
        *self.held.lock().unwrap() = held;
        self.changed.notify_all();
    }
}

/// The result of methods whose answer does not matter in these tests.
fn no<T>() -> Result<T, ApiError> {
    Err(ApiError::Busy)
}

impl Service for Recorder {
    fn about(&self, caller: &Caller) -> Result<About, ApiError> {
        self.note("about", caller);
        let (version, system) = ("0.1.0".to_owned(), "linux".to_owned());
        Ok(About { version, protocol: PROTOCOL, system, started_at: 0, simulated: false, role: caller.role })
    }

    fn tunnels(&self, caller: &Caller, _: Option<TunnelName>) -> Result<TunnelPage, ApiError> {
        self.note("tunnels", caller);
        Ok(TunnelPage { tunnels: Vec::new(), more: false })
    }

    fn peers(&self, caller: &Caller, id: TunnelId, _: Option<PublicKey>) -> Result<PeerPage, ApiError> {
        self.note("peers", caller);
        Err(ApiError::NotFound { id })
    }

    fn tunnel(&self, caller: &Caller, id: TunnelId) -> Result<TunnelView, ApiError> {
        self.note("tunnel", caller);
        Err(ApiError::NotFound { id })
    }

    fn history(&self, caller: &Caller, id: TunnelId) -> Result<History, ApiError> {
        self.note("history", caller);
        Ok(History { id, interval: 1000, samples: Vec::new(), total: Counters::default() })
    }

    fn drops(&self, caller: &Caller, _: TunnelId) -> Result<Vec<DropCount>, ApiError> {
        self.note("drops", caller);
        Ok(Vec::new())
    }

    /// As many lines as are wanted, each of about 1 KiB.
    fn logs(&self, caller: &Caller, after: u64, level: LogLevel, limit: u32) -> Result<LogPage, ApiError> {
        self.note("logs", caller);
        let line = |number| {
            let code = LogCode::Exported { to: "x".repeat(1000).into() };
            LogLine { number, at: 0, level, tunnel: None, left_out: 0, code }
        };
        Ok(LogPage { lines: (1..=u64::from(limit)).map(line).collect(), last: after, missed: 0 })
    }

    fn route(&self, caller: &Caller, ip: IpAddr) -> Result<RouteAnswer, ApiError> {
        self.note("route", caller);
        Ok(RouteAnswer { ip, route: Route::Outside { interface: None, why: RouteReason::NoTunnel }, others: Vec::new() })
    }

    fn preview(&self, caller: &Caller, _: TunnelId) -> Result<Preview, ApiError> {
        self.note("preview", caller);
        no()
    }

    fn takeovers(&self, caller: &Caller) -> Result<Vec<TakeoverView>, ApiError> {
        self.note("takeovers", caller);
        Ok(Vec::new())
    }

    fn rules(&self, caller: &Caller) -> Result<RulesView, ApiError> {
        self.note("rules", caller);
        no()
    }

    fn networks(&self, caller: &Caller) -> Result<Option<Networks>, ApiError> {
        self.note("networks", caller);
        Ok(None)
    }

    fn portal(&self, caller: &Caller) -> Result<PortalView, ApiError> {
        self.note("portal", caller);
        Ok(PortalView { captive: None, is_shut_out: false, open: None, last_end: None })
    }

    fn open_portal(&self, caller: &Caller, _: Option<u32>) -> Result<PortalTicket, ApiError> {
        self.note("open_portal", caller);
        no()
    }

    fn close_portal(&self, caller: &Caller) -> Result<(), ApiError> {
        self.note("close_portal", caller);
        Ok(())
    }

    fn disconnect_after(&self, caller: &Caller, _: TunnelId, _: Option<u32>) -> Result<(), ApiError> {
        self.note("disconnect_after", caller);
        Ok(())
    }

    fn check_rules(&self, caller: &Caller, _: Option<String>, _: Option<RulesEdit>) -> Result<RulesCheck, ApiError> {
        self.note("check_rules", caller);
        no()
    }

    fn test_rules(&self, caller: &Caller, _: Option<String>, _: Option<Networks>) -> Result<RulesDecision, ApiError> {
        self.note("test_rules", caller);
        no()
    }

    fn pause_rules(&self, caller: &Caller, _: Option<u32>) -> Result<(), ApiError> {
        self.note("pause_rules", caller);
        Ok(())
    }

    fn resume_rules(&self, caller: &Caller) -> Result<(), ApiError> {
        self.note("resume_rules", caller);
        Ok(())
    }

    fn set_rules(&self, caller: &Caller, _: String, _: u64) -> Result<RulesView, ApiError> {
        self.note("set_rules", caller);
        no()
    }

    fn connect(&self, caller: &Caller, _: TunnelId, _: bool) -> Result<(), ApiError> {
        self.note("connect", caller);
        Ok(())
    }

    fn connect_with_key(&self, caller: &Caller, _: TunnelId, _: SecretKey, _: bool) -> Result<(), ApiError> {
        self.note("connect_with_key", caller);
        Ok(())
    }

    fn disconnect(&self, caller: &Caller, _: TunnelId) -> Result<(), ApiError> {
        self.note("disconnect", caller);
        Ok(())
    }

    fn restart(&self, caller: &Caller, _: TunnelId) -> Result<(), ApiError> {
        self.note("restart", caller);
        let mut held = self.held.lock().unwrap();
        while *held {
            held = self.changed.wait(held).unwrap();
        }
        Ok(())
    }

    fn reload(&self, caller: &Caller, _: TunnelId) -> Result<ConfigReplaced, ApiError> {
        self.note("reload", caller);
        no()
    }

    fn pause(&self, caller: &Caller, _: TunnelId, _: Option<u32>) -> Result<(), ApiError> {
        self.note("pause", caller);
        Ok(())
    }

    fn resume(&self, caller: &Caller, _: TunnelId) -> Result<(), ApiError> {
        self.note("resume", caller);
        Ok(())
    }

    fn import(&self, caller: &Caller, _: TunnelName, _: InterfaceName, _: ConfigText) -> Result<Imported, ApiError> {
        self.note("import", caller);
        Ok(Imported { id: TunnelId::from_bits(7), diagnostics: Vec::new() })
    }

    fn create(&self, caller: &Caller, _: TunnelName, _: InterfaceName, _: ConfigText) -> Result<Imported, ApiError> {
        self.note("create", caller);
        no()
    }

    fn preview_config(&self, caller: &Caller, _: InterfaceName, _: ConfigText) -> Result<Preview, ApiError> {
        self.note("preview_config", caller);
        no()
    }

    fn export(&self, caller: &Caller, _: TunnelId) -> Result<ConfigText, ApiError> {
        self.note("export", caller);
        Ok(ConfigText::new(CONFIG.to_owned()))
    }

    fn masked_config(&self, caller: &Caller, _: TunnelId) -> Result<MaskedConfig, ApiError> {
        self.note("masked_config", caller);
        no()
    }

    fn replace_config(&self, caller: &Caller, _: TunnelId, _: ConfigText, _: u64) -> Result<ConfigReplaced, ApiError> {
        self.note("replace_config", caller);
        no()
    }

    fn check_config(&self, caller: &Caller, _: Option<TunnelId>, _: ConfigText) -> Result<ConfigCheck, ApiError> {
        self.note("check_config", caller);
        Ok(ConfigCheck { diagnostics: Vec::new(), public_key: None, changes: Vec::new(), changes_left_out: 0 })
    }

    fn rename(&self, caller: &Caller, _: TunnelId, _: TunnelName) -> Result<(), ApiError> {
        self.note("rename", caller);
        Ok(())
    }

    fn remove(&self, caller: &Caller, _: TunnelId) -> Result<(), ApiError> {
        self.note("remove", caller);
        Ok(())
    }

    fn versions(&self, caller: &Caller, _: TunnelId) -> Result<Vec<VersionView>, ApiError> {
        self.note("versions", caller);
        Ok(Vec::new())
    }

    fn restore_version(&self, caller: &Caller, _: TunnelId, _: u64) -> Result<ConfigReplaced, ApiError> {
        self.note("restore_version", caller);
        no()
    }

    fn forget_key(&self, caller: &Caller, _: TunnelId, _: PublicKey) -> Result<(), ApiError> {
        self.note("forget_key", caller);
        Ok(())
    }

    fn check_running(&self, caller: &Caller, _: TunnelId) -> Result<ConfigCheck, ApiError> {
        self.note("check_running", caller);
        no()
    }

    fn save_running(&self, caller: &Caller, _: TunnelId, _: u64) -> Result<ConfigReplaced, ApiError> {
        self.note("save_running", caller);
        no()
    }

    fn set_key_reminder(&self, caller: &Caller, _: TunnelId, _: Option<u32>) -> Result<(), ApiError> {
        self.note("set_key_reminder", caller);
        Ok(())
    }

    fn set_start_at_boot(&self, caller: &Caller, _: TunnelId, _: bool) -> Result<(), ApiError> {
        self.note("set_start_at_boot", caller);
        Ok(())
    }

    fn set_allow_ipv6_outside(&self, caller: &Caller, _: TunnelId, _: bool) -> Result<(), ApiError> {
        self.note("set_allow_ipv6_outside", caller);
        Ok(())
    }
    fn set_kill_switch(&self, caller: &Caller, _: TunnelId, _: adit_api::KillSwitch, _: bool) -> Result<(), ApiError> {
        self.note("set_kill_switch", caller);
        Ok(())
    }

    fn approve_hooks(&self, caller: &Caller, _: TunnelId, _: HooksHash) -> Result<(), ApiError> {
        self.note("approve_hooks", caller);
        Ok(())
    }

    fn begin_rotation(&self, caller: &Caller, _: TunnelId) -> Result<RotationView, ApiError> {
        self.note("begin_rotation", caller);
        no()
    }

    fn test_rotation(&self, caller: &Caller, _: TunnelId) -> Result<RotationTest, ApiError> {
        self.note("test_rotation", caller);
        no()
    }

    fn finish_rotation(&self, caller: &Caller, _: TunnelId, _: bool) -> Result<ConfigReplaced, ApiError> {
        self.note("finish_rotation", caller);
        no()
    }

    fn cancel_rotation(&self, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        self.note("cancel_rotation", caller);
        assert_ne!(id, TunnelId::from_bits(0xdead), "a defect, on purpose");
        Ok(())
    }

    fn take_over(&self, caller: &Caller, _: InterfaceName) -> Result<Imported, ApiError> {
        self.note("take_over", caller);
        no()
    }
}
