//! The identity of the networks that the computer is in: whether it is still where it was.

use crate::facts::{Facts, Link, LinkKind, Mac, Ssid};

/// What distinguishes the present networks from others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Identity(Vec<LinkIdentity>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct LinkIdentity {
    interface: String,
    kind: LinkKind,
    /// The access point is not part of the identity: a large network has many.
    ssid: Option<Ssid>,
    gateway: Option<Mac>,
}

/// Whether the computer is where it was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Sameness {
    /// It is.
    Same,
    /// Too little is known.
    Uncertain,
    /// It is somewhere else.
    Different,
}

impl Identity {
    pub(crate) fn of(facts: &Facts) -> Self {
        Self(facts.deciding_links().map(LinkIdentity::of).collect())
    }

    /// Returns true if the computer is in no network.
    pub(crate) fn is_nowhere(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares the present identity with this one. Links that are gone do not matter. `was_interrupted`: in between, the computer
    /// was in no network or asleep; then a Wi-Fi name alone is no proof.
    pub(crate) fn compare(&self, now: &Self, was_interrupted: bool) -> Sameness {
        let link = |now: &LinkIdentity| self.0.iter().map(|before| before.compare(now, was_interrupted)).min();
        now.0.iter().map(|now| link(now).unwrap_or(Sameness::Different)).max().unwrap_or(Sameness::Same)
    }

    /// Adds what has become known about the same networks since.
    pub(crate) fn learn(&mut self, now: &Self) {
        for before in &mut self.0 {
            let Some(now) = now.0.iter().find(|now| now.interface == before.interface) else { continue };
            before.ssid = before.ssid.take().or_else(|| now.ssid.clone());
            before.gateway = before.gateway.or(now.gateway);
        }
    }
}

impl LinkIdentity {
    fn of(link: &Link) -> Self {
        Self { interface: link.interface.clone(), kind: link.kind, ssid: link.ssid().cloned(), gateway: link.gateway_mac }
    }

    fn compare(&self, now: &Self, was_interrupted: bool) -> Sameness {
        if self.interface != now.interface || self.kind != now.kind {
            return Sameness::Different;
        }
        let (name, gateway) = (agreement(&self.ssid, &now.ssid), agreement(&self.gateway, &now.gateway));
        match (name, gateway) {
            (Agreement::No, _) | (_, Agreement::No) => Sameness::Different,
            (Agreement::Lost, _) | (_, Agreement::Lost) => Sameness::Uncertain,
            (_, Agreement::Yes) => Sameness::Same,
            (Agreement::Yes | Agreement::Unproven, Agreement::Unproven) if was_interrupted => Sameness::Uncertain,
            (Agreement::Yes | Agreement::Unproven, Agreement::Unproven) => Sameness::Same,
        }
    }
}

/// Whether a fact still is what it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Yes,
    No,
    /// It was known, and is not any more.
    Lost,
    /// It was not known.
    Unproven,
}

fn agreement<T: PartialEq>(before: &Option<T>, now: &Option<T>) -> Agreement {
    match (before, now) {
        (Some(before), Some(now)) if before == now => Agreement::Yes,
        (Some(_), Some(_)) => Agreement::No,
        (Some(_), None) => Agreement::Lost,
        (None, _) => Agreement::Unproven,
    }
}
