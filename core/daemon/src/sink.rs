//! Distributes events: to the connected programs, log lines to the log, and changes of tunnels to the heartbeat.

use adit_api::{Event, EventSink};
use adit_ipc::Events;

use crate::heartbeat::Nudge;
use crate::log::Pen;

/// The receivers of events.
pub(crate) struct Sink {
    pub(crate) programs: Events,
    pub(crate) log: Pen,
    pub(crate) heartbeat: Nudge,
}

impl EventSink for Sink {
    fn publish(&self, event: Event) {
        match &event {
            Event::Log { line } => self.log.write(line.clone()),
            Event::TunnelAdded { .. } | Event::TunnelChanged { .. } | Event::TunnelRemoved { .. } => self.heartbeat.give(),
            Event::RulesChanged { .. } | Event::PortalChanged { .. } | Event::Traffic { .. } | Event::KeyIsOld { .. } => {}
        }
        self.programs.publish(event);
    }
}
