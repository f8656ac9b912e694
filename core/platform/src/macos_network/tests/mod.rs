//! The adapter on a Mac in memory: the calls of the seam in their order, and faults at each of them.

mod kernel;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use self::kernel::FakeMac;
use super::MacNetwork;
use super::changes::Changes;
use super::packet_filter::Packet;
use super::route_message::messages;
use crate::linux_network::tests::picture;
use crate::network::{
    Attachment, ChangeError, Closed, Direction, EngineSide, Listener, Lockdown, Network, NetworkChange, NetworkError, Part,
    Picture, Protected, Report, Step,
};
use kernel::MAIN_RULES;

#[derive(Default)]
struct Heard(Mutex<Vec<Step>>);

impl Listener for Heard {
    fn hear(&self, report: Report) {
        match report {
            Report::TakesBack(step) => self.0.lock().unwrap().push(step),
            Report::NotTakenBack(error) => panic!("{error}"),
            _ => {}
        }
    }
}

/// An engine that records its turns, or refuses them.
#[derive(Default)]
struct Engine {
    turns: Vec<Direction>,
    refuses: bool,
}

impl EngineSide for Engine {
    fn turn(&mut self, direction: Direction, mark: u32) -> bool {
        assert_eq!(mark, 0, "macOS has no marks");
        self.turns.push(direction);
        !self.refuses
    }

    fn endpoints(&mut self) -> Vec<SocketAddr> {
        vec!["192.0.2.1:51820".parse().unwrap()]
    }
}

const ALL: &[&str] = &["0.0.0.0/0", "::/0"];
const SPLIT: &[&str] = &["10.9.0.0/16"];

fn lockdown(allow_lan: bool) -> Lockdown {
    let endpoints = vec!["192.0.2.9:9".parse().unwrap()];
    Lockdown { owner: "0123abcd".into(), allow_lan, endpoints, resolving: false, home_probe: false }
}

struct Scene {
    mac: FakeMac,
    network: MacNetwork,
    heard: Arc<Heard>,
}

impl Scene {
    fn new() -> Self {
        let mac = FakeMac::new();
        Self { network: MacNetwork::on(Arc::new(mac.clone())), mac, heard: Arc::default() }
    }

    fn up(&self, picture: &Picture) -> Result<Box<dyn Attachment>, ChangeError> {
        let listener: Arc<dyn Listener> = Arc::clone(&self.heard) as _;
        let mut attachment = self.network.prepare(picture, &listener)?;
        attachment.check()?;
        attachment.measure(&picture.peers)?;
        attachment.open(1).map_err(NetworkError::kernel("opening"))?;
        attachment.configure(&|| true)?;
        Ok(attachment)
    }

    fn gets_out(&self, packet: Packet) -> bool {
        self.mac.passes(&packet)
    }
}

fn web() -> Packet {
    Packet::tcp("203.0.113.9", 443)
}

#[test]
fn a_full_tunnel_has_its_routes_resolvers_and_guard_and_leaves_the_default_route_in_place() {
    let scene = Scene::new();
    let before = scene.mac.leftovers();
    let attachment = scene.up(&picture(ALL)).unwrap();
    let name = attachment.name().to_owned();
    assert!(name.starts_with("utun"), "{name}");
    assert_eq!(scene.mac.routes_over(&name), ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1", "10.8.0.0/24"]);
    assert_eq!(scene.mac.routes_over("en0"), ["0.0.0.0/0", "192.168.1.0/24"]);
    let guarded = |interface| Packet { leaves: false, ..Packet::tcp("10.8.0.2", 22) }.over(interface);
    assert!(!scene.gets_out(guarded("en0")) && scene.gets_out(web()));
    let commands = scene.mac.with(|state| state.commands.join("\n"));
    assert!(commands.contains(&format!("{name} inet 10.8.0.2/24 10.8.0.2 alias")), "{commands}");
    assert!(commands.contains(&format!("{name} mtu 1420 up")), "{commands}");
    assert_eq!(attachment.underlay().look_up("host").unwrap().addresses, ["10.8.0.1".parse::<std::net::IpAddr>().unwrap()]);
    drop(attachment);
    assert_eq!(*scene.heard.0.lock().unwrap(), [Step::Dns, Step::Routes, Step::Firewall, Step::Interface]);
    assert_eq!(scene.mac.leftovers(), before);
    assert!(!scene.mac.with(|state| state.is_filter_on), "the filter is off again when nobody needs it");
}

#[test]
fn a_fault_at_any_call_undoes_everything() {
    let faults_of = |full: bool| {
        for calls in 1.. {
            let scene = Scene::new();
            let before = scene.mac.leftovers();
            scene.mac.with(|state| state.fails_after = Some(calls));
            let outcome = scene.up(&picture(if full { ALL } else { SPLIT }));
            let is_up = scene.mac.with(|state| state.fails_after.take()).is_some();
            assert_eq!(outcome.is_ok(), is_up, "call {calls}");
            drop(outcome);
            let after = scene.mac.leftovers();
            assert_eq!((&after.0, &after.1, after.2), (&before.0, &before.1, before.2), "call {calls}");
            if is_up {
                return calls;
            }
        }
        unreachable!()
    };
    assert!(faults_of(true) > faults_of(false));
}

#[test]
fn the_kill_switch_outlives_the_tunnel_and_opens_when_it_is_told_to() {
    let scene = Scene::new();
    let attachment = scene.up(&Picture { lockdown: Some(lockdown(false)), ..picture(ALL) }).unwrap();
    let peer = Packet::udp("192.0.2.9", 9).of_root();
    assert!(!scene.gets_out(web()) && scene.gets_out(peer.clone()));
    let through = web().over(Box::leak(attachment.name().to_owned().into_boxed_str()));
    assert!(scene.gets_out(through.clone()));
    drop(attachment);
    assert!(!scene.gets_out(web()) && !scene.gets_out(peer) && !scene.gets_out(through), "another program may get the interface");
    let [standing] = &scene.network.kill_switches().unwrap()[..] else { panic!() };
    assert_eq!((standing.interface.as_str(), standing.owner.as_str()), ("wg0", "0123abcd"));
    // A new process finds it, and opens it.
    let later = MacNetwork::on(Arc::new(scene.mac.clone()));
    assert_eq!(later.kill_switches().unwrap(), scene.network.kill_switches().unwrap());
    assert_eq!(later.recover(&"wg0".parse().unwrap()).unwrap(), Vec::<String>::new());
    later.unlock(&"wg0".parse().unwrap()).unwrap();
    assert!(scene.gets_out(web()));
    assert_eq!(later.kill_switches().unwrap(), []);
}

#[test]
fn a_kill_switch_that_would_not_be_evaluated_is_an_error_that_says_why() {
    for (rules, why) in
        [("pass all\n".to_owned(), "no `anchor"), (format!("pass out quick all\n{MAIN_RULES}"), "pass out quick all")]
    {
        let scene = Scene::new();
        scene.mac.with(|state| state.main_rules = rules);
        let closed = Closed { owner: "0123abcd".into(), lan_of: None, home_probe: false };
        for outcome in [scene.network.check_kill_switch(), scene.network.lock(&"wg0".parse().unwrap(), &closed)] {
            let said = outcome.unwrap_err().to_string();
            assert!(said.contains(why), "{said}");
        }
        assert_eq!(scene.mac.leftovers().0, Vec::<String>::new());
        assert!(scene.up(&picture(ALL)).is_err() && scene.up(&picture(SPLIT)).is_ok());
    }
}

#[test]
fn closing_ends_the_states_of_other_rules() {
    let scene = Scene::new();
    let closed = Closed { owner: "0123abcd".into(), lan_of: Some(Box::new(picture(ALL))), home_probe: false };
    let name = "wg0".parse().unwrap();
    scene.network.lock(&name, &closed).unwrap();
    let flushes = |scene: &Scene| scene.mac.with(|state| state.commands.iter().filter(|line| *line == "-F states").count());
    assert_eq!(flushes(&scene), 1);
    let file_server = Packet::tcp("192.168.1.9", 445);
    assert!(!scene.gets_out(web()) && scene.gets_out(file_server), "a local network stays open");
    assert!(!scene.gets_out(Packet::tcp("203.0.113.41", 445)), "a public one of a DHCP server does not");
    scene.network.relock(&name, &closed).unwrap();
    assert_eq!(flushes(&scene), 1);
}

#[test]
fn a_filter_that_another_program_flushes_or_turns_off_is_set_again() {
    let scene = Scene::new();
    let name = "wg0".parse().unwrap();
    let _attachment = scene.up(&Picture { lockdown: Some(lockdown(false)), ..picture(ALL) }).unwrap();
    assert_eq!(scene.network.put_back(&name, Protected::KillSwitch).unwrap(), []);
    scene.mac.with(|state| state.anchors.clear());
    assert!(scene.gets_out(web()));
    assert_eq!(scene.network.put_back(&name, Protected::KillSwitch).unwrap(), [Part::KillSwitch]);
    assert!(!scene.gets_out(web()));
    scene.mac.with(|state| state.is_filter_on = false);
    assert_eq!(scene.network.put_back(&name, Protected::KillSwitch).unwrap(), [Part::KillSwitch]);
    assert!(!scene.gets_out(web()));
    scene.mac.with(|state| state.routes.truncate(2));
    assert_eq!(scene.network.put_back(&name, Protected::Ways).unwrap(), [Part::Routes]);
    assert_eq!(scene.network.put_back(&name, Protected::Ways).unwrap(), []);
}

#[test]
fn one_picture_replaces_another_and_the_kill_switch_lets_out_what_both_need_meanwhile() {
    let scene = Scene::new();
    let mut attachment = scene.up(&Picture { lockdown: Some(lockdown(false)), ..picture(ALL) }).unwrap();
    let name = attachment.name().to_owned();
    let next =
        Picture { addresses: vec!["10.8.0.3/32".parse().unwrap()], lockdown: Some(lockdown(true)), ..picture(&["0.0.0.0/0"]) };
    let mut engine = Engine::default();
    attachment.apply(&next, &mut engine).unwrap();
    assert_eq!(engine.turns, [Direction::There]);
    assert_eq!(scene.mac.routes_over(&name), ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"]);
    let new_peer = Packet::udp("192.0.2.1", 51_820).of_root();
    assert!(scene.gets_out(new_peer) && !scene.gets_out(Packet::udp("192.0.2.9", 9).of_root()) && !scene.gets_out(web()));
    assert!(scene.gets_out(Packet::tcp("192.168.1.9", 445)));
    let mut refuses = Engine { refuses: true, ..Engine::default() };
    assert!(matches!(attachment.apply(&picture(SPLIT), &mut refuses), Err(ChangeError::Engine)));
    assert!(!scene.gets_out(web()));
    attachment.apply(&picture(SPLIT), &mut Engine::default()).unwrap();
    assert_eq!(scene.mac.routes_over(&name), ["10.9.0.0/16", "10.8.0.0/24"]);
    assert!(scene.gets_out(web()), "a split tunnel has no kill switch");
}

#[test]
fn a_change_that_fails_is_turned_back() {
    for calls in 1.. {
        let scene = Scene::new();
        let mut attachment = scene.up(&picture(SPLIT)).unwrap();
        let name = attachment.name().to_owned();
        scene.mac.with(|state| state.fails_after = Some(calls));
        let mut engine = Engine::default();
        let outcome = attachment.apply(&picture(&["10.9.0.0/16", "10.10.0.0/16"]), &mut engine);
        if scene.mac.with(|state| state.fails_after.take()).is_some() {
            assert!(outcome.is_ok() && calls > 3);
            return;
        }
        assert!(outcome.is_err(), "call {calls}");
        assert_eq!(scene.mac.routes_over(&name), ["10.9.0.0/16", "10.8.0.0/24"], "call {calls}");
        assert!(engine.turns.is_empty() || engine.turns == [Direction::There, Direction::Back], "call {calls}");
    }
}

#[test]
fn a_network_that_the_computer_is_in_is_named_unless_the_tunnel_yields() {
    let scene = Scene::new();
    match scene.up(&picture(&["192.168.1.0/24"])) {
        Err(ChangeError::Network(NetworkError::LocalNetwork { network, interface })) => {
            assert_eq!((network.to_string().as_str(), interface.as_str()), ("192.168.1.0/24", "en0"));
        }
        other => panic!("{:?}", other.err()),
    }
    assert!(scene.up(&Picture { yields: true, ..picture(&["192.168.1.0/24"]) }).is_ok());
}

#[test]
fn the_path_to_an_endpoint_passes_by_the_tunnel() {
    let scene = Scene::new();
    let attachment = scene.up(&picture(ALL)).unwrap();
    let route = attachment.underlay().route_to("192.0.2.1".parse().unwrap()).unwrap().unwrap();
    assert_eq!((route.interface.as_str(), route.index, route.mtu), ("en0", 6, Some(1500)));
    assert_eq!(route.gateway, Some("192.168.1.1".parse().unwrap()));
    scene.mac.with(|state| state.routes.retain(|(network, ..)| !network.is_default()));
    assert_eq!(attachment.underlay().route_to("192.0.2.1".parse().unwrap()).unwrap(), None, "nothing leads there but the tunnel");
    let found = scene.network.local_route("192.168.1.9".parse().unwrap()).unwrap();
    assert_eq!(found.map(|(network, interface)| (network.to_string(), interface)), Some(("192.168.1.0/24".into(), "en0".into())));
    assert_eq!(scene.network.local_route("10.8.0.9".parse().unwrap()).unwrap(), None);
}

#[test]
fn an_interface_that_is_taken_makes_way_for_the_next() {
    let scene = Scene::new();
    let first = scene.up(&picture(SPLIT)).unwrap().name().to_owned();
    let other = Scene::new();
    other.mac.take(first.strip_prefix("utun").unwrap().parse().unwrap());
    let second = other.up(&picture(SPLIT)).unwrap().name().to_owned();
    assert_ne!(first, second);
    let named = Picture { name: "utun7".parse().unwrap(), ..picture(SPLIT) };
    let scene = Scene::new();
    assert_eq!(scene.up(&named).unwrap().name(), "utun7");
    let scene = Scene::new();
    scene.mac.take(7);
    assert!(scene.up(&named).is_err(), "a name that was chosen is not replaced");
}

#[test]
fn announcements_become_changes_and_an_interface_without_a_name_is_gone() {
    use super::kernel::Kernel as _;
    let mac = FakeMac::new();
    let listing = |mac: &FakeMac| messages(&mac.interfaces().unwrap());
    let mut changes = Changes::new(&listing(&mac));
    let en0 = |flags| {
        mac.with(|state| state.interfaces.get_mut(&6).unwrap().1 = flags);
        listing(&mac).into_iter().filter(|message| matches!(message, super::route_message::Message::Interface(_))).nth(1).unwrap()
    };
    let there = |_| Some("en0".to_owned());
    assert_eq!(changes.hear(&en0(0x8862), there), Some(NetworkChange::InterfaceDown("en0".into())));
    assert_eq!(changes.hear(&en0(0x8862), there), Some(NetworkChange::Paths));
    assert_eq!(changes.hear(&en0(0x8863), there), Some(NetworkChange::InterfaceUp("en0".into())));
    assert_eq!(changes.hear(&en0(0x8862), |_| None), Some(NetworkChange::InterfaceRemoved("en0".into())));
    let address = listing(&mac).remove(1);
    assert_eq!(changes.hear(&address, there), Some(NetworkChange::Paths));
}
