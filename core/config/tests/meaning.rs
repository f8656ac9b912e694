//! Tests the meaning of a configuration: values in their places, repeated keys, repeated peers, names from comments.

use adit_config::{Config, Document, InterfaceSettings, Peer, Table, parse};

const HEAD: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n";
const A: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
const B: &str = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";

fn read(text: &str) -> Config {
    let document = Document::parse(text.as_bytes()).unwrap();
    parse::config(&document).unwrap_or_else(|diagnostics| panic!("{diagnostics:?}")).0
}

fn text(values: &[impl ToString]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn names(config: &Config) -> Vec<Option<&str>> {
    config.peers.iter().map(|peer: &Peer| peer.name.as_ref().map(|name| name.as_str())).collect()
}

#[test]
fn every_key_arrives_in_its_place() {
    let config = read(include_str!("golden/accepted/every-key.conf"));
    let interface = &config.interface;
    assert_eq!(interface.private_key.as_ref().unwrap().public().to_string(), "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=");
    assert_eq!(interface.listen_port, Some(0));
    assert_eq!(interface.fwmark.unwrap().get(), 0xca6c);
    assert_eq!(text(&interface.addresses), ["10.0.0.2/24", "fd00::2/64", "10.0.1.2/32"]);
    assert_eq!(text(&interface.dns_servers), ["10.0.0.1", "fd00::1"]);
    assert_eq!(text(&interface.dns_search), ["corp.example", "~."]);
    assert_eq!((interface.mtu.unwrap().get(), interface.table, interface.save_config), (1420, Table::Auto, true));
    assert_eq!(text(&interface.hooks.post_up), ["iptables -A FORWARD -i %i -j ACCEPT; echo 'two, words'"]);
    let peer = &config.peers[0];
    assert_eq!((peer.public_key.to_string().as_str(), names(&config)), (A, vec![Some("Büro")]));
    assert!(peer.preshared_key.is_some());
    assert_eq!(peer.endpoint.as_ref().unwrap().to_string(), "[fe80::1%eth0]:51820");
    assert_eq!(text(&peer.allowed_ips), ["0.0.0.0/0", "::/0"]);
    assert_eq!(peer.persistent_keepalive.unwrap().seconds().unwrap().get(), 25);
    let settings = InterfaceSettings::from(&config, "wg0".parse().unwrap());
    assert_eq!(text(&settings.routes), ["::/0", "0.0.0.0/0"]);
    assert_eq!(settings.hooks.post_up, ["iptables -A FORWARD -i wg0 -j ACCEPT; echo 'two, words'"]);
}

#[test]
fn a_hash_is_a_comment_everywhere_but_in_a_command() {
    let config = read(&format!("{HEAD}MTU = 1400 # small\nPostUp = echo '#1' # one\nPostUp=echo 2\n"));
    assert_eq!(config.interface.mtu.unwrap().get(), 1400);
    assert_eq!(text(&config.interface.hooks.post_up), ["echo '#1' # one", "echo 2"]);
}

#[test]
fn a_key_that_counts_once_counts_as_it_was_given_last() {
    let config = read(&format!(
        "{HEAD}ListenPort = 1\nListenPort = 2\n[Peer]\nPublicKey = {A}\nPublicKey = {B}\n[Interface]\nMTU = 1400\n"
    ));
    assert_eq!(config.interface.listen_port, Some(2));
    assert_eq!(config.interface.mtu.unwrap().get(), 1400);
    assert_eq!(config.peers[0].public_key.to_string(), B);
}

/// Observed on the UAPI socket of the real `wg setconf`: the fields of the second section win, and its allowed IPs replace those
/// of the first.
#[test]
fn a_peer_given_twice_is_joined_as_wg_does() {
    let first = format!("[Peer]\nPublicKey = {A}\nEndpoint = 192.0.2.1:1\nAllowedIPs = 10.0.0.0/24\nPersistentKeepalive = 5\n");
    let other = format!("[Peer]\nPublicKey = {B}\nAllowedIPs = 10.9.0.0/24\n");
    let second = format!("[Peer]\nPublicKey = {A}\nAllowedIPs = 10.1.0.0/24\nPersistentKeepalive = 9\n");
    let config = read(&format!("{HEAD}{first}{other}{second}"));
    assert_eq!(config.peers.len(), 2);
    let peer = &config.peers[0];
    assert_eq!(peer.endpoint.as_ref().unwrap().to_string(), "192.0.2.1:1");
    assert_eq!(text(&peer.allowed_ips), ["10.1.0.0/24"]);
    assert_eq!(peer.persistent_keepalive.unwrap().seconds().unwrap().get(), 9);
    let zeros = format!("PresharedKey = {}=\n", "A".repeat(43));
    let taken_away = read(&format!("{HEAD}{first}PresharedKey = {B}\n{second}{zeros}"));
    assert_eq!(taken_away.peers[0].preshared_key, None);
    let kept = read(&format!("{HEAD}{first}PresharedKey = {B}\n{second}"));
    assert!(kept.peers[0].preshared_key.is_some());
    let without_list = read(&format!("{HEAD}{first}[Peer]\nPublicKey = {A}\n"));
    assert!(without_list.peers[0].allowed_ips.is_empty());
}

#[test]
fn plus_and_minus_change_the_list_so_far() {
    let peer = |allowed: &str| format!("[Peer]\nPublicKey = {A}\nAllowedIPs = {allowed}\n");
    let config = read(&format!(
        "{HEAD}{}{}",
        peer("10.0.0.0/24, 10.1.0.0/24"),
        peer("-10.0.0.0/24, +10.2.0.0/24, +10.0.0.0/24, -10.1.0.0/24")
    ));
    assert_eq!(text(&config.peers[0].allowed_ips), ["10.2.0.0/24", "10.0.0.0/24"]);
}

#[test]
fn a_name_comes_from_a_comment_in_the_section_or_right_above_it() {
    let peer = |key: &str| format!("[Peer]\nPublicKey = {key}\n");
    assert_eq!(names(&read(&format!("{HEAD}{}# Name = Office\n", peer(A)))), [Some("Office")]);
    assert_eq!(names(&read(&format!("{HEAD}# friendly_name: Office = 1\n# other\n{}", peer(A)))), [Some("Office = 1")]);
    assert_eq!(names(&read(&format!("{HEAD}{}# Name = a\n\n#Name = b\n{}", peer(A), peer(B)))), [Some("a"), Some("b")]);
    assert_eq!(names(&read(&format!("{HEAD}# Name = mine\n\n{}# Names = x\n# Name = \u{1b}[31m\n", peer(A)))), [None]);
    assert_eq!(names(&read(&format!("{HEAD}{}# Name = first\n# Name = second\n", peer(A)))), [Some("first")]);
}

#[test]
fn the_names_that_programs_write_into_comments_are_taken() {
    let peer = |key: &str| format!("[Peer]\nPublicKey = {key}\n");
    let above = |comment: &str| format!("{HEAD}{comment}\n{}", peer(A));
    let below = |comment: &str| format!("{HEAD}[Peer]\n{comment}\nPublicKey = {A}\n");
    for (text, wanted) in [
        (above("# Client: phone (8f2c1a70-9f0e-4d0b-b8f3-3d3a9a3f1e11)"), Some("phone")),
        (above("# Peer: my phone"), Some("my phone")),
        (above("### begin phone ###"), Some("phone")),
        (above("### Client phone"), Some("phone")),
        (above("# BEGIN_PEER phone"), Some("phone")),
        (below("#phone"), Some("phone")),
        (below("# US-FREE#12"), Some("US-FREE#12")),
        (below("# US-FREE#12\n# Name = exit"), Some("exit")),
        (below("# This is the server at home."), None),
        (below("# PresharedKey = x"), None),
        (below("# one\n# two"), None),
        (above("# phone"), None),
    ] {
        assert_eq!(names(&read(&text)), [wanted], "{text}");
    }
    let two = format!("{HEAD}### begin a ###\n{}### end a ###\n### begin b ###\n{}### end b ###\n", peer(A), peer(B));
    assert_eq!(names(&read(&two)), [Some("a"), Some("b")]);
}

#[test]
fn lists_are_split_at_spaces_and_commas_like_those_of_wg_quick() {
    let config = read(include_str!("golden/accepted/space-separated-lists.conf"));
    assert_eq!(text(&config.interface.addresses), ["10.0.0.2/32", "10.0.0.3/32", "10.0.0.4/32"]);
    assert_eq!(text(&config.interface.dns_servers), ["1.1.1.1", "9.9.9.9"]);
    assert_eq!(text(&config.interface.dns_search), ["corp.example"]);
}

#[test]
fn the_public_key_is_known_also_where_something_else_is_wrong() {
    let own = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    let public = Some("HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=".parse().unwrap());
    let of = |text: &str| adit_config::parse::own_public_key(&Document::parse(text.as_bytes()).unwrap());
    assert_eq!(of(&format!("[Interface]\nMTU = x\nprivatekey = {own}\n[Peer]\n")), public);
    assert_eq!(of("[Interface]\n# AskForKey = HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=\n"), public);
    assert_eq!(of(&format!("[Peer]\nPrivateKey = {own}\n")), None);
    assert_eq!(of("[Interface]\nPrivateKey = half\n# AskForKey = HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=\n"), None);
    assert_eq!(of(&format!("[Interface]\nPrivateKey = {}=\n", "A".repeat(43))), None);
}

#[test]
fn peers_have_names_also_where_something_is_wrong() {
    let text = "[Interface]\nMTU = x\n# Name = home\n[Peer]\n[Peer]\nPublicKey = x\n[Peer]\n# office\n[Other]\n";
    let names = adit_config::parse::peer_names(&Document::parse(text.as_bytes()).unwrap());
    let names: Vec<Option<String>> = names.into_iter().map(|name| name.map(|name| name.to_string())).collect();
    assert_eq!(names, [Some("home".to_owned()), None, Some("office".to_owned())]);
}
