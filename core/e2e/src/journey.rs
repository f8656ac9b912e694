//! A computer with Wi-Fi and cable that goes from place to place, with the real service, NetworkManager and logind on a bus of its
//! own, and the world behind all places: two tunnels' servers and the addresses that everybody wants to reach.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use adit_api::{
    AppliedRules, ConfigText, LogCode, LogLevel, RuleMode, RuleSource, RulesState, RulesSwitch, TunnelId, TunnelState,
};
use adit_testbus::places::{CAFE, HOME, TWIN, to_leave};
use adit_testbus::{Logind, MockManager, Place};
use anyhow::{Context as _, ensure};

use crate::capture::{Capture, Recording};
use crate::device::{Device, Implementation};
use crate::lab::{Lab, program, skip};
use crate::leaks::INTERNET;
use crate::leaks::probe::{self, KINDS};
use crate::namespace::Namespace;
use crate::peering::{Ends, Host, Side as _};
use crate::private_run::PrivateRun;
use crate::process::wait_for;
use crate::service::{How, Service};

/// An address in the office's network, and only there.
const PRIVATE: &str = "172.16.5.9";
/// The address of both tunnels' servers.
const ENDPOINT: &str = "203.0.113.77";
const PATIENCE: Duration = Duration::from_secs(30);
/// Time that probes may take until they are sent again.
const THROUGH: Duration = Duration::from_secs(2);
const ATTEMPTS: usize = 4;
/// The canaries' port, and that of the last packet of a recording.
const CANARIES: &str = "udp port 4242 or udp port 9";

/// The namespaces of the computer and of the world.
pub struct Stage {
    computer: Namespace,
    world: Namespace,
}

impl Stage {
    /// Makes both, with a Wi-Fi card and a cable between them that are in no network. Prints `SKIPPED: why` and returns None if
    /// something is not installed.
    pub fn new(lab: &Lab, story: &str) -> anyhow::Result<Option<Self>> {
        let missing: Vec<&str> = ["dbus-daemon", "gdbus"].into_iter().filter(|name| program(name).is_none()).collect();
        if !missing.is_empty() {
            skip(&format!("{story}: not installed: {}", missing.join(", ")));
            return Ok(None);
        }
        let (computer, world) = (lab.namespace("computer")?, lab.namespace("world")?);
        for card in [Card::Wifi, Card::Cable] {
            let (name, port) = (card.name(), card.port());
            computer.ip(&format!("link add {name} type veth peer name {port} netns {}", world.name()))?;
            world.ip(&format!("link set {port} up"))?;
        }
        for address in INTERNET.into_iter().chain([PRIVATE, ENDPOINT]) {
            world.ip(&format!("addr add {address} dev lo"))?;
        }
        Ok(Some(Self { computer, world }))
    }
}

/// An interface of the computer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Card {
    /// `wlan0`.
    Wifi,
    /// `eth0`.
    Cable,
}

impl Card {
    fn of(place: &Place) -> Self {
        if place.access_point.is_some() { Self::Wifi } else { Self::Cable }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Wifi => "wlan0",
            Self::Cable => "eth0",
        }
    }

    /// Returns the interface at its other end.
    const fn port(self) -> &'static str {
        match self {
            Self::Wifi => "wifi-port",
            Self::Cable => "cable-port",
        }
    }
}

/// A tunnel and its server.
struct Tunnel<'lab> {
    server: Device<'lab>,
    /// The configuration at the computer.
    text: String,
}

impl<'lab> Tunnel<'lab> {
    /// Starts the server as host `server`, for the computer as host `client` in the tunnel.
    fn new(lab: &'lab Lab, world: &'lab Namespace, server: Host, client: Host, allowed: &str) -> anyhow::Result<Self> {
        let device = Device::start(lab, world, Implementation::WireguardGo, server)?;
        let ends = Ends::generate(true)?;
        device.setconf(&ends.conf(&ends.responder, server, &ends.initiator, client, None))?;
        for address in client.allowed_ips().split(", ") {
            let family = if address.contains(':') { "-6" } else { "-4" };
            world.ip(&format!("{family} route add {address} dev {}", device.interface()))?;
        }
        let text = format!(
            "[Interface]\nPrivateKey = {}\nAddress = {}\n\n[Peer]\nPublicKey = {}\nPresharedKey = {}\nEndpoint = {ENDPOINT}:{}\nAllowedIPs = {allowed}\n",
            ends.initiator.private,
            client.inner_networks().replace(' ', ", "),
            ends.responder.public,
            ends.preshared.as_deref().unwrap_or_default(),
            server.port()
        );
        Ok(Self { server: device, text })
    }
}

/// What a packet goes through.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Path {
    /// The network of the place, in clear.
    Clear,
    /// The tunnel for everything.
    Privacy,
    /// The tunnel to the office.
    Work,
}

/// The computer on its journey.
pub struct Journey<'lab> {
    lab: &'lab Lab,
    computer: &'lab Namespace,
    world: &'lab Namespace,
    manager: MockManager,
    /// Announces sleep.
    pub logind: Logind,
    /// Paths of the access points on the bus, by their hardware addresses.
    points: BTreeMap<&'static str, String>,
    privacy: Tunnel<'lab>,
    work: Tunnel<'lab>,
    how: How,
    _run: PrivateRun,
}

impl<'lab> Journey<'lab> {
    /// Sets everything up; the service does not run yet, and the computer is in no network. Prints `SKIPPED: why` and returns None
    /// without python-dbusmock.
    pub fn new(lab: &'lab Lab, stage: &'lab Stage, story: &str) -> anyhow::Result<Option<Self>> {
        let Stage { computer, world } = stage;
        let run = PrivateRun::with_system_bus(lab, computer)?;
        let address = run.bus_address();
        let Some(manager) = MockManager::start(&address, Card::Wifi.name())? else {
            skip(&format!("{story}: no python3-dbusmock"));
            return Ok(None);
        };
        let mut points = BTreeMap::new();
        for point in [CAFE, HOME, TWIN].into_iter().filter_map(|place| place.access_point) {
            points.insert(point.bssid, manager.add_access_point(point)?);
        }
        let logind = Logind::start(&address)?;
        let privacy = Tunnel::new(lab, world, Host(2), Host(1), "0.0.0.0/0, ::/0")?;
        let work = Tunnel::new(lab, world, Host(3), Host(4), "172.16.0.0/12")?;
        let how = How { through: run.wrapper(), ..How::plain(lab) };
        Ok(Some(Self { lab, computer, world, manager, logind, points, privacy, work, how, _run: run }))
    }

    /// Starts the service.
    pub fn start(&self) -> anyhow::Result<Traveller<'lab>> {
        let service = Service::start(self.lab, self.computer, self.how.clone())?;
        let import = |name: &str, tunnel: &Tunnel<'_>| -> anyhow::Result<TunnelId> {
            let interface = self.lab.interface_name().parse()?;
            Ok(service.client()?.import(name.parse()?, interface, ConfigText::new(tunnel.text.clone()))?.id)
        };
        let (privacy, work) = (import("privacy", &self.privacy)?, import("work", &self.work)?);
        Ok(Traveller { service, privacy, work })
    }

    /// Joins a place: first NetworkManager speaks of it, then the card gets a carrier and addresses.
    pub fn join(&self, place: &Place) -> anyhow::Result<()> {
        let card = Card::of(place);
        for port in [Card::Wifi, Card::Cable].map(Card::port) {
            self.world.ip(&format!("addr flush dev {port}"))?;
            self.world.ip(&format!("-4 route flush dev {port}"))?;
        }
        for arguments in place.at_the_router(card.port()) {
            self.world.ip(&arguments)?;
        }
        self.world.ip(&format!("addr add fd00::1/64 dev {} nodad", card.port()))?;
        // The servers must answer from the address that the tunnels know.
        let subnet = self.world.ip(&format!("-4 route show dev {}", card.port()))?;
        let subnet = subnet.split_whitespace().next().with_context(|| format!("no route to {}", place.own))?;
        self.world.ip(&format!("route replace {subnet} dev {} src {ENDPOINT}", card.port()))?;
        if let Some(point) = place.access_point {
            let path = self.points.get(point.bssid).with_context(|| format!("no access point {}", point.id))?;
            self.manager.join(path, 0, 4, &[])?;
        }
        for arguments in place.to_join(card.name()) {
            self.computer.ip(&arguments)?;
        }
        self.computer.ip(&format!("addr add fd00::2/64 dev {} nodad", card.name()))?;
        self.computer.ip(&format!("-6 route add default via fd00::1 dev {} metric {}", card.name(), place.metric))?;
        Ok(())
    }

    /// Renews the lease of the address in a place.
    pub fn renew(&self, place: &Place, seconds: u32) -> anyhow::Result<()> {
        let (own, card) = (place.own, Card::of(place).name());
        self.computer.ip(&format!("addr change {own} dev {card} valid_lft {seconds} preferred_lft {seconds}")).map(drop)
    }

    /// Leaves every place.
    pub fn leave(&self) -> anyhow::Result<()> {
        self.manager.leave()?;
        for arguments in [Card::Wifi, Card::Cable].into_iter().flat_map(|card| to_leave(card.name())) {
            self.computer.ip(&arguments)?;
        }
        Ok(())
    }

    /// Returns the addresses that everybody wants to reach.
    pub fn targets() -> anyhow::Result<[IpAddr; 3]> {
        Ok([INTERNET[0].parse()?, INTERNET[1].parse()?, PRIVATE.parse()?])
    }

    /// Sends about a thousand packets per second to each target while `meanwhile` runs.
    pub fn sing<T>(&self, meanwhile: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        Ok(crate::leaks::canary::sing(self.computer, &Self::targets()?, meanwhile)?.1)
    }

    /// Starts to record the canaries in clear in a place, at its router.
    pub fn sniff(&self, place: &Place) -> anyhow::Result<Capture> {
        Capture::start(self.lab, self.world, Card::of(place).port(), CANARIES)
    }

    /// Ends the recording in the place where the computer is now, and returns the Unix times of all canaries in clear.
    pub fn canaries_in_clear(&self, sniffer: Capture, place: &Place) -> anyhow::Result<Vec<Duration>> {
        let recording = self.finish(sniffer, place)?;
        Ok(probe::canary_times(&recording, &Self::targets()?).collect())
    }

    fn finish(&self, sniffer: Capture, place: &Place) -> anyhow::Result<Recording> {
        let own = place.own.split_once('/').map_or(place.own, |(address, _)| address);
        let socket = self.world.within(|| Ok(UdpSocket::bind("0.0.0.0:0")?))?;
        sniffer.finish_after(|fence| {
            socket.send_to(fence, (own, 9))?;
            Ok(())
        })
    }

    /// Sends the five kinds of probes to every target, and fails unless each goes where it should, and nowhere else.
    pub fn packets_go(&self, place: &Place, expected: [Path; 3]) -> anyhow::Result<()> {
        let targets = Self::targets()?;
        let port = Card::of(place).port();
        let interfaces =
            [(Path::Clear, port), (Path::Privacy, self.privacy.server.interface()), (Path::Work, self.work.server.interface())];
        let mut captures = Vec::new();
        for (path, interface) in interfaces {
            captures.push((path, Capture::start(self.lab, self.world, interface, "ip or ip6")?));
        }
        let wanted: BTreeSet<(Path, probe::Key)> =
            targets.iter().zip(expected).flat_map(|(target, path)| kinds(*target, path)).collect();
        let seen = |captures: &[(Path, Capture)]| -> anyhow::Result<BTreeSet<(Path, probe::Key)>> {
            let mut seen = BTreeSet::new();
            for (path, capture) in captures {
                seen.extend(probe::seen(&capture.so_far()?, &targets).into_iter().map(|key| (*path, key)));
            }
            Ok(seen)
        };
        // A packet that gets lost is sent again before it counts as missing.
        for _ in 0..ATTEMPTS {
            probe::send(self.computer, &targets)?;
            if wait_for("the probes", THROUGH, || seen(&captures).ok()?.is_superset(&wanted).then_some(())).is_ok() {
                break;
            }
        }
        let mut found = BTreeSet::new();
        for (path, capture) in captures {
            let recording = if path == Path::Clear { self.finish(capture, place)? } else { capture.finish()? };
            found.extend(probe::seen(&recording, &targets).into_iter().map(|key| (path, key)));
        }
        ensure!(
            found == wanted,
            "expected {expected:?}; seen {found:?}; {}",
            self.computer.shell("ip rule; ip route; nft list ruleset")?
        );
        Ok(())
    }
}

/// Returns the probes to one target on a path.
fn kinds(target: IpAddr, path: Path) -> impl Iterator<Item = (Path, probe::Key)> {
    let (icmp, tcp, udp) = (if target.is_ipv4() { 1 } else { 58 }, 6, 17);
    let ports = probe::PORTS.into_iter().flat_map(move |port| [(tcp, target, port), (udp, target, port)]);
    ports.chain([(icmp, target, 0)]).map(move |key| (path, key)).take(KINDS)
}

/// The service on the computer.
pub struct Traveller<'lab> {
    /// The service.
    pub service: Service<'lab>,
    privacy: TunnelId,
    work: TunnelId,
}

/// The state that rules want.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The tunnel that is up, and its routing mode; None: none is.
    pub tunnel: Option<(&'static str, RuleMode)>,
    /// The kill switch.
    pub kill_switch: RulesSwitch,
}

impl Traveller<'_> {
    /// Replaces the rules.
    pub fn set_rules(&self, text: &str) -> anyhow::Result<()> {
        let client = self.service.client()?;
        let revision = client.rules()?.revision;
        client.set_rules(text.to_owned(), revision)?;
        Ok(())
    }

    /// Waits until the rules have decided for this state because of the rule of this name (None: because of the default), and the
    /// tunnels are in it.
    pub fn wait_for(&self, because: Option<&str>, wanted: &Wanted) -> anyhow::Result<()> {
        let is_because = || {
            Some(match (self.now().ok()?.decision.by, because) {
                (RuleSource::Rule { name, .. }, Some(because)) => name.as_deref() == Some(because),
                (RuleSource::Otherwise, None) => true,
                _ => false,
            })
        };
        wait_for("the decision", PATIENCE, || is_because()?.then_some(()))
            .with_context(|| format!("{because:?}; {:#?}", self.now().map(|now| now.decision)))?;
        self.wait_until(wanted)
    }

    /// Waits until the rules want this state, and the tunnels are in it.
    pub fn wait_until(&self, wanted: &Wanted) -> anyhow::Result<()> {
        self.wait_until_wanted(wanted)?;
        wait_for("the tunnels", PATIENCE, || self.tunnels_are(wanted).ok()?.then_some(()))
            .with_context(|| format!("{wanted:?}: {:?}", [self.privacy, self.work].map(|id| self.service.state(id))))
    }

    /// Waits until the rules want this state, which the tunnels cannot reach without a network.
    pub fn wait_until_wanted(&self, wanted: &Wanted) -> anyhow::Result<()> {
        let is_wanted = || self.now().ok()?.applied.is_some_and(|applied| is(&applied, wanted)).then_some(());
        wait_for("the state that the rules want", PATIENCE, is_wanted)
            .with_context(|| format!("{wanted:?}; {:#?}", self.now().map(|now| now.applied)))
    }

    fn now(&self) -> anyhow::Result<RulesState> {
        Ok(self.service.client()?.rules()?.now)
    }

    fn tunnels_are(&self, wanted: &Wanted) -> anyhow::Result<bool> {
        let up = wanted.tunnel.as_ref().map(|(name, _)| *name);
        for (name, id) in [("privacy", self.privacy), ("work", self.work)] {
            let state = self.service.state(id)?;
            let is_right = if up == Some(name) {
                matches!(state, TunnelState::Up(_))
            } else {
                matches!(state, TunnelState::Down { .. } | TunnelState::Blocked { .. })
            };
            if !is_right {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the Unix time at which the rules last acted because of the rule of this name.
    pub fn acted_at(&self, because: &str) -> anyhow::Result<Duration> {
        let page = self.service.client()?.logs(0, LogLevel::Info, 1_000)?;
        let acted = page.lines.iter().rev().find(|line| {
            matches!(&line.code, LogCode::RulesActed { by: RuleSource::Rule { name, .. }, .. } if name.as_deref() == Some(because))
        });
        Ok(Duration::from_millis(acted.with_context(|| format!("{because} never acted"))?.at))
    }
}

fn is(applied: &AppliedRules, wanted: &Wanted) -> bool {
    let tunnels = applied.tunnels.as_deref().unwrap_or_default();
    let is_tunnel = match (tunnels, &wanted.tunnel) {
        ([], None) => applied.tunnels.is_some(),
        ([only], Some((name, mode))) => only.name == *name && only.mode == *mode,
        _ => false,
    };
    is_tunnel && applied.kill_switch == wanted.kill_switch
}
