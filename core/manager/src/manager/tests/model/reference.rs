//! The model: the expected state as plain data, and the rules in their shortest form.

use std::collections::{BTreeMap, BTreeSet};

use adit_api::{TunnelId, TunnelState, TunnelView};

use super::super::bench::START;

/// The known facts about a configuration text.
pub(super) struct Facts {
    /// Resources that only one tunnel at a time can have.
    takes: &'static [&'static str],
    /// Number of the peer's networks.
    pub(super) networks: usize,
}

macro_rules! text {
    ($lines:literal, $allowed:literal) => {
        concat!(
            "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n",
            $lines,
            "\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = ",
            $allowed,
            "\nEndpoint = 192.0.2.1:51820\n"
        )
    };
}

/// Texts, of which some conflict: by a network, a port, an address, or all traffic.
pub(super) const TEXTS: [(&str, Facts); 7] = [
    (text!("Address = 10.1.0.2/24", "10.1.0.0/24"), Facts { takes: &["10.1.0.0/24", "10.1.0.2"], networks: 1 }),
    (
        text!("Address = 10.1.7.2/24", "10.1.0.0/16, 192.0.2.0/24"),
        Facts { takes: &["10.1.0.0/24", "the rest of 10.1.0.0/16", "192.0.2.0/24", "10.1.7.2"], networks: 2 },
    ),
    (
        text!("Address = 10.2.0.2/24\nListenPort = 7", "10.2.0.0/24"),
        Facts { takes: &["port 7", "10.2.0.0/24", "10.2.0.2"], networks: 1 },
    ),
    (
        text!("Address = 10.3.0.2/24\nListenPort = 7", "10.3.0.0/24, fd03::/64"),
        Facts { takes: &["port 7", "10.3.0.0/24", "fd03::/64", "10.3.0.2"], networks: 2 },
    ),
    (
        text!("Address = 10.4.0.2/24\nMTU = 1300\nDNS = 10.4.0.1", "0.0.0.0/0, ::/0"),
        Facts { takes: &["everything", "10.4.0.2"], networks: 2 },
    ),
    (text!("Address = 10.5.0.2/24", "::/0"), Facts { takes: &["everything", "10.5.0.2"], networks: 1 }),
    (text!("Address = 10.5.0.2/32", "10.6.0.0/24"), Facts { takes: &["10.6.0.0/24", "10.5.0.2"], networks: 1 }),
];

/// The resource that only a full tunnel has.
const EVERYTHING: &str = "everything";

fn retry_at(state: &TunnelState) -> Option<u64> {
    match state {
        TunnelState::Down { retry_at, .. } | TunnelState::Blocked { retry_at, .. } => *retry_at,
        _ => None,
    }
}

/// The state of a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum How {
    Down,
    Up {
        despite: bool,
    },
    /// Paused; `until` is in seconds since 1970.
    Paused {
        until: Option<u64>,
        despite: bool,
    },
    /// The tunnel should be up and is not.
    Waiting {
        despite: bool,
        /// True if a retry is scheduled.
        retry: bool,
        /// True if the kill switch is closed.
        closed: bool,
    },
    /// Connecting or disconnecting; no tunnel stays in this state.
    Between,
}

/// Time of the next retry, in Unix milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    At(u64),
    /// An unknown time in the future, because the delay is random.
    Soon,
}

impl How {
    /// Returns the part of the state that is visible from outside.
    pub(super) fn of(state: &TunnelState) -> Self {
        match state {
            TunnelState::Down { retry_at: None, .. } => Self::Down,
            TunnelState::Down { retry_at: Some(_), .. } => Self::Waiting { despite: false, retry: true, closed: false },
            TunnelState::Blocked { retry_at, .. } => Self::Waiting { despite: false, retry: retry_at.is_some(), closed: true },
            TunnelState::Up(_) => Self::Up { despite: false },
            TunnelState::Paused { until } => Self::Paused { until: until.map(|until| until.div_ceil(1_000)), despite: false },
            TunnelState::Connecting { .. } | TunnelState::Disconnecting { .. } => Self::Between,
        }
    }

    pub(super) fn is_up(self) -> bool {
        matches!(self, Self::Up { .. })
    }

    /// Returns true if the tunnel has a thread, which holds the claim on the interface's name.
    pub(super) fn has_thread(self) -> bool {
        match self {
            Self::Up { .. } | Self::Paused { .. } => true,
            Self::Down | Self::Waiting { .. } | Self::Between => false,
        }
    }

    fn seen(self) -> Self {
        match self {
            Self::Waiting { retry, closed, .. } => Self::Waiting { despite: false, retry, closed },
            Self::Up { .. } => Self::Up { despite: false },
            Self::Paused { until, .. } => Self::Paused { until, despite: false },
            Self::Down | Self::Between => self,
        }
    }
}

pub(super) struct Tunnel {
    pub(super) name: String,
    pub(super) interface: String,
    pub(super) how: How,
    pub(super) version: u64,
    /// True if the kill switch is on.
    pub(super) block: bool,
    /// True if the kill switch is closed.
    pub(super) closed: bool,
    /// For a waiting tunnel: the time of the next retry and that of the last failure, in Unix milliseconds.
    next: Next,
    last: u64,
    /// The index of the text of each version.
    texts: BTreeMap<u64, usize>,
}

impl Tunnel {
    pub(super) fn text(&self) -> usize {
        self.texts[&self.version]
    }

    /// Returns true if the kill switch must be closed while the tunnel should be up.
    fn closes(&self) -> bool {
        self.block && self.takes_all()
    }

    fn takes_all(&self) -> bool {
        TEXTS[self.text()].1.takes.contains(&EVERYTHING)
    }

    /// Returns the intent: None is down, Some(None) is up, any other value is paused until that time.
    pub(super) fn wanted(&self) -> Option<Option<u64>> {
        match self.how {
            How::Down | How::Between => None,
            How::Up { .. } | How::Waiting { .. } => Some(None),
            How::Paused { until, .. } => Some(Some(until.unwrap_or(u64::MAX))),
        }
    }
}

pub(super) struct Reference {
    pub(super) tunnels: BTreeMap<TunnelId, Tunnel>,
    /// Current time in seconds since 1970.
    pub(super) now: u64,
    /// Current time in Unix milliseconds.
    pub(super) milliseconds: u64,
    /// True if no engine can start.
    pub(super) fails: bool,
}

type Outcome = Result<(), &'static str>;

impl Reference {
    pub(super) fn new() -> Self {
        Self { tunnels: BTreeMap::new(), now: START / 1_000, milliseconds: START, fails: false }
    }

    pub(super) fn hows(&self) -> BTreeMap<TunnelId, How> {
        self.tunnels.iter().map(|(id, tunnel)| (*id, tunnel.how.seen())).collect()
    }

    pub(super) fn name_is_free(&self, name: &str, but_of: Option<TunnelId>) -> bool {
        let mut others = self.tunnels.iter().filter(|(id, _)| Some(**id) != but_of);
        !others.any(|(_, tunnel)| tunnel.name == name || (but_of.is_none() && tunnel.interface == name))
    }

    pub(super) fn import(&mut self, id: TunnelId, name: String, text: usize) {
        let texts = BTreeMap::from([(1, text)]);
        let (block, closed, next, last) = (false, false, Next::Soon, 0);
        let tunnel = Tunnel { interface: name.clone(), name, how: How::Down, version: 1, block, closed, next, last, texts };
        self.tunnels.insert(id, tunnel);
    }

    /// Returns true if the views agree with the model.
    pub(super) fn is_so(&self, views: &[TunnelView]) -> bool {
        let hows: BTreeMap<TunnelId, How> = views.iter().map(|view| (view.id, How::of(&view.state))).collect();
        hows == self.hows()
            && views.iter().all(|view| match (retry_at(&view.state), self.tunnels[&view.id].next) {
                (Some(at), Next::At(next)) => at == next,
                (Some(at), Next::Soon) => at > self.milliseconds,
                (None, _) => true,
            })
    }

    /// Copies the times of retries from the views.
    pub(super) fn learn(&mut self, views: &[TunnelView]) {
        for view in views {
            let (Some(at), Some(tunnel)) = (retry_at(&view.state), self.tunnels.get_mut(&view.id)) else { continue };
            assert!(at <= tunnel.last + 60_000 && at >= tunnel.last + 750, "{} ms after it failed", at - tunnel.last);
            tunnel.next = Next::At(at);
        }
    }

    /// Returns the time of the next event that happens by itself, in Unix milliseconds.
    pub(super) fn next_due(&self) -> Option<u64> {
        let due = |tunnel: &Tunnel| match (tunnel.how, tunnel.next) {
            (How::Paused { until, .. }, _) => until.map(|until| until * 1_000),
            (How::Waiting { retry: true, .. }, Next::At(at)) => Some(at),
            _ => None,
        };
        self.tunnels.values().filter_map(due).min()
    }

    /// Advances the time. No event is due before its end.
    pub(super) fn pass_until(&mut self, milliseconds: u64) {
        self.milliseconds = milliseconds;
        self.now = milliseconds / 1_000;
        for id in self.overdue() {
            self.wake(id);
        }
        self.try_again_all();
    }

    pub(super) fn network_is_another(&mut self) {
        for tunnel in self.tunnels.values_mut().filter(|tunnel| matches!(tunnel.how, How::Waiting { retry: true, .. })) {
            tunnel.next = Next::At(self.milliseconds.max(tunnel.last + 1_000));
        }
        self.try_again_all();
    }

    fn try_again_all(&mut self) {
        let is_due = |tunnel: &Tunnel| {
            let waits = matches!(tunnel.how, How::Waiting { retry: true, .. });
            waits && matches!(tunnel.next, Next::At(at) if at <= self.milliseconds)
        };
        let due: Vec<TunnelId> = self.tunnels.iter().filter(|(_, tunnel)| is_due(tunnel)).map(|(id, _)| *id).collect();
        for id in due {
            let How::Waiting { despite, .. } = self.tunnels[&id].how else { continue };
            if self.bring_up(id, despite, true) == Err("conflict") {
                self.waits(id, true);
            }
        }
    }

    /// Puts a tunnel that should be up and is not into the waiting state.
    fn waits(&mut self, id: TunnelId, retry: bool) {
        let now = self.milliseconds;
        let tunnel = self.tunnels.get_mut(&id).unwrap();
        let despite = match tunnel.how {
            How::Up { despite } | How::Paused { despite, .. } | How::Waiting { despite, .. } => despite,
            How::Down | How::Between => false,
        };
        tunnel.how = How::Waiting { despite, retry, closed: tunnel.closed };
        (tunnel.next, tunnel.last) = (Next::Soon, now);
    }

    /// Records that a tunnel could not be brought up. `unattended`: no caller waits for the result.
    fn fails(&mut self, id: TunnelId, despite: bool, unattended: bool) {
        let tunnel = self.tunnels.get_mut(&id).unwrap();
        tunnel.closed |= tunnel.closes();
        if tunnel.closed || unattended {
            tunnel.how = How::Up { despite };
            self.waits(id, true);
        } else {
            tunnel.how = How::Down;
        }
    }

    pub(super) fn disconnect(&mut self, id: TunnelId) {
        let tunnel = self.tunnels.get_mut(&id).unwrap();
        (tunnel.how, tunnel.closed) = (How::Down, false);
    }

    /// Records that another program removed the interface of a tunnel that is up.
    pub(super) fn breaks(&mut self, id: TunnelId) {
        if self.tunnels[&id].closed { self.waits(id, true) } else { self.set(id, How::Down) }
    }

    pub(super) fn block(&mut self, id: TunnelId, enabled: bool) {
        let tunnel = self.tunnels.get_mut(&id).unwrap();
        tunnel.block = enabled;
        match tunnel.how {
            How::Up { .. } => tunnel.closed = tunnel.closes(),
            How::Waiting { closed: true, .. } if !enabled => self.disconnect(id),
            How::Waiting { closed: false, .. } if tunnel.closes() => {
                tunnel.closed = true;
                self.waits(id, true);
            }
            How::Waiting { .. } | How::Down | How::Paused { .. } | How::Between => {}
        }
    }

    pub(super) fn set(&mut self, id: TunnelId, how: How) {
        self.tunnels.get_mut(&id).unwrap().how = how;
    }

    /// Returns the conflicts that the tunnel would have with this text: the other tunnel and the resource.
    fn conflicts(&self, id: TunnelId, text: usize) -> BTreeSet<(TunnelId, &'static str)> {
        let others = self.tunnels.iter().filter(|(other, _)| **other != id);
        let shared = others.flat_map(|(other, tunnel)| {
            let theirs = match tunnel.how {
                How::Up { .. } => TEXTS[tunnel.text()].1.takes,
                How::Waiting { closed: true, .. } => &[EVERYTHING],
                How::Waiting { .. } | How::Down | How::Paused { .. } | How::Between => &[],
            };
            TEXTS[text].1.takes.iter().filter(|taken| theirs.contains(taken)).map(|taken| (*other, *taken))
        });
        shared.collect()
    }

    pub(super) fn connect(&mut self, id: TunnelId, despite: bool) -> Outcome {
        match self.tunnels[&id].how {
            How::Up { .. } => Ok(()),
            How::Down | How::Paused { .. } | How::Waiting { .. } | How::Between => self.bring_up(id, despite, false),
        }
    }

    fn bring_up(&mut self, id: TunnelId, despite: bool, unattended: bool) -> Outcome {
        if !despite && !self.conflicts(id, self.tunnels[&id].text()).is_empty() {
            return Err("conflict");
        }
        if self.fails {
            self.fails(id, despite, unattended);
            return Err("io");
        }
        let tunnel = self.tunnels.get_mut(&id).unwrap();
        (tunnel.how, tunnel.closed) = (How::Up { despite }, tunnel.closes());
        Ok(())
    }

    pub(super) fn pause(&mut self, id: TunnelId, until: Option<u64>) -> Outcome {
        let despite = match self.tunnels[&id].how {
            How::Down | How::Waiting { .. } | How::Between => return Err("not_up"),
            How::Up { despite } | How::Paused { despite, .. } => despite,
        };
        self.set(id, How::Paused { until, despite });
        self.tunnels.get_mut(&id).unwrap().closed = false;
        if until.is_some_and(|until| until <= self.now) {
            self.wake(id);
        }
        Ok(())
    }

    pub(super) fn resume(&mut self, id: TunnelId) -> Outcome {
        match self.tunnels[&id].how {
            How::Paused { despite, .. } => self.bring_up(id, despite, false),
            How::Down | How::Up { .. } | How::Waiting { .. } | How::Between => Err("not_paused"),
        }
    }

    pub(super) fn restart(&mut self, id: TunnelId) -> Outcome {
        match self.tunnels[&id].how {
            How::Up { despite } if self.fails => {
                self.fails(id, despite, false);
                Err("io")
            }
            How::Up { .. } => Ok(()),
            How::Down | How::Paused { .. } | How::Waiting { .. } | How::Between => Err("not_up"),
        }
    }

    pub(super) fn replace(&mut self, id: TunnelId, text: usize, version: u64) -> Outcome {
        let tunnel = &self.tunnels[&id];
        if tunnel.version != version {
            return Err("changed");
        }
        // A tunnel that is up may keep its conflicts, but may not get new ones.
        let (before, after) = (self.conflicts(id, tunnel.text()), self.conflicts(id, text));
        if tunnel.how.is_up() && !after.is_subset(&before) {
            return Err("conflict");
        }
        let tunnel = self.tunnels.get_mut(&id).unwrap();
        if tunnel.text() == text {
            return Ok(());
        }
        tunnel.version += 1;
        tunnel.texts.insert(tunnel.version, text);
        if tunnel.how.is_up() {
            tunnel.closed = tunnel.closes();
        }
        Ok(())
    }

    pub(super) fn rename(&mut self, id: TunnelId, name: String) -> Outcome {
        if !self.name_is_free(&name, Some(id)) {
            return Err("name_taken");
        }
        self.tunnels.get_mut(&id).unwrap().name = name;
        Ok(())
    }

    /// Returns the numbers of the earlier versions that are kept.
    pub(super) fn versions(&self, id: TunnelId) -> BTreeSet<u64> {
        let tunnel = &self.tunnels[&id];
        tunnel.texts.keys().rev().skip(1).take(20).copied().collect()
    }

    pub(super) fn restore(&mut self, id: TunnelId, version: u64) -> Outcome {
        let tunnel = &self.tunnels[&id];
        self.replace(id, tunnel.texts[&version], tunnel.version)
    }

    /// Returns the tunnels whose pause is over.
    pub(super) fn overdue(&self) -> Vec<TunnelId> {
        let is_over = |tunnel: &Tunnel| matches!(tunnel.how, How::Paused { until: Some(until), .. } if until <= self.now);
        self.tunnels.iter().filter(|(_, tunnel)| is_over(tunnel)).map(|(id, _)| *id).collect()
    }

    /// Ends a pause: the tunnel comes up, or goes down if it cannot.
    pub(super) fn wake(&mut self, id: TunnelId) {
        let How::Paused { despite, .. } = self.tunnels[&id].how else { return };
        if self.bring_up(id, despite, true) != Err("conflict") {
            return;
        }
        let tunnel = self.tunnels.get_mut(&id).unwrap();
        tunnel.closed = tunnel.closes();
        if tunnel.closed { self.waits(id, false) } else { self.set(id, How::Down) }
    }

    /// Returns a time, not before `until`, at which no other pause ends. Otherwise the order of the tunnels would be unknown.
    pub(super) fn unlike_others(&self, id: TunnelId, until: u64) -> u64 {
        let is_taken = |time: u64| {
            let mut others = self.tunnels.iter().filter(|(other, _)| **other != id);
            others.any(|(_, tunnel)| matches!(tunnel.how, How::Paused { until: Some(until), .. } if until == time))
        };
        (until..).find(|time| !is_taken(*time)).unwrap()
    }

    /// Restarts the program: all tunnels that were up come up, even those with conflicts.
    pub(super) fn restart_program(&mut self) {
        let ids: Vec<TunnelId> = self.tunnels.keys().copied().collect();
        for id in ids {
            match self.tunnels[&id].how {
                How::Up { .. } | How::Waiting { .. } => drop(self.bring_up(id, true, true)),
                How::Paused { until, .. } => self.set(id, How::Paused { until, despite: false }),
                How::Down | How::Between => self.set(id, How::Down),
            }
        }
    }
}
