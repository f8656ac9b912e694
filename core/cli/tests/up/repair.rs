//! `adit repair` after an `adit up` was killed, next to settings of other processes.

use std::os::unix::net::UnixListener;

use serde_json::Value;

use crate::computer::{Computer, text};
use crate::near;

/// Brings `near` up, with all traffic and DNS servers, and kills it.
fn kill_near(here: &Computer) {
    let conf = here.file("near.conf", &near("DNS = 10.8.0.1", "0.0.0.0/0, ::/0"));
    let mut up = here.start_adit(&["up", text(&conf)]);
    up.wait_for("near is up");
    up.kill();
}

/// Makes a computer on which `adit` has run before, so that its folders exist, and its neighbour.
fn used_computer() -> Option<(Computer, Computer)> {
    let (here, there) = Computer::pair()?;
    here.install_resolvconf();
    here.sh("mkdir -p /run/records /run/wireguard /run/adit /run/adit-root");
    Some((here, there))
}

/// Makes the file of a socket on which nobody listens.
fn dead_socket(here: &Computer, path: &str) {
    let made = here.files.path().join("dead.sock");
    drop(UnixListener::bind(&made).unwrap());
    here.sh(&format!("mv {} {path}", made.display()));
}

fn repair(here: &Computer, code: i32) -> String {
    let repaired = here.adit(&["repair"]);
    assert_eq!(repaired.code, Some(code), "{}", repaired.said);
    repaired.said
}

#[test]
fn leftovers_of_a_killed_up_are_undone_beside_a_running_one_and_other_programs() {
    let Some((here, _there)) = used_computer() else { return };
    here.sh("nft 'table inet mine { chain output { type filter hook output priority 0; policy accept; }; }'
             echo nameserver 192.0.2.1 > /run/records/tun9");
    dead_socket(&here, "/run/wireguard/wireguard-go.sock");
    let own = near("", "10.9.0.0/24").replace("10.8.0.2/24, fd08::2/64", "10.9.0.2/24");
    let other = here.start_adit(&["up", text(&here.file("other.conf", &own))]);
    other.wait_for("other is up");
    let before = here.snapshot();
    kill_near(&here);
    let killed = here.snapshot();
    assert!(killed.contains("table inet adit-near") && killed.contains("nameserver 10.8.0.1"), "{killed}");

    let planned = here.adit(&["repair", "--dry-run"]);
    assert_eq!((planned.code, here.snapshot()), (Some(0), killed), "{}", planned.said);
    let said = repair(&here, 0);
    for part in ["the DNS settings of near", "src_valid_mark = 0", "the packet filter of near", "/run/adit-root/near.lock"] {
        assert!(planned.said.contains(part) && said.contains(part), "lacks {part}:\n{}\n{said}", planned.said);
    }
    let left = format!("left alone: the tunnel other, which `adit up` runs (process {})", other.id());
    assert!(said.contains(&left), "{said}");
    assert_eq!(here.snapshot(), before);
    assert!(repair(&here, 0).contains("nothing else to repair"));
    assert_eq!(here.adit(&["down", "other"]).code, Some(0));
    assert_eq!(repair(&here, 0), "nothing to repair\n");
}

#[test]
fn leftovers_that_cannot_be_undone_are_named_and_the_next_repair_finds_them() {
    let Some((here, _there)) = used_computer() else { return };
    let before = here.snapshot();
    kill_near(&here);
    here.install(
        "resolvconf",
        "#!/bin/sh\n[ \"$1\" = -l ] && cat \"/run/records/$2\" || { echo the disk is full >&2; exit 1; }\n",
    );
    let said = repair(&here, 1);
    assert!(said.contains("adit: not undone: the DNS settings of near: ") && said.contains("the disk is full"), "{said}");
    assert!(said.contains("removed the packet filter of near"), "{said}");
    here.install_resolvconf();
    let said = repair(&here, 0);
    assert!(said.starts_with("removed the DNS settings of near\nremoved the lock file of near"), "{said}");
    assert_eq!(here.snapshot(), before);
}

#[test]
fn a_failure_of_nft_is_named_and_the_rest_is_undone() {
    let Some((here, _there)) = used_computer() else { return };
    let before = here.snapshot();
    kill_near(&here);
    here.install("nft", "#!/bin/sh\necho nftables is not in this kernel >&2; exit 1\n");
    let said = repair(&here, 1);
    assert!(said.contains("adit: not looked for: ") && said.contains("nftables is not in this kernel"), "{said}");
    assert!(said.contains("removed the DNS settings of near") && said.contains("routing rules"), "{said}");
    here.sh("rm /usr/local/sbin/nft");
    let said = repair(&here, 0);
    assert!(said.contains("removed the packet filter of near"), "{said}");
    assert_eq!(here.snapshot(), before);
}

#[test]
fn rules_go_although_another_program_has_routes_in_their_table_by_now() {
    let Some((here, _there)) = used_computer() else { return };
    kill_near(&here);
    here.sh("ip route add 10.99.0.0/16 dev e0 table 51820");
    let said = repair(&here, 0);
    assert!(said.contains("routing rules for the routing table 51820"), "{said}");
    assert!(!here.sh("ip -4 rule; ip -6 rule").contains("51820"));
    assert_eq!(here.sh("ip route show table 51820").trim(), "10.99.0.0/16 dev e0 scope link");
}

#[test]
fn the_setting_from_before_a_killed_tunnel_is_not_forgotten_while_another_tunnel_needs_the_new_one() {
    let Some((here, _there)) = used_computer() else { return };
    let before = here.snapshot();
    kill_near(&here);
    let other = here.start_adit(&["up", text(&here.file("other.conf", &near("", "0.0.0.0/0, ::/0")))]);
    other.wait_for("other is up");
    let said = repair(&here, 1);
    assert!(said.contains("not undone: the packet filter of near") && said.contains("take other down first"), "{said}");
    assert_eq!(here.adit(&["down", "other"]).code, Some(0));
    repair(&here, 0);
    assert_eq!(here.snapshot(), before);
}

#[test]
fn files_of_a_killed_service_go_and_those_that_a_process_holds_stay() {
    let Some((here, _there)) = used_computer() else { return };
    let before = here.snapshot();
    here.sh("chown 65534 /run/adit; touch /run/adit/near.lock; chown 65534 /run/adit/near.lock");
    dead_socket(&here, "/run/adit/adit.sock");
    dead_socket(&here, "/run/wireguard/near.sock");
    let said = repair(&here, 0);
    for file in ["/run/adit/near.lock", "/run/adit/adit.sock", "/var/run/wireguard/near.sock"] {
        assert!(said.contains(file), "{file}: {said}");
    }
    assert_eq!(here.snapshot(), before);

    here.sh("setpriv --reuid=65534 --clear-groups flock -x /run/adit/near.lock sh -c 'echo > /run/adit/locked; exec sleep 600' \
             >/dev/null 2>&1 & until [ -e /run/adit/locked ]; do sleep 0.01; done
         nft 'table inet aditblock-near { }'");
    let before = here.snapshot();
    let said = repair(&here, 0);
    here.sh("kill $(lsof -t /run/adit/near.lock 2>/dev/null) 2>/dev/null || :");
    assert!(said.contains("left alone: the tunnel near, which the Adit service runs (process "), "{said}");
    assert!(said.contains("left alone: the kill switch of near (nftables: inet aditblock-near)"), "{said}");
    assert_eq!(here.snapshot(), before);
}

#[test]
fn json_names_what_was_undone() {
    let Some((here, _there)) = used_computer() else { return };
    here.sh("nft 'table inet aditblock-near { }'");
    let output = here.run(&[env!("CARGO_BIN_EXE_adit"), "repair", "--json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kill_switch = &said["undone"][0];
    assert_eq!((&kill_switch["what"], &kill_switch["tables"][0]), (&"kill_switch".into(), &"inet aditblock-near".into()));
    assert_eq!((&said["left_alone"], &said["failed"]), (&Value::Array(Vec::new()), &Value::Array(Vec::new())));
}
