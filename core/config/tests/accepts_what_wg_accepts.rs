//! Checks that this crate and the real `wg setconf` accept the same lines, except for the intended differences listed here.
//!
//! `wg` reads the whole file before it looks for the interface, so an interface that does not exist distinguishes "I cannot read
//! this" from "there is no such interface". No endpoint here has a name, so nothing is resolved.

use std::process::{Command, Stdio};

use adit_config::{Document, parse};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const PRIVATE: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PUBLIC: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
const RANDOM_LINES: usize = 150;

#[test]
fn the_same_lines_are_accepted() {
    if !is_installed() {
        println!("SKIPPED: wg is not installed");
        return;
    }
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let lines = line();
    for _ in 0..RANDOM_LINES {
        let (in_peer, line) = lines.new_tree(&mut runner).unwrap().current();
        let text = file(in_peer, &line);
        assert_eq!(ours(&text), theirs(&text), "{line:?}");
    }
}

#[test]
fn the_differences_are_these() {
    if !is_installed() {
        println!("SKIPPED: wg is not installed");
        return;
    }
    let refused_by_us = [
        (false, "ListenPort = 65536", "wg would take port 0"),
        (false, "ListenPort = +1", "nobody means that"),
        (false, "ListenPort = domain", "a number that depends on a file of the system"),
        (false, "PrivateKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "wg takes it for no key"),
        (true, "Endpoint = 192.0.2.1:65536", "wg would take port 0"),
        (true, "Endpoint = 192.0.2.1:0", "nothing can be sent there"),
        (true, "Endpoint = 127.1:5", "looks like a name or a typing error"),
        (true, "PublicKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "no handshake can succeed"),
    ];
    for (in_peer, line, why) in refused_by_us {
        let text = file(in_peer, line);
        assert!(!ours(&text) && theirs(&text), "{line:?}: {why}");
    }
    let accepted_by_us = [
        (false, "Address = 10.0.0.1/24", "wg-quick takes it away before wg sees it"),
        (false, "PostUp = true", "the same"),
        (true, "AllowedIPs =\u{a0}10.0.0.0/24", "a space from a web page"),
    ];
    for (in_peer, line, why) in accepted_by_us {
        let text = file(in_peer, line);
        assert!(ours(&text) && !theirs(&text), "{line:?}: {why}");
    }
}

/// Generates a key with a value that is valid or almost valid.
fn line() -> impl Strategy<Value = (bool, String)> {
    let number =
        prop_oneof!["[0-9]{1,5}", "0{0,3}[0-9]{1,3}", "-?[0-9]{1,6}[a-z]?", Just("off".to_owned()), Just("0xca6c".to_owned())];
    let mark = prop_oneof!["0[xX][0-9a-gA-F]{0,9}", "[0-9]{1,11}", "[oO][fF][fF]", "-[0-9]"];
    let ip = prop_oneof![
        "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
        "([0-9a-f]{1,4}:){1,3}(:[0-9a-g]{1,4}){1,3}",
        "::",
        "0\\.0\\.0\\.0"
    ];
    let network = (ip, "(/[0-9]{0,3})?").prop_map(|(ip, prefix)| ip + &prefix);
    let networks = (proptest::collection::vec(network, 1..4), "( ?, ?|,,)").prop_map(|(items, comma)| items.join(&comma));
    let key = prop_oneof!["[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", "[A-Za-z0-9+/]{43}=", "[A-Za-z0-9+/_-]{42,45}={0,2}"];
    let (private, public, preshared, keepalive) = (key.clone(), key.clone(), key, number.clone());
    let line = |name: &'static str, in_peer: bool| move |value: String| (in_peer, format!("{name} = {value}"));
    prop_oneof![
        number
            .prop_filter("wg wraps the port", |text| text.parse::<u64>().is_ok_and(|port| port < 65_536))
            .prop_map(line("ListenPort", false)),
        mark.prop_map(line("FwMark", false)),
        private.prop_map(line("PrivateKey", false)),
        public.prop_map(line("PublicKey", true)),
        preshared.prop_map(line("PresharedKey", true)),
        networks.prop_map(line("AllowedIPs", true)),
        keepalive.prop_map(line("persistent keepalive", true)),
        "[A-Z][a-z]{2,8}( =.{0,3})?".prop_map(|text| (false, text)),
        "\\[ ?[IP](nterface|eer) ?\\]?".prop_map(|text| (true, text)),
    ]
}

fn file(in_peer: bool, line: &str) -> String {
    if in_peer {
        format!("[Interface]\nPrivateKey = {PRIVATE}\n[Peer]\nPublicKey = {PUBLIC}\n{line}\n")
    } else {
        format!("[Interface]\nPrivateKey = {PRIVATE}\n{line}\n[Peer]\nPublicKey = {PUBLIC}\n")
    }
}

fn ours(text: &str) -> bool {
    Document::parse(text.as_bytes()).is_ok_and(|document| parse::config(&document).is_ok())
}

fn theirs(text: &str) -> bool {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), text).unwrap();
    let output = Command::new("wg").args(["setconf", "no-such-adit"]).arg(path.path()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    !said.contains("Configuration parsing error") && !said.contains("Invalid configuration")
}

fn is_installed() -> bool {
    Command::new("wg").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}
