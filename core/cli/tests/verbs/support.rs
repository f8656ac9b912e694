//! The bundle for somebody who helps: everything about the problem, and no secret.

use std::io::Read;

use adit_api::Role;

use crate::bench::{Bench, OWN, PEER, conf, office};

/// Another private key, and a preshared key.
const OTHER: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const PRESHARED: &str = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";

fn bytes(key: &str) -> Vec<u8> {
    let digit =
        |letter: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|one| *one == letter);
    let bits: String = key.bytes().filter_map(digit).map(|digit| format!("{digit:06b}")).collect();
    bits.as_bytes().chunks_exact(8).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
}

/// Every form in which a key is written.
fn encodings(key: &str) -> Vec<String> {
    let raw = bytes(key);
    assert_eq!(raw.len(), 32);
    let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
    let url_safe = key.replace('+', "-").replace('/', "_");
    let percent = key.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let plain = key.trim_end_matches('=').to_owned();
    vec![plain, url_safe.trim_end_matches('=').to_owned(), percent, hex.to_uppercase(), hex]
}

#[track_caller]
fn no_key_is_in(text: &str) {
    for encoding in [OWN, OTHER, PRESHARED].into_iter().flat_map(encodings) {
        assert!(!text.contains(&encoding), "{encoding} is in:\n{text}");
    }
}

/// Tunnels of every kind, with keys in all places and forms.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.keep("office", &office().replace("[Peer]", &format!("[Peer]\nPresharedKey = {PRESHARED}")));
    let forms = [OWN, OTHER, PRESHARED].map(|key| encodings(key).join(" # ")).join("\n# ");
    bench.keep("comments", &format!("# {forms}\n{}", conf("Address = 10.1.0.2/24", "10.1.0.0/24")));
    let commands = format!(
        "Address = 10.2.0.2/24\nPostUp = curl -u eve:password https://x/?k={OTHER}\nPreDown = wg set %i private-key <(echo {OTHER})"
    );
    bench.keep("commands", &conf(&commands, "10.2.0.0/24").replace(OWN, OTHER));
    // The public key of the peer is the private key of another tunnel: a common mistake.
    bench.keep("mistaken", &conf("Address = 10.3.0.2/24", "10.3.0.0/24").replace(PEER, OTHER));
    bench.keep("names", &conf("Address = 10.4.0.2/24", "10.4.0.0/24").replace("192.0.2.1:51820", "VPN.example.net:51820"));
    bench.file(
        "wireguard/broken.conf",
        format!("[Interface]\nPrivateKey = {OTHER}x\nPresharedKey = {PRESHARED}\nnonsense {OTHER}\nPubKey = {OWN}\n"),
    );
    bench.file("wireguard/published.conf", conf("Address = 10.5.0.2/24", "10.5.0.0/24").replace(PEER, OTHER).replace(OWN, OTHER));
    bench.manager.reread();
    bench.adit(&["up", "office"]).ok();
    bench
}

#[test]
fn no_key_is_in_the_bundle_whatever_the_configurations_are() {
    let bench = bench();
    let shown = bench.adit(&["support", "--show"]).ok();
    for part in [
        "==> README.txt <==",
        "==> computer.txt <==\nadit ",
        "==> service.json <==",
        "==> log.txt <==",
        "==> tunnels/office/state.json <==",
        "==> tunnels/broken/diagnostics.txt <==\nline 2",
        "[office] up",
        "Endpoint = 192.0.2.1:51820",
        PEER,
        "PostUp = (left out)",
        "would create the interface office",
    ] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    no_key_is_in(&shown);
    assert!(!shown.contains("password") && !shown.contains("nonsense"), "{shown}");
    no_key_is_in(&bench.adit(&["support", "--json"]).ok());
}

#[test]
fn the_written_file_is_what_is_shown_for_its_owner_alone_and_never_over_another() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = bench();
    let out = bench.path("bundle.tar.gz");
    let shown = bench.adit(&["support", "--show", "--output", &out]).ok();
    assert!(shown.contains("Read it before you send it: tar -xzOf"), "{shown}");
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(&out).unwrap()));
    let mut count = 0;
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().strip_prefix("adit-support").unwrap().display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        assert!(shown.contains(&format!("==> {name} <==\n{text}\n")), "{name} is not what was shown:\n{text}");
        no_key_is_in(&text);
        count += 1;
    }
    assert!(count > 30 && shown.matches("\n==> ").count() + 1 == count, "{count}");
    assert!(bench.adit(&["support", "--output", &out]).fails(1).contains("exists"), "it was replaced");
    bench.adit(&["support", "--output", &out, "--force", "--quiet"]).ok();
}

#[test]
fn addresses_and_names_are_hidden_when_asked() {
    let bench = bench();
    let further = format!("{}# adit:Endpoint = Backup.secret.example:443, 53\n", conf("Address = 10.6.0.2/24", "10.6.0.0/24"));
    bench.keep("vpn.example.net", &further);
    let shown = bench.adit(&["support", "--hide-addresses"]).ok();
    for hidden in ["192.0.2.1", "10.1.0", "vpn.example", "VPN.example", "ackup.secret"] {
        assert!(!shown.contains(hidden), "{hidden} is in:\n{shown}");
    }
    assert!(shown.contains("Endpoint = address-") && shown.contains("Endpoint = host-1:51820"), "{shown}");
    assert!(shown.contains("==> tunnels/1/state.json <==") && !shown.contains("==> tunnels/office/"), "{shown}");
    no_key_is_in(&shown);
}

#[test]
fn a_user_without_rights_gets_what_he_may_see_and_the_reason_for_the_rest() {
    let bench = Bench::for_callers(Role::Status);
    bench.keep("office", &office());
    let shown = bench.adit(&["support"]).ok();
    let reason = "==> tunnels/office/configuration.conf <==\nyou may not change tunnels or see their keys; try again with sudo";
    assert!(shown.contains(reason) && shown.contains("\"kind\": \"down\""), "{shown}");
    no_key_is_in(&shown);
}

#[test]
fn without_a_service_the_bundle_says_so() {
    let bench = Bench::new();
    let mut command = bench.command(&["support"]);
    let ran = crate::bench::Ran::from(command.env("ADIT_SOCKET", bench.path("nobody")).output().unwrap());
    let shown = ran.ok();
    assert!(shown.contains("==> service.txt <==\n") && shown.contains("==> computer.txt <=="), "{shown}");
}
