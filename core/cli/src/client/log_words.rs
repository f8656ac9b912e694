//! Lines of the log, in sentences.

use adit_api::{ApiError, HandshakeDrop, LogCode, LogLevel, LogLine, LogText, NetworkSetting, TunnelEnd, TunnelView, UndoneStep};

use super::sentence::Context;
use crate::terminal::{Tone, visible};

/// How loud a line is.
pub(super) const fn level(level: LogLevel) -> (&'static str, Tone) {
    match level {
        LogLevel::Error => ("error", Tone::Bad),
        LogLevel::Warn => ("warn", Tone::Careful),
        LogLevel::Info => ("info", Tone::Plain),
        LogLevel::Debug => ("debug", Tone::Faint),
    }
}

/// `[office] the tunnel is up`.
pub(super) fn line(line: &LogLine, tunnels: &[TunnelView]) -> String {
    let named = tunnels.iter().find(|tunnel| Some(tunnel.id) == line.tunnel).map(|tunnel| tunnel.name.as_str());
    let prefix = match (line.tunnel, named) {
        (Some(_), Some(name)) => format!("[{name}] "),
        (Some(_), None) => "[removed] ".to_owned(),
        (None, _) => String::new(),
    };
    prefix + &sentence(line, &Context { tunnels, tunnel: named })
}

fn sentence(line: &LogLine, context: &Context<'_>) -> String {
    let text = words(&line.code, context);
    if line.left_out == 0 { text } else { format!("{text} (and {} before that are not shown)", line.left_out) }
}

fn words(code: &LogCode, context: &Context<'_>) -> String {
    let text = |text: &LogText| visible(text.as_str());
    let list = |texts: &[LogText]| texts.iter().map(text).collect::<Vec<_>>().join(", ");
    let because = |error: &ApiError| super::sentence::sentence(error, context);
    let lan = |allowed: &bool| if *allowed { "local networks stay reachable" } else { "local networks are blocked too" };
    match code {
        LogCode::DaemonStarted { version } => format!("the Adit service {} has started", text(version)),
        LogCode::DaemonEnded => "the Adit service has ended".to_owned(),
        LogCode::StoreFinding { file, what } => format!("{} is not used: {}", text(file), text(what)),
        LogCode::TunnelBroken { error } => format!("a tunnel cannot be read: {}", text(error)),
        LogCode::FileUnusable { file, error } => format!("{} cannot be used: {}", text(file), text(error)),
        LogCode::FileGone { file } => format!("removed, because its file {} is gone", text(file)),
        LogCode::Imported => "imported".to_owned(),
        LogCode::Exported { to } => format!("handed out, with its keys, to {}", text(to)),
        LogCode::Removed => "removed".to_owned(),
        LogCode::ConfigReplaced { version } => format!("has another configuration, version {version}"),
        LogCode::Reloaded { version } => format!("runs as version {version} of its configuration says"),
        LogCode::Saved { version } => format!("what ran was written into its configuration, version {version}"),
        LogCode::NotSaved { error } => format!("what ran could not be written into its configuration: {}", because(error)),
        LogCode::TakenOver => "taken over from wg-quick".to_owned(),
        LogCode::GivenBack { error } => format!("did not come up, and was given back to wg-quick: {}", because(error)),
        LogCode::NotGivenBack { error } => format!("could not be given back to wg-quick: {}", because(error)),
        LogCode::KeyForgotten => "its private key is not kept any more, and is asked for".to_owned(),
        LogCode::KeyOld { days } => format!("its key is older than {days} days"),
        LogCode::PresharedKeyOld { peer, days } => format!("its preshared key with {peer} is older than {days} days"),
        LogCode::RotationBegun => "a new key was made, and waits".to_owned(),
        LogCode::RotationFinished => "has its new key".to_owned(),
        LogCode::HooksApproved { by, hash: _ } => format!("its commands were approved by {}", text(by)),
        LogCode::HooksNotRun => "its commands are not run".to_owned(),
        LogCode::HooksInSh => "bash is not installed, so its commands run in sh".to_owned(),
        LogCode::CommandRuns => "runs a command of the configuration".to_owned(),
        LogCode::Connecting => "being brought up".to_owned(),
        LogCode::Restarting => "being restarted".to_owned(),
        LogCode::TriedAgain => "tried again".to_owned(),
        LogCode::Up => "up".to_owned(),
        LogCode::Down => "down".to_owned(),
        LogCode::Paused => "paused".to_owned(),
        LogCode::NotUp { error } => format!("could not be brought up: {}", because(error)),
        LogCode::NotRestored { error } => format!("could not be brought up again: {}", because(error)),
        LogCode::NotKept { error } => format!("its state could not be saved: {}", because(error)),
        LogCode::TakingBack { step } => format!("undoes: {}", undone(*step)),
        LogCode::NotTakenBack { error } => format!("something could not be undone: {}", text(error)),
        LogCode::RemovedFromOutside => "another program removed its interface".to_owned(),
        LogCode::InterfaceMoved { elsewhere: true } => {
            "the interface was moved to another network namespace; its routes, resolvers and packet filter here are taken back"
                .to_owned()
        }
        LogCode::InterfaceMoved { elsewhere: false } => {
            "the interface is back from another network namespace; all is set again".to_owned()
        }
        LogCode::LeftoversRemoved { what } => format!("removed what an earlier run left behind: {}", text(what)),
        LogCode::LeftoversStay { error } => {
            format!("what an earlier run left behind could not be removed: {}", text(error))
        }
        LogCode::SearchWithoutServer { domains } => {
            format!("DNS has search domains ({}) but no server, so they are not set", list(domains))
        }
        LogCode::SplitDnsLeftOut { domains } => format!(
            "this computer cannot ask the tunnel's DNS servers for {} alone, so they are asked for all names",
            list(domains)
        ),
        LogCode::Ipv6LeftOut { because } => {
            format!("has no IPv6 here and comes up with IPv4 alone, because {}", text(because))
        }
        LogCode::Ipv6Outside => "IPv6 goes past the tunnel: AllowedIPs has 0.0.0.0/0 but not ::/0".to_owned(),
        LogCode::Ipv6Closed => "IPv6 is closed while the tunnel is up: AllowedIPs has 0.0.0.0/0 but not ::/0".to_owned(),
        LogCode::NoFirewall => "nft is not installed, so nothing guards the tunnel's addresses".to_owned(),
        LogCode::Resolving { name } => format!("looks up {}", text(name)),
        LogCode::ResolverNotReady { endpoint, error, again_in_ms } => {
            format!("{}: {}; tried again in {}", text(endpoint), text(error), super::words::span(*again_in_ms))
        }
        LogCode::EndpointMoved { peer, endpoint } => format!("the name of peer {peer} has another address now: {endpoint}"),
        LogCode::EndpointUnknown { peer, error } => {
            format!("the name of peer {peer} could not be looked up again: {}", text(error))
        }
        LogCode::HandshakeSent { peer, attempt: 1 } => format!("asks peer {peer} for a handshake"),
        LogCode::HandshakeSent { peer, attempt } => {
            format!("no reply; asks peer {peer} for a handshake again, for the {attempt}. time")
        }
        LogCode::HandshakeCompleted { peer, begun_by: TunnelEnd::Us } => {
            format!("peer {peer} has answered: there is a new session")
        }
        LogCode::HandshakeCompleted { peer, begun_by: TunnelEnd::Peer } => {
            format!("peer {peer} asked for a handshake: there is a new session")
        }
        LogCode::HandshakeGivenUp { peer } => {
            format!("peer {peer} has not answered for 90 s; the next packet for it asks again")
        }
        LogCode::HandshakeDropped { from, reason } => format!("a message from {from} is dropped: {}", dropped(*reason)),
        LogCode::CookieReceived { peer } => format!("peer {peer} is under load and asks to try again with a cookie"),
        LogCode::PeerSilent { peer } => format!("peer {peer} has not answered for 15 s"),
        LogCode::PeerMoved { peer, endpoint } => format!("peer {peer} is heard from {endpoint} now"),
        LogCode::NoAnswer { peer, seconds } => {
            format!("peer {peer} has not answered for {seconds} s; the tunnel carries nothing there")
        }
        LogCode::AnswersAgain { peer, after_seconds } => format!("peer {peer} answers again, after {after_seconds} s"),
        LogCode::NetworkChanged => "the network of this computer has changed".to_owned(),
        LogCode::PathChanged { peers } => format!("the network has changed: asks {peers} of its peers for new sessions"),
        LogCode::MtuChanged { from, to } => format!("its MTU follows the network: {to} instead of {from}"),
        LogCode::CannotFollowNetwork { error } => format!("a change of the network could not be followed: {}", text(error)),
        LogCode::LocalNetworksUnknown { error } => {
            format!("the local networks that stay reachable could not be brought up to date: {}", text(error))
        }
        LogCode::Closed => "the kill switch is closed".to_owned(),
        LogCode::Opened => "the kill switch is open".to_owned(),
        LogCode::NotClosed { error } => format!("the kill switch could not be closed: {}", because(error)),
        LogCode::NotOpened { error } => format!("the kill switch could not be opened: {}", text(error)),
        LogCode::LetsOutside => "its kill switch is set to off".to_owned(),
        LogCode::BlocksOutside { allow_lan } => format!("its kill switch is set to block; {}", lan(allow_lan)),
        LogCode::LockedDown { allow_lan } => format!("its kill switch is set to lockdown; {}", lan(allow_lan)),
        LogCode::Ipv6AllowedOutside => "IPv6 may leave past it".to_owned(),
        LogCode::Ipv6KeptInside => "IPv6 may not leave past it".to_owned(),
        LogCode::StaysBlocked { interface } => {
            format!("the kill switch of {interface} stays closed, though no tunnel that can be read has it")
        }
        LogCode::KillSwitchesUnknown { error } => {
            format!("the kill switches that are closed could not be found out: {}", text(error))
        }
        LogCode::EarlyOpened { interface } => format!("the kill switch of {interface}, closed at boot, is open"),
        LogCode::EarlyNotKept { error } => format!("the kill switches for boot could not be saved: {}", text(error)),
        LogCode::PeerShutOut { error } => format!("the kill switch blocks a peer that moved: {}", text(error)),
        LogCode::PutBack { what } => format!("another program removed its {}; restored", setting(*what)),
        LogCode::NotPutBack { error } => format!("what another program removed could not be restored: {}", text(error)),
        LogCode::FoughtWith { times } => {
            format!("another program removed its settings {times} times in 10 s: only the kill switch is restored at once")
        }
        LogCode::Unguarded { error } => format!("changes by other programs are not noticed: {}", text(error)),
        LogCode::Other { name, fields } => {
            let fields = fields.iter().map(|field| format!(" {}={}", text(&field.name), text(&field.value)));
            text(name).replace('_', " ") + &fields.collect::<String>()
        }
    }
}

const fn undone(step: UndoneStep) -> &'static str {
    match step {
        UndoneStep::PreUp => "PreUp",
        UndoneStep::Interface => "the interface",
        UndoneStep::Engine => "WireGuard",
        UndoneStep::Firewall => "the packet filter",
        UndoneStep::Routes => "routes",
        UndoneStep::Dns => "DNS servers",
        UndoneStep::PostUp => "PostUp",
    }
}

const fn setting(setting: NetworkSetting) -> &'static str {
    match setting {
        NetworkSetting::KillSwitch => "kill switch",
        NetworkSetting::PacketFilter => "packet filter",
        NetworkSetting::Addresses => "addresses",
        NetworkSetting::Routes => "routes",
        NetworkSetting::Rules => "routing rules",
        NetworkSetting::Resolvers => "DNS servers",
    }
}

/// Why a message of a handshake was dropped, and what mostly is behind it.
const fn dropped(reason: HandshakeDrop) -> &'static str {
    match reason {
        HandshakeDrop::MessageType => "it is not a WireGuard message",
        HandshakeDrop::MessageLength => "no WireGuard message has that length",
        HandshakeDrop::Mac1 => {
            "it is not made for this end's public key (bad mac1): the other end has another public key for this one"
        }
        HandshakeDrop::CookieRequired => "this end is under load and asked the sender to try again with a cookie",
        HandshakeDrop::RateLimited => "this end is under load, and had too many handshakes from that address",
        HandshakeDrop::NoPrivateKey => "this end has no private key",
        HandshakeDrop::UnknownIndex => "it answers no handshake of this end (unknown receiver index): it may have come too late",
        HandshakeDrop::Cookie => "its cookie answers nothing that was sent (bad cookie)",
        HandshakeDrop::Handshake => {
            "it does not authenticate: the keys do not fit, or the preshared keys are not the same; the other end may also have answered late"
        }
        HandshakeDrop::LowOrderPoint => "it has a public key of low order",
        HandshakeDrop::UnknownPeer => {
            "its sender is no peer of this tunnel (unknown peer): add the other end's public key here, or correct it"
        }
        HandshakeDrop::ReplayedInitiation => {
            "it is older than an earlier one (stale timestamp): it was repeated by somebody, or the clock of the other end was set back"
        }
        HandshakeDrop::InitiationFlood => "it came too soon after the last one of that peer",
    }
}
