//! Sentences for changes of a configuration.

use adit_api::{ChangeEffect, ConfigChange, ConfigField, PublicKey, TunnelView};

use crate::{Words, visible};

impl Words {
    /// Formats a change on one line: `Endpoint of server: a -> b`. Names of peers are those of `tunnel`.
    pub fn change(&self, tunnel: &TunnelView, change: &ConfigChange) -> String {
        let ConfigChange { peer, field, before, after, effect: _ } = change;
        let peer = peer.as_ref().map(|key| self.peer(tunnel, key));
        let subject = match (field, peer) {
            (ConfigField::PeerAdded, Some(peer)) => return self.say("change-peer-added", &[("peer", peer.into())]),
            (ConfigField::PeerRemoved, Some(peer)) => return self.say("change-peer-removed", &[("peer", peer.into())]),
            (ConfigField::Hooks, _) => return self.say("change-hooks", &[]),
            (ConfigField::Text, _) => return self.say("change-text", &[]),
            (_, Some(peer)) => self.say("change-of-peer", &[("field", self.field(*field).into()), ("peer", peer.into())]),
            (_, None) => self.field(*field),
        };
        let subject = ("subject", subject.into());
        let text = |text: &String| visible(text).into();
        match (before, after) {
            (Some(before), Some(after)) => self.say("change-both", &[subject, ("before", text(before)), ("after", text(after))]),
            (None, Some(after)) => self.say("change-set", &[subject, ("after", text(after))]),
            (Some(before), None) => self.say("change-unset", &[subject, ("before", text(before))]),
            (None, None) => self.say("change-hidden", &[subject]),
        }
    }

    /// Returns the name of a peer, or the short form of its key.
    pub fn peer(&self, tunnel: &TunnelView, key: &PublicKey) -> String {
        let configured = tunnel.peers.iter().find(|peer| peer.public_key == *key);
        configured.and_then(|peer| peer.name.as_deref()).map_or_else(|| key.short(), visible)
    }

    /// Describes what a change needs to take effect.
    pub fn change_effect(&self, effect: ChangeEffect) -> String {
        let id = match effect {
            ChangeEffect::None => "change-effect-none",
            ChangeEffect::Live => "change-effect-live",
            ChangeEffect::Restart => "change-effect-restart",
        };
        self.say(id, &[])
    }

    /// Returns how many changes a list leaves out.
    pub fn more_changes(&self, count: u32) -> String {
        self.say("preview-more-effects", &[("count", count.into())])
    }

    /// Names the changed field.
    pub fn field(&self, field: ConfigField) -> String {
        let id = match field {
            ConfigField::PrivateKey => "field-private-key",
            ConfigField::ListenPort => "field-listen-port",
            ConfigField::FwMark => "field-fw-mark",
            ConfigField::Addresses => "field-addresses",
            ConfigField::Dns => "field-dns",
            ConfigField::Mtu => "field-mtu",
            ConfigField::Table => "field-table",
            ConfigField::SaveConfig => "field-save-config",
            ConfigField::Hooks => "field-hooks",
            ConfigField::PeerAdded => "field-peer-added",
            ConfigField::PeerRemoved => "field-peer-removed",
            ConfigField::PeerName => "field-peer-name",
            ConfigField::PresharedKey => "field-preshared-key",
            ConfigField::Endpoint => "field-endpoint",
            ConfigField::FurtherEndpoints => "field-further-endpoints",
            ConfigField::AllowedIps => "field-allowed-ips",
            ConfigField::PersistentKeepalive => "field-persistent-keepalive",
            ConfigField::Text => "field-text",
        };
        self.say(id, &[])
    }
}
