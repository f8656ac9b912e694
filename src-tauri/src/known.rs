//! The tunnels of the service, as far as the app knows them.

use adit_api::{ApiError, Event, Health, TunnelId, TunnelState, TunnelView};
use adit_words::Away;

/// News about the service.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// It answers, and has these tunnels.
    There(Vec<TunnelView>),
    /// It cannot be reached.
    Away(Away),
    /// It says this by itself.
    Event(Box<Event>),
}

/// The tunnels, sorted by name in any case, or the reason why the service cannot be reached.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    tunnels: Result<Vec<TunnelView>, Away>,
}

impl Default for Known {
    fn default() -> Self {
        Self { tunnels: Err(Away::NotRunning) }
    }
}

impl Known {
    /// Takes news in.
    pub(crate) fn learn(&mut self, news: &News) {
        match news {
            News::There(tunnels) => self.tunnels = Ok(tunnels.clone()),
            News::Away(away) => self.tunnels = Err(*away),
            News::Event(event) => self.change(event),
        }
        if let Ok(tunnels) = &mut self.tunnels {
            tunnels.sort_by_key(|tunnel| tunnel.name.as_str().to_lowercase());
        }
    }

    fn change(&mut self, event: &Event) {
        let Ok(tunnels) = &mut self.tunnels else { return };
        match event {
            Event::TunnelAdded { tunnel } | Event::TunnelChanged { tunnel } => {
                match tunnels.iter_mut().find(|known| known.id == tunnel.id) {
                    Some(known) => known.clone_from(tunnel),
                    None => tunnels.push(TunnelView::clone(tunnel)),
                }
            }
            Event::TunnelRemoved { id } => tunnels.retain(|tunnel| tunnel.id != *id),
            Event::RulesChanged { .. }
            | Event::PortalChanged { .. }
            | Event::Traffic { .. }
            | Event::KeyIsOld { .. }
            | Event::Log { .. } => {}
        }
    }

    /// Returns the tunnels, or the reason why the service cannot be reached.
    pub(crate) fn tunnels(&self) -> Result<&[TunnelView], Away> {
        self.tunnels.as_deref().map_err(|away| *away)
    }

    /// Returns the name of a tunnel, if it is there.
    pub(crate) fn name(&self, id: TunnelId) -> Option<&str> {
        self.tunnels().ok()?.iter().find(|tunnel| tunnel.id == id).map(|tunnel| tunnel.name.as_str())
    }

    /// Returns true if what there is to say changes as time passes.
    pub(crate) fn depends_on_time(&self) -> bool {
        let counts = |tunnel: &TunnelView| match &tunnel.state {
            TunnelState::Paused { until } => until.is_some(),
            TunnelState::Up(up) => matches!(up.health, Health::NoAnswer { .. } | Health::Handshaking { .. }),
            TunnelState::Down { .. }
            | TunnelState::Connecting { .. }
            | TunnelState::Disconnecting { .. }
            | TunnelState::Blocked { .. } => false,
        };
        self.tunnels.iter().flatten().any(counts)
    }
}

/// Returns true if the tunnel was turned off, and its lockdown lets nothing past it.
pub(crate) fn is_locked_down(state: &TunnelState) -> bool {
    matches!(state, TunnelState::Blocked { cause, .. } if **cause == ApiError::Lockdown)
}

/// Tunnels for tests.
#[cfg(test)]
pub(crate) mod samples {
    use adit_api::{
        ApiError, Counters, DataPath, DownReason, Health, HooksView, KillSwitch, Source, TunnelId, TunnelState, TunnelView,
        UpState,
    };

    /// The present time of the tests, Unix milliseconds.
    pub(crate) const NOW: u64 = 1_790_000_000_000;

    /// A tunnel with this name, whose id is made of `number`.
    pub(crate) fn tunnel(number: u8, name: &str, state: TunnelState) -> TunnelView {
        TunnelView {
            id: id(number),
            name: name.parse().unwrap(),
            interface: format!("wg{number}").parse().unwrap(),
            state,
            source: Source::Store,
            version: 1,
            usable: true,
            public_key: None,
            asks_for_key: false,
            key_since: None,
            key_reminder_days: None,
            rotation: None,
            addresses: vec![format!("10.0.0.{number}/32").parse().unwrap()],
            peers: Vec::new(),
            peer_count: 0,
            start_at_boot: false,
            kill_switch: KillSwitch::Off,
            allow_lan: false,
            allow_ipv6_outside: false,
            hooks: HooksView::None,
            on_demand: None,
        }
    }

    pub(crate) fn id(number: u8) -> TunnelId {
        format!("{number:032x}").parse().unwrap()
    }

    pub(crate) fn off() -> TunnelState {
        TunnelState::Down { reason: None, retry_at: None }
    }

    pub(crate) fn failed() -> TunnelState {
        TunnelState::Down { reason: Some(DownReason::Failed { error: Box::new(ApiError::Busy) }), retry_at: None }
    }

    pub(crate) fn blocked() -> TunnelState {
        TunnelState::Blocked { cause: Box::new(ApiError::Busy), since: NOW, retry_at: None }
    }

    pub(crate) fn locked_down() -> TunnelState {
        TunnelState::Blocked { cause: Box::new(ApiError::Lockdown), since: NOW, retry_at: None }
    }

    /// A tunnel that is up, with a handshake unless it is the first one.
    pub(crate) fn up(health: Health) -> TunnelState {
        let last_handshake = (!matches!(health, Health::Handshaking { .. } | Health::WaitingForPeer)).then_some(NOW - 1_000);
        TunnelState::Up(UpState {
            since: NOW - 60_000,
            health,
            mtu: 1420,
            listen_port: 51_820,
            counters: Counters::default(),
            last_handshake,
            peers: Vec::new(),
            peer_count: 0,
            differs: false,
            conflicts: Vec::new(),
            warnings: Vec::new(),
            data_path: DataPath {
                queues: 1,
                tun_segmentation: false,
                tun_udp_segmentation: false,
                udp_segmentation: false,
                udp_receive: false,
            },
            in_other_namespace: false,
            routing_loops: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{NOW, failed, id, off, tunnel, up};
    use super::*;

    fn names(known: &Known) -> Vec<&str> {
        known.tunnels().unwrap().iter().map(|tunnel| tunnel.name.as_str()).collect()
    }

    #[test]
    fn tunnels_come_change_and_go_in_the_order_of_their_names() {
        let mut known = Known::default();
        let event = |event| News::Event(Box::new(event));
        known.learn(&event(Event::TunnelRemoved { id: id(1) }));
        assert!(known.tunnels().is_err(), "nothing is known before the service answers");
        known.learn(&News::There(vec![tunnel(1, "office", off()), tunnel(2, "Home", off())]));
        known.learn(&event(Event::TunnelAdded { tunnel: Box::new(tunnel(3, "lab", off())) }));
        assert_eq!(names(&known), ["Home", "lab", "office"]);
        known.learn(&event(Event::TunnelChanged { tunnel: Box::new(tunnel(1, "Attic", failed())) }));
        assert_eq!(names(&known), ["Attic", "Home", "lab"]);
        known.learn(&event(Event::TunnelRemoved { id: id(2) }));
        assert_eq!(names(&known), ["Attic", "lab"]);
        assert_eq!((known.name(id(1)), known.name(id(2))), (Some("Attic"), None));
        known.learn(&News::Away(Away::NotPermitted));
        assert_eq!(known.tunnels().unwrap_err(), Away::NotPermitted);
    }

    #[test]
    fn only_spans_of_time_need_a_clock() {
        let depends = |state| {
            let mut known = Known::default();
            known.learn(&News::There(vec![tunnel(1, "office", state)]));
            known.depends_on_time()
        };
        assert!(depends(TunnelState::Paused { until: Some(NOW) }) && depends(up(Health::NoAnswer { since: NOW })));
        assert!(!depends(TunnelState::Paused { until: None }) && !depends(up(Health::Good)) && !depends(off()));
    }
}
