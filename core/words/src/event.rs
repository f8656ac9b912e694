//! Sentences for events.

use adit_api::{Event, TunnelId};

use crate::{Context, Words};

impl Words {
    /// Describes an event at `now` (Unix milliseconds). `context` has the tunnels as they were before it.
    pub fn event(&self, event: &Event, context: &Context<'_>, now: u64) -> String {
        let named = |id: TunnelId| ("tunnel", context.known(id).map_or_else(|| id.to_string(), str::to_owned).into());
        match event {
            Event::TunnelAdded { tunnel } => self.say("event-added", &[("tunnel", tunnel.name.to_string().into())]),
            Event::TunnelChanged { tunnel } => {
                let state = self.state(&tunnel.state, now);
                self.say("event-changed", &[("tunnel", tunnel.name.to_string().into()), ("state", state.into())])
            }
            Event::TunnelRemoved { id } => self.say("event-removed", &[named(*id)]),
            Event::Traffic { id, sample } => {
                let traffic = self.traffic(sample.received, sample.sent);
                self.say("event-traffic", &[named(*id), ("traffic", traffic.into())])
            }
            Event::KeyIsOld { id, peer: None, since: _ } => self.say("event-key-old", &[named(*id)]),
            Event::KeyIsOld { id, peer: Some(peer), since: _ } => {
                self.say("event-preshared-key-old", &[named(*id), ("peer", peer.short().into())])
            }
            Event::RulesChanged { revision: _ } => self.say("event-rules-changed", &[]),
            Event::PortalChanged { portal } => self.portal_state(portal),
            Event::Log { line } => {
                self.log_line(line, &Context { tunnel: line.tunnel.and_then(|id| context.known(id)), ..*context })
            }
        }
    }
}
