//! Sentences for lines of the event log.

use adit_api::{ApiError, HandshakeDrop, LogCode, LogField, LogLine, LogText, NetworkSetting, PublicKey, TunnelEnd, UndoneStep};
use fluent_bundle::FluentValue;

use crate::{Context, Words, visible};

impl Words {
    /// Describes a log line, without the name of the tunnel.
    pub fn log_line(&self, line: &LogLine, context: &Context<'_>) -> String {
        let text = self.log_code(&line.code, context);
        match line.left_out {
            0 => text,
            count => self.say("log-left-out", &[("line", text.into()), ("count", count.into())]),
        }
    }

    /// Describes a log code, on one line.
    pub fn log_code(&self, code: &LogCode, context: &Context<'_>) -> String {
        let text = |text: &LogText| -> FluentValue<'static> { visible(text.as_str()).into() };
        let texts = |texts: &[LogText]| -> FluentValue<'static> {
            texts.iter().map(|text| visible(text.as_str())).collect::<Vec<_>>().join(", ").into()
        };
        let refused = |error: &ApiError| ("error", FluentValue::from(visible(&self.error(error, context))));
        let failed = |error: &LogText| ("error", text(error));
        let to = |key: &PublicKey| ("peer", FluentValue::from(key.short()));
        let at = |address: &dyn std::fmt::Display| FluentValue::from(address.to_string());
        let say = |id: &str| self.say(id, &[]);
        match code {
            LogCode::DaemonStarted { version } => self.say("log-daemon-started", &[("version", text(version))]),
            LogCode::DaemonEnded => say("log-daemon-ended"),
            LogCode::StoreFinding { file, what } => self.say("log-store-finding", &[("file", text(file)), ("what", text(what))]),
            LogCode::TunnelBroken { error } => self.say("log-tunnel-broken", &[failed(error)]),
            LogCode::FileUnusable { file, error } => self.say("log-file-unusable", &[("file", text(file)), failed(error)]),
            LogCode::FileGone { file } => self.say("log-file-gone", &[("file", text(file))]),
            LogCode::Imported => say("log-imported"),
            LogCode::Exported { to } => self.say("log-exported", &[("to", text(to))]),
            LogCode::Removed => say("log-removed"),
            LogCode::ConfigReplaced { version } => self.say("log-config-replaced", &[("version", version.into())]),
            LogCode::Reloaded { version } => self.say("log-reloaded", &[("version", version.into())]),
            LogCode::Saved { version } => self.say("log-saved", &[("version", version.into())]),
            LogCode::NotSaved { error } => self.say("log-not-saved", &[refused(error)]),
            LogCode::TakenOver => say("log-taken-over"),
            LogCode::GivenBack { error } => self.say("log-given-back", &[refused(error)]),
            LogCode::NotGivenBack { error } => self.say("log-not-given-back", &[refused(error)]),
            LogCode::KeyForgotten => say("log-key-forgotten"),
            LogCode::KeyOld { days } => self.say("log-key-old", &[("days", days.into())]),
            LogCode::PresharedKeyOld { peer, days } => self.say("log-preshared-key-old", &[to(peer), ("days", days.into())]),
            LogCode::RotationBegun => say("log-rotation-begun"),
            LogCode::RotationFinished => say("log-rotation-finished"),
            LogCode::HooksApproved { by, hash: _ } => self.say("log-hooks-approved", &[("by", text(by))]),
            LogCode::HooksNotRun => say("log-hooks-not-run"),
            LogCode::HooksInSh => say("log-hooks-in-sh"),
            LogCode::CommandRuns => say("log-command-runs"),
            LogCode::Connecting => say("log-connecting"),
            LogCode::Restarting => say("log-restarting"),
            LogCode::TriedAgain => say("log-tried-again"),
            LogCode::Up => say("log-up"),
            LogCode::Down => say("log-down"),
            LogCode::Paused => say("log-paused"),
            LogCode::NotUp { error } => self.say("log-not-up", &[refused(error)]),
            LogCode::NotRestored { error } => self.say("log-not-restored", &[refused(error)]),
            LogCode::NotKept { error } => self.say("log-not-kept", &[refused(error)]),
            LogCode::TakingBack { step } => self.say("log-taking-back", &[("step", say(undone(*step)).into())]),
            LogCode::NotTakenBack { error } => self.say("log-not-taken-back", &[failed(error)]),
            LogCode::RemovedFromOutside => say("log-removed-from-outside"),
            LogCode::InterfaceMoved { elsewhere: true } => say("log-interface-moved"),
            LogCode::InterfaceMoved { elsewhere: false } => say("log-interface-back"),
            LogCode::LeftoversRemoved { what } => self.say("log-leftovers-removed", &[("what", text(what))]),
            LogCode::LeftoversStay { error } => self.say("log-leftovers-stay", &[failed(error)]),
            LogCode::SearchWithoutServer { domains } => self.say("log-search-without-server", &[("domains", texts(domains))]),
            LogCode::SplitDnsLeftOut { domains } => self.say("log-split-dns-left-out", &[("domains", texts(domains))]),
            LogCode::Ipv6LeftOut { because } => self.say("log-ipv6-left-out", &[("because", text(because))]),
            LogCode::Ipv6Outside => say("log-ipv6-outside"),
            LogCode::Ipv6Closed => say("log-ipv6-closed"),
            LogCode::MtuTooLarge { mtu, fits } => {
                self.say("log-mtu-too-large", &[("mtu", mtu.to_string().into()), ("fits", fits.to_string().into())])
            }
            LogCode::NoFirewall => say("log-no-firewall"),
            LogCode::Resolving { name } => self.say("log-resolving", &[("name", text(name))]),
            LogCode::ResolverNotReady { endpoint, error, again_in_ms } => {
                let span = ("span", self.span(*again_in_ms).into());
                self.say("log-resolver-not-ready", &[("endpoint", text(endpoint)), failed(error), span])
            }
            LogCode::EndpointMoved { peer, endpoint } => self.say("log-endpoint-moved", &[to(peer), ("endpoint", at(endpoint))]),
            LogCode::EndpointUnknown { peer, error } => self.say("log-endpoint-unknown", &[to(peer), failed(error)]),
            LogCode::HandshakeSent { peer, attempt: 1 } => self.say("log-handshake-sent", &[to(peer)]),
            LogCode::HandshakeSent { peer, attempt } => {
                self.say("log-handshake-sent-again", &[to(peer), ("attempt", attempt.into())])
            }
            LogCode::HandshakeCompleted { peer, begun_by: TunnelEnd::Us } => self.say("log-handshake-answered", &[to(peer)]),
            LogCode::HandshakeCompleted { peer, begun_by: TunnelEnd::Peer } => self.say("log-handshake-asked-for", &[to(peer)]),
            LogCode::HandshakeGivenUp { peer } => self.say("log-handshake-given-up", &[to(peer)]),
            LogCode::HandshakeDropped { from, reason } => {
                let reason = ("reason", say(dropped(*reason)).into());
                self.say("log-handshake-dropped", &[("from", at(from)), reason])
            }
            LogCode::CookieReceived { peer } => self.say("log-cookie-received", &[to(peer)]),
            LogCode::PeerSilent { peer } => self.say("log-peer-silent", &[to(peer)]),
            LogCode::PeerMoved { peer, endpoint } => self.say("log-peer-moved", &[to(peer), ("endpoint", at(endpoint))]),
            LogCode::NoAnswer { peer, seconds } => {
                self.say("log-no-answer", &[to(peer), ("span", self.span(seconds.saturating_mul(1_000)).into())])
            }
            LogCode::AnswersAgain { peer, after_seconds } => {
                let span = self.span(after_seconds.saturating_mul(1_000));
                self.say("log-answers-again", &[to(peer), ("span", span.into())])
            }
            LogCode::NetworkChanged => say("log-network-changed"),
            LogCode::PathChanged { peers } => self.say("log-path-changed", &[("peers", peers.into())]),
            LogCode::MtuChanged { from, to } => self.say("log-mtu-changed", &[("from", from.into()), ("to", to.into())]),
            LogCode::CannotFollowNetwork { error } => self.say("log-cannot-follow-network", &[failed(error)]),
            LogCode::LocalNetworksUnknown { error } => self.say("log-local-networks-unknown", &[failed(error)]),
            LogCode::Closed => say("log-closed"),
            LogCode::Opened => say("log-opened"),
            LogCode::NotClosed { error } => self.say("log-not-closed", &[refused(error)]),
            LogCode::NotOpened { error } => self.say("log-not-opened", &[failed(error)]),
            LogCode::LetsOutside => say("log-kill-switch-off"),
            LogCode::BlocksOutside { allow_lan: true } => say("log-kill-switch-block-lan"),
            LogCode::BlocksOutside { allow_lan: false } => say("log-kill-switch-block"),
            LogCode::LockedDown { allow_lan: true } => say("log-kill-switch-lockdown-lan"),
            LogCode::LockedDown { allow_lan: false } => say("log-kill-switch-lockdown"),
            LogCode::Ipv6AllowedOutside => say("log-ipv6-allowed-outside"),
            LogCode::Ipv6KeptInside => say("log-ipv6-kept-inside"),
            LogCode::StaysBlocked { interface } => self.say("log-stays-blocked", &[("interface", at(interface))]),
            LogCode::KillSwitchesUnknown { error } => self.say("log-kill-switches-unknown", &[failed(error)]),
            LogCode::EarlyOpened { interface } => self.say("log-early-opened", &[("interface", at(interface))]),
            LogCode::EarlyNotKept { error } => self.say("log-early-not-kept", &[failed(error)]),
            LogCode::PeerShutOut { error } => self.say("log-peer-shut-out", &[failed(error)]),
            LogCode::RulesSet { revision, by } => {
                self.say("log-rules-set", &[("by", text(by)), ("revision", revision.to_string().into())])
            }
            LogCode::RulesBroken { error } => self.say("log-rules-broken", &[failed(error)]),
            LogCode::RulesActed { by, networks, up, kill_switch } => {
                let (source, switch) = (self.rule_source(by).into(), self.rules_switch(*kill_switch).into());
                let networks = if networks.is_empty() { say("rules-no-known-network").into() } else { texts(networks) };
                let action = match up.as_deref() {
                    None => say("rules-leave"),
                    Some([]) => say("rules-down"),
                    Some(up) => self.say("rules-up", &[("tunnels", texts(up))]),
                };
                let action = ("action", action.into());
                self.say("log-rules-acted", &[("source", source), ("networks", networks), action, ("switch", switch)])
            }
            LogCode::RuleNotCarriedOut { error } => self.say("log-rule-not-carried-out", &[refused(error)]),
            LogCode::ChoiceBegun { is_up: true } => say("log-choice-on"),
            LogCode::ChoiceBegun { is_up: false } => say("log-choice-off"),
            LogCode::ChoiceEnded => say("log-choice-ended"),
            LogCode::RulesPaused { seconds: None } => say("log-rules-paused"),
            LogCode::RulesPaused { seconds: Some(seconds) } => {
                self.say("log-rules-paused-for", &[("span", self.span(u64::from(*seconds) * 1_000).into())])
            }
            LogCode::RulesResumed => say("log-rules-resumed"),
            LogCode::PortalOpened { by, seconds } => {
                let span = self.span(u64::from(*seconds) * 1_000);
                self.say("log-portal-opened", &[("by", text(by)), ("span", span.into())])
            }
            LogCode::PortalHost { host } => self.say("log-portal-host", &[("host", text(host))]),
            LogCode::PortalClosed { end } => self.say("log-portal-closed", &[("why", self.portal_end(*end).into())]),
            LogCode::PortalNotOpened { error } => self.say("log-portal-not-opened", &[failed(error)]),
            LogCode::PortalNotClosed { error } => self.say("log-portal-not-closed", &[failed(error)]),
            LogCode::AutoOffReached => say("log-auto-off-reached"),
            LogCode::NextEndpointTried => say("log-next-endpoint-tried"),
            LogCode::EndpointChosen { endpoint } => self.say("log-endpoint-chosen", &[("endpoint", text(endpoint))]),
            LogCode::RoutingChanged => say("log-routing-changed"),
            LogCode::NetworksUnknown { error } => self.say("log-networks-unknown", &[failed(error)]),
            LogCode::PutBack { what } => self.say("log-put-back", &[("what", say(setting(*what)).into())]),
            LogCode::NotPutBack { error } => self.say("log-not-put-back", &[failed(error)]),
            LogCode::FoughtWith { times } => self.say("log-fought-with", &[("times", times.into())]),
            LogCode::Unguarded { error } => self.say("log-unguarded", &[failed(error)]),
            LogCode::Other { name, fields } => {
                let field =
                    |LogField { name, value }: &LogField| format!(" {}={}", visible(name.as_str()), visible(value.as_str()));
                let fields: String = fields.iter().map(field).collect();
                let name = visible(name.as_str()).replace('_', " ");
                self.say("log-other", &[("name", name.into()), ("fields", fields.into())])
            }
        }
    }

    /// Describes why a handshake message was dropped, and the usual cause.
    pub fn handshake_drop(&self, reason: HandshakeDrop) -> String {
        self.say(dropped(reason), &[])
    }
}

const fn dropped(reason: HandshakeDrop) -> &'static str {
    match reason {
        HandshakeDrop::MessageType => "dropped-message-type",
        HandshakeDrop::MessageLength => "dropped-message-length",
        HandshakeDrop::Mac1 => "dropped-mac1",
        HandshakeDrop::CookieRequired => "dropped-cookie-required",
        HandshakeDrop::RateLimited => "dropped-rate-limited",
        HandshakeDrop::NoPrivateKey => "dropped-no-private-key",
        HandshakeDrop::UnknownIndex => "dropped-unknown-index",
        HandshakeDrop::Cookie => "dropped-cookie",
        HandshakeDrop::Handshake => "dropped-handshake",
        HandshakeDrop::LowOrderPoint => "dropped-low-order-point",
        HandshakeDrop::UnknownPeer => "dropped-unknown-peer",
        HandshakeDrop::ReplayedInitiation => "dropped-replayed-initiation",
        HandshakeDrop::InitiationFlood => "dropped-initiation-flood",
    }
}

const fn undone(step: UndoneStep) -> &'static str {
    match step {
        UndoneStep::PreUp => "undone-pre-up",
        UndoneStep::Interface => "undone-interface",
        UndoneStep::Engine => "undone-engine",
        UndoneStep::Firewall => "undone-firewall",
        UndoneStep::Routes => "undone-routes",
        UndoneStep::Dns => "undone-dns",
        UndoneStep::PostUp => "undone-post-up",
    }
}

const fn setting(setting: NetworkSetting) -> &'static str {
    match setting {
        NetworkSetting::KillSwitch => "setting-kill-switch",
        NetworkSetting::PacketFilter => "setting-packet-filter",
        NetworkSetting::Addresses => "setting-addresses",
        NetworkSetting::Routes => "setting-routes",
        NetworkSetting::Rules => "setting-rules",
        NetworkSetting::Resolvers => "setting-resolvers",
    }
}
