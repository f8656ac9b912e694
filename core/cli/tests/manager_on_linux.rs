//! The manager on two simulated computers, each a network namespace: it changes a tunnel that carries packets, and leaves nothing
//! behind.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use adit_activation::{Platform, SystemResolver, Userspace};
use adit_api::{Caller, ConfigText, Event, EventSink, Service, TunnelId, TunnelState};
use adit_manager::manager::{Dependencies, Manager, StartReason, SystemClock};
use adit_manager::secrets::KeyFile;
use adit_manager::store::Store;
use adit_platform::linux::commands::Shell;
use adit_platform::linux::devices::LinuxDevices;
use adit_platform::linux::network::LinuxNetwork;
use adit_platform::linux::network_namespace::NetworkNamespace;
use adit_platform::linux::wg_quick::LinuxWgQuick;
use tempfile::TempDir;

const NEAR_KEY: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";
const NEAR: &str = "H7vnPSoTjrMFcMlNcnLFEGmbNHxnpmPXGYsZm2uDMj8=";
const FAR_KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const FAR: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

struct Nobody;

impl EventSink for Nobody {
    fn publish(&self, _: Event) {}
}

/// A namespace with a manager inside.
struct Computer {
    namespace: NetworkNamespace,
    folder: TempDir,
}

impl Computer {
    fn new() -> Self {
        let computer = Self { namespace: NetworkNamespace::new().unwrap(), folder: tempfile::tempdir().unwrap() };
        computer.sh("ip link set lo up; echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad");
        computer
    }

    fn sh(&self, script: &str) -> String {
        let run = || Command::new("sh").args(["-c", script]).stdin(Stdio::null()).output();
        let output = self.namespace.within::<_, std::io::Error>(run).unwrap();
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{script}: {told}");
        told
    }

    /// Makes the manager. All its threads are in the namespace, because the thread that starts them is.
    fn manager(&self) -> Manager {
        let folder = self.folder.path();
        let start = || Ok::<_, std::io::Error>(start(folder));
        self.namespace.within(start).unwrap()
    }

    /// Calls `ask` inside the namespace, so that threads that it starts are there too.
    fn ask<T: Send>(&self, ask: impl FnOnce() -> T + Send) -> T {
        self.namespace.within::<_, std::io::Error>(|| Ok(ask())).unwrap()
    }

    fn snapshot(&self) -> String {
        self.sh(
            "ip -o addr | sed 's/valid_lft.*//'; ip -4 route show table all; ip -6 route show table all; ip -4 rule; ip -6 rule; \
             nft list ruleset",
        )
    }
}

fn start(folder: &Path) -> Manager {
    let (store, findings) = Store::open(&folder.join("store"), &KeyFile::new(&folder.join("key"), "store"), &[]).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let devices = Arc::new(LinuxDevices);
    let engine = Userspace { devices: Arc::clone(&devices) as _, timestamps: folder.join("timestamps") };
    let platform = Platform {
        network: Arc::new(LinuxNetwork::default()),
        engine: Arc::new(engine),
        commands: Arc::new(Shell),
        resolver: Arc::new(SystemResolver),
    };
    let dependencies = Dependencies {
        platform,
        devices,
        sink: Arc::new(Nobody),
        clock: Arc::new(SystemClock),
        system: "linux",
        simulated: false,
        conf_files: None,
        early: None,
        wg_quick: Some(Arc::new(LinuxWgQuick)),
        facts: None,
        home_probe: None,
    };
    Manager::start(store, dependencies, StartReason::Restart)
}

fn import(manager: &Manager, interface: &str, text: &str) -> TunnelId {
    let text = ConfigText::new(text.to_owned());
    manager.import(&us(), interface.parse().unwrap(), interface.parse().unwrap(), text).unwrap().id
}

fn us() -> Caller {
    Caller::ourselves()
}

fn near(interface: &str, allowed: &str, more: &str) -> String {
    format!(
        "[Interface]\nPrivateKey = {NEAR_KEY}\nAddress = 10.8.0.2/24, fd08::2/64\n{interface}\n\n[Peer]\nPublicKey = {FAR}\n\
         AllowedIPs = {allowed}\nEndpoint = 192.168.7.1:51820\n{more}"
    )
}

#[test]
fn a_tunnel_is_changed_in_every_way_and_what_stays_of_it_loses_no_packet() {
    let has = |program: &str| Command::new(program).arg("-V").output().is_ok();
    if !rustix::process::geteuid().is_root() || !Path::new("/dev/net/tun").exists() || !has("ip") || !has("ping") || !has("nft") {
        println!("SKIPPED: root, /dev/net/tun, ip, ping and nft are needed");
        return;
    }
    let (here, there) = (Computer::new(), Computer::new());
    here.sh(&format!("ip link add e0 type veth peer name e0 netns {}", there.namespace.path().display()));
    for (computer, host) in [(&here, 2), (&there, 1)] {
        computer.sh(&format!("ip address add 192.168.7.{host}/24 dev e0; ip link set e0 up"));
    }
    here.sh("ip route add default via 192.168.7.1");
    let (near_name, far_name) = (format!("am{}n", std::process::id()), format!("am{}f", std::process::id()));
    let far = there.manager();
    let far_text = format!(
        "[Interface]\nPrivateKey = {FAR_KEY}\nListenPort = 51820\nAddress = 10.8.0.1/24, fd08::1/64\n[Peer]\n\
         PublicKey = {NEAR}\nAllowedIPs = 10.8.0.2/32, fd08::2/128\n"
    );
    let far_id = import(&far, &far_name, &far_text);
    there.ask(|| far.connect(&us(), far_id, false)).unwrap();

    let manager = here.manager();
    let before = here.snapshot();
    let id = import(&manager, &near_name, &near("", "0.0.0.0/0, ::/0", ""));
    here.ask(|| manager.connect(&us(), id, false)).unwrap();
    here.sh("ping -q -c 1 -W 5 10.8.0.1; ping -q -c 1 -W 5 fd08::1");
    assert!(here.sh("ip route get 1.1.1.1").contains(&near_name), "it takes everything");

    let other = "[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 10.9.0.0/24\n";
    let change = |text: &str| {
        let version = manager.tunnel(&us(), id).unwrap().version;
        here.ask(|| manager.replace_config(&us(), id, ConfigText::new(text.to_owned()), version)).unwrap();
    };
    let all = "0.0.0.0/0, ::/0";
    let of_others = [
        near("", all, other),
        near("MTU = 1300", all, &other.replace("10.9.0.0/24", "10.9.1.0/24, 10.9.2.0/24")),
        near("", "0.0.0.0/0, ::/0, 10.10.0.0/16", "PersistentKeepalive = 25\n"),
        near("", all, "").replace("fd08::2/64", "fd08::2/64, 10.8.0.3/32"),
        near("", all, ""),
    ];
    let pings = std::thread::scope(|scope| {
        let pings = scope.spawn(|| here.sh("ping -q -i 0.01 -c 200 -W 5 10.8.0.1"));
        for text in of_others.iter().cycle().take(15) {
            change(text);
            // Gives pings time to leave between the changes.
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        pings.join().unwrap()
    });
    assert!(pings.contains("200 received"), "{pings}");

    // The other end learns a new port only from the next packet, so that packets on their way to the old port may be lost.
    let of_the_way = [
        near("ListenPort = 40123", all, ""),
        near("", "10.8.0.0/24, fd08::/64", other),
        near("FwMark = 0x77", all, ""),
        near("Table = 1234", all, ""),
        near("", all, ""),
    ];
    for text in &of_the_way {
        change(text);
        here.sh("ping -q -c 1 -W 5 10.8.0.1; ping -q -c 1 -W 5 fd08::1");
    }
    assert!(here.sh("ip route get 1.1.1.1").contains(&near_name), "it takes everything again");
    let TunnelState::Up(up) = manager.tunnel(&us(), id).unwrap().state else { panic!("not up") };
    assert!(!up.differs && up.counters.received > 0, "{up:?}");

    here.ask(|| manager.restart(&us(), id)).unwrap();
    here.sh("ping -q -c 1 -W 5 10.8.0.1");
    here.ask(|| manager.disconnect(&us(), id)).unwrap();
    assert_eq!(here.snapshot(), before);
    here.ask(|| manager.connect(&us(), id, false)).unwrap();
    manager.shut_down();
    assert_eq!(here.snapshot(), before);
    far.shut_down();
}
