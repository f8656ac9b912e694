//! Runs `adit-wg` in place of `wireguard-go`: under the stock `wg` and `wg-quick`, in namespaces of its own that end with the
//! test.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};

const ADIT_WG: &str = env!("CARGO_BIN_EXE_adit-wg");

/// Shell functions for every script. Everything runs in fresh network, mount and process namespaces, so nothing can stay behind.
const PRELUDE: &str = r#"
set -eu
mount -t tmpfs none /run
mount -t sysfs none /sys
ip link set lo up
export PATH="$(dirname "$ADIT_WG"):$PATH"
running() { grep -lsx adit-wg /proc/[0-9]*/comm | wc -l; }
until_is() { for _ in $(seq 100); do [ "$($1)" = "$2" ] && return; sleep 0.05; done; echo "$1 is $($1), not $2" >&2; exit 1; }
fail() { echo "$1" >&2; exit 1; }
"#;

fn script(folder: &Path, text: &str) -> Output {
    let mut command = Command::new("timeout");
    command.args(["60", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c"]);
    command.arg(format!("{PRELUDE}{text}")).arg("script").arg(folder).env("ADIT_WG", ADIT_WG);
    for variable in ["LOG_LEVEL", "WG_PROCESS_FOREGROUND", "WG_TUN_FD", "WG_UAPI_FD", "WG_QUICK_USERSPACE_IMPLEMENTATION"] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

/// Runs the script. Returns its output, or None after printing why it cannot run here.
fn tell(needs: &[&str], text: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let possible = script(folder.path(), "[ -c /dev/net/tun ] && : <> /dev/net/tun");
    let missing = needs.iter().find(|tool| !Command::new("which").arg(tool).output().is_ok_and(|found| found.status.success()));
    if !possible.status.success() || missing.is_some() {
        println!("SKIPPED: no right to make namespaces and TUN devices, or no {missing:?}");
        return None;
    }
    let output = script(folder.path(), text);
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{errors}", output.status);
    Some(out.into_owned())
}

#[test]
fn the_command_returns_when_interface_and_socket_are_there_and_holds_on_to_no_output() {
    tell(
        &["wg"],
        r#"
        said=$(adit-wg wg0 2>&1)
        [ -z "$said" ] || fail "it said: $said"
        [ "$(stat -c %a /run/wireguard/wg0.sock)" = 600 ]
        [ "$(wg show interfaces)" = wg0 ]
        [ "$(cat /sys/class/net/wg0/mtu)" = 1420 ]
        [ "$(running)" = 1 ]
        ! said=$(adit-wg wg0 2>&1) || fail "two with one name"
        case "$said" in *exists*) ;; *) fail "it said: $said" ;; esac
        [ "$(running)" = 1 ]
        [ "$(wg show interfaces)" = wg0 ] || fail "the first has lost its socket"
        "#,
    );
}

#[test]
fn a_successor_waits_for_a_predecessor_that_lost_its_interface_to_leave() {
    tell(
        &["wg"],
        r#"
        for round in 1 2 3; do
            adit-wg wg0
            old=$(grep -lsx adit-wg /proc/[0-9]*/comm | cut -d/ -f3)
            # It cannot leave while it is stopped.
            kill -STOP $old
            ip link delete wg0
            { sleep 0.3; kill -CONT $old; } &
            adit-wg wg0 || fail "the predecessor was in the way"
            wait
            until_is running 1
            [ "$(wg show interfaces)" = wg0 ] || fail "the successor has no socket"
            ip link delete wg0
            until_is running 0
        done
        "#,
    );
}

#[test]
fn removing_the_socket_or_the_interface_or_a_signal_ends_it_and_nothing_stays() {
    tell(
        &["wg"],
        r#"
        gone() {
            until_is running 0
            [ ! -e /run/wireguard/wg0.sock ] || fail "the socket stays after $1"
            [ ! -e /sys/class/net/wg0 ] || fail "the interface stays after $1"
        }
        adit-wg wg0; rm /run/wireguard/wg0.sock; gone "removing the socket"
        adit-wg wg0; ip link delete wg0; gone "removing the interface"
        for signal in TERM INT; do
            adit-wg wg0
            kill -$signal $(grep -lsx adit-wg /proc/[0-9]*/comm | cut -d/ -f3)
            gone "SIG$signal"
        done
        adit-wg --foreground wg0 & one=$!
        until_is "wg show interfaces" wg0
        kill $one; wait $one || fail "the foreground ended with $?"
        gone "SIGTERM in the foreground"
        WG_PROCESS_FOREGROUND=1 LOG_LEVEL=verbose adit-wg wg0 2>log & one=$!
        until_is "wg show interfaces" wg0
        ip link delete wg0; wait $one || fail "the foreground ended with $?"
        grep -q started log || fail "no log"
        "#
        .replace("log", "\"$1/log\"")
        .as_str(),
    );
}

#[test]
fn a_killed_one_leaves_a_socket_that_the_next_replaces() {
    tell(
        &["wg"],
        r#"
        adit-wg wg0
        kill -KILL $(grep -lsx adit-wg /proc/[0-9]*/comm | cut -d/ -f3)
        until_is running 0
        [ -e /run/wireguard/wg0.sock ]
        adit-wg wg0
        [ "$(wg show interfaces)" = wg0 ]
        "#,
    );
}

#[test]
fn a_name_that_cannot_be_fails_with_1() {
    tell(
        &[],
        r#"
        for name in "" a/b ../x sixteen-bytes-xx "a b"; do
            adit-wg "$name" 2>/dev/null && fail "$name was taken" || [ $? = 1 ]
        done
        [ "$(running)" = 0 ]
        adit-wg --version | head -n 1 | grep -q '^adit-wg v'
        "#,
    );
}

#[test]
fn descriptors_that_a_parent_has_opened_are_used() {
    const PARENT: &str = "
import ctypes, fcntl, os, socket, struct, sys
tun = os.open('/dev/net/tun', os.O_RDWR)
fcntl.ioctl(tun, 0x400454ca, struct.pack('16sH22x', b'wg7', 0x1001))
os.makedirs('/run/wireguard')
listener = socket.socket(socket.AF_UNIX)
listener.bind('/run/wireguard/wg7.sock')
listener.listen()
os.set_inheritable(tun, True)
os.set_inheritable(listener.fileno(), True)
os.environ.update(WG_TUN_FD=str(tun), WG_UAPI_FD=str(listener.fileno()), WG_PROCESS_FOREGROUND='1')
os.execvp('adit-wg', ['adit-wg', 'ignored'])
";
    let text = r#"
        python3 -c "$PARENT" & one=$!
        until_is "wg show interfaces" wg7
        wg set wg7 listen-port 4711
        [ "$(wg show wg7 listen-port)" = 4711 ]
        rm /run/wireguard/wg7.sock
        wait $one || fail "it ended with $?"
        WG_TUN_FD=99 adit-wg -f wg7 2>/dev/null && fail "99 was taken" || [ $? = 1 ]
        WG_UAPI_FD=nonsense adit-wg -f wg7 2>/dev/null && fail "nonsense was taken" || [ $? = 1 ]
    "#;
    tell(&["wg", "python3"], &format!("PARENT='{}'\n{text}", PARENT.replace('\'', "'\\''")));
}

#[test]
fn stock_wg_quick_brings_up_two_ends_that_reach_each_other() {
    let shown = tell(
        &["wg", "wg-quick", "ping"],
        r#"
        cd "$1"
        umask 077
        near=$(wg genkey) far=$(wg genkey) psk=$(wg genpsk)
        cat >near.conf <<END
[Interface]
PrivateKey = $near
Address = 10.77.0.1/24, fd77::1/64
ListenPort = 7001
MTU = 1380
[Peer]
PublicKey = $(echo $far | wg pubkey)
PresharedKey = $psk
Endpoint = 192.168.77.2:7002
AllowedIPs = 10.77.0.2/32, fd77::2/128
PersistentKeepalive = 25
END
        cat >far.conf <<END
[Interface]
PrivateKey = $far
Address = 10.77.0.2/24, fd77::2/64
ListenPort = 7002
[Peer]
PublicKey = $(echo $near | wg pubkey)
PresharedKey = $psk
AllowedIPs = 10.77.0.1/32, fd77::1/128
END
        ip netns add other
        ip link add v0 type veth peer name v1 netns other
        ip address add 192.168.77.1/24 dev v0; ip link set v0 up
        ip -n other address add 192.168.77.2/24 dev v1; ip -n other link set v1 up; ip -n other link set lo up
        export WG_QUICK_USERSPACE_IMPLEMENTATION=adit-wg
        ip netns exec other wg-quick up ./far.conf 2>far.log || fail "$(cat far.log)"
        wg-quick up ./near.conf 2>near.log || fail "$(cat near.log)"
        grep -q 'adit-wg near' near.log || fail "wg-quick used something else: $(cat near.log)"
        [ "$(cat /sys/class/net/near/mtu)" = 1380 ]
        ping -q -c 3 -i 0.2 -W 2 10.77.0.2 >/dev/null || fail "no way over IPv4: $(wg show all)"
        ping -q -c 3 -i 0.2 -W 2 fd77::2 >/dev/null || fail "no way over IPv6"
        wg show near dump | tail -n 1 | cut -f 5-8
        wg showconf near >saved
        wg syncconf near saved
        wg addconf near <(printf '[Peer]\nPublicKey=%s\nAllowedIPs=10.77.0.9/32\n' "$(wg genkey | wg pubkey)")
        [ "$(wg show near peers | wc -l)" = 2 ]
        wg setconf near saved
        [ "$(wg show near peers | wc -l)" = 1 ]
        ping -q -c 1 -W 2 10.77.0.2 >/dev/null || fail "setconf with the same file has broken it"
        wg set near peer "$(echo $far | wg pubkey)" remove
        [ -z "$(wg show near peers)" ]
        wg-quick down ./near.conf 2>near.log || fail "$(cat near.log)"
        ip netns exec other wg-quick down ./far.conf 2>far.log || fail "$(cat far.log)"
        until_is running 0
        [ -z "$(ls /run/wireguard)" ] || fail "a socket stays"
        "#,
    );
    let Some(shown) = shown else { return };
    let fields: Vec<u64> = shown.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    let [handshake, received, sent, keepalive] = fields[..] else { panic!("{shown}") };
    assert!(handshake > 1_700_000_000 && received > 600 && sent > 600 && keepalive == 25, "{shown}");
}

#[test]
fn stock_wg_quick_routes_everything_into_the_tunnel_but_the_tunnel_itself() {
    tell(
        &["wg", "wg-quick", "ping", "nft", "sysctl"],
        r#"
        cd "$1"
        umask 077
        near=$(wg genkey) far=$(wg genkey)
        cat >near.conf <<END
[Interface]
PrivateKey = $near
Address = 10.77.0.1/24, fd77::1/64
[Peer]
PublicKey = $(echo $far | wg pubkey)
Endpoint = 192.168.77.2:7002
AllowedIPs = 0.0.0.0/0, ::/0
END
        ip netns add other
        ip link add v0 type veth peer name v1 netns other
        ip address add 192.168.77.1/24 dev v0; ip link set v0 up
        ip -n other address add 192.168.77.2/24 dev v1; ip -n other link set v1 up; ip -n other link set lo up
        ip netns exec other adit-wg far
        ip -n other address add 203.0.113.9/32 dev lo
        ip -n other address add 10.77.0.2/24 dev far; ip -n other link set far up
        echo $far >key
        ip netns exec other wg set far private-key key listen-port 7002 peer "$(echo $near | wg pubkey)" allowed-ips 10.77.0.1/32
        WG_QUICK_USERSPACE_IMPLEMENTATION=adit-wg wg-quick up ./near.conf 2>log || fail "$(cat log)"
        [ "$(wg show near fwmark)" = 0xca6c ]
        ping -q -c 2 -i 0.2 -W 2 203.0.113.9 >/dev/null || fail "no way: $(wg show near; ip rule)"
        ping -q -c 2 -i 0.2 -W 2 192.168.77.2 >/dev/null || fail "the endpoint itself is cut off"
        wg-quick down ./near.conf 2>log || fail "$(cat log)"
        [ "$(ip rule | wc -l)" = 3 ]
        "#,
    );
}

#[test]
fn stock_wg_sets_and_shows_130_561_allowed_ips_of_one_peer() {
    tell(
        &["wg", "awk"],
        r#"
        cd "$1"
        umask 077
        adit-wg wg0
        key=$(wg genkey | wg pubkey)
        awk -v key="$key" 'BEGIN {
            print "[Peer]\nPublicKey = " key
            for (a = 0; a < 256; a++) for (b = 0; b < 255; b++) {
                printf "AllowedIPs = 10.%d.%d.0/25, fd00:0:0:%x::%x/128\n", a, b, a + 1, b + 1
            }
            print "AllowedIPs = 0.0.0.0/0"
        }' >many.conf
        wg setconf wg0 many.conf
        [ "$(wg show wg0 allowed-ips | wc -w)" = 130562 ]
        wg show wg0 allowed-ips | cut -f 2 | tr ' ' '\n' | sort >shown
        sed -n 's/^AllowedIPs = //p' many.conf | tr -d ' ' | tr , '\n' | sort | cmp - shown
        wg showconf wg0 >saved
        wg setconf wg0 saved
        [ "$(wg showconf wg0 | md5sum)" = "$(md5sum <saved)" ]
        wg syncconf wg0 <(printf '[Interface]\n')
        [ -z "$(wg show wg0 peers)" ]
        "#,
    );
}

#[test]
fn a_port_that_was_given_up_is_free_at_once_and_one_that_is_taken_changes_nothing() {
    tell(
        &["wg", "ping", "awk"],
        r#"
        sockets() { awk 'FNR > 1' /proc/net/udp | wc -l; }
        adit-wg wg0
        adit-wg wg1
        ip address add 10.77.0.1/24 dev wg0; ip link set wg0 up
        wg set wg0 listen-port 4711
        ping -c 1 -W 0.1 10.77.0.2 >/dev/null || true
        wg set wg0 listen-port 4712
        wg set wg0 listen-port 4711 || fail "its own old port is taken"
        until_is sockets 2
        before=$(wg show wg1 dump)
        said=$(wg set wg1 listen-port 4711 fwmark 9 peer "$(wg genkey | wg pubkey)" 2>&1) && fail "two on one port"
        [ "$said" = "Unable to modify interface: Address already in use" ] || fail "it said: $said"
        [ "$(wg show wg1 dump)" = "$before" ] || fail "half of it was done"
        "#,
    );
}

#[test]
fn a_peer_with_the_key_of_the_tunnel_itself_does_not_come_in() {
    tell(
        &["wg"],
        r#"
        cd "$1"
        umask 077
        wg genkey >key
        adit-wg wg0
        wg set wg0 private-key key peer "$(wg pubkey <key)" allowed-ips 10.0.0.0/8
        [ -z "$(wg show wg0 peers)" ]
        wg genkey >other
        wg set wg0 private-key other peer "$(wg pubkey <key)" allowed-ips 10.0.0.0/8
        [ "$(wg show wg0 peers)" = "$(wg pubkey <key)" ]
        wg set wg0 private-key key
        [ -z "$(wg show wg0 peers)" ] || fail "a peer with the new own key stays"
        "#,
    );
}
