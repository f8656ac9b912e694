//! Sentences for conflicts: resources of the computer that two tunnels, or a tunnel and another program, cannot share.

use adit_api::{Conflict, TunnelId};

use crate::{Context, Words, visible};

impl Words {
    /// Describes a conflict.
    pub fn conflict(&self, conflict: &Conflict, context: &Context<'_>) -> String {
        let name = |id: &TunnelId| ("other", context.other(*id, self).into());
        match conflict {
            Conflict::SameNetwork { other, network } => {
                self.say("conflict-same-network", &[name(other), ("network", network.to_string().into())])
            }
            Conflict::BothTakeAll { other } => self.say("conflict-both-take-all", &[name(other)]),
            Conflict::SameAddress { other, address } => {
                self.say("conflict-same-address", &[name(other), ("address", address.to_string().into())])
            }
            Conflict::SamePort { other, port } => self.say("conflict-same-port", &[name(other), ("port", port.into())]),
            Conflict::BothSetDns { other } => self.say("conflict-both-set-dns", &[name(other)]),
            Conflict::InterfaceExists { interface } => {
                self.say("conflict-interface-exists", &[("interface", interface.to_string().into())])
            }
            Conflict::LocalNetwork { interface, network } => {
                let network = ("network", network.to_string().into());
                self.say("conflict-local-network", &[("interface", visible(interface).into()), network])
            }
            Conflict::OtherVpn { interface } => self.say("conflict-other-vpn", &[("interface", visible(interface).into())]),
        }
    }
}

/// Returns the other tunnel of a conflict, if there is one.
pub(crate) fn other(conflict: &Conflict) -> Option<TunnelId> {
    match conflict {
        Conflict::SameNetwork { other, .. }
        | Conflict::BothTakeAll { other }
        | Conflict::SameAddress { other, .. }
        | Conflict::SamePort { other, .. }
        | Conflict::BothSetDns { other } => Some(*other),
        Conflict::InterfaceExists { .. } | Conflict::LocalNetwork { .. } | Conflict::OtherVpn { .. } => None,
    }
}
