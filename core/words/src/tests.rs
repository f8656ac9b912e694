//! Every variant has words, every message is used, and every language is complete.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use adit_api::*;

use crate::catalogue::ids;
use crate::{Away, ConsentText, Context, DialogText, HomeText, PortalText, Problem, TrayText, Words};

/// The samples of the contract's own golden files.
#[path = "../../api/tests/wire/log_lines.rs"]
mod log_lines;

const ID: &str = "0123456789abcdef0123456789abcdef";
const PEER: &str = "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=";
const NOW: u64 = 1_790_000_000_000;

/// Lists values of an enum. Does not compile unless each variant is named. A variant is named more than once if its sentence
/// depends on its fields.
macro_rules! samples {
    ($type:ident: $($variant:ident $({ $($field:ident: $value:expr),+ $(,)? })? $(($($inner:expr),+))?),+ $(,)?) => {{
        #[allow(unreachable_patterns)]
        let _ = |value: &$type| match value {
            $($type::$variant { .. } => (),)+
        };
        vec![$($type::$variant $({ $($field: $value),+ })? $(($($inner),+))?),+]
    }};
}

mod findings;
mod notices;
mod rules;
mod shown;

fn id() -> TunnelId {
    ID.parse().unwrap()
}

fn key() -> PublicKey {
    PEER.parse().unwrap()
}

fn conflicts() -> Vec<Conflict> {
    let network = || "10.0.0.0/24".parse().unwrap();
    samples!(Conflict:
        SameNetwork { other: id(), network: network() },
        BothTakeAll { other: id() },
        SameAddress { other: id(), address: "10.0.0.9".parse().unwrap() },
        SamePort { other: id(), port: 51_820 },
        BothSetDns { other: id() },
        InterfaceExists { interface: "wg0".parse().unwrap() },
        LocalNetwork { interface: "eth0".into(), network: network() },
        OtherVpn { interface: "tun0\u{1b}".into() },
    )
}

fn diagnostics() -> Vec<Diagnostic> {
    let diagnostic = |severity, key: Option<&str>, advice: Option<&str>| Diagnostic {
        severity,
        code: "missing_private_key".into(),
        section: Some("Interface".into()),
        key: key.map(Into::into),
        line: 1,
        column: 2,
        start: 0,
        end: 3,
        advice: advice.map(Into::into),
        arguments: Vec::new(),
        fixes: Vec::new(),
    };
    samples!(Severity: Note, Warning, Error)
        .into_iter()
        .flat_map(|severity| {
            [diagnostic(severity, None, None), diagnostic(severity, Some("PrivateKey"), Some("add_private_key"))]
        })
        .collect()
}

fn errors() -> Vec<ApiError> {
    let hash = || "ab".repeat(32).parse().unwrap();
    samples!(ApiError:
        NotFound { id: id() },
        NoSuchVersion { version: 9 },
        NoSuchTakeover { name: "wg0".parse().unwrap() },
        NameTaken { name: "Office".parse().unwrap() },
        InterfaceTaken { interface: "wg0".parse().unwrap() },
        Conflict { conflicts: conflicts() },
        Conflict { conflicts: vec![Conflict::OtherVpn { interface: "tun0".into() }] },
        NotAllowed { needs: Role::Status, action: None },
        NotAllowed { needs: Role::Operate, action: None },
        NotAllowed { needs: Role::Administer, action: None },
        NotAllowed { needs: Role::Operate, action: Some(Action::KillSwitch) },
        NotAllowed { needs: Role::Administer, action: Some(Action::Lockdown) },
        Invalid { diagnostics: diagnostics() },
        BadRequest { detail: "a key is 44 characters".into() },
        Changed { current: 4 },
        InterfaceRemoved,
        Broken,
        HooksNotApproved { hash: hash() },
        HooksChanged { hash: hash() },
        HookFailed { exit_code: Some(1), stderr: "no such file\nbye".into() },
        HookFailed { exit_code: None, stderr: String::new() },
        NoSuchRule { index: 3 },
        NetworkUnidentified { why: Unidentified::NoNetwork },
        NetworkUnidentified { why: Unidentified::NothingKnown },
        NetworkUnidentified { why: Unidentified::GatewayUnknown },
        Busy,
        NotUp,
        NotPaused,
        NeedsKey { public_key: key() },
        WrongKey { public_key: key() },
        KeyNotKept,
        NoRotation,
        RotationPending,
        RotationNotAnswered,
        ReadOnly { path: "/etc/wireguard/wg0.conf".into() },
        Unresolved { host: "vpn.example.org".into(), detail: "no such name".into() },
        NoPermission { doing: "making the interface".into() },
        Missing { what: Requirement::TunDevice },
        Missing { what: Requirement::DnsBackend },
        Missing { what: Requirement::PacketFilter },
        Io { doing: "saving the configuration".into(), detail: "no space left on device".into() },
        TooManyLookUps { limit: 2 },
        TooLarge { limit: 1_048_576 },
        Lockdown,
        NotFullTunnel,
        PortalIsOpen { by: "uid 1000\u{1b}".into(), until: NOW },
        PortalNotShutOut,
        DraftGone,
        ShuttingDown,
        Internal,
    )
}

fn drop_reasons() -> Vec<DropReason> {
    samples!(DropReason:
        MessageType,
        MessageLength,
        Mac1,
        CookieRequired,
        RateLimited,
        NoPrivateKey,
        UnknownIndex,
        Cookie,
        Handshake,
        LowOrderPoint,
        UnknownPeer,
        ReplayedInitiation,
        InitiationFlood,
        SessionExpired,
        CounterExhausted,
        Decrypt,
        Replay,
        InnerPacket,
        SourceNotAllowed,
        Congestion,
        NoRoute,
        NoEndpoint,
        RoutingLoop,
        QueueFull,
        HandshakeTimeout,
    )
}

fn healths() -> Vec<Health> {
    samples!(Health: Idle, WaitingForPeer, Handshaking { since: NOW }, Good, NoAnswer { since: NOW - 65_000 })
}

fn states() -> Vec<TunnelState> {
    let failed = DownReason::Failed { error: Box::new(ApiError::Busy) };
    let up = |health| UpState {
        since: NOW,
        health,
        mtu: 1_420,
        listen_port: 51_820,
        counters: Counters::default(),
        last_handshake: None,
        peers: Vec::new(),
        peer_count: 0,
        differs: false,
        conflicts: Vec::new(),
        warnings: Vec::new(),
        data_path: DataPath {
            queues: 1,
            tun_segmentation: false,
            tun_udp_segmentation: false,
            udp_segmentation: false,
            udp_receive: false,
        },
        in_other_namespace: false,
        routing_loops: 0,
    };
    let mut states = samples!(TunnelState:
        Down { reason: None, retry_at: None },
        Connecting { step: Step::Check, since: NOW },
        Disconnecting { since: NOW },
        Paused { until: None },
        Paused { until: Some(NOW + 90 * 60_000) },
        Paused { until: Some(NOW + 2 * 3_600_000) },
        Blocked { cause: Box::new(ApiError::Busy), since: NOW, retry_at: None },
        Up(up(Health::NoAnswer { since: NOW - 3 * 86_400_000 })),
    );
    states.push(TunnelState::Up(up(Health::Idle)));
    let reasons = samples!(DownReason: Asked, Failed { error: Box::new(ApiError::Busy) }, InterfaceRemoved, EngineStopped);
    states.extend(reasons.into_iter().chain([failed]).map(|reason| TunnelState::Down { reason: Some(reason), retry_at: None }));
    states
}

fn warnings() -> Vec<PreviewWarning> {
    samples!(PreviewWarning:
        Ipv6Outside,
        Ipv6Closed,
        Ipv4Outside,
        NoFirewall,
        HooksNotApproved,
        HooksInSh,
        SearchWithoutServer { domains: vec!["example.org".into()] },
        SplitDnsLeftOut { domains: vec!["corp.example".into()] },
        Ipv6LeftOut { because: "it is switched off".into() },
        MtuTooLarge { mtu: 1420, fits: 1340 },
        Unresolved { host: "vpn.example.org".into() },
        NotLookedUp { host: "vpn.example.org".into() },
        FileReadableByOthers { path: "/etc/wireguard/wg0.conf".into() },
    )
}

fn effects() -> Vec<Effect> {
    let network = |text: &str| text.parse().unwrap();
    let detail = || "table 51820".to_owned();
    let dns = |only: &[&str], detail: Option<&str>| Effect::Dns {
        servers: vec!["10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap()],
        search: vec!["example.org".into()],
        only: only.iter().map(ToString::to_string).collect(),
        detail: detail.map(Into::into),
    };
    let mut effects = samples!(Effect:
        Route { network: network("10.0.0.0/24"), detail: "main table".into() },
        TakesAll { ipv6: false, except_private: true, except: vec![network("198.51.100.0/24")], detail: detail() },
        TakesAll { ipv6: true, except_private: false, except: vec![], detail: detail() },
        EndpointsOutside { networks: vec![network("192.0.2.0/24"), network("2001:db8::/32")], detail: detail() },
        Dns { servers: vec!["10.0.0.1".parse().unwrap()], search: vec![], only: vec![], detail: Some("systemd-resolved".into()) },
        AddressesGuarded { addresses: vec!["10.0.0.2".parse().unwrap()] },
        AnswersAccepted,
        KillSwitch,
        Command { phase: HookPhase::PreUp, command: Some("echo \u{202e}".into()), runs: true },
    );
    effects.extend([dns(&["corp.example"], Some("resolvconf")), dns(&[], None)]);
    let phases = samples!(HookPhase: PreUp, PostUp, PreDown, PostDown);
    effects.extend(phases.into_iter().map(|phase| Effect::Command { phase, command: None, runs: false }));
    effects
}

/// Builds previews that use every sentence of a preview, except those of effects.
fn previews() -> Vec<Preview> {
    let peer = |name: Option<&str>, endpoint: Option<&str>, address: Option<&str>| PlannedPeer {
        public_key: key(),
        name: name.map(Into::into),
        endpoint: endpoint.map(Into::into),
        address: address.map(|address| address.parse().unwrap()),
    };
    let preview = |mtu_source, more| Preview {
        interface: "wg0".parse().unwrap(),
        addresses: vec!["10.0.0.2/24".parse().unwrap()],
        mtu: 1420,
        mtu_source,
        listen_port: Some(51_820),
        peers: vec![
            peer(Some("server 1"), Some("192.0.2.1:51820"), Some("192.0.2.1:51820")),
            peer(None, Some("vpn.example.org:51820"), Some("192.0.2.1:51820")),
            peer(None, Some("vpn.example.org:51820"), None),
            peer(None, None, None),
        ],
        peer_count: 4 + more,
        effects: vec![],
        effect_count: more,
        takes_all_ipv4: false,
        takes_all_ipv6: false,
        conflicts: vec![],
        diagnostics: vec![],
        warnings: vec![],
    };
    samples!(MtuSource: Configured, Route, Assumed).into_iter().zip(0..).map(|(source, more)| preview(source, more)).collect()
}

fn changes() -> Vec<ConfigChange> {
    let fields = samples!(ConfigField:
        PrivateKey, ListenPort, FwMark, Addresses, Dns, Mtu, Table, SaveConfig, Hooks, PeerAdded, PeerRemoved, PeerName,
        PresharedKey, Endpoint, FurtherEndpoints, AllowedIps, PersistentKeepalive, Text,
    );
    let effects = samples!(ChangeEffect: None, Live, Restart);
    let texts = [(Some("1"), Some("2")), (None, Some("2")), (Some("1"), None), (None, None)];
    let mut changes = Vec::new();
    for (number, field) in fields.into_iter().enumerate() {
        let is_of_peer = matches!(
            field,
            ConfigField::PeerAdded
                | ConfigField::PeerRemoved
                | ConfigField::PeerName
                | ConfigField::PresharedKey
                | ConfigField::Endpoint
                | ConfigField::FurtherEndpoints
                | ConfigField::AllowedIps
                | ConfigField::PersistentKeepalive
        );
        let (before, after) = texts[number % texts.len()];
        changes.push(ConfigChange {
            peer: is_of_peer.then(key),
            field,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            effect: effects[number % effects.len()],
        });
    }
    changes
}

fn route_reasons() -> Vec<RouteReason> {
    let network = || "10.0.0.0/24".parse().unwrap();
    samples!(RouteReason:
        Narrowest { network: network() }, TakesAll { detail: "routing table 51820".into() }, PrivateNetwork { network: network() }, OwnAddress, NoTunnel,
    )
}

/// Returns a tunnel `server` with a named peer.
fn tunnel() -> TunnelView {
    let text = fs::read_to_string(api("golden/responses.json")).unwrap();
    let answers: Vec<Response> = serde_json::from_str(&text).unwrap();
    let tunnel = answers.into_iter().find_map(|answer| match answer {
        Response::Tunnel(tunnel) => Some(tunnel),
        _ => None,
    });
    TunnelView { id: id(), name: "server 1".parse().unwrap(), ..tunnel.unwrap() }
}

fn tray_texts<'a>(state: &'a TunnelState, addresses: &'a [Cidr]) -> Vec<TrayText<'a>> {
    let (tunnel, now) = ("office", NOW);
    samples!(TrayText:
        Away(Away::NotRunning), Away(Away::NotPermitted), Away(Away::NoAnswer), Empty, Off,
        Status("No tunnel is on"),
        Line { tunnel: tunnel, state: state, now: now },
        Addresses(addresses),
        Tunnel { tunnel: tunnel, state: state, now: now },
        Tunnels, Pauses,
        Pause { tunnel: tunnel, span: 300_000 },
        Resume { tunnel: tunnel, left: Some(59_000) },
        Resume { tunnel: tunnel, left: None },
        ByRules { is_on: Some(true), reason: "rule 2: At home" },
        ByRules { is_on: Some(false), reason: "the default, because no rule matches" },
        ByRules { is_on: None, reason: "rule 2: At home" },
        ByHand { left: None },
        ByHand { left: Some(840_000) },
        RulesPaused { left: None },
        RulesPaused { left: Some(840_000) },
        ResumeRules,
        Manage, Import, About, Quit,
    )
}

fn consent_texts() -> Vec<ConsentText> {
    samples!(ConsentText: Screen, ScreenMore, ScreenYes, Camera, CameraMore, CameraYes, No)
}

fn dialog_texts() -> Vec<DialogText<'static>> {
    samples!(DialogText: Export { tunnel: "office" }, ExportAll, Backup, ChooseBackup, ImportFiles, ImportFolder)
}

fn home_texts() -> Vec<HomeText<'static>> {
    const INTERFACES: &[&str] = &["eth0", "wlan0\u{1b}"];
    let interfaces: &'static [String] = INTERFACES.iter().map(|&name| name.to_owned()).collect::<Vec<_>>().leak();
    samples!(HomeText:
        Home { interface: "wlan0\u{1b}", key: key() },
        NoAnswer { interface: "wlan0" },
        Forged { interface: "wlan0" },
        FromElsewhere { interface: "wlan0" },
        PassedOn { interface: "wlan0" },
        Serves { interfaces: interfaces, port: 51_819 },
        Waits,
        Clock { address: "192.168.1.7", seconds: 400 },
        TooMany { address: "fe80::7" },
    )
}

fn portal_texts() -> Vec<PortalText<'static>> {
    samples!(PortalText:
        Hint { interface: "wlan0\u{1b}" },
        Opened { span: 300_000 },
        Browser { program: "firefox" },
        Proxy { proxy: "127.0.0.1:40001", url: "http://portal.example/" },
        NoBrowser,
        Online,
        Captive,
        Unknown { error: "no answer\u{1b}" },
        Ended(PortalEnd::Passed),
        Closed,
    )
}

fn api(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/tests").join(file)
}

/// Formats everything that has a sentence, each on a line (or more) behind its code.
fn everything(words: &Words) -> String {
    let tunnels = [tunnel()];
    let known = Context { tunnels: &tunnels, tunnel: Some("office") };
    let unknown = Context::default();
    let mut lines: Vec<(&str, String)> = Vec::new();
    for error in errors() {
        lines.push(("error", words.error(&error, &known)));
        lines.extend(words.error_advice(&error, &known).map(|advice| ("  advice", advice)));
        lines.push(("  terminal", words.error_for_terminal(&error, &known)));
        lines.push(("  unnamed", words.error_for_terminal(&error, &unknown)));
    }
    lines.extend(conflicts().iter().map(|conflict| ("conflict", words.conflict(conflict, &known))));
    lines.extend(diagnostics().iter().map(|diagnostic| ("diagnostic", words.diagnostic(diagnostic))));
    lines.extend(findings::lines(words));
    lines.extend(rules::lines(words));
    lines.extend(states().iter().map(|state| ("state", words.state(state, NOW))));
    lines.extend(healths().iter().map(|health| ("health", words.health(health, NOW))));
    let steps = samples!(Step: Check, Resolve, Firewall, PreUp, Interface, Addresses, Routes, Dns, PostUp);
    lines.extend(steps.into_iter().map(|step| ("step", words.step(step))));
    let strengths = samples!(KillSwitch: Off, Block, Lockdown);
    lines.extend(strengths.into_iter().map(|strength| ("kill switch", words.kill_switch(strength))));
    lines.extend(samples!(Role: Status, Operate, Administer).into_iter().map(|role| ("role", words.role(role))));
    lines.extend(samples!(Action: KillSwitch, Lockdown).into_iter().map(|action| ("action", words.action(action))));
    for preview in previews() {
        lines.push(("preview", words.preview_interface(&preview)));
        lines.extend(words.preview_lines(&preview).into_iter().map(|line| ("  line", format!("{} {}", line.label, line.text))));
    }
    let effects = effects();
    let effects = effects.iter().flat_map(|effect| words.effect(effect));
    lines.extend(effects.map(|line| ("effect", format!("{} {}", line.label, line.text))));
    for warning in warnings() {
        lines.push(("warning", words.warning(&warning, &known)));
        lines.extend(words.warning_advice(&warning, &known).map(|advice| ("  advice", advice)));
        lines.push(("  terminal", words.warning_for_terminal(&warning, &known)));
        lines.push(("  file", words.warning_for_file(&warning)));
    }
    for change in changes() {
        lines.push(("change", format!("{}, {}", words.change(&tunnels[0], &change), words.change_effect(change.effect))));
    }
    // Fields that a change describes by another message.
    for field in [ConfigField::Hooks, ConfigField::PeerAdded, ConfigField::PeerRemoved, ConfigField::Text] {
        lines.push(("field", words.field(field)));
    }
    lines.extend(route_reasons().iter().map(|reason| ("route", words.route_reason(reason))));
    lines.push(("route", words.gone_tunnel()));
    for answer in shown::routes() {
        let (route, others) = words.route(&answer, &known);
        lines.push(("route", route));
        lines.extend(others.into_iter().map(|other| ("  other", other)));
    }
    lines.extend(shown::status_labels().iter().map(|label| ("label", words.status_label(*label))));
    lines.extend(shown::status_texts().iter().map(|text| ("status", words.status(text))));
    lines.extend(shown::status_texts().iter().map(|text| ("  terminal", words.status_for_terminal(text))));
    lines.push(("traffic", words.traffic(1_536, 0)));
    lines.push(("rates", words.rates(1_536, 0)));
    lines.extend(shown::versions().iter().map(|version| ("version", words.version(version, NOW))));
    let test = RotationTest { answered: vec![key()], silent: vec![key()], not_asked: vec![key()] };
    lines.extend(words.rotation_test(&tunnels[0], &test).into_iter().map(|line| ("rotation", line)));
    lines.push(("more", words.more_changes(1)));
    lines.extend(shown::takeovers().iter().map(|tunnel| ("take-over", words.takeover(tunnel, "wg-quick@wg0.service"))));
    lines.extend(shown::events().iter().map(|event| ("event", words.event(event, &known, NOW))));
    lines.extend(shown::findings(words).into_iter().map(|finding| ("finding", finding)));
    lines.extend(drop_reasons().iter().map(|reason| ("drop", words.drop_reason(*reason))));
    lines.extend(log_lines::lines().iter().map(|line| (line.code.name(), words.log_line(line, &known))));
    let paused = TunnelState::Paused { until: Some(NOW + 240_000) };
    let addresses = ["10.0.0.2/32".parse().unwrap(), "fd00::2/128".parse().unwrap()];
    lines.extend(tray_texts(&paused, &addresses).iter().map(|text| ("tray", words.tray(text))));
    lines.extend(consent_texts().iter().map(|text| ("consent", words.consent(*text))));
    for notice in notices::texts() {
        let (heading, text) = words.notice("office", &notice);
        lines.push(("notice", heading));
        lines.push(("  text", text));
    }
    lines.push(("notice", words.notice_action()));
    lines.extend(dialog_texts().iter().map(|text| ("dialog", words.dialog(text))));
    lines.extend(home_texts().iter().map(|text| ("home", words.home(text))));
    lines.extend(portal_texts().iter().map(|text| ("portal", words.portal(text))));
    for then in [NOW, NOW - 1_000, NOW - 3_600_000, NOW - 7_500_000, NOW - 2 * 86_400_000] {
        lines.push(("ago", words.last(Some(then), NOW)));
    }
    lines.push(("ago", words.last(None, NOW)));
    lines.into_iter().map(|(what, line)| format!("{what}: {line}\n")).collect()
}

/// `ADIT_BLESS=1` rewrites the file, for a person to review.
#[test]
fn everything_that_can_be_said_is_said_like_this() {
    let said = everything(Words::english());
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/en.txt");
    if std::env::var_os("ADIT_BLESS").is_some() {
        fs::write(&golden, &said).unwrap();
    }
    assert_eq!(said, fs::read_to_string(golden).unwrap(), "read it over, and write it with ADIT_BLESS=1");
}

#[test]
fn every_message_is_used_and_is_given_what_it_asks_for_in_every_language() {
    for tag in Words::languages() {
        let words = Words::of(tag);
        everything(&words);
        let (said, faults) = words.said.into_inner().unwrap();
        assert_eq!(faults, Vec::<String>::new(), "{tag}");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("messages/{tag}.ftl"));
        // TypeScript says those of the window; ui/tests/catalogue.test.ts checks them.
        let there: BTreeSet<String> =
            ids(&fs::read_to_string(file).unwrap()).into_keys().filter(|id| !id.starts_with("ui-")).collect();
        assert_eq!(there.difference(&said).collect::<Vec<_>>(), Vec::<&String>::new(), "{tag}: nothing says these");
    }
}

#[test]
fn every_code_of_the_log_has_a_line() {
    let codes: BTreeSet<&str> = log_lines::codes().iter().map(LogCode::name).collect();
    assert_eq!(codes, LogCode::NAMES.iter().copied().collect());
}

#[test]
fn every_language_is_complete_and_no_id_is_there_twice() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
    let files: BTreeSet<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, Words::languages().map(|tag| folder.join(format!("{tag}.ftl"))).collect());
    for tag in Words::languages() {
        let text = fs::read_to_string(folder.join(format!("{tag}.ftl"))).unwrap();
        assert_eq!(Words::check(tag, &text), [], "{tag}");
        let twice: Vec<String> = ids(&text).into_iter().filter(|(_, count)| *count > 1).map(|(id, _)| id).collect();
        assert_eq!(twice, Vec::<String>::new(), "{tag}");
    }
}

const TINY: &str = "\
error-not-up = { $tunnel } ist nicht an
    .command = einschalten mit: adit up { $argument }
log-path-changed = neue Sitzungen mit { $peers ->
    [one] einer Gegenstelle
   *[other] { $peers } Gegenstellen
}
state-off = { $wrong }
";

#[test]
fn a_language_is_one_file_and_english_says_what_it_lacks() {
    let words = Words::with("de", TINY);
    let context = Context { tunnels: &[], tunnel: Some("Büro 2") };
    assert_eq!(words.error(&ApiError::NotUp, &context), "Büro 2 ist nicht an");
    assert_eq!(words.error_for_terminal(&ApiError::NotUp, &context), "Büro 2 ist nicht an; einschalten mit: adit up 'Büro 2'");
    assert_eq!(words.log_code(&LogCode::PathChanged { peers: 1 }, &context), "neue Sitzungen mit einer Gegenstelle");
    assert_eq!(words.log_code(&LogCode::PathChanged { peers: 3 }, &context), "neue Sitzungen mit 3 Gegenstellen");
    assert_eq!(words.error(&ApiError::NotPaused, &context), "Büro 2 is not paused");
    assert_eq!(words.state(&TunnelState::Down { reason: None, retry_at: None }, NOW), "off", "it asks for what is not given");
}

#[test]
fn what_a_language_s_file_lacks_or_has_wrong_is_named() {
    let problems = Words::check("de", TINY);
    for lacks in ["error-not-paused", "error-not-up.advice", "log-up"] {
        assert!(problems.contains(&Problem::Missing { id: lacks.into() }), "{lacks}");
    }
    assert!(!problems.contains(&Problem::Missing { id: "error-not-up.command".into() }));
    assert!(Words::check("de", "log-upp = up").contains(&Problem::Unknown { id: "log-upp".into() }));
    assert!(Words::check("de", "log-up = { $").iter().any(|problem| matches!(problem, Problem::Syntax { .. })));
    assert!(Words::check("kein Tag", "").contains(&Problem::Tag { tag: "kein Tag".into() }));
}

#[test]
fn a_language_that_is_not_there_is_english() {
    for tag in ["en", "en-GB", "en_US.UTF-8", "EN", "tlh", "C", "POSIX", "", "../en"] {
        assert_eq!(Words::of(tag).kill_switch(KillSwitch::Off), "off", "{tag}");
    }
}

#[test]
fn a_wanted_language_is_the_nearest_one_as_in_the_page() {
    for (wanted, found) in [
        ("de_AT.UTF-8", "de"),
        ("de_DE@euro", "de"),
        ("pt-br", "pt-BR"),
        ("pt_PT.UTF-8", "pt-BR"),
        ("pt", "pt-BR"),
        ("FR", "fr"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ] {
        assert_eq!(Words::nearest(wanted), found, "{wanted}");
    }
}

#[test]
fn nothing_from_outside_moves_the_cursor_or_hides() {
    let context = Context::default();
    let words = Words::english();
    let vpn = Conflict::OtherVpn { interface: "tun0\u{1b}[2J\u{202e}".into() };
    assert_eq!(words.conflict(&vpn, &context), "another VPN (tun0\\u{1b}[2J\\u{202e}) already takes all traffic");
    let failed = ApiError::HookFailed { exit_code: Some(1), stderr: "\u{1b}]0;x\u{7}".into() };
    assert!(!words.error(&failed, &context).contains('\u{1b}'));
    let line = words.log_code(&LogCode::NotUp { error: Box::new(failed) }, &context);
    assert!(!line.contains(['\n', '\u{1b}', '\u{2068}']), "{line}");
}
