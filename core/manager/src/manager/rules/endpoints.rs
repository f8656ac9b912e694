//! Lets a tunnel whose server does not answer use another of its endpoints.

use adit_api::{Health, LogCode, TunnelId};
use adit_config::Peer;

use super::super::Inner;
use super::super::clock::Now;
use super::super::endpoints::Endpoints;
use super::super::entry::TunnelEntry;
use super::super::message::Message;
use super::super::state::State;
use super::Order;
use super::plan::Plan;

impl Inner {
    /// Notes the endpoints that an order wants. The running tunnel gets them with its allowed IPs ([`Self::route`]).
    pub(super) fn choose_endpoint(&self, plan: &Plan, order: &Order) {
        let (Order::NextEndpoint(name) | Order::NextRound(name) | Order::FirstEndpoint(name)) = order else { return };
        let Some(id) = plan.ids.get(name).copied().filter(|id| !self.is_in_hand(*id)) else { return };
        let asks_again = {
            let now = self.clock.both();
            let mut tunnels = self.lock();
            let Some(entry) = tunnels.entries.get_mut(&id) else { return };
            match order {
                Order::NextEndpoint(_) => next(entry, now),
                Order::NextRound(_) => {
                    first_of_silent(entry, now);
                    false
                }
                Order::FirstEndpoint(_) | Order::TurnOn(_) | Order::TurnOff(_) => {
                    entry.set_endpoints(Endpoints::default());
                    false
                }
            }
        };
        self.rules.desk().route_at_once(id);
        if asks_again {
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

/// Goes on to the next endpoint of each peer that has several and does not answer. Returns true if peers of a running tunnel do not
/// answer and none has another endpoint.
fn next(entry: &mut TunnelEntry, now: Now) -> bool {
    let silent = silent(entry, now);
    let mut endpoints = entry.profile.endpoints.clone();
    let moved = silent.iter().filter(|peer| endpoints.advance(peer)).count();
    entry.set_endpoints(endpoints);
    !silent.is_empty() && moved == 0
}

/// Goes back to the first endpoint of each peer that does not answer: of all peers if the tunnel is not up.
fn first_of_silent(entry: &mut TunnelEntry, now: Now) {
    if !matches!(entry.state, State::Up(_)) {
        entry.set_endpoints(Endpoints::default());
        return;
    }
    let mut endpoints = entry.profile.endpoints.clone();
    silent(entry, now).iter().for_each(|peer| endpoints.go_back(&peer.public_key));
    entry.set_endpoints(endpoints);
}

/// Returns the peers of a running tunnel that do not answer.
fn silent(entry: &TunnelEntry, now: Now) -> Vec<Peer> {
    let (State::Up(up), Some(saved)) = (&entry.state, &entry.profile.saved) else { return Vec::new() };
    let view = up.running.view();
    let answers = |peer: &Peer| {
        let running = view.peers.iter().find(|running| running.public_key == peer.public_key);
        running.is_some_and(|running| matches!(up.tracks.health(running, now), Health::Good | Health::Idle))
    };
    saved.config.remote_peers().filter(|peer| !answers(peer)).cloned().collect()
}
