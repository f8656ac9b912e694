//! Lets a tunnel whose server does not answer use another of its endpoints.

use adit_api::{Health, LogCode, LogText, TunnelId};
use adit_config::Endpoint;

use super::super::Inner;
use super::super::clock::Now;
use super::super::endpoints::Endpoints;
use super::super::entry::TunnelEntry;
use super::super::message::Message;
use super::super::state::State;
use super::Order;
use super::plan::Plan;

impl Inner {
    /// Notes the endpoints that an order wants. The running tunnel gets them with its allowed IPs ([`Self::is_routed`]).
    pub(super) fn choose_endpoint(&self, plan: &Plan, order: &Order) {
        let (name, is_next) = match order {
            Order::NextEndpoint(name) => (name, true),
            Order::FirstEndpoint(name) => (name, false),
            Order::TurnOn(_) | Order::TurnOff(_) => return,
        };
        let Some(id) = plan.ids.get(name).copied().filter(|id| !self.is_in_hand(*id)) else { return };
        let chosen = {
            let now = self.clock.both();
            let mut tunnels = self.lock();
            let Some(entry) = tunnels.entries.get_mut(&id) else { return };
            if is_next { next(entry, now) } else { first(entry) }
        };
        if let Some(endpoint) = chosen {
            self.note(id, LogCode::EndpointChosen { endpoint: LogText::of(endpoint) });
        } else if is_next {
            self.look_up_again(id);
        }
    }

    /// Has the names of a tunnel's endpoints looked up again, and all of their addresses tried.
    fn look_up_again(&self, id: TunnelId) {
        self.note(id, LogCode::NextEndpointTried);
        let tunnels = self.lock();
        if let Some(inbox) = tunnels.entries.get(&id).and_then(|entry| entry.inbox.as_ref()) {
            inbox.push(Message::Woke);
        }
    }
}

/// Goes on to the next endpoint of each peer that has several and does not answer. Returns the last of these endpoints.
fn next(entry: &mut TunnelEntry, now: Now) -> Option<Endpoint> {
    let (State::Up(up), Some(saved)) = (&entry.state, &entry.profile.saved) else { return None };
    let view = up.running.view();
    let answers = |peer: &adit_config::Peer| {
        let running = view.peers.iter().find(|running| running.public_key == peer.public_key);
        running.is_some_and(|running| matches!(up.tracks.health(running, now), Health::Good | Health::Idle))
    };
    let mut endpoints = entry.profile.endpoints.clone();
    let silent = saved.config.remote_peers().filter(|peer| !answers(peer));
    let chosen = silent.filter_map(|peer| endpoints.advance(peer)).last();
    entry.set_endpoints(endpoints);
    chosen
}

/// Goes back to the first endpoint of each peer. Returns one of them, if the tunnel was elsewhere.
fn first(entry: &mut TunnelEntry) -> Option<Endpoint> {
    let moved = |peer: &&adit_config::Peer| entry.profile.endpoints.has_moved(&peer.public_key);
    let first = entry.profile.saved.as_ref().and_then(|saved| saved.config.remote_peers().find(moved)?.endpoint.clone());
    entry.set_endpoints(Endpoints::default());
    first
}
