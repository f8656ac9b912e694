//! Random rules and facts.

use adit_rules::facts::{Day, Facts, Known, Link, LinkKind, LocalTime, Mac, Portal, ProbeResult, Security, Ssid, Wifi};
use adit_rules::rule::{
    Action, Alternatives, Condition, Days, Failover, Glob, Home, KillSwitch, Matcher, Mode, Name, Rule, RuleSet, Seconds, Step,
    Suffix, Then, TunnelUse, Window,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::support::{HOME_KEY, name};

fn some<T: std::fmt::Debug + Clone>(values: impl Strategy<Value = T>) -> impl Strategy<Value = Alternatives<T>> {
    vec(values, 1..4).prop_map(|values| values.try_into().unwrap())
}

/// Names that rules mention and networks have, so that they often meet.
pub(crate) fn ssid() -> impl Strategy<Value = Ssid> {
    prop_oneof![Just("Home"), Just("Cafe"), Just("Cafe (5G)+"), Just("x"), Just("日本")].prop_map(|text| Ssid::new(text).unwrap())
}

pub(crate) fn any_ssid() -> impl Strategy<Value = Ssid> {
    prop_oneof![ssid(), vec(any::<u8>(), 1..=32).prop_map(|bytes| Ssid::new(bytes).unwrap())]
}

pub(crate) fn glob() -> impl Strategy<Value = Glob> {
    let written =
        prop_oneof![Just("*"), Just("Home"), Just("!Home"), Just("Caf?*"), Just("!*5G*"), Just("Cafe (5G)+"), Just("?")];
    prop_oneof![written.prop_map(|text| text.parse().unwrap()), any_ssid().prop_map(|ssid| Glob::literal(&ssid))]
}

pub(crate) fn mac() -> impl Strategy<Value = Mac> {
    (0..3_u8).prop_map(|last| Mac::new([0xaa, 0xbb, 0xcc, 0xdd, 0xee, last]))
}

pub(crate) fn link_kind() -> impl Strategy<Value = LinkKind> {
    prop_oneof![Just(LinkKind::Wifi), Just(LinkKind::Ethernet), Just(LinkKind::Cellular), Just(LinkKind::Other)]
}

pub(crate) fn security() -> impl Strategy<Value = Security> {
    prop_oneof![
        Just(Security::Open),
        Just(Security::Wep),
        Just(Security::Wpa),
        Just(Security::Wpa2),
        Just(Security::Wpa3),
        Just(Security::Enterprise)
    ]
}

fn network() -> impl Strategy<Value = adit_config::Cidr> {
    let written = ["192.168.1.0/24", "192.168.0.0/16", "10.0.0.0/8", "fd00::/8", "0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"];
    proptest::sample::select(written.to_vec()).prop_map(|text| text.parse().unwrap())
}

fn suffix() -> impl Strategy<Value = Suffix> {
    prop_oneof![Just("corp.example"), Just("example"), Just("lan")].prop_map(|text| text.parse().unwrap())
}

pub(crate) fn day() -> impl Strategy<Value = Day> {
    (0..7_usize).prop_map(|number| Day::ALL[number])
}

pub(crate) fn local_time() -> impl Strategy<Value = LocalTime> {
    (day(), 0..24_u8, 0..60_u8).prop_map(|(day, hour, minute)| LocalTime::new(day, hour, minute).unwrap())
}

fn window() -> impl Strategy<Value = Window> {
    let days = vec(day(), 1..7).prop_map(|days| Days::new(days).unwrap());
    (days, 0..1440_u16, 0..=1440_u16).prop_filter_map("empty", |(days, from, to)| Window::new(days, from, to).ok())
}

fn home_key() -> impl Strategy<Value = Home> {
    prop_oneof![
        Just(Home(HOME_KEY.parse().unwrap())),
        any::<[u8; 32]>().prop_map(|bytes| Home(adit_config::PublicKey::from_bytes(bytes)))
    ]
}

pub(crate) fn matcher() -> impl Strategy<Value = Matcher> {
    prop_oneof![
        some(link_kind()).prop_map(Matcher::Kind),
        some(glob()).prop_map(Matcher::Ssid),
        some(mac()).prop_map(Matcher::Bssid),
        some(security()).prop_map(Matcher::Security),
        some(mac()).prop_map(Matcher::Gateway),
        some(network()).prop_map(Matcher::Subnet),
        some(suffix()).prop_map(Matcher::DnsSuffix),
        Just(Matcher::Metered),
        some(window()).prop_map(Matcher::Time),
        Just(Matcher::OtherVpn),
        some(home_key()).prop_map(Matcher::Home),
        Just(Matcher::NoNetwork),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    (any::<bool>(), matcher()).prop_map(|(not, is)| Condition { not, is })
}

pub(crate) fn tunnel() -> impl Strategy<Value = Name> {
    prop_oneof![Just("office"), Just("backup"), Just("nas"), Just("lab"), Just("legacy"), Just("gone")].prop_map(name)
}

pub(crate) fn any_name() -> impl Strategy<Value = Name> {
    let written =
        prop_oneof![Just("up"), Just("Everything"), Just("My \"best\" \\ tunnel"), Just("a#b, c"), Just("Büro 2"), Just("#1")];
    prop_oneof![tunnel(), written.prop_map(name), "[ -~]{1,20}".prop_filter_map("no name", |text| text.parse().ok())]
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![
        Just(Mode::AsConfigured),
        Just(Mode::Everything),
        Just(Mode::ExceptLan),
        Just(Mode::Private),
        some(network()).prop_map(Mode::Only)
    ]
}

fn action(names: impl Strategy<Value = Name>) -> impl Strategy<Value = Action> {
    let used = (names, mode()).prop_map(|(tunnel, mode)| TunnelUse { tunnel, mode });
    prop_oneof![3 => vec(used, 1..3).prop_map(|uses| Action::Up(uses.try_into().unwrap())), 2 => Just(Action::Down), 1 => Just(Action::Leave)]
}

fn kill_switch() -> impl Strategy<Value = KillSwitch> {
    prop_oneof![Just(KillSwitch::Off), Just(KillSwitch::WhenUntrusted), Just(KillSwitch::Always)]
}

fn then(names: impl Strategy<Value = Name>) -> impl Strategy<Value = Then> {
    (action(names), option::of(kill_switch())).prop_map(|(action, kill_switch)| Then { action, kill_switch })
}

fn seconds() -> impl Strategy<Value = Seconds> {
    (5..604_800_u32).prop_map(|seconds| Seconds::new(seconds).unwrap())
}

fn failover(names: impl Strategy<Value = Name>) -> impl Strategy<Value = Failover> {
    let step = prop_oneof![Just(Step::NextEndpoint), names.prop_map(Step::Up), Just(Step::Down)];
    (seconds(), some(step)).prop_map(|(after, steps)| Failover { after, steps })
}

/// Rules in every form, about any names.
pub(crate) fn any_rules() -> impl Strategy<Value = RuleSet> {
    let rule = (option::of(any_name()), vec(condition(), 1..4), then(any_name()));
    let rule = rule.prop_map(|(label, when, then)| Rule { label, when: when.try_into().unwrap(), then });
    let settings = (option::of(kill_switch()), option::of(seconds()), option::of(failover(any_name())));
    (settings, vec(rule, 0..6), option::of(then(any_name()))).prop_map(|((kill_switch, manual, failover), rules, otherwise)| {
        RuleSet { kill_switch, manual, failover, rules, otherwise }
    })
}

/// Rules about tunnels of tests, without what happens when a server does not answer.
pub(crate) fn decidable_rules() -> impl Strategy<Value = RuleSet> {
    let rule = (vec(condition(), 1..3), then(tunnel()));
    let rule = rule.prop_map(|(when, then)| Rule { label: None, when: when.try_into().unwrap(), then });
    (option::of(kill_switch()), vec(rule, 0..5), option::of(then(tunnel()))).prop_map(|(kill_switch, rules, otherwise)| RuleSet {
        kill_switch,
        rules,
        otherwise,
        ..RuleSet::default()
    })
}

fn home_answer() -> impl Strategy<Value = ProbeResult> {
    let key = adit_config::PublicKey::from_bytes([7; 32]);
    prop_oneof![
        Just(ProbeResult::NoAnswer),
        Just(ProbeResult::Answered { key: HOME_KEY.parse().unwrap() }),
        Just(ProbeResult::Answered { key })
    ]
}

fn known_wifi() -> impl Strategy<Value = Wifi> {
    (any_ssid(), mac(), security()).prop_map(|(ssid, bssid, security)| Wifi {
        ssid: Some(ssid),
        bssid: Some(bssid),
        security: Some(security),
    })
}

prop_compose! {
    /// A link of which everything is known.
    pub(crate) fn known_link()(
        kind in link_kind(),
        is_default in any::<bool>(),
        wifi in known_wifi(),
        gateway in mac(),
        ipv4 in vec(prop_oneof![Just("192.168.1.7/24"), Just("10.1.2.3/16"), Just("172.16.0.5/12")], 1..3),
        ipv6 in vec(prop_oneof![Just("fd00::1/64"), Just("2001:db8::1/64")], 1..3),
        dns_suffixes in vec(prop_oneof![Just("corp.example"), Just("a.corp.example."), Just("LAN"), Just("lan")], 0..3),
        metered in any::<bool>(),
        home in home_answer(),
    ) -> Link {
        Link {
            interface: "wlan0".into(),
            kind,
            is_default,
            wifi: (kind == LinkKind::Wifi).then_some(wifi),
            gateway_mac: Some(gateway),
            subnets: ipv4.into_iter().chain(ipv6).map(|text| text.parse().unwrap()).collect(),
            dns_suffixes: Known::Known(dns_suffixes.into_iter().map(str::to_owned).collect()),
            metered: Known::Known(metered),
            home,
            portal: Portal::None,
        }
    }
}

/// Facts in which nothing is unknown.
pub(crate) fn known_facts() -> impl Strategy<Value = Facts> {
    (vec(known_link(), 0..3), local_time(), any::<bool>()).prop_map(|(mut links, at, other_vpn)| {
        for (index, link) in links.iter_mut().enumerate() {
            link.interface = format!("if{index}");
        }
        Facts { links, at, other_vpn: Known::Known(other_vpn) }
    })
}

/// One bit for each kind of fact that [`hidden`] can hide.
pub(crate) fn mask() -> impl Strategy<Value = u16> {
    0..1_u16 << 11
}

/// Returns the facts without those that `mask` hides; each bit hides one kind of fact.
pub(crate) fn hidden(facts: &Facts, mask: u16) -> Facts {
    let hides = |bit: u16| mask & 1 << bit != 0;
    let mut facts = facts.clone();
    if hides(0) {
        facts.other_vpn = Known::Unknown;
    }
    for link in &mut facts.links {
        if let Some(wifi) = &mut link.wifi {
            wifi.ssid = wifi.ssid.take().filter(|_| !hides(1));
            wifi.bssid = wifi.bssid.take().filter(|_| !hides(2));
            wifi.security = wifi.security.take().filter(|_| !hides(3));
        }
        link.wifi = link.wifi.take().filter(|_| !hides(4));
        link.gateway_mac = link.gateway_mac.take().filter(|_| !hides(5));
        link.subnets.retain(|subnet| !hides(if subnet.is_ipv4() { 6 } else { 9 }));
        if hides(10) {
            link.dns_suffixes = Known::Unknown;
        }
        if hides(7) {
            link.metered = Known::Unknown;
        }
        if hides(8) {
            link.home = ProbeResult::NotAsked;
        }
    }
    facts
}
