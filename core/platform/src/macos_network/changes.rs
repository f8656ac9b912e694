//! Turns announcements of a routing socket into changes of the network.

use std::collections::BTreeMap;

use super::route_message::Message;
use crate::network::NetworkChange;

/// The interfaces that are known, by index: their names, and whether they are up.
#[derive(Default)]
pub(crate) struct Changes(BTreeMap<u16, (String, bool)>);

impl Changes {
    /// Begins with the interfaces of a listing.
    pub(crate) fn new(listing: &[Message]) -> Self {
        let mut changes = Self::default();
        listing.iter().for_each(|message| drop(changes.hear(message, |_| None)));
        changes
    }

    /// Returns the change that a message announces. `name_of` returns the name of an interface that is not known yet.
    pub(crate) fn hear(&mut self, message: &Message, name_of: impl Fn(u16) -> Option<String>) -> Option<NetworkChange> {
        let Message::Interface(found) = message else {
            return matches!(message, Message::Route(_) | Message::Address { .. }).then_some(NetworkChange::Paths);
        };
        let name = || found.name.clone().or_else(|| name_of(found.index));
        let Some((known, was_up)) = self.0.get_mut(&found.index) else {
            // A new interface that is not up yet does not count.
            let name = name()?;
            self.0.insert(found.index, (name.clone(), found.is_up()));
            return found.is_up().then_some(NetworkChange::InterfaceUp(name));
        };
        let changed = std::mem::replace(was_up, found.is_up()) != found.is_up();
        Some(match (changed, found.is_up()) {
            (true, true) => NetworkChange::InterfaceUp(known.clone()),
            // Darwin announces no removal: an interface that has no name any more is gone.
            (true, false) if name_of(found.index).is_none() => {
                let known = known.clone();
                self.0.remove(&found.index);
                NetworkChange::InterfaceRemoved(known)
            }
            (true, false) => NetworkChange::InterfaceDown(known.clone()),
            (false, _) => NetworkChange::Paths,
        })
    }
}
