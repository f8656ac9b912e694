//! The JSON of a log line for every code. The tests of `adit-words` make a sentence of each.

use adit_api::{
    ApiError, HandshakeDrop, LogCode, LogField, LogLine, NetworkSetting, PortalEnd, PublicKey, Requirement, RuleSource,
    RulesSwitch, TunnelEnd, UndoneStep,
};

const PEER: &str = "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=";

/// Returns all codes; those whose sentence depends on a value occur more than once.
pub(crate) fn codes() -> Vec<LogCode> {
    let peer: PublicKey = PEER.parse().unwrap();
    let text = |text: &str| text.into();
    let error = || Box::new(ApiError::Missing { what: Requirement::TunDevice });
    let endpoint = "192.0.2.7:51820".parse().unwrap();
    let hash = "ab".repeat(32).parse().unwrap();
    let interface = || "wg0".parse().unwrap();
    let mut codes = vec![
        LogCode::DaemonStarted { version: text("0.1.0") },
        LogCode::DaemonEnded,
        LogCode::StoreFinding { file: text("/var/lib/adit/x"), what: text("the file is damaged") },
        LogCode::TunnelBroken { error: text("the file is damaged") },
        LogCode::FileUnusable { file: text("/etc/wireguard/wg0.conf"), error: text("line 3: not a key") },
        LogCode::FileGone { file: text("/etc/wireguard/wg0.conf") },
        LogCode::Imported,
        LogCode::Exported { to: text("root") },
        LogCode::Removed,
        LogCode::ConfigReplaced { version: 4 },
        LogCode::Reloaded { version: 4 },
        LogCode::Saved { version: 4 },
        LogCode::NotSaved { error: error() },
        LogCode::TakenOver,
        LogCode::GivenBack { error: error() },
        LogCode::NotGivenBack { error: error() },
        LogCode::KeyForgotten,
        LogCode::KeyOld { days: 90 },
        LogCode::PresharedKeyOld { peer, days: 1 },
        LogCode::RotationBegun,
        LogCode::RotationFinished,
        LogCode::HooksApproved { by: text("root"), hash },
        LogCode::HooksNotRun,
        LogCode::HooksInSh,
        LogCode::CommandRuns,
        LogCode::RulesSet { revision: 4, by: text("uid 1000") },
        LogCode::RulesBroken { error: text("the file is damaged") },
        LogCode::RulesActed {
            by: RuleSource::Rule { index: 1, name: Some("At home".into()) },
            networks: vec![text("wlan0 (Home)")],
            up: Some(vec![text("office")]),
            kill_switch: RulesSwitch::Closed,
        },
        LogCode::RulesActed {
            by: RuleSource::FailSecure,
            networks: Vec::new(),
            up: Some(Vec::new()),
            kill_switch: RulesSwitch::Open,
        },
        LogCode::RulesActed { by: RuleSource::Otherwise, networks: Vec::new(), up: None, kill_switch: RulesSwitch::AsTunnel },
        LogCode::RuleNotCarriedOut { error: error() },
        LogCode::ChoiceBegun { is_up: true },
        LogCode::ChoiceBegun { is_up: false },
        LogCode::ChoiceEnded,
        LogCode::RulesPaused { seconds: None },
        LogCode::RulesPaused { seconds: Some(600) },
        LogCode::RulesResumed,
        LogCode::AutoOffReached,
        LogCode::NextEndpointTried,
        LogCode::EndpointChosen { endpoint: text("vpn.example.org:443") },
        LogCode::RoutingChanged,
        LogCode::NetworksUnknown { error: text("no such bus") },
        LogCode::PortalOpened { by: text("uid 1000, pid 4711"), seconds: 300 },
        LogCode::PortalHost { host: text("login.example") },
        LogCode::PortalClosed { end: PortalEnd::Asked },
        LogCode::PortalClosed { end: PortalEnd::TimeOver },
        LogCode::PortalClosed { end: PortalEnd::ProgramGone },
        LogCode::PortalClosed { end: PortalEnd::NetworkChanged },
        LogCode::PortalClosed { end: PortalEnd::Passed },
        LogCode::PortalClosed { end: PortalEnd::ServiceEnded },
        LogCode::PortalNotOpened { error: text("nft does not run") },
        LogCode::PortalNotClosed { error: text("nft does not run") },
        LogCode::Connecting,
        LogCode::Restarting,
        LogCode::TriedAgain,
        LogCode::Up,
        LogCode::Down,
        LogCode::Paused,
        LogCode::NotUp { error: error() },
        LogCode::NotRestored { error: error() },
        LogCode::NotKept { error: error() },
        LogCode::NotTakenBack { error: text("the route is gone") },
        LogCode::RemovedFromOutside,
        LogCode::InterfaceMoved { elsewhere: true },
        LogCode::InterfaceMoved { elsewhere: false },
        LogCode::LeftoversRemoved { what: text("routing rules") },
        LogCode::LeftoversStay { error: text("operation not permitted") },
        LogCode::SearchWithoutServer { domains: vec![text("example.org"), text("corp.example")] },
        LogCode::SplitDnsLeftOut { domains: vec![text("corp.example")] },
        LogCode::Ipv6LeftOut { because: text("it is switched off") },
        LogCode::Ipv6Outside,
        LogCode::Ipv6Closed,
        LogCode::MtuTooLarge { mtu: 1420, fits: 1340 },
        LogCode::NoFirewall,
        LogCode::Resolving { name: text("vpn.example.org") },
        LogCode::ResolverNotReady { endpoint: text("vpn.example.org:51820"), error: text("timed out"), again_in_ms: 2_000 },
        LogCode::EndpointMoved { peer, endpoint },
        LogCode::EndpointUnknown { peer, error: text("no such name") },
        LogCode::HandshakeSent { peer, attempt: 1 },
        LogCode::HandshakeSent { peer, attempt: 2 },
        LogCode::HandshakeCompleted { peer, begun_by: TunnelEnd::Us },
        LogCode::HandshakeCompleted { peer, begun_by: TunnelEnd::Peer },
        LogCode::HandshakeGivenUp { peer },
        LogCode::CookieReceived { peer },
        LogCode::PeerSilent { peer },
        LogCode::PeerMoved { peer, endpoint },
        LogCode::NoAnswer { peer, seconds: 300 },
        LogCode::AnswersAgain { peer, after_seconds: 3_900 },
        LogCode::NetworkChanged,
        LogCode::PathChanged { peers: 1 },
        LogCode::PathChanged { peers: 2 },
        LogCode::MtuChanged { from: 1_420, to: 1_280 },
        LogCode::CannotFollowNetwork { error: text("too many open files") },
        LogCode::LocalNetworksUnknown { error: text("too many open files") },
        LogCode::Closed,
        LogCode::Opened,
        LogCode::NotClosed { error: error() },
        LogCode::NotOpened { error: text("operation not permitted") },
        LogCode::LetsOutside,
        LogCode::BlocksOutside { allow_lan: true },
        LogCode::BlocksOutside { allow_lan: false },
        LogCode::LockedDown { allow_lan: true },
        LogCode::LockedDown { allow_lan: false },
        LogCode::Ipv6AllowedOutside,
        LogCode::Ipv6KeptInside,
        LogCode::StaysBlocked { interface: interface() },
        LogCode::KillSwitchesUnknown { error: text("operation not permitted") },
        LogCode::EarlyOpened { interface: interface() },
        LogCode::EarlyNotKept { error: text("no space left on device") },
        LogCode::PeerShutOut { error: text("operation not permitted") },
        LogCode::NotPutBack { error: text("operation not permitted") },
        LogCode::FoughtWith { times: 6 },
        LogCode::Unguarded { error: text("too many open files") },
    ];
    codes.extend(drops().map(|reason| LogCode::HandshakeDropped { from: endpoint, reason }));
    codes.extend(steps().map(|step| LogCode::TakingBack { step }));
    codes.extend(settings().map(|what| LogCode::PutBack { what }));
    let fields = vec![LogField { name: text("how"), value: text("often") }];
    codes.push(LogCode::Other { name: text("retired_code"), fields });
    codes
}

/// Returns a line for each of [`codes`].
pub(crate) fn lines() -> Vec<LogLine> {
    let line = |(code, number): (LogCode, u64)| LogLine {
        number,
        at: 1_790_000_000_000 + number,
        level: code.level(),
        tunnel: Some("0123456789abcdef0123456789abcdef".parse().unwrap()),
        left_out: u64::from(number == 9),
        code,
    };
    codes().into_iter().zip(1..).map(line).collect()
}

fn drops() -> impl Iterator<Item = HandshakeDrop> {
    [
        HandshakeDrop::MessageType,
        HandshakeDrop::MessageLength,
        HandshakeDrop::Mac1,
        HandshakeDrop::CookieRequired,
        HandshakeDrop::RateLimited,
        HandshakeDrop::NoPrivateKey,
        HandshakeDrop::UnknownIndex,
        HandshakeDrop::Cookie,
        HandshakeDrop::Handshake,
        HandshakeDrop::LowOrderPoint,
        HandshakeDrop::UnknownPeer,
        HandshakeDrop::ReplayedInitiation,
        HandshakeDrop::InitiationFlood,
    ]
    .into_iter()
}

fn steps() -> impl Iterator<Item = UndoneStep> {
    [
        UndoneStep::PreUp,
        UndoneStep::Interface,
        UndoneStep::Engine,
        UndoneStep::Firewall,
        UndoneStep::Routes,
        UndoneStep::Dns,
        UndoneStep::PostUp,
    ]
    .into_iter()
}

fn settings() -> impl Iterator<Item = NetworkSetting> {
    [
        NetworkSetting::KillSwitch,
        NetworkSetting::PacketFilter,
        NetworkSetting::Addresses,
        NetworkSetting::Routes,
        NetworkSetting::Rules,
        NetworkSetting::Resolvers,
    ]
    .into_iter()
}
