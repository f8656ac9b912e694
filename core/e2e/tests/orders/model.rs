//! The expected state of the service: plain data, and the rules in their shortest form.

use std::collections::{BTreeMap, BTreeSet};

use adit_api::{TunnelId, TunnelState, TunnelView};

use crate::order::Order;
use crate::texts::FACTS;

/// Number of earlier versions that are stored.
const KEPT: usize = 20;

/// The outcome of an order: the code of the refusal if it was refused.
pub(crate) type Outcome = Result<(), &'static str>;

/// The state of a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum How {
    Down,
    Up,
    Paused,
    /// The tunnel could not come up, and its kill switch is closed.
    Blocked,
    /// The tunnel is changing its state. A client that waited for an answer never sees this.
    Between,
}

impl How {
    pub(crate) fn of(state: &TunnelState) -> Self {
        match state {
            TunnelState::Down { .. } => Self::Down,
            TunnelState::Up(_) => Self::Up,
            TunnelState::Paused { .. } => Self::Paused,
            TunnelState::Blocked { .. } => Self::Blocked,
            TunnelState::Connecting { .. } | TunnelState::Disconnecting { .. } => Self::Between,
        }
    }
}

/// A tunnel as every user sees it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Face {
    name: String,
    interface: String,
    how: How,
    version: u64,
    at_boot: bool,
    blocks: bool,
    rotates: bool,
}

impl Face {
    pub(crate) fn of(view: &TunnelView) -> Self {
        Self {
            name: view.name.to_string(),
            interface: view.interface.to_string(),
            how: How::of(&view.state),
            version: view.version,
            at_boot: view.start_at_boot,
            blocks: view.kill_switch != adit_api::KillSwitch::Off,
            rotates: view.rotation.is_some(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Tunnel {
    pub(crate) face: Face,
    /// The tunnel came up in spite of conflicts. It may have been paused since.
    pub(crate) despite: bool,
    /// The text of each version, as an index into [`FACTS`].
    texts: BTreeMap<u64, usize>,
}

impl Tunnel {
    pub(crate) fn text(&self) -> usize {
        self.texts[&self.face.version]
    }

    pub(crate) fn interface(&self) -> &str {
        &self.face.interface
    }

    pub(crate) fn is_up(&self) -> bool {
        self.face.how == How::Up
    }

    /// Returns the current version and the stored earlier ones, the latest first.
    pub(crate) fn versions(&self) -> Vec<u64> {
        self.texts.keys().rev().take(1 + KEPT).copied().collect()
    }
}

#[derive(Clone, Default, Debug)]
pub(crate) struct Model {
    pub(crate) tunnels: BTreeMap<TunnelId, Tunnel>,
}

impl Model {
    pub(crate) fn faces(&self) -> BTreeMap<TunnelId, Face> {
        self.tunnels.iter().map(|(id, tunnel)| (*id, tunnel.face.clone())).collect()
    }

    /// Returns true if another tunnel has the name or the interface.
    pub(crate) fn import_is_refused(&self, name: &str, interface: &str) -> bool {
        self.tunnels.values().any(|tunnel| tunnel.face.name == name || tunnel.face.interface == interface)
    }

    pub(crate) fn import(&mut self, id: TunnelId, name: String, interface: String, text: usize) {
        let face = Face { name, interface, how: How::Down, version: 1, at_boot: false, blocks: false, rotates: false };
        self.tunnels.insert(id, Tunnel { face, despite: false, texts: BTreeMap::from([(1, text)]) });
    }

    /// Applies an order about a tunnel and returns its expected outcome. Where timing decides, the actual outcome `actual`
    /// does.
    pub(crate) fn play(&mut self, id: TunnelId, order: Order, names: &[String], seen: u64, actual: Outcome) -> Outcome {
        match order {
            Order::Edit { text } => self.replace(id, text, seen),
            Order::Rename { name } => self.rename(id, &names[name]),
            Order::Remove => {
                self.tunnels.remove(&id);
                Ok(())
            }
            Order::Undo => self.undo(id),
            Order::Block { on } => {
                let face = &mut self.tunnel(id).face;
                face.blocks = on;
                if face.how == How::Blocked && !on {
                    face.how = How::Down;
                }
                Ok(())
            }
            Order::Boot { on } => {
                self.tunnel(id).face.at_boot = on;
                Ok(())
            }
            Order::BeginRotation => self.rotation(id, true, "rotation_pending"),
            Order::CancelRotation => self.rotation(id, false, "no_rotation"),
            Order::Up { despite } => self.up(id, despite, actual),
            Order::Down => {
                self.tunnel(id).face.how = How::Down;
                Ok(())
            }
            Order::Toggle => match self.tunnels[&id].face.how {
                How::Down | How::Paused => self.up(id, false, actual),
                How::Up | How::Blocked | How::Between => self.play(id, Order::Down, names, seen, actual),
            },
            Order::Pause => match self.tunnels[&id].face.how {
                How::Up | How::Paused => {
                    self.tunnel(id).face.how = How::Paused;
                    Ok(())
                }
                How::Down | How::Blocked | How::Between => Err("not_up"),
            },
            Order::Resume => match self.tunnels[&id].face.how {
                How::Paused => self.bring_up(id, self.tunnels[&id].despite, actual),
                How::Down | How::Up | How::Blocked | How::Between => Err("not_paused"),
            },
            Order::Restart => match self.tunnels[&id].face.how {
                How::Up => Ok(()),
                How::Down | How::Paused | How::Blocked | How::Between => Err("not_up"),
            },
            Order::Import { .. } | Order::Export | Order::Versions | Order::Status | Order::Route { .. } => Ok(()),
        }
    }

    fn tunnel(&mut self, id: TunnelId) -> &mut Tunnel {
        self.tunnels.get_mut(&id).expect("orders are about tunnels that there are")
    }

    /// Returns the resources that the tunnel could not have with this text, and the tunnels that have them.
    pub(crate) fn conflicts(&self, id: TunnelId, text: usize) -> BTreeSet<(TunnelId, &'static str)> {
        let own = &FACTS[text];
        let mut found = BTreeSet::new();
        for (other, tunnel) in self.tunnels.iter().filter(|(other, _)| **other != id) {
            let theirs = &FACTS[tunnel.text()];
            match tunnel.face.how {
                How::Up => {
                    let shared = own.takes.iter().filter(|taken| theirs.takes.contains(taken));
                    found.extend(shared.map(|taken| (*other, *taken)));
                    if own.takes_all() && theirs.takes_all() {
                        found.insert((*other, "everything"));
                    }
                }
                // A blocked full tunnel reserves all traffic, and nothing else.
                How::Blocked if own.takes_all() => {
                    found.insert((*other, "everything"));
                }
                How::Blocked | How::Down | How::Paused | How::Between => {}
            }
        }
        found
    }

    fn up(&mut self, id: TunnelId, despite: bool, actual: Outcome) -> Outcome {
        match self.tunnels[&id].face.how {
            How::Up => Ok(()),
            How::Down | How::Paused | How::Blocked | How::Between => self.bring_up(id, despite, actual),
        }
    }

    fn bring_up(&mut self, id: TunnelId, despite: bool, actual: Outcome) -> Outcome {
        let conflicts = self.conflicts(id, self.tunnels[&id].text());
        if !despite && !conflicts.is_empty() {
            return Err("conflict");
        }
        let tunnel = self.tunnel(id);
        // In spite of conflicts the kernel decides: a port, a route and the rule for all traffic cannot be had twice.
        if !conflicts.is_empty() && matches!(actual, Err("io" | "conflict")) {
            let blocks = tunnel.face.blocks && FACTS[tunnel.text()].takes_all();
            tunnel.face.how = if blocks { How::Blocked } else { How::Down };
            return actual;
        }
        tunnel.face.how = How::Up;
        tunnel.despite = despite;
        Ok(())
    }

    fn replace(&mut self, id: TunnelId, text: usize, version: u64) -> Outcome {
        let tunnel = &self.tunnels[&id];
        if tunnel.face.version != version {
            return Err("changed");
        }
        // A tunnel that is up in spite of conflicts may keep them, but not get new ones.
        let (before, after) = (self.conflicts(id, tunnel.text()), self.conflicts(id, text));
        if tunnel.is_up() && !after.is_subset(&before) {
            return Err("conflict");
        }
        let tunnel = self.tunnel(id);
        if tunnel.text() != text {
            tunnel.face.version += 1;
            tunnel.texts.insert(tunnel.face.version, text);
        }
        Ok(())
    }

    fn rename(&mut self, id: TunnelId, name: &str) -> Outcome {
        if self.tunnels.iter().any(|(other, tunnel)| *other != id && tunnel.face.name == name) {
            return Err("name_taken");
        }
        name.clone_into(&mut self.tunnel(id).face.name);
        Ok(())
    }

    /// Returns to the previous version, as `adit undo` does.
    fn undo(&mut self, id: TunnelId) -> Outcome {
        let tunnel = &self.tunnels[&id];
        match tunnel.versions().get(1) {
            Some(version) => self.replace(id, tunnel.texts[version], tunnel.face.version),
            None => Ok(()),
        }
    }

    fn rotation(&mut self, id: TunnelId, begins: bool, refusal: &'static str) -> Outcome {
        let rotates = &mut self.tunnel(id).face.rotates;
        if *rotates == begins {
            return Err(refusal);
        }
        *rotates = begins;
        Ok(())
    }
}
