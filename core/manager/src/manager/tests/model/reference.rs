//! How it should be: a page of plain data, and the rules in their shortest form.

use std::collections::{BTreeMap, BTreeSet};

use adit_api::{TunnelId, TunnelState};

use super::super::bench::START;

/// What is true of a text, known beforehand.
pub(super) struct Facts {
    /// What no two tunnels can both have.
    takes: &'static [&'static str],
    /// Networks of its peer.
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

/// Texts, some of which are at odds: by a network, a port, an address, or all traffic.
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

/// How a tunnel is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum How {
    Down,
    Up {
        despite: bool,
    },
    /// Seconds since 1970.
    Paused {
        until: Option<u64>,
        despite: bool,
    },
    /// Neither; nothing stays so.
    Between,
}

impl How {
    /// What can be seen of it from outside.
    pub(super) fn of(state: &TunnelState) -> Self {
        match state {
            TunnelState::Down { .. } | TunnelState::Blocked { .. } => Self::Down,
            TunnelState::Up(_) => Self::Up { despite: false },
            TunnelState::Paused { until } => Self::Paused { until: until.map(|until| until.div_ceil(1_000)), despite: false },
            TunnelState::Connecting { .. } | TunnelState::Disconnecting { .. } => Self::Between,
        }
    }

    pub(super) fn is_up(self) -> bool {
        matches!(self, Self::Up { .. })
    }

    fn seen(self) -> Self {
        match self {
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
    /// The text of each version.
    texts: BTreeMap<u64, usize>,
}

impl Tunnel {
    pub(super) fn text(&self) -> usize {
        self.texts[&self.version]
    }

    /// None: down; Some(None): up; else paused.
    pub(super) fn wanted(&self) -> Option<Option<u64>> {
        match self.how {
            How::Down | How::Between => None,
            How::Up { .. } => Some(None),
            How::Paused { until, .. } => Some(Some(until.unwrap_or(u64::MAX))),
        }
    }
}

pub(super) struct Reference {
    pub(super) tunnels: BTreeMap<TunnelId, Tunnel>,
    /// Seconds since 1970.
    pub(super) now: u64,
    /// Whether no engine starts.
    pub(super) fails: bool,
}

type Outcome = Result<(), &'static str>;

impl Reference {
    pub(super) fn new() -> Self {
        Self { tunnels: BTreeMap::new(), now: START / 1_000, fails: false }
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
        self.tunnels.insert(id, Tunnel { interface: name.clone(), name, how: How::Down, version: 1, texts });
    }

    pub(super) fn set(&mut self, id: TunnelId, how: How) {
        self.tunnels.get_mut(&id).unwrap().how = how;
    }

    /// What the tunnel could not have with this text, and who has it.
    fn conflicts(&self, id: TunnelId, text: usize) -> BTreeSet<(TunnelId, &'static str)> {
        let others = self.tunnels.iter().filter(|(other, tunnel)| **other != id && tunnel.how.is_up());
        let shared = others.flat_map(|(other, tunnel)| {
            let theirs = TEXTS[tunnel.text()].1.takes;
            TEXTS[text].1.takes.iter().filter(|taken| theirs.contains(taken)).map(|taken| (*other, *taken))
        });
        shared.collect()
    }

    pub(super) fn connect(&mut self, id: TunnelId, despite: bool) -> Outcome {
        match self.tunnels[&id].how {
            How::Up { .. } => Ok(()),
            How::Down | How::Paused { .. } | How::Between => self.bring_up(id, despite),
        }
    }

    fn bring_up(&mut self, id: TunnelId, despite: bool) -> Outcome {
        if !despite && !self.conflicts(id, self.tunnels[&id].text()).is_empty() {
            return Err("conflict");
        }
        self.set(id, if self.fails { How::Down } else { How::Up { despite } });
        if self.fails { Err("io") } else { Ok(()) }
    }

    pub(super) fn pause(&mut self, id: TunnelId, until: Option<u64>) -> Outcome {
        let despite = match self.tunnels[&id].how {
            How::Down | How::Between => return Err("not_up"),
            How::Up { despite } | How::Paused { despite, .. } => despite,
        };
        self.set(id, How::Paused { until, despite });
        if until.is_some_and(|until| until <= self.now) {
            self.wake(id);
        }
        Ok(())
    }

    pub(super) fn resume(&mut self, id: TunnelId) -> Outcome {
        match self.tunnels[&id].how {
            How::Paused { despite, .. } => self.bring_up(id, despite),
            How::Down | How::Up { .. } | How::Between => Err("not_paused"),
        }
    }

    pub(super) fn restart(&mut self, id: TunnelId) -> Outcome {
        match self.tunnels[&id].how {
            How::Up { .. } if self.fails => {
                self.set(id, How::Down);
                Err("io")
            }
            How::Up { .. } => Ok(()),
            How::Down | How::Paused { .. } | How::Between => Err("not_up"),
        }
    }

    pub(super) fn replace(&mut self, id: TunnelId, text: usize, version: u64) -> Outcome {
        let tunnel = &self.tunnels[&id];
        if tunnel.version != version {
            return Err("changed");
        }
        // One that is up beside somebody that it is at odds with may stay so, but not become so.
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
        Ok(())
    }

    pub(super) fn rename(&mut self, id: TunnelId, name: String) -> Outcome {
        if !self.name_is_free(&name, Some(id)) {
            return Err("name_taken");
        }
        self.tunnels.get_mut(&id).unwrap().name = name;
        Ok(())
    }

    /// The earlier ones that are kept.
    pub(super) fn versions(&self, id: TunnelId) -> BTreeSet<u64> {
        let tunnel = &self.tunnels[&id];
        tunnel.texts.keys().rev().skip(1).take(20).copied().collect()
    }

    pub(super) fn restore(&mut self, id: TunnelId, version: u64) -> Outcome {
        let tunnel = &self.tunnels[&id];
        self.replace(id, tunnel.texts[&version], tunnel.version)
    }

    /// Pauses that are over.
    pub(super) fn overdue(&self) -> Vec<TunnelId> {
        let is_over = |tunnel: &Tunnel| matches!(tunnel.how, How::Paused { until: Some(until), .. } if until <= self.now);
        self.tunnels.iter().filter(|(_, tunnel)| is_over(tunnel)).map(|(id, _)| *id).collect()
    }

    /// A pause is over: it comes up, or goes down where it cannot.
    pub(super) fn wake(&mut self, id: TunnelId) {
        if self.resume(id).is_err() {
            self.set(id, How::Down);
        }
    }

    /// A time until which no other tunnel is paused, not before `until`: else nobody could say which of them comes back first.
    pub(super) fn unlike_others(&self, id: TunnelId, until: u64) -> u64 {
        let is_taken = |time: u64| {
            let mut others = self.tunnels.iter().filter(|(other, _)| **other != id);
            others.any(|(_, tunnel)| matches!(tunnel.how, How::Paused { until: Some(until), .. } if until == time))
        };
        (until..).find(|time| !is_taken(*time)).unwrap()
    }

    /// Everything that was up comes up, also what is at odds with something.
    pub(super) fn restart_program(&mut self) {
        for tunnel in self.tunnels.values_mut() {
            tunnel.how = match tunnel.how {
                How::Up { .. } if self.fails => How::Down,
                How::Up { .. } => How::Up { despite: true },
                How::Paused { until, .. } => How::Paused { until, despite: false },
                How::Down | How::Between => How::Down,
            };
        }
    }
}
