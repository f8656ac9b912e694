//! `adit up` and `adit down` on simulated computers: the text that they print, the settings that they make, and that they undo
//! them.

mod computer;
mod fake_resolved;
mod ipv6_off;
mod like_wg_quick;
mod repair;

use computer::{Computer, text};
use fake_resolved::FakeResolved;

/// The public key of [`FAR_KEY`]: `echo KEY | wg pubkey`.
const FAR_PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const FAR_KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const NEAR_PUBLIC: &str = "H7vnPSoTjrMFcMlNcnLFEGmbNHxnpmPXGYsZm2uDMj8=";
const NEAR_KEY: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";

fn near(extra: &str, allowed: &str) -> String {
    format!(
        "[Interface]\nPrivateKey = {NEAR_KEY}\nAddress = 10.8.0.2/24, fd08::2/64\n{extra}\n[Peer]\nPublicKey = {FAR_PUBLIC}\n\
         AllowedIPs = {allowed}\nEndpoint = 192.168.7.1:51820\n"
    )
}

fn far() -> String {
    format!(
        "[Interface]\nPrivateKey = {FAR_KEY}\nListenPort = 51820\nAddress = 10.8.0.1/24, fd08::1/64\n[Peer]\n\
         PublicKey = {NEAR_PUBLIC}\nAllowedIPs = 10.8.0.2/32, fd08::2/128\n"
    )
}

#[test]
fn a_full_tunnel_answers_carries_packets_and_leaves_nothing() {
    let Some((here, there)) = Computer::pair() else { return };
    here.install_resolvconf();
    let far = there.start_adit(&["up", text(&there.file("far.conf", &far()))]);
    far.wait_for("waiting for it to begin");
    let before = here.snapshot();
    let up = here.start_adit(&["up", text(&here.file("near.conf", &near("DNS = 10.8.0.1, corp.example", "0.0.0.0/0, ::/0")))]);
    up.wait_for("answered within");
    assert_eq!(here.sh("cat /run/records/near"), "nameserver 10.8.0.1\nsearch corp.example\n");
    here.sh("ping -q -c 2 -i 0.2 10.8.0.1; ping -q -c 2 -i 0.2 fd08::1");
    assert!(here.sh("wg show near latest-handshakes").contains(FAR_PUBLIC), "wg sees it");
    assert_eq!(here.sh("ip -o link show near").split(" mtu ").nth(1).unwrap().split(' ').next(), Some("1420"));
    let down = here.adit(&["down", "near"]);
    assert_eq!((down.code, down.said.as_str()), (Some(0), "[#] near is down\n"));
    let ended = up.wait();
    assert_eq!(ended.code, Some(0), "{}", ended.said);
    assert_eq!(here.snapshot(), before);
}

#[test]
fn systemd_resolved_alone_gets_the_resolvers_over_d_bus() {
    let Some((here, _there)) = Computer::pair() else { return };
    let conf = here.file("near.conf", &near("DNS = 10.8.0.1, fd08::1, corp.example", "0.0.0.0/0"));
    // A `resolvconf` that is really `resolvectl` does not count if there is no systemd-resolved for it.
    here.make_resolv_conf_read_only();
    here.install("resolvectl", "#!/bin/sh\necho \"$@\" >> /run/started\n");
    here.sh("ln -s resolvectl /usr/local/sbin/resolvconf");
    let refused = here.adit(&["up", text(&conf)]);
    assert!(refused.said.contains("neither `resolvconf` nor a running systemd-resolved"), "{}", refused.said);

    let Some(resolved) = FakeResolved::start(&here) else { return };
    let up = here.start_adit(&["up", text(&conf)]);
    up.wait_for("near is up");
    let index = here.sh("ip -o link show near | cut -d: -f1");
    let index = index.trim();
    assert_eq!(here.adit(&["down", "near"]).code, Some(0));
    let expected = [
        format!("SetLinkDNS {index} [(2, [10, 8, 0, 1]), (10, [253, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])]"),
        format!(r#"SetLinkDomains {index} [("corp.example", false), (".", true)]"#),
        format!("SetLinkDefaultRoute {index} true"),
        format!("RevertLink {index}"),
    ];
    assert_eq!(resolved.calls(), expected);
    assert_eq!(here.sh("ls /run/started 2>/dev/null || true"), "", "its command was started");
}

#[test]
fn ctrl_c_takes_it_down_and_it_can_come_up_again() {
    let Some((here, _there)) = Computer::pair() else { return };
    let before = here.snapshot();
    let conf = here.file("near.conf", &near("", "0.0.0.0/0"));
    for _ in 0..2 {
        let up = here.start_adit(&["up", text(&conf)]);
        up.wait_for("near is up");
        assert!(up.said().contains("IPv6 is closed while the tunnel is up"), "{}", up.said());
        here.sh(&format!("kill -INT {}", up.id()));
        let ended = up.wait();
        assert_eq!(ended.code, Some(0), "{}", ended.said);
        assert_eq!(here.snapshot(), before);
    }
}

#[test]
fn a_peer_that_does_not_answer_is_named_with_what_to_check() {
    let Some((here, _there)) = Computer::pair() else { return };
    let up = here.start_adit(&["up", text(&here.file("near.conf", &near("", "10.8.0.0/24")))]);
    up.wait_for("did not answer within 5 s");
    let said = up.said();
    assert!(said.contains(FAR_PUBLIC) && said.contains(NEAR_PUBLIC) && said.contains("192.168.7.1:51820"), "{said}");
    assert!(!said.contains(NEAR_KEY), "the private key is not shown");
}

#[test]
fn leftovers_of_a_killed_tunnel_go_with_down_or_with_the_next_up() {
    let Some((here, _there)) = Computer::pair() else { return };
    here.install_resolvconf();
    let conf = here.file("near.conf", &near("DNS = 10.8.0.1", "0.0.0.0/0, ::/0"));
    here.sh("mkdir -p /run/records /run/wireguard /run/adit");
    let before = here.snapshot();
    let killed = || {
        let mut up = here.start_adit(&["up", text(&conf)]);
        up.wait_for("near is up");
        up.kill();
        let left = here.snapshot();
        assert!(left.contains("table inet adit-near") && left.contains("lookup 51820") && left.contains("nameserver"), "{left}");
    };
    killed();
    let down = here.adit(&["down", "near"]);
    assert_eq!(down.code, Some(0), "{}", down.said);
    assert_eq!(here.snapshot(), before);
    killed();
    let up = here.start_adit(&["up", text(&conf)]);
    up.wait_for("near is up");
    assert!(up.said().contains("remove settings that a killed near left behind"), "{}", up.said());
    assert!(up.said().contains("table 51820"), "the same table again: {}", up.said());
    assert_eq!(here.adit(&["down", "near"]).code, Some(0));
    assert_eq!(up.wait().code, Some(0));
    assert_eq!(here.snapshot(), before);
}

#[test]
fn the_second_up_of_a_name_and_the_down_of_none_say_so() {
    let Some((here, _there)) = Computer::pair() else { return };
    let conf = here.file("near.conf", &near("", "10.8.0.0/24"));
    let up = here.start_adit(&["up", text(&conf)]);
    up.wait_for("near is up");
    let second = here.adit(&["up", text(&conf)]);
    assert_eq!(second.code, Some(1));
    assert!(second.said.contains(&format!("near is already up (process {})", up.id())), "{}", second.said);
    assert_eq!(here.adit(&["down", text(&conf)]).code, Some(0));
    assert_eq!(up.wait().code, Some(0));
    let again = here.adit(&["down", "near"]);
    assert_eq!(again.code, Some(1));
    assert!(again.said.contains("near is not up"), "{}", again.said);
}

/// `/run/adit` and `/var/lib/adit` belong to the service's user, whom an intruder may control.
#[test]
fn up_writes_nothing_through_a_link_in_the_service_s_folders() {
    let Some((here, there)) = Computer::pair() else { return };
    let far = there.start_adit(&["up", text(&there.file("far.conf", &far()))]);
    far.wait_for("waiting for it to begin");
    here.sh("mount -t tmpfs -o mode=755 tmpfs /var/lib; echo precious > /run/victim
         install -d -o 65534 /run/adit /var/lib/adit /var/lib/adit/timestamps
         ln -s /run/victim /var/lib/adit/timestamps/near; ln -s /run/victim /var/lib/adit/timestamps/near.new");
    let up = here.start_adit(&["up", text(&here.file("near.conf", &near("", "10.8.0.0/24")))]);
    up.wait_for("answered within");
    assert_eq!(here.sh("cat /run/victim"), "precious\n");
    assert_eq!(here.sh("stat -c '%a %u' /var/lib/adit-root/timestamps /run/adit-root"), "700 0\n755 0\n");
    assert_eq!(here.sh("cat /var/lib/adit-root/timestamps/near").len(), 25);
    assert_eq!(here.adit(&["down", "near"]).code, Some(0));
    assert_eq!(here.sh("ls /var/lib/adit/timestamps"), "near\nnear.new\n");
}

#[test]
fn down_ends_no_process_that_a_file_of_the_service_s_user_names() {
    let Some((here, _there)) = Computer::pair() else { return };
    // A file that the service's user has locked, with the number of a process of root in it.
    let victim = here.sh("sleep 600 >/dev/null 2>&1 & echo $!");
    let victim = victim.trim();
    here.sh(&format!(
        "install -d -o 65534 /run/adit; echo {victim} > /run/adit/near.lock; chown 65534 /run/adit/near.lock
         setpriv --reuid=65534 --clear-groups flock -x /run/adit/near.lock sh -c 'echo > /run/adit/locked; exec sleep 600' \
             >/dev/null 2>&1 & until [ -e /run/adit/locked ]; do sleep 0.01; done",
    ));
    let down = here.adit(&["down", "near"]);
    let lives = here.run(&["kill", "-0", victim]).status.success();
    let up = here.adit(&["up", text(&here.file("near.conf", &near("", "10.8.0.0/24")))]);
    here.sh(&format!("kill {victim} || :; kill $(lsof -t /run/adit/near.lock 2>/dev/null) 2>/dev/null || :"));
    assert!(lives, "it ended a process that a file told it to: {}", down.said);
    assert_eq!(down.code, Some(1));
    assert!(down.said.contains("is run by the Adit service"), "{}", down.said);
    assert!(up.said.contains("near is already up") && up.said.contains("that is the Adit service"), "{}", up.said);
}

#[test]
fn impossible_configurations_are_refused_before_anything_is_changed() {
    let Some((here, _there)) = Computer::pair() else { return };
    let before = here.snapshot();
    let refuses = |arguments: &[&str], code: i32, reason: &str| {
        let ended = here.adit(arguments);
        assert_eq!(ended.code, Some(code), "{arguments:?}: {}", ended.said);
        assert!(ended.said.contains(reason), "{arguments:?}: {}", ended.said);
        assert_eq!(here.snapshot(), before, "{arguments:?}");
    };
    let up = |name: &str, conf: &str, reason: &str| refuses(&["up", text(&here.file(name, conf))], 1, reason);
    here.make_resolv_conf_read_only();
    up("dns.conf", &near("DNS = 10.8.0.1", "0.0.0.0/0"), "neither `resolvconf` nor a running systemd-resolved");
    up(
        "e0.conf",
        &near("", "0.0.0.0/0"),
        "there is an interface `e0` already, which is not Adit's; choose another name for the file\n",
    );
    up("bad.conf", "[Interface]\nAddress = 10.0.0.300/24\nMTU = lots\n", "bad.conf:3:");
    up("empty.conf", "", "the file is empty");
    up("large.conf", &" ".repeat(2 << 20), "large.conf has 2097152 bytes; a configuration has at most 1 MiB");
    here.sh(&format!("mkfifo {}", here.files.path().join("pipe.conf").display()));
    refuses(&["up", text(&here.files.path().join("pipe.conf"))], 1, "pipe.conf is not a file");
    refuses(&["up", "no-such.conf"], 1, "cannot read no-such.conf: ");
    refuses(&["up", "no-such.ovpn"], 4, "give the path of a file, such as ./no-such.ovpn");
    up(
        "hook.conf",
        &near("PreUp = exit 1", "10.8.0.0/24").replace("192.168.7.1", "no-such-name.invalid"),
        "no-such-name.invalid",
    );
    refuses(&["up", "no-such-tunnel"], 4, "/etc/wireguard/no-such-tunnel.conf");
    refuses(&["up", "/tmp/a-name-that-is-too-long.conf"], 1, "as in wg0.conf");
    refuses(&["up"], 2, "adit: the following required arguments were not provided");
    refuses(&["up", "a", "b"], 2, "unexpected argument");
    refuses(&["down"], 2, "Usage");
    refuses(&["strip"], 2, "Usage");
    let foreign = here.file("ovpn.conf", "client\ndev tun\nproto udp\nremote vpn.example.org 1194\n");
    refuses(&["strip", text(&foreign)], 1, "is an OpenVPN profile, not a WireGuard configuration");
}

#[test]
fn hooks_are_shown_and_not_run_until_they_are_allowed_and_a_failing_one_undoes_everything() {
    let Some((here, _there)) = Computer::pair() else { return };
    let before = here.snapshot();
    let conf = here.file("near.conf", &near("PostUp = touch /run/ran-%i; exit 7\nPostDown = rm /run/ran-%i", "0.0.0.0/0"));
    let up = here.start_adit(&["up", text(&conf)]);
    up.wait_for("near is up");
    assert!(up.said().contains("PostUp = touch /run/ran-near; exit 7"), "{}", up.said());
    here.adit(&["down", "near"]);
    up.wait();
    assert_eq!(here.snapshot(), before);
    let failed = here.adit(&["up", text(&conf), "--allow-hooks"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.said.contains("`touch /run/ran-near; exit 7` failed"), "{}", failed.said);
    assert_eq!(here.snapshot(), before);
}

#[test]
fn a_file_that_everybody_can_read_is_warned_of_and_a_name_is_found_in_etc_wireguard() {
    let Some((here, _there)) = Computer::pair() else { return };
    let conf = here.file("near.conf", &near("", "10.8.0.0/24"));
    here.sh(&format!("install -m 644 {} /etc/wireguard/near.conf; chmod 755 /etc/wireguard", conf.display()));
    let up = here.start_adit(&["up", "near"]);
    up.wait_for("near is up");
    assert!(up.said().contains("/etc/wireguard/near.conf is world accessible"), "{}", up.said());
}

#[test]
fn it_goes_when_its_interface_or_its_socket_is_removed() {
    let Some((here, _there)) = Computer::pair() else { return };
    here.sh("mkdir -p /run/wireguard /run/adit");
    let before = here.snapshot();
    for (removal, reason) in
        [("ip link delete near", "removed the interface"), ("rm /run/wireguard/near.sock", "removed the socket")]
    {
        let up = here.start_adit(&["up", text(&here.file("near.conf", &near("", "0.0.0.0/0, ::/0")))]);
        up.wait_for("near is up");
        here.sh(removal);
        let ended = up.wait();
        assert!(ended.said.contains(reason), "{}", ended.said);
        assert_eq!(here.snapshot(), before, "{}", ended.said);
    }
}

#[test]
fn strip_prints_what_wg_quick_prints() {
    let Some(here) = Computer::new() else { return };
    if !here.has("wg-quick") {
        return;
    }
    let conf =
        here.file("near.conf", &near("# a comment\nDNS = 10.8.0.1\nPostUp = echo a # b\nMTU=1400\nListenPort = 7", "0.0.0.0/0"));
    assert_eq!(here.adit(&["strip", text(&conf)]).said, here.sh(&format!("wg-quick strip {}", conf.display())));
}

#[test]
fn without_root_it_says_what_to_type() {
    let Some(here) = Computer::new() else { return };
    here.sh("install -m 644 -D /dev/null /etc/wireguard/near.conf");
    let conf = near("", "10.8.0.0/24");
    here.sh(&format!("cat > /etc/wireguard/near.conf <<'END'\n{conf}END"));
    let adit = env!("CARGO_BIN_EXE_adit");
    let copied = format!("install -m 755 {adit} /usr/local/sbin/adit; chmod 755 /etc/wireguard /usr/local/sbin");
    here.sh(&copied);
    let output = here.run(&["setpriv", "--reuid=65534", "--clear-groups", "/usr/local/sbin/adit", "up", "near"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("changing the network needs root; try: sudo adit up near"), "{said}");
    assert_eq!(output.status.code(), Some(3));
}
