//! Compares the settings that `adit up` makes with those of the real wg-quick for the same file, with `wireguard-go` under it.

use super::computer::{Computer, Running, text};
use super::near;

/// Returns the settings to compare: addresses, MTU, main table, default routes. Origins and random link-local addresses are left
/// out.
fn state(computer: &Computer) -> String {
    let lines =
        computer.sh("ip -o address show dev near; ip -o link show dev near | grep -o 'mtu [0-9]*'; ip -4 route show dev near; \
         ip -6 route show dev near; ip -4 route show table 51820; ip -6 route show table 51820; ip -4 route show table 1234; \
         ip -6 route show table 1234; cat /proc/sys/net/ipv4/conf/all/src_valid_mark");
    let is_random = |line: &&str| !line.contains("fe80:");
    let without_origin = |line: &str| {
        line.replace(" proto 173", "").split_whitespace().skip_while(|word| word.ends_with(':')).collect::<Vec<_>>().join(" ")
    };
    lines.lines().filter(is_random).map(|line| without_origin(line) + "\n").collect()
}

/// One file, brought up by both programs.
struct Both {
    ours: Computer,
    theirs: Computer,
    /// Ends with the test, also if the test fails.
    _up: Running,
    _others: [Computer; 2],
}

fn both(conf: &str) -> Option<Both> {
    let (ours, far) = Computer::pair()?;
    let (theirs, other_far) = Computer::pair()?;
    if !theirs.has("wg-quick") || !theirs.has("wireguard-go") {
        return None;
    }
    let up = ours.start_adit(&["up", text(&ours.file("near.conf", conf))]);
    up.wait_for("near is up");
    theirs.sh(&format!("wg-quick up {}", theirs.file("near.conf", conf).display()));
    Some(Both { ours, theirs, _up: up, _others: [far, other_far] })
}

impl Drop for Both {
    /// Deletes the interface, which ends `wireguard-go`.
    fn drop(&mut self) {
        self.theirs.run(&["ip", "link", "delete", "near"]);
    }
}

#[test]
fn a_split_tunnel_is_the_same() {
    let conf = near("MTU = 1384", "10.8.0.0/24, 10.8.0.9/32, fd08::/64, 203.0.113.0/24, 2001:db8::/32, 10.0.0.0/8");
    let Some(both) = both(&conf) else { return };
    assert_eq!(state(&both.ours), state(&both.theirs));
}

#[test]
fn a_table_of_ones_own_is_the_same() {
    let Some(both) = both(&near("Table = 1234", "0.0.0.0/0, ::/0, 10.8.0.0/24")) else { return };
    assert_eq!(state(&both.ours), state(&both.theirs));
}

#[test]
fn no_routes_at_all_is_the_same() {
    let Some(both) = both(&near("Table = off", "0.0.0.0/0, ::/0, 203.0.113.0/24")) else { return };
    assert_eq!(state(&both.ours), state(&both.theirs));
}

/// The rules differ on purpose (see `PolicyRouting`): those of Adit ignore routes that the local network sends. Without such
/// routes packets take the same paths.
#[test]
fn a_full_tunnel_sends_packets_the_same_ways_until_the_local_network_lies() {
    let Some(both) = both(&near("", "0.0.0.0/0, ::/0")) else { return };
    let but_named = |state: &str| -> Vec<String> {
        let named = ["10.8.0.0/24 dev near scope link", "fd08::/64 dev near metric 1024 pref medium"];
        state.lines().filter(|line| !named.contains(line)).map(str::to_owned).collect()
    };
    let (ours, theirs) = (&both.ours, &both.theirs);
    assert_eq!(but_named(&state(ours)), but_named(&state(theirs)));
    let way = |computer: &Computer, to: &str| {
        let answer = computer.sh(&format!("ip route get {to}"));
        answer.split(" dev ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned()
    };
    for to in
        ["1.1.1.1", "2606:4700::1111", "192.168.7.1", "fd07::1", "10.8.0.1", "172.16.0.1", "1.1.1.1 mark 51820", "127.0.0.1"]
    {
        assert_eq!(way(ours, to), way(theirs, to), "{to}");
    }
    for computer in [ours, theirs] {
        computer.sh("ip route add 198.51.100.0/24 via 192.168.7.1");
    }
    assert_eq!((way(ours, "198.51.100.1"), way(theirs, "198.51.100.1")), ("near".into(), "e0".into()), "CVE-2024-3661");
}
