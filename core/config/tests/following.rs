//! Tests writing the state of a running engine into a file: only the changed values change.

use adit_config::diff::Diff;
use adit_config::edit::{self, EditError};
use adit_config::{Config, Document, FwMark, Keepalive, Peer, parse};
use adit_protocol::PresharedKey;

/// A file with two peers, comments everywhere, unusual spacing, and a peer in two sections.
const WOODLAND: &str = "# my laptop\n[Interface] # this end\n\tPrivateKey   =yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk= # secret\n\
    \tListenPort =  7 # lucky\n\n# the office\n# Name = Office\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n\
    AllowedIPs = 10.0.0.0/24, 10.1.0.0/24 # two\nAllowedIPs = fd00::/64 # six\nEndpoint=vpn.example.org:51820\n# trailing\n\n# home\n\
    [Peer]\nPublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\nallowed ips=192.168.0.0/16\n";
const OFFICE: usize = 0;
const HOME: usize = 1;

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes()).unwrap()
}

fn config(text: &str) -> Config {
    parse::config(&document(text)).unwrap().0
}

/// Returns the file after the change, and checks that it has the meaning of the change.
fn followed(change: impl FnOnce(&mut Config)) -> String {
    let told = config(WOODLAND);
    let mut runs = told.clone();
    change(&mut runs);
    let followed = edit::follow(&document(WOODLAND), &Diff::between(&told, &runs)).unwrap();
    assert!(Diff::between(&config(followed.text()), &runs).is_empty(), "{}", followed.text());
    followed.text().to_owned()
}

fn file() -> String {
    WOODLAND.to_owned()
}

#[test]
fn nothing_new_changes_no_byte() {
    assert_eq!(followed(|_| ()), file());
}

#[test]
fn port_and_mark_and_key() {
    assert_eq!(followed(|config| config.interface.listen_port = Some(8)), file().replace("=  7 #", "=  8 #"));
    let marked = followed(|config| config.interface.fwmark = Some(FwMark::new(0x20)));
    assert!(marked.contains("# lucky\n\tFwMark =  0x20\n"), "{marked}");
    let other = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";
    let new = followed(|config| config.interface.private_key = Some(other.parse().unwrap()));
    assert_eq!(new, file().replace("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=", other));
}

#[test]
fn an_endpoint_a_keepalive_and_a_preshared_key_of_a_peer() {
    let moved = followed(|config| config.peers[OFFICE].endpoint = Some("192.0.2.7:9".parse().unwrap()));
    assert_eq!(moved, file().replace("vpn.example.org:51820", "192.0.2.7:9"));
    let kept_awake = followed(|config| config.peers[HOME].persistent_keepalive = Some(Keepalive::from_seconds(25)));
    assert_eq!(kept_awake, file() + "PersistentKeepalive=25\n");
    let key = PresharedKey::from_bytes([7; 32]);
    let with_key = followed(|config| config.peers[HOME].preshared_key = Some(key.clone()));
    assert_eq!(with_key, format!("{}PresharedKey={}\n", file(), key.dangerously_reveal_base64().as_str()));
    let gone = followed(|config| config.peers[OFFICE].endpoint = None);
    assert_eq!(gone, file().replace("Endpoint=vpn.example.org:51820\n", ""));
}

#[test]
fn networks_come_go_and_move_and_comments_stay_with_their_lines() {
    let less = followed(|config| config.peers[OFFICE].allowed_ips.retain(|network| network.to_string() != "10.1.0.0/24"));
    assert_eq!(less, file().replace("10.0.0.0/24, 10.1.0.0/24 # two", "10.0.0.0/24 # two"));
    let none = followed(|config| config.peers[OFFICE].allowed_ips.retain(|network| network.is_ipv4()));
    assert_eq!(none, file().replace("AllowedIPs = fd00::/64 # six\n", ""));
    let more = followed(|config| config.peers[OFFICE].allowed_ips.push("10.2.0.0/16".parse().unwrap()));
    assert_eq!(more, file().replace("# six\n", "# six\nAllowedIPs = 10.2.0.0/16\n"));
    let moved = followed(|config| {
        let network = config.peers[OFFICE].allowed_ips.remove(0);
        config.peers[HOME].allowed_ips.push(network);
    });
    assert!(
        moved.contains("AllowedIPs = 10.1.0.0/24 # two\n")
            && moved.ends_with("allowed ips=192.168.0.0/16\nAllowedIPs=10.0.0.0/24\n"),
        "{moved}"
    );
}

#[test]
fn peers_come_and_go() {
    let key = "H7vnPSoTjrMFcMlNcnLFEGmbNHxnpmPXGYsZm2uDMj8=";
    let more = followed(|config| {
        let mut peer = Peer::new(key.parse().unwrap());
        peer.allowed_ips.push("10.9.0.0/16".parse().unwrap());
        peer.endpoint = Some("[2001:db8::1]:7".parse().unwrap());
        config.peers.push(peer);
    });
    let added = format!("\n[Peer]\nPublicKey={key}\nAllowedIPs=10.9.0.0/16\nEndpoint=[2001:db8::1]:7\n");
    assert_eq!(more, file() + &added);
    let fewer = followed(|config| drop(config.peers.remove(HOME)));
    assert_eq!(fewer, file().split("# home\n").next().unwrap());
}

#[test]
fn a_line_that_was_removed_from_the_file_meanwhile_stays_removed() {
    let told = config(&file());
    let mut runs = told.clone();
    runs.peers[HOME].endpoint = Some("192.0.2.7:9".parse().unwrap());
    let edited = file().split("# home\n").next().unwrap().to_owned();
    assert_eq!(edit::follow(&document(&edited), &Diff::between(&told, &runs)).unwrap().text(), edited);
}

#[test]
fn settings_that_no_engine_knows_are_refused() {
    let told = config(&file());
    let mut other = told.clone();
    other.interface.mtu = adit_config::Mtu::new(1300);
    assert_eq!(edit::follow(&document(&file()), &Diff::between(&told, &other)).unwrap_err(), EditError::NotOfEngine);
}
