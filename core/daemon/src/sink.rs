//! Where events go: to the programs that listen, the log's lines to the log, and a nudge to whoever tells how things are.

use adit_api::{Event, EventSink};
use adit_ipc::Events;

use crate::heartbeat::Nudge;
use crate::log::Pen;

/// All who hear of events.
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
            Event::Traffic { .. } | Event::KeyIsOld { .. } => {}
        }
        self.programs.publish(event);
    }
}
