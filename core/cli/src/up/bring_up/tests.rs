//! Every step can fail, and every failure must leave nothing: shown on a computer in memory with a fault at each call in turn.

use std::sync::Mutex;
use std::sync::mpsc;

use adit_config::{Document, parse};
use adit_platform::fake::{Fault, HostState, RecordingHost};
use adit_tunnel::{DeviceView, PeerView};
use anyhow::bail;

use super::*;

const FULL_TUNNEL: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = 10.8.0.2/24, fd08::2/64\n\
    DNS = 10.8.0.1, corp.example\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n\
    AllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = 192.0.2.1:51820\n";

/// Makes tunnels that carry nothing, and knows how many run.
#[derive(Default)]
struct FakeEngine {
    fails: bool,
    running: Arc<Mutex<Vec<DeviceUpdate>>>,
    answers: bool,
}

struct FakeRunning {
    update: DeviceUpdate,
    answers: bool,
    running: Arc<Mutex<Vec<DeviceUpdate>>>,
}

impl Engine for FakeEngine {
    fn start(&self, wanted: Wanted<'_>, _: mpsc::Sender<End>) -> anyhow::Result<Arc<dyn Running>> {
        let update = wanted.update;
        if self.fails {
            bail!("as the test asked for");
        }
        self.running.lock().unwrap().push(update.clone());
        Ok(Arc::new(FakeRunning { update, answers: self.answers, running: Arc::clone(&self.running) }))
    }
}

impl Running for FakeRunning {
    fn initiate_handshakes(&self) {}

    fn view(&self) -> DeviceView {
        let peers = self.update.peers.iter().map(|peer| PeerView {
            public_key: peer.public_key,
            preshared_key: adit_protocol::PresharedKey::none(),
            endpoint: peer.endpoint,
            last_handshake: if self.answers { Duration::from_secs(1) } else { Duration::ZERO },
            rx_bytes: 0,
            tx_bytes: 0,
            persistent_keepalive: 0,
            allowed_ips: Vec::new(),
        });
        DeviceView { peers: peers.collect(), ..DeviceView::default() }
    }

    fn stop(&self) {
        self.running.lock().unwrap().retain(|update| *update != self.update);
    }
}

struct Story {
    config: Config,
    settings: InterfaceSettings,
    engine: FakeEngine,
    events: Events,
    allow_hooks: bool,
}

impl Story {
    fn new(text: &str) -> Self {
        let document = Document::parse(text.as_bytes()).unwrap();
        let (config, _) = parse::config(&document).unwrap();
        let settings = InterfaceSettings::from(&config, "wg0".parse().unwrap());
        let engine = FakeEngine { answers: true, ..FakeEngine::default() };
        Self { config, settings, engine, events: Events::quiet(), allow_hooks: true }
    }

    fn on(&self, host: &RecordingHost) -> anyhow::Result<()> {
        let request = Request { config: &self.config, settings: &self.settings, allow_hooks: self.allow_hooks };
        serve(&request, host, &self.engine, &self.events)
    }

    fn nothing_is_left_on(&self, host: &RecordingHost) {
        assert_eq!(host.state(), HostState::default());
        assert!(self.engine.running.lock().unwrap().is_empty(), "an engine still runs");
    }
}

/// Sees what is up at the moment a hook says so, and asks it to end.
fn end_soon(story: &Story, host: &RecordingHost) -> std::thread::JoinHandle<HostState> {
    let (ends, host) = (story.events.sender(), host.clone());
    std::thread::spawn(move || {
        while host.state().dns.is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let state = host.state();
        // The last step may still check for signals; only what comes after it ends a tunnel that is up.
        std::thread::sleep(Duration::from_millis(50));
        let _ = ends.send(End::Interrupted);
        state
    })
}

#[test]
fn everything_is_set_and_everything_is_taken_back() {
    let story = Story::new(FULL_TUNNEL);
    let host = RecordingHost::default();
    let seen = end_soon(&story, &host);
    story.on(&host).unwrap();
    let state = seen.join().unwrap();
    assert_eq!(state.interface.unwrap().mtu, 1420);
    assert!(state.routes.unwrap().policy.is_some_and(|policy| policy.ipv4 && policy.ipv6));
    assert!(matches!(state.firewall, FirewallPolicy::FullTunnel(_)));
    assert_eq!(state.dns.unwrap().search, ["corp.example"]);
    assert_eq!(
        host.calls(),
        ["free_table", "check", "route_mtu", "watch", "set_interface", "set_firewall", "set_routes", "set_dns"]
    );
    story.nothing_is_left_on(&host);
}

#[test]
fn a_fault_in_any_call_leaves_nothing_whether_the_call_did_its_work_or_not() {
    let calls = 8;
    for number in 0..calls {
        for fault in [Fault::Refused(number), Fault::HalfDone(number)] {
            let story = Story::new(FULL_TUNNEL);
            let host = RecordingHost::with_fault(fault);
            assert!(story.on(&host).is_err(), "{fault:?}");
            assert_eq!(host.calls().len(), number + 1, "nothing is tried after {fault:?}");
            story.nothing_is_left_on(&host);
        }
    }
}

#[test]
fn an_engine_that_does_not_start_leaves_nothing() {
    let mut story = Story::new(FULL_TUNNEL);
    story.engine.fails = true;
    let host = RecordingHost::default();
    assert_eq!(format!("{:#}", story.on(&host).unwrap_err()), "cannot start wg0: as the test asked for");
    story.nothing_is_left_on(&host);
}

#[test]
fn a_signal_between_steps_takes_back_what_was_done() {
    let story = Story::new(FULL_TUNNEL);
    story.events.sender().send(End::Terminated).unwrap();
    let host = RecordingHost::default();
    assert_eq!(story.on(&host).unwrap_err().to_string(), "asked to end; everything is as it was");
    story.nothing_is_left_on(&host);
}

/// What hooks of these names write, in order, into a file that the configuration names.
fn with_hooks(folder: &std::path::Path, failing: Option<&str>) -> String {
    let log = folder.join("log");
    let line = |key: &str| {
        let end = if failing == Some(key) { "; exit 1" } else { "" };
        format!("{key} = echo {key}-%i >> {}{end}\n", log.display())
    };
    let hooks: String = ["PreUp", "PostUp", "PreDown", "PostDown"].map(line).concat();
    FULL_TUNNEL.replacen("[Interface]\n", &format!("[Interface]\n{hooks}"), 1)
}

fn ran(folder: &std::path::Path) -> Vec<String> {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn hooks_run_in_order_when_allowed_and_not_at_all_otherwise() {
    for (allow_hooks, expected) in [(true, &["PreUp-wg0", "PostUp-wg0", "PreDown-wg0", "PostDown-wg0"][..]), (false, &[])] {
        let folder = tempfile::tempdir().unwrap();
        let story = Story { allow_hooks, ..Story::new(&with_hooks(folder.path(), None)) };
        let host = RecordingHost::default();
        let ends = story.events.sender();
        let log = folder.path().to_owned();
        let seen = host.clone();
        std::thread::spawn(move || {
            while seen.state().dns.is_none() || (allow_hooks && ran(&log).len() < 2) {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(100));
            ends.send(End::Interrupted)
        });
        story.on(&host).unwrap();
        assert_eq!(ran(folder.path()), expected);
        story.nothing_is_left_on(&host);
    }
}

#[test]
fn a_failing_hook_undoes_everything_and_what_ran_on_the_way_up_gets_its_counterpart() {
    for (failing, expected) in
        [("PreUp", &["PreUp-wg0", "PostDown-wg0"][..]), ("PostUp", &["PreUp-wg0", "PostUp-wg0", "PreDown-wg0", "PostDown-wg0"])]
    {
        let folder = tempfile::tempdir().unwrap();
        let story = Story::new(&with_hooks(folder.path(), Some(failing)));
        let host = RecordingHost::default();
        assert!(story.on(&host).is_err());
        assert_eq!(ran(folder.path()), expected, "{failing}");
        story.nothing_is_left_on(&host);
    }
}

#[test]
fn a_failing_hook_on_the_way_down_stops_nothing() {
    for failing in ["PreDown", "PostDown"] {
        let folder = tempfile::tempdir().unwrap();
        let story = Story::new(&with_hooks(folder.path(), Some(failing)));
        let host = RecordingHost::default();
        let seen = end_soon(&story, &host);
        let _ = story.on(&host);
        seen.join().unwrap();
        assert_eq!(ran(folder.path()).len(), 4);
        story.nothing_is_left_on(&host);
    }
}
