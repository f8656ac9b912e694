//! Checks that an edit of a file changes only the intended part, and no other byte.

use adit_config::edit::{self, EditError};
use adit_config::syntax::LineKind;
use adit_config::{Config, Document, Key, PeerName, Section, parse};
use adit_protocol::PrivateKey;
use proptest::prelude::*;

const FILES: [&str; 11] = [
    include_str!("golden/accepted/byte-order-mark.conf"),
    include_str!("golden/accepted/case-and-spaces.conf"),
    include_str!("golden/accepted/every-key.conf"),
    include_str!("golden/accepted/man-page-of-wg-quick.conf"),
    include_str!("golden/accepted/man-page-of-wg.conf"),
    include_str!("golden/accepted/no-line-feed-at-the-end.conf"),
    include_str!("golden/accepted/no-peers.conf"),
    include_str!("golden/accepted/passive-peer-with-listen-port.conf"),
    include_str!("golden/accepted/provider-comments.conf"),
    include_str!("golden/accepted/space-separated-lists.conf"),
    include_str!("golden/accepted/windows-line-ends.conf"),
];

/// A file with two peers, comments everywhere, unusual spacing, and a peer in two sections.
const WOODLAND: &str = "# my laptop\n[Interface] # this end\n\tPrivateKey   =yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk= # secret\n\
    \tAddress =10.0.0.2/24 # office\n; \n\n# the office\n# Name = Office\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n\
    AllowedIPs = 10.0.0.0/24, 10.1.0.0/24 # two\nAllowedIPs = fd00::/64\n# trailing\n\n# home\n[Peer]\n\
    PublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\nallowed ips=192.168.0.0/16\n";

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes()).unwrap()
}

fn config(document: &Document) -> Config {
    parse::config(document).unwrap().0
}

/// Returns the bytes without the lines that assign `key` in that section, and the parts of those lines that are not values.
fn beside(document: &Document, section: usize, key: Key) -> (String, Vec<String>) {
    let lines = document.lines();
    let mut current = None;
    let (mut others, mut frames) = (String::new(), Vec::new());
    others += document.slice(&(0..lines.first().map_or(0, |line| line.span.start)));
    for (index, line) in lines.iter().enumerate() {
        let end = lines.get(index + 1).map_or(document.text().len(), |next| next.span.start);
        if let LineKind::Header { .. } = line.kind {
            current = Some(current.map_or(0, |current: usize| current + 1));
        }
        match &line.kind {
            LineKind::Assignment { key: Some(found), value, .. } if *found == key && current == Some(section) => {
                frames.push(
                    document.slice(&(line.span.start..value.start)).to_owned()
                        + "…"
                        + document.slice(&(value.end..end)).trim_end(),
                );
            }
            _ => others += document.slice(&(line.span.start..end)),
        }
    }
    (others, frames)
}

fn value(key: Key) -> BoxedStrategy<String> {
    let text = match key {
        Key::PrivateKey | Key::PublicKey | Key::PresharedKey => {
            return any::<[u8; 32]>()
                .prop_map(|mut bytes| {
                    bytes[5] |= 1;
                    bytes[6] ^= 0x55;
                    PrivateKey::from_bytes(bytes).dangerously_reveal_base64().to_string()
                })
                .boxed();
        }
        Key::ListenPort | Key::PersistentKeepalive => "[1-9][0-9]{0,3}",
        Key::FwMark | Key::Table => "[1-9][0-9]{0,5}",
        Key::Mtu => "1[0-9]{3}",
        Key::SaveConfig => "true|false",
        Key::Address | Key::AllowedIps => "10\\.[0-9]\\.[0-9]\\.0/24(, fd00:[1-9]::/64)?",
        Key::Dns => "10\\.0\\.0\\.[1-9](, corp\\.example)?",
        Key::Endpoint => "(vpn\\.example|192\\.0\\.2\\.1):[1-9][0-9]{2}",
        Key::PreUp | Key::PostUp | Key::PreDown | Key::PostDown => "[a-z]{1,5} [ -~é]{0,10}[a-z#]",
    };
    text.boxed()
}

fn change() -> impl Strategy<Value = (Key, Vec<String>)> {
    proptest::sample::select(Key::ALL.to_vec()).prop_flat_map(|key| {
        let count = if key.repeats() { 0..4usize } else { 0..2 };
        (Just(key), proptest::collection::vec(value(key), count))
    })
}

/// Returns the configuration of a file in which `key` has only these values.
fn intended(before: &Config, peer: usize, key: Key, values: &[String]) -> Option<Config> {
    let mut text = String::from("[Interface]\n");
    if key.section() == Section::Interface {
        values.iter().for_each(|value| text += &format!("{key} = {value}\n"));
    } else {
        text += "[Peer]\n";
        if key != Key::PublicKey {
            text += "PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n";
        }
        values.iter().for_each(|value| text += &format!("{key} = {value}\n"));
    }
    if key != Key::PrivateKey {
        text = text.replacen("[Interface]\n", "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n", 1);
    }
    let of_values = parse::config(&document(&text)).ok()?.0;
    let mut config = before.clone();
    let (interface, new) = (&mut config.interface, of_values.interface);
    match key {
        Key::PrivateKey => interface.private_key = new.private_key,
        Key::ListenPort => interface.listen_port = new.listen_port,
        Key::FwMark => interface.fwmark = new.fwmark,
        Key::Address => interface.addresses = new.addresses,
        Key::Dns => (interface.dns_servers, interface.dns_search) = (new.dns_servers, new.dns_search),
        Key::Mtu => interface.mtu = new.mtu,
        Key::Table => interface.table = new.table,
        Key::SaveConfig => interface.save_config = new.save_config,
        Key::PreUp => interface.hooks.pre_up = new.hooks.pre_up,
        Key::PostUp => interface.hooks.post_up = new.hooks.post_up,
        Key::PreDown => interface.hooks.pre_down = new.hooks.pre_down,
        Key::PostDown => interface.hooks.post_down = new.hooks.post_down,
        Key::PublicKey | Key::PresharedKey | Key::Endpoint | Key::AllowedIps | Key::PersistentKeepalive => {
            let new = of_values.peers.into_iter().next()?;
            let peer = config.peers.get_mut(peer)?;
            match key {
                Key::PublicKey => peer.public_key = new.public_key,
                Key::PresharedKey => peer.preshared_key = new.preshared_key,
                Key::Endpoint => peer.endpoint = new.endpoint,
                Key::AllowedIps => peer.allowed_ips = new.allowed_ips,
                _ => peer.persistent_keepalive = new.persistent_keepalive,
            }
        }
    }
    Some(config)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn one_thing_changes_and_no_byte_beside_it(
        file in 0..=FILES.len(), (key, values) in change(), windows: bool, open: bool, chosen: usize,
    ) {
        let mut text = FILES.get(file).unwrap_or(&WOODLAND).replace("; \n", "");
        if windows { text = text.replace("\r\n", "\n").replace('\n', "\r\n"); }
        if open { text.truncate(text.trim_end().len()); }
        let before = document(&text);
        let numbers: Vec<usize> = edit::sections(&before).iter().enumerate()
            .filter(|(_, section)| **section == Some(key.section())).map(|(number, _)| number).collect();
        prop_assume!(!numbers.is_empty());
        let which = chosen % numbers.len();
        let section = numbers[which];
        let after = edit::set(&before, section, key, &values).unwrap();
        let (others_before, frames_before) = beside(&before, section, key);
        let (others_after, frames_after) = beside(&after, section, key);
        prop_assert_eq!(others_before.trim_end(), others_after.trim_end());
        let kept = frames_before.len().min(frames_after.len());
        if key.repeats() || values.is_empty() {
            prop_assert_eq!(frames_after.len(), values.len());
        }
        prop_assert_eq!(&frames_before[..kept], &frames_after[..kept]);
        if windows { prop_assert!(!after.text().replace("\r\n", "").contains('\n')); }
        let intended = intended(&config(&before), which, key, &values);
        if let Some(intended) = intended {
            prop_assert_eq!(parse::config(&after).map(|(config, _)| config).ok(), Some(intended).filter(|config| config.interface.private_key.is_some() ));
        }
        let again = edit::set(&after, section, key, &values).unwrap();
        prop_assert_eq!(again.text(), after.text());
    }

    /// Values that would add something else are refused, whatever the file.
    #[test]
    fn no_value_brings_in_another_line(value in "[ -~\n\r\t\u{85}\u{2028}é]{0,12}", hook: bool) {
        let key = if hook { Key::PostUp } else { Key::Dns };
        let before = document(WOODLAND);
        if let Ok(after) = edit::add(&before, 0, key, &value) {
            prop_assert_eq!(after.lines().len(), before.lines().len() + 1);
            let found = after.lines().iter().any(|line| matches!(&line.kind,
                LineKind::Assignment { key: Some(found), value: span, .. } if *found == key && after.slice(span) == value));
            prop_assert!(found);
        }
    }
}

#[test]
fn a_rotated_key_stands_where_the_old_one_stood() {
    let before = document(WOODLAND);
    let new = PrivateKey::from_bytes([9; 32]).dangerously_reveal_base64();
    let section = edit::interface(&before).unwrap();
    let after = edit::set(&before, section, Key::PrivateKey, &[new.as_str()]).unwrap();
    assert_eq!(after.text(), WOODLAND.replace("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=", &new));
}

#[test]
fn a_new_line_looks_like_its_neighbours() {
    let after = edit::set(&document(WOODLAND), 0, Key::Mtu, &["1400"]).unwrap();
    assert!(after.text().contains("\tAddress =10.0.0.2/24 # office\n; \n\tMTU =1400\n\n# the office\n"), "{}", after.text());
    let after = edit::add(&document(WOODLAND), 2, Key::AllowedIps, "10.9.0.0/16").unwrap();
    assert!(after.text().ends_with("allowed ips=192.168.0.0/16\nAllowedIPs=10.9.0.0/16\n"));
}

#[test]
fn a_peer_comes_at_the_end_and_goes_with_its_comments() {
    let before = document(WOODLAND);
    let key = PrivateKey::from_bytes([9; 32]).public();
    let name: PeerName = "Attic".parse().unwrap();
    let lines = [(Key::PublicKey, key.to_string()), (Key::AllowedIps, "10.8.0.1/32".into())];
    let lines: Vec<(Key, &str)> = lines.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let after = edit::add_peer(&before, Some(&name), &lines).unwrap();
    let added = format!("\n[Peer]\n# Name = Attic\nPublicKey={key}\nAllowedIPs=10.8.0.1/32\n");
    assert_eq!(after.text(), format!("{WOODLAND}{added}"));
    assert_eq!(edit::peers(&after, &key), [3]);
    let gone = edit::remove_section(&after, 1).unwrap();
    let (start, rest) = WOODLAND.split_once("# the office\n").unwrap();
    let (_, home) = rest.split_once("# home\n").unwrap();
    assert_eq!(gone.text(), format!("{start}# home\n{home}{added}"));
}

#[test]
fn every_file_gets_a_peer_and_gives_it_back() {
    let key = PrivateKey::from_bytes([9; 32]).public().to_string();
    for text in FILES {
        let before = document(text);
        let after = edit::add_peer(&before, None, &[(Key::PublicKey, &key)]).unwrap();
        let mut expected = config(&before);
        expected.peers.push(adit_config::Peer::new(key.parse().unwrap()));
        assert_eq!(config(&after), expected);
        assert!(after.text().starts_with(text));
        let last = edit::sections(&after).len() - 1;
        assert_eq!(edit::remove_section(&after, last).unwrap().text().trim_end(), text.trim_end());
    }
}

#[test]
fn an_edit_that_is_impossible_is_refused_without_showing_a_value() {
    let before = document(WOODLAND);
    assert_eq!(edit::set(&before, 3, Key::Mtu, &["1400"]).err(), Some(EditError::NoSuchSection(3)));
    assert_eq!(edit::set(&before, 1, Key::Mtu, &["1400"]).unwrap_err().to_string(), "MTU does not belong in [Peer]");
    assert_eq!(edit::set(&before, 0, Key::Mtu, &["1400", "1300"]).err(), Some(EditError::OnlyOne(Key::Mtu)));
    let secret = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nPostUp = true";
    let error = edit::set(&before, 0, Key::PrivateKey, &[secret]).unwrap_err();
    assert_eq!(error, EditError::NotAValue(Key::PrivateKey));
    assert!(!format!("{error} {error:?}").contains("yAnz"));
    let large = "a".repeat(1 << 20);
    assert!(matches!(edit::set(&before, 0, Key::PostUp, &[large]), Err(EditError::Document(_))));
}
