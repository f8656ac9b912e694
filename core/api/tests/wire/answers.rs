//! The JSON of answers, errors and events: every case of every type at least once.

use std::net::IpAddr;

use adit_api::{
    About, Action, ApiError, Cidr, ConfigCheck, ConfigReplaced, ConfigText, Conflict, Counters, DownReason, DropCount,
    DropReason, Effect, Event, History, HookPhase, HooksView, Imported, LogPage, MaskedConfig, MtuSource, Notice, PROTOCOL,
    PeerPage, PlannedPeer, PortalEnd, PortalExemption, PortalTicket, PortalView, Preview, PreviewWarning, Requirement, Response,
    Role, RotationTest, Route, RouteAnswer, RouteCandidate, RouteReason, Sample, Source, Step, TakeoverView, TunnelPage,
    TunnelState, TunnelView, Unidentified, VersionOrigin, VersionView,
};

use crate::views::{CONFIG, MARK, SECRET, change, diagnostic, hash, id, key, other, rotation, tunnel, up};
use crate::{log_lines, rules};

const AT: u64 = 1_790_000_000_000;

pub(crate) fn all() -> Vec<Response> {
    let imported = || Imported { id: id(), diagnostics: vec![diagnostic()] };
    let replaced = || ConfigReplaced {
        version: 4,
        applied: vec![change()],
        needs_restart: Vec::new(),
        changes_left_out: 7,
        diagnostics: vec![diagnostic()],
    };
    let about = About {
        version: "0.1.0".into(),
        protocol: PROTOCOL,
        system: "linux".into(),
        started_at: AT,
        simulated: false,
        role: Role::Operate,
    };
    let check =
        || ConfigCheck { diagnostics: vec![diagnostic()], public_key: Some(key()), changes: vec![change()], changes_left_out: 0 };
    let mut answers = vec![
        Response::About(about),
        Response::Tunnels(TunnelPage { tunnels: tunnels(), more: true }),
        Response::Tunnel(tunnel(up(), Source::Store, HooksView::None)),
        Response::Peers(peers()),
        Response::History(History { id: id(), interval: 1000, samples: vec![sample()], total: Counters::default() }),
        Response::Drops(drops()),
        Response::Logs(LogPage { lines: log_lines::lines(), last: 900, missed: 0 }),
    ];
    answers.extend(ways().into_iter().map(|route| Response::Route(RouteAnswer { ip: ip(), route, others: vec![candidate()] })));
    answers.extend([
        Response::Preview(preview()),
        Response::Takeovers(vec![TakeoverView {
            name: "wg0".parse().unwrap(),
            path: "/etc/wireguard/wg0.conf".into(),
            active: true,
            by_service: true,
            starts_at_boot: false,
        }]),
        Response::Rules(rules::view()),
        Response::Networks(Some(rules::networks())),
        Response::Networks(None),
        Response::Portal(portal(true)),
        Response::Portal(portal(false)),
        Response::Connect(()),
        Response::ConnectWithKey(()),
        Response::Disconnect(()),
        Response::Restart(()),
        Response::Reload(replaced()),
        Response::Pause(()),
        Response::Resume(()),
        Response::DisconnectAfter(()),
        Response::CheckRules(rules::check()),
        Response::TestRules(rules::decision()),
        Response::PauseRules(()),
        Response::ResumeRules(()),
        Response::OpenPortal(PortalTicket { token: "0f".repeat(16), channel: "/run/adit/adit.sock.portal".into() }),
        Response::ClosePortal(()),
        Response::SetRules(rules::view()),
        Response::Import(imported()),
        Response::Create(imported()),
        Response::PreviewConfig(preview()),
        Response::Export(ConfigText::new(CONFIG.to_owned())),
        Response::MaskedConfig(MaskedConfig { config: ConfigText::new(CONFIG.replace(SECRET, MARK)), version: 3 }),
        Response::ReplaceConfig(replaced()),
        Response::CheckConfig(check()),
        Response::Rename(()),
        Response::Remove(()),
        Response::Versions(versions()),
        Response::RestoreVersion(replaced()),
        Response::ForgetKey(()),
        Response::CheckRunning(check()),
        Response::SaveRunning(replaced()),
        Response::SetKeyReminder(()),
        Response::SetStartAtBoot(()),
        Response::SetKillSwitch(()),
        Response::SetAllowIpv6Outside(()),
        Response::ApproveHooks(()),
        Response::BeginRotation(rotation()),
        Response::TestRotation(RotationTest { answered: vec![key()], silent: Vec::new(), not_asked: Vec::new() }),
        Response::FinishRotation(replaced()),
        Response::CancelRotation(()),
        Response::TakeOver(imported()),
    ]);
    answers
}

fn portal(is_open: bool) -> PortalView {
    PortalView {
        captive: is_open.then(|| "wlan0".into()),
        is_shut_out: is_open,
        open: is_open.then(|| PortalExemption { by: "uid 1000".into(), until: AT }),
        last_end: (!is_open).then_some(PortalEnd::Passed),
    }
}

/// Returns a count for every reason.
fn drops() -> Vec<DropCount> {
    let reasons = [
        DropReason::MessageType,
        DropReason::MessageLength,
        DropReason::Mac1,
        DropReason::CookieRequired,
        DropReason::RateLimited,
        DropReason::NoPrivateKey,
        DropReason::UnknownIndex,
        DropReason::Cookie,
        DropReason::Handshake,
        DropReason::LowOrderPoint,
        DropReason::UnknownPeer,
        DropReason::ReplayedInitiation,
        DropReason::InitiationFlood,
        DropReason::SessionExpired,
        DropReason::CounterExhausted,
        DropReason::Decrypt,
        DropReason::Replay,
        DropReason::InnerPacket,
        DropReason::SourceNotAllowed,
        DropReason::Congestion,
        DropReason::NoRoute,
        DropReason::NoEndpoint,
        DropReason::RoutingLoop,
        DropReason::QueueFull,
        DropReason::HandshakeTimeout,
    ];
    reasons.into_iter().zip(1..).map(|(reason, count)| DropCount { reason, count }).collect()
}

pub(crate) fn errors() -> Vec<ApiError> {
    vec![
        ApiError::NotFound { id: id() },
        ApiError::NoSuchVersion { version: 9 },
        ApiError::NoSuchTakeover { name: "wg0".parse().unwrap() },
        ApiError::NameTaken { name: "Office".parse().unwrap() },
        ApiError::InterfaceTaken { interface: "wg0".parse().unwrap() },
        ApiError::Conflict { conflicts: conflicts() },
        ApiError::NotAllowed { needs: Role::Operate, action: Some(Action::KillSwitch) },
        ApiError::Invalid { diagnostics: vec![diagnostic()] },
        ApiError::BadRequest { detail: "unknown variant `format_disk`".into() },
        ApiError::Changed { current: 4 },
        ApiError::InterfaceRemoved,
        ApiError::Broken,
        ApiError::HooksNotApproved { hash: hash() },
        ApiError::HooksChanged { hash: hash() },
        ApiError::HookFailed { exit_code: Some(1), stderr: "no such file".into() },
        ApiError::NoSuchRule { index: 3 },
        ApiError::NetworkUnidentified { why: Unidentified::GatewayUnknown },
        ApiError::Busy,
        ApiError::NotUp,
        ApiError::NotPaused,
        ApiError::NeedsKey { public_key: key() },
        ApiError::WrongKey { public_key: key() },
        ApiError::KeyNotKept,
        ApiError::PortalIsOpen { by: "uid 1000".into(), until: AT },
        ApiError::PortalNotShutOut,
        ApiError::DraftGone,
        ApiError::NoRotation,
        ApiError::RotationPending,
        ApiError::RotationNotAnswered,
        ApiError::ReadOnly { path: "/etc/wireguard/wg0.conf".into() },
        ApiError::Unresolved { host: "vpn.example.org".into(), detail: "no such name".into() },
        ApiError::NoPermission { doing: "making the interface".into() },
        ApiError::Missing { what: Requirement::TunDevice },
        ApiError::Io { doing: "saving the configuration".into(), detail: "no space left on device".into() },
        ApiError::TooManyLookUps { limit: 2 },
        ApiError::TooLarge { limit: 1_048_576 },
        ApiError::Lockdown,
        ApiError::NotFullTunnel,
        ApiError::ShuttingDown,
        ApiError::Internal,
    ]
}

pub(crate) fn notices() -> Vec<Notice> {
    let mut events: Vec<Event> = tunnels().into_iter().map(|tunnel| Event::TunnelChanged { tunnel: Box::new(tunnel) }).collect();
    let added = tunnel(TunnelState::Down { reason: None, retry_at: None }, Source::Store, HooksView::None);
    events.extend([
        Event::TunnelAdded { tunnel: Box::new(added) },
        Event::TunnelRemoved { id: id() },
        Event::RulesChanged { revision: 4 },
        Event::PortalChanged { portal: portal(true) },
        Event::Traffic { id: id(), sample: sample() },
        Event::KeyIsOld { id: id(), peer: None, since: AT },
        Event::KeyIsOld { id: id(), peer: Some(key()), since: AT },
    ]);
    let events = events.into_iter().chain(log_lines::lines().into_iter().take(1).map(|line| Event::Log { line }));
    events.zip(1..).map(|(event, sequence)| Notice { sequence, event }).collect()
}

fn tunnels() -> Vec<TunnelView> {
    let failed = Box::new(ApiError::Unresolved { host: "vpn.example.org".into(), detail: "no such name".into() });
    let states = [
        TunnelState::Down { reason: None, retry_at: None },
        TunnelState::Down { reason: Some(DownReason::Asked), retry_at: None },
        TunnelState::Down { reason: Some(DownReason::Failed { error: failed }), retry_at: Some(AT) },
        TunnelState::Down { reason: Some(DownReason::InterfaceRemoved), retry_at: None },
        TunnelState::Down { reason: Some(DownReason::EngineStopped), retry_at: None },
        TunnelState::Connecting { step: Step::Resolve, since: AT },
        up(),
        TunnelState::Disconnecting { since: AT },
        TunnelState::Paused { until: Some(AT) },
        TunnelState::Blocked {
            cause: Box::new(ApiError::Missing { what: Requirement::PacketFilter }),
            since: AT,
            retry_at: None,
        },
    ];
    let file = Source::File { path: "/etc/wireguard/wg0.conf".into() };
    let hooks = [HooksView::None, HooksView::NotApproved { hash: hash() }, HooksView::Approved { hash: hash() }];
    let view = |(state, hooks)| tunnel(state, file.clone(), hooks);
    let views = states.into_iter().zip(hooks.into_iter().cycle()).map(view);
    let causes = rules::on_demand().into_iter().map(Some).cycle();
    views.zip(causes).map(|(view, on_demand)| TunnelView { on_demand, ..view }).collect()
}

fn peers() -> PeerPage {
    let TunnelView { peers: configured, state, .. } = tunnel(up(), Source::Store, HooksView::None);
    let TunnelState::Up(up) = state else { unreachable!("it is up") };
    PeerPage { configured, running: up.peers, next: Some(key()) }
}

fn sample() -> Sample {
    Sample { at: AT, received: 1500, sent: 99 }
}

fn ip() -> IpAddr {
    "10.0.0.9".parse().unwrap()
}

fn network() -> Cidr {
    "10.0.0.0/24".parse().unwrap()
}

fn candidate() -> RouteCandidate {
    RouteCandidate { tunnel: id(), interface: "wg0".parse().unwrap(), peer: key(), allowed_ip: network() }
}

fn ways() -> Vec<Route> {
    let interface = || Some("eth0".to_owned());
    vec![
        Route::Tunnel { candidate: candidate(), why: RouteReason::Narrowest { network: network() } },
        Route::Tunnel { candidate: candidate(), why: RouteReason::TakesAll { detail: "routing table 51820".into() } },
        Route::Outside { interface: interface(), why: RouteReason::PrivateNetwork { network: network() } },
        Route::Outside { interface: interface(), why: RouteReason::OwnAddress },
        Route::Outside { interface: None, why: RouteReason::NoTunnel },
        Route::NoPeer { tunnel: id() },
    ]
}

fn conflicts() -> Vec<Conflict> {
    vec![
        Conflict::SameNetwork { other: other(), network: network() },
        Conflict::BothTakeAll { other: other() },
        Conflict::SameAddress { other: other(), address: ip() },
        Conflict::SamePort { other: other(), port: 51820 },
        Conflict::BothSetDns { other: other() },
        Conflict::InterfaceExists { interface: "wg0".parse().unwrap() },
        Conflict::LocalNetwork { interface: "eth0".into(), network: network() },
        Conflict::OtherVpn { interface: "tun0".into() },
    ]
}

pub(crate) fn preview() -> Preview {
    Preview {
        interface: "wg0".parse().unwrap(),
        addresses: vec!["10.0.0.2/24".parse().unwrap()],
        mtu: 1420,
        mtu_source: MtuSource::Route,
        listen_port: Some(51820),
        peers: vec![
            PlannedPeer {
                public_key: key(),
                name: Some("server".into()),
                endpoint: Some("vpn.example.org:51820".into()),
                address: Some("192.0.2.1:51820".parse().unwrap()),
            },
            PlannedPeer { public_key: key(), name: None, endpoint: None, address: None },
        ],
        peer_count: 2,
        effects: effects(),
        effect_count: 9,
        takes_all_ipv4: true,
        takes_all_ipv6: false,
        conflicts: conflicts(),
        diagnostics: vec![diagnostic()],
        warnings: vec![
            PreviewWarning::Ipv6Outside,
            PreviewWarning::Ipv4Outside,
            PreviewWarning::NoFirewall,
            PreviewWarning::HooksNotApproved,
            PreviewWarning::HooksInSh,
            PreviewWarning::SearchWithoutServer { domains: vec!["example.org".into()] },
            PreviewWarning::SplitDnsLeftOut { domains: vec!["corp.example".into()] },
            PreviewWarning::Ipv6LeftOut { because: "it is switched off".into() },
            PreviewWarning::MtuTooLarge { mtu: 1420, fits: 1340 },
            PreviewWarning::Unresolved { host: "vpn.example.org".into() },
            PreviewWarning::NotLookedUp { host: "vpn.example.org".into() },
            PreviewWarning::FileReadableByOthers { path: "/etc/wireguard/wg0.conf".into() },
        ],
    }
}

fn effects() -> Vec<Effect> {
    vec![
        Effect::Route { network: network(), detail: "main table".into() },
        Effect::TakesAll { ipv6: false, except_private: true, except: vec![network()], detail: "table 51820".into() },
        Effect::EndpointsOutside { networks: vec![network()], detail: "table 51820".into() },
        Effect::Dns {
            servers: vec![ip()],
            search: vec!["example.org".into()],
            only: vec!["corp.example".into()],
            detail: Some("systemd-resolved".into()),
        },
        Effect::AddressesGuarded { addresses: vec![ip()] },
        Effect::AnswersAccepted,
        Effect::KillSwitch,
        Effect::Command { phase: HookPhase::PreUp, command: Some("true".into()), runs: true },
        Effect::Command { phase: HookPhase::PostDown, command: None, runs: false },
    ]
}

fn versions() -> Vec<VersionView> {
    let origins = [
        VersionOrigin::Imported,
        VersionOrigin::Edited,
        VersionOrigin::Restored { version: 1 },
        VersionOrigin::Rotated,
        VersionOrigin::Saved,
    ];
    let view =
        |(origin, version)| VersionView { version, is_current: version == 5, saved_at: AT, origin, changes: vec![change()] };
    origins.into_iter().zip(1..).map(view).collect()
}
