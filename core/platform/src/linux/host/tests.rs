//! Tests of the Linux adapter against the real kernel, each in a network namespace of its own.

mod check;
mod firewall;
mod local_networks;
mod routes;
mod shared_networks;
mod undo;
mod watch;

use std::process::Command;

use super::*;
use crate::linux::namespace::{alone, ip};
use crate::linux_network::spec::FirewallPolicy;
use crate::network::Picture;

const MARK_VALIDATION: &str = "/proc/sys/net/ipv4/conf/all/src_valid_mark";

fn output(program: &str, arguments: &str) -> String {
    let output = Command::new(program).args(arguments.split(' ')).output().expect("it is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns all settings that a tunnel may change and must restore.
fn snapshot() -> String {
    let commands = ["-d address", "-4 rule", "-6 rule", "-4 route show table all", "-6 route show table all"];
    let kernel: String = commands.iter().map(|arguments| output("ip", arguments)).collect();
    let sysctl = std::fs::read_to_string(MARK_VALIDATION).unwrap_or_default();
    format!("{kernel}{}{sysctl}", output("nft", "list ruleset"))
}

/// Sets up a computer on a local network 192.168.7.0/24 and fd07::/64 with default routes over it, and an interface `wg0`.
fn computer() {
    ip("link add e0 type veth peer name r0");
    ip("address add 192.168.7.2/24 dev e0");
    ip("address add fd07::2/64 dev e0 nodad");
    ip("link set e0 up");
    ip("link set r0 up");
    ip("route add default via 192.168.7.1");
    ip("-6 route add default via fd07::1");
    settle();
}

fn tunnel_device() {
    ip("tuntap add wg0 mode tun");
}

/// Waits until the network is stable. A veth pair needs a moment until both ends have a carrier, and link-local addresses are
/// tentative at first. Only then can snapshots be compared.
fn settle() {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    let unsettled = || {
        let shown = output("ip", "address show");
        shown.contains("tentative") || shown.contains("NO-CARRIER") || shown.matches("inet6 fe80:").count() < 2
    };
    while unsettled() && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

fn settings(addresses: &[&str], routes: &[&str], dns: &[&str]) -> Picture {
    let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let mut settings = Picture {
        name: "wg0".parse().unwrap(),
        addresses: parse(addresses),
        mtu: None,
        routes: parse(routes),
        endpoints: Default::default(),
        peers: Vec::new(),
        dns: Default::default(),
        lockdown: None,
        allow_ipv6_outside: false,
        yields: false,
        linux: Default::default(),
    };
    settings.dns.servers = dns.iter().map(|text| text.parse().unwrap()).collect();
    settings
}

fn full_tunnel() -> Plan {
    let routes = ["172.20.0.0/16", "::/0", "0.0.0.0/0"];
    Plan::new(&settings(&["10.8.0.2/24", "fd08::2/64"], &routes, &["10.64.0.1"]), || LinuxHost.free_table()).unwrap()
}

fn set_all(plan: &Plan) {
    LinuxHost.set_interface(&plan.interface(None)).unwrap();
    LinuxHost.set_firewall(&plan.name, &plan.firewall).unwrap();
    LinuxHost.set_routes(&plan.routes).unwrap();
}

fn undo_all(plan: &Plan) {
    LinuxHost.set_routes(&RouteSpec::none(plan.name.clone())).unwrap();
    LinuxHost.set_firewall(&plan.name, &FirewallPolicy::Open).unwrap();
}

fn way_to(destination: &str) -> String {
    let answer = output("ip", &format!("route get {destination}"));
    answer.split_once(" dev ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default().to_owned()).unwrap_or(answer)
}
