//! Networks, tunnels and rules for tests, and a controller with a clock.

use std::time::Duration;

use adit_protocol::Instant;
use adit_rules::controller::{Clock, Command, Controller, Input, Status, Switch, Target};
use adit_rules::decide::Decision;
use adit_rules::facts::{Day, Facts, Known, Link, LinkKind, LocalTime, Mac, Portal, ProbeResult, Security, Ssid, Wifi};
use adit_rules::rule::{Action, Mode, Name, RuleSet, TunnelUse};
use adit_rules::text::{Document, message};
use adit_rules::{Families, Tunnel, Tunnels};

pub(crate) const HOME_GATEWAY: &str = "aa:bb:cc:dd:ee:ff";
pub(crate) const CAFE_GATEWAY: &str = "02:00:00:00:00:01";
pub(crate) const HOME_KEY: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

/// Reads rules, which must have no errors.
pub(crate) fn rules(text: &str) -> RuleSet {
    let document = Document::parse(text.as_bytes()).unwrap();
    document.rules().unwrap_or_else(|found| panic!("{}", render(&found)))
}

pub(crate) fn render(found: &[adit_rules::text::Diagnostic]) -> String {
    found.iter().map(|diagnostic| message::render("rules", diagnostic) + "\n").collect()
}

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// `office` and `backup` are full tunnels, `legacy` one for IPv4 only; `nas` and `lab` are for some networks.
pub(crate) fn tunnels() -> Tunnels {
    let tunnel = |text, ipv4, ipv6| Tunnel { name: name(text), full: Families { ipv4, ipv6 }, endpoints: 1 };
    Tunnels {
        known: vec![
            tunnel("office", true, true),
            tunnel("backup", true, true),
            tunnel("nas", false, false),
            tunnel("lab", false, false),
            tunnel("legacy", true, false),
        ],
        chosen: None,
    }
}

pub(crate) fn noon() -> LocalTime {
    LocalTime::new(Day::Wednesday, 12, 0).unwrap()
}

pub(crate) fn facts(links: Vec<Link>) -> Facts {
    Facts { links, at: noon(), other_vpn: Known::Known(false) }
}

/// A link of which everything is known.
pub(crate) fn link(interface: &str, kind: LinkKind, gateway: &str) -> Link {
    Link {
        gateway_mac: Some(gateway.parse().unwrap()),
        subnets: vec!["192.168.1.17/24".parse().unwrap()],
        dns_suffixes: Known::Known(Vec::new()),
        metered: Known::Known(false),
        home: ProbeResult::NoAnswer,
        portal: Portal::None,
        ..Link::unknown(interface, kind)
    }
}

pub(crate) fn wifi(ssid: &str, security: Security, gateway: &str) -> Link {
    let bssid = Mac::new([6, 6, 6, 6, 6, 6]);
    let wifi = Wifi { ssid: Some(Ssid::new(ssid).unwrap()), bssid: Some(bssid), security: Some(security) };
    Link { wifi: Some(wifi), ..link("wlan0", LinkKind::Wifi, gateway) }
}

pub(crate) fn home() -> Facts {
    facts(vec![wifi("Home", Security::Wpa2, HOME_GATEWAY)])
}

pub(crate) fn cafe() -> Facts {
    facts(vec![wifi("Cafe", Security::Open, CAFE_GATEWAY)])
}

pub(crate) fn ethernet() -> Facts {
    facts(vec![link("eth0", LinkKind::Ethernet, "02:00:00:00:00:02")])
}

pub(crate) fn cellular() -> Facts {
    facts(vec![Link { gateway_mac: None, metered: Known::Known(true), ..link("wwan0", LinkKind::Cellular, CAFE_GATEWAY) }])
}

pub(crate) fn nowhere() -> Facts {
    facts(Vec::new())
}

/// Decides with the usual tunnels.
pub(crate) fn decide(rules: &RuleSet, facts: &Facts) -> Decision {
    adit_rules::decide(rules, Some(facts), &tunnels())
}

/// Returns the decision in short: `up office everything`, `down` or `leave`.
pub(crate) fn outcome(text: &str, facts: &Facts) -> String {
    short(&decide(&rules(text), facts).action)
}

pub(crate) fn short(action: &Action) -> String {
    match action {
        Action::Up(uses) => format!("up {}", short_uses(uses.as_slice())),
        Action::Down => "down".into(),
        Action::Leave => "leave".into(),
    }
}

fn short_uses(uses: &[TunnelUse]) -> String {
    let each = uses.iter().map(|used| match &used.mode {
        Mode::AsConfigured => used.tunnel.to_string(),
        Mode::Everything => format!("{} everything", used.tunnel),
        Mode::ExceptLan => format!("{} except this lan", used.tunnel),
        Mode::Private => format!("{} private ranges", used.tunnel),
        Mode::Only(networks) => format!("{} only {:?}", used.tunnel, networks.as_slice()),
    });
    each.collect::<Vec<_>>().join(" and ")
}

/// Returns a target in short: `office everything, closed`.
pub(crate) fn short_target(target: &Target) -> String {
    let tunnels = match &target.tunnels {
        None => "as it is".to_owned(),
        Some(uses) if uses.is_empty() => "down".to_owned(),
        Some(uses) => short_uses(uses),
    };
    let kill_switch = match target.kill_switch {
        Switch::Open => ", open",
        Switch::AsTunnel => "",
        Switch::Closed => ", closed",
    };
    tunnels + kill_switch
}

/// A controller and its clock.
pub(crate) struct Bench {
    pub(crate) controller: Controller,
    pub(crate) now: Instant,
    pub(crate) local: LocalTime,
    /// All commands so far in short, each with its time in milliseconds.
    pub(crate) log: Vec<(u64, String)>,
}

pub(crate) const START: u64 = 1_000_000_000;

impl Bench {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            controller: Controller::new(rules(text), tunnels()),
            now: Instant::from_nanos(START),
            local: noon(),
            log: Vec::new(),
        }
    }

    /// A bench whose controller has settled on some facts; its log is empty.
    pub(crate) fn settled(text: &str, facts: Facts) -> Self {
        let mut bench = Self::new(text);
        bench.input(Input::Facts(facts));
        bench.wait(5000);
        bench.log.clear();
        bench
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock { now: self.now, local: self.local }
    }

    pub(crate) fn input(&mut self, input: Input) {
        let commands = self.controller.handle(self.clock(), input);
        self.note(commands);
    }

    pub(crate) fn facts(&mut self, facts: Facts) {
        self.input(Input::Facts(facts));
    }

    pub(crate) fn user(&mut self, action: adit_rules::controller::UserAction) {
        self.input(Input::User(action));
    }

    /// Lets time pass; the controller is called when it asks for it.
    pub(crate) fn wait(&mut self, milliseconds: u64) {
        let end = self.now + Duration::from_millis(milliseconds);
        while let Some(wake) = self.controller.next_wake().filter(|wake| *wake <= end) {
            assert!(wake >= self.now, "a time in the past");
            self.now = wake;
            let commands = self.controller.poll(self.clock());
            self.note(commands);
            assert!(self.controller.next_wake().is_none_or(|next| next > wake), "a call that changes nothing is asked for again");
        }
        self.now = end;
    }

    fn note(&mut self, commands: Vec<Command>) {
        let at = (self.now.as_nanos() - START) / 1_000_000;
        self.log.extend(commands.iter().map(|command| (at, short_command(command))));
    }

    /// Returns the commands since the last call, without their times.
    pub(crate) fn took(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log).into_iter().map(|(_, command)| command).collect()
    }

    pub(crate) fn status(&self) -> Status {
        self.controller.status(self.clock())
    }

    pub(crate) fn target(&self) -> String {
        self.status().target.as_ref().map(short_target).unwrap_or_default()
    }
}

pub(crate) fn short_command(command: &Command) -> String {
    match command {
        Command::Apply(target) => short_target(target),
        Command::TurnOn(tunnel) => format!("turn on {tunnel}"),
        Command::TurnOff(tunnel) => format!("turn off {tunnel}"),
        Command::NextEndpoint(tunnel) => format!("next endpoint of {tunnel}"),
        Command::FirstEndpoint(tunnel) => format!("first endpoint of {tunnel}"),
        Command::NextRound(tunnel) => format!("next round of {tunnel}"),
        Command::OpenPortal => "open portal".into(),
        Command::ClosePortal(end) => format!("close portal: {end:?}"),
    }
}
