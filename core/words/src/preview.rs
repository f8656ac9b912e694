//! Sentences for a preview: the changes that bringing a tunnel up will make.

use adit_api::{Cidr, Effect, HookPhase, MtuSource, PlannedPeer, Preview};

use crate::{Words, visible};

/// An entry of a list: a label of one word, and a phrase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The label, such as `route`.
    pub label: String,
    /// The phrase, such as `10.0.0.0/24 (main table)`.
    pub text: String,
}

impl Words {
    /// Describes the interface that will be created.
    pub fn preview_interface(&self, preview: &Preview) -> String {
        let source = self.say(
            match preview.mtu_source {
                MtuSource::Configured => "mtu-configured",
                MtuSource::Route => "mtu-route",
                MtuSource::Assumed => "mtu-assumed",
            },
            &[],
        );
        let (interface, mtu) = (preview.interface.to_string(), preview.mtu.to_string());
        self.say("preview-interface", &[("interface", interface.into()), ("mtu", mtu.into()), ("source", source.into())])
    }

    /// Describes all other changes, in order.
    pub fn preview_lines(&self, preview: &Preview) -> Vec<Line> {
        let line = |label, text| Line { label: self.say(label, &[]), text };
        let left_out = |all: u32, shown: usize| (all as usize).saturating_sub(shown);
        let mut lines: Vec<Line> =
            preview.addresses.iter().map(|address| line("preview-label-address", address.to_string())).collect();
        if let Some(port) = preview.listen_port {
            lines.push(line("preview-label-port", self.say("preview-port", &[("port", port.to_string().into())])));
        }
        lines.extend(preview.peers.iter().map(|peer| line("preview-label-peer", self.planned_peer(peer))));
        match left_out(preview.peer_count, preview.peers.len()) {
            0 => {}
            more => lines.push(Line { label: String::new(), text: self.say("preview-more-peers", &[("count", more.into())]) }),
        }
        lines.extend(preview.effects.iter().flat_map(|effect| self.effect(effect)));
        match left_out(preview.effect_count, preview.effects.len()) {
            0 => {}
            more => lines.push(Line { label: String::new(), text: self.say("preview-more-effects", &[("count", more.into())]) }),
        }
        lines
    }

    fn planned_peer(&self, peer: &PlannedPeer) -> String {
        let name = ("name", peer.name.as_deref().map_or_else(|| peer.public_key.short(), visible).into());
        let Some(endpoint) = peer.endpoint.as_deref().map(visible) else { return self.say("preview-peer-waits", &[name]) };
        match peer.address.map(|address| address.to_string()) {
            Some(address) if endpoint == address => self.say("preview-peer", &[name, ("endpoint", endpoint.into())]),
            Some(address) => self.say("preview-peer-found", &[name, ("endpoint", endpoint.into()), ("address", address.into())]),
            None => self.say("preview-peer-not-found", &[name, ("endpoint", endpoint.into())]),
        }
    }

    /// Describes a change that a tunnel makes on the computer, on one or two lines.
    pub fn effect(&self, effect: &Effect) -> Vec<Line> {
        let line = |label, text| Line { label: self.say(label, &[]), text };
        let shown = |detail: &String| ("detail", visible(detail).into());
        match effect {
            Effect::Route { network, detail } => {
                vec![line(
                    "effect-label-route",
                    self.say("effect-route", &[("network", network.to_string().into()), shown(detail)]),
                )]
            }
            Effect::TakesAll { ipv6, except_private, except, detail } => {
                let id = if *ipv6 { "effect-takes-all-ipv6" } else { "effect-takes-all-ipv4" };
                let private = except_private.then(|| self.say("effect-private-networks", &[]));
                let except: Vec<String> = private.into_iter().chain(except.iter().map(Cidr::to_string)).collect();
                let except = match except.as_slice() {
                    [] => String::new(),
                    except => self.say("effect-except", &[("networks", except.join(", ").into())]),
                };
                vec![line("effect-label-route", self.say(id, &[("except", except.into()), shown(detail)]))]
            }
            Effect::EndpointsOutside { networks, detail } => {
                let networks = ("networks", networks.iter().map(Cidr::to_string).collect::<Vec<_>>().join(", ").into());
                vec![line("effect-label-route", self.say("effect-endpoints-outside", &[networks, shown(detail)]))]
            }
            Effect::Dns { servers, search, only, detail } => {
                let by = match detail {
                    Some(detail) => self.say("effect-dns-by", &[shown(detail)]),
                    None => self.say("effect-dns-impossible", &[]),
                };
                let servers = servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let servers = ("servers", servers.into());
                let text = if only.is_empty() {
                    self.say("effect-dns", &[servers, ("by", by.into())])
                } else {
                    let domains = ("domains", visible(&[&only[..], search].concat().join(", ")).into());
                    self.say("effect-dns-only", &[servers, domains, ("by", by.into())])
                };
                let search = (!search.is_empty()).then(|| line("effect-label-search", visible(&search.join(" "))));
                [line("effect-label-dns", text)].into_iter().chain(search).collect()
            }
            Effect::AddressesGuarded { addresses: _ } => {
                vec![line("effect-label-firewall", self.say("effect-addresses-guarded", &[]))]
            }
            Effect::AnswersAccepted => vec![line("effect-label-firewall", self.say("effect-answers-accepted", &[]))],
            Effect::KillSwitch => vec![line("effect-label-firewall", self.say("effect-kill-switch", &[]))],
            Effect::Command { phase, command, runs } => {
                let phase = match phase {
                    HookPhase::PreUp => "PreUp",
                    HookPhase::PostUp => "PostUp",
                    HookPhase::PreDown => "PreDown",
                    HookPhase::PostDown => "PostDown",
                };
                let command = command.as_deref().map_or_else(|| self.say("effect-command-hidden", &[]), visible);
                let label = if *runs { "effect-label-runs" } else { "effect-label-not-run" };
                vec![line(label, format!("{phase} = {command}"))]
            }
        }
    }
}
