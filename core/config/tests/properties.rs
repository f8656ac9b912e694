//! Tests properties of every input: nothing panics, no byte is lost, no key is shown, and a written configuration is read back
//! the same.

use adit_config::config::{Config, Hooks, Interface, Peer};
use adit_config::{Cidr, Document, FwMark, Keepalive, Mtu, Table, parse, strip, write};
use adit_protocol::{PresharedKey, PrivateKey, PublicKey};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::net::IpAddr;

/// Runs every function of the crate on the bytes.
fn survive(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Ok(document) = Document::parse(bytes) else { return Ok(()) };
    let kept = document.to_bytes();
    prop_assert_eq!(kept.as_slice(), bytes);
    let mut end = 0;
    for token in document.tokens() {
        prop_assert_eq!(token.span.start, end);
        prop_assert!(token.span.end > end && document.text().get(token.span.clone()).is_some());
        end = token.span.end;
    }
    prop_assert_eq!(end, bytes.len());
    strip::strip(&document);
    match parse::config(&document) {
        Ok((config, _)) => {
            let text = write::config(&config);
            let again = parse::config(&Document::parse(text.as_bytes()).unwrap());
            let has_key = config.interface.private_key.is_some();
            prop_assert!(!has_key || again.is_ok_and(|(again, _)| again == config));
        }
        Err(diagnostics) => {
            for diagnostic in diagnostics {
                prop_assert!(diagnostic.line >= 1 && diagnostic.column >= 1);
                prop_assert!(document.text().get(diagnostic.span.clone()).is_some());
            }
        }
    }
    Ok(())
}

/// Large amounts of the most expensive input: each file would take minutes if the code compared every item with all previous
/// ones.
#[test]
fn the_worst_files_are_survived() {
    let peer = "[Interface]\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n";
    let long = |start: &str, piece: &str| format!("{start}{}\n", piece.repeat(65_000 / piece.len())).repeat(4);
    for text in [
        "\n".repeat(1 << 18),
        "[Peer]\n".repeat(1 << 15),
        "[Interface]\nx\n".repeat(1 << 14),
        peer.to_owned() + &long("AllowedIPs=", ","),
        peer.to_owned() + &long("AllowedIPs=", "+::/0,-::/0,"),
        "[Interface]\n".to_owned() + &long("DNS=", "a?,"),
        "[Interface]\n".to_owned() + &long("Address=", "\u{200b}"),
        "[Interface]\n".to_owned() + &long("PostUp=", "#"),
        long("[", "["),
    ] {
        survive(text.as_bytes()).unwrap();
    }
}

const SEED: &str = include_str!("golden/accepted/every-key.conf");

/// A mutation that breaks a file.
#[derive(Clone, Debug)]
enum Mutation {
    Delete(usize, usize),
    Insert(usize, String),
    Duplicate(usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let snippets = prop_oneof![
        Just("#".to_owned()),
        Just("\r\n".to_owned()),
        Just("\n".to_owned()),
        Just("=".to_owned()),
        Just(",".to_owned()),
        Just("[Peer]\n".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\u{a0}".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("-".to_owned()),
        Just("/".to_owned()),
        "\\PC{0,6}",
    ];
    prop_oneof![
        (any::<usize>(), 1..40usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (any::<usize>(), snippets).prop_map(|(at, text)| Mutation::Insert(at, text)),
        (any::<usize>(), 1..200usize).prop_map(|(at, length)| Mutation::Duplicate(at, length)),
    ]
}

fn mutate(mut characters: Vec<char>, mutations: Vec<Mutation>) -> String {
    for mutation in mutations {
        let place = |at: usize| at % (characters.len() + 1);
        match mutation {
            Mutation::Delete(at, length) => {
                let start = place(at);
                let end = (start + length).min(characters.len());
                characters.drain(start..end);
            }
            Mutation::Insert(at, text) => {
                let start = place(at);
                characters.splice(start..start, text.chars());
            }
            Mutation::Duplicate(at, length) => {
                let start = place(at);
                let copy = characters[start..(start + length).min(characters.len())].to_vec();
                characters.splice(start..start, copy);
            }
        }
    }
    characters.into_iter().collect()
}

prop_compose! {
    fn cidr()(bits: u128, v4: bool, prefix in 0u8..=128) -> Cidr {
        let address = if v4 { IpAddr::V4((bits as u32).into()) } else { IpAddr::V6(bits.into()) };
        Cidr::new(address, if v4 { prefix % 33 } else { prefix }).unwrap()
    }
}

fn command() -> impl Strategy<Value = adit_config::Hook> {
    "[!-~][ -~é\t]{0,20}".prop_filter_map("no command", |text| text.parse().ok())
}

fn table() -> impl Strategy<Value = Table> {
    prop_oneof![Just(Table::Auto), Just(Table::Off), (1u32..).prop_map(Table::Number)]
}

prop_compose! {
    fn interface()(
        key: [u8; 32],
        listen_port in option::of(any::<u16>()),
        fwmark in option::of(any::<u32>().prop_map(FwMark::new)),
        addresses in vec(cidr(), 0..3),
        dns_servers in vec(any::<IpAddr>(), 0..3),
        dns_search in vec("~?[a-z]{1,5}(\\.[a-z0-9]{1,5}){0,2}".prop_map(|text| text.parse().unwrap()), 0..3),
        mtu in option::of((Mtu::MINIMUM..).prop_map(|bytes| Mtu::new(bytes).unwrap())),
        table in table(),
        save_config: bool,
        commands in vec(command(), 4),
    ) -> Interface {
        let dns_search: Vec<adit_config::SearchDomain> = dns_search;
        let mut commands = commands.into_iter().map(|command| vec![command]);
        let mut next = || commands.next().unwrap_or_default();
        let hooks = Hooks { pre_up: next(), post_up: next(), pre_down: next(), post_down: next() };
        let private_key = Some(PrivateKey::from_bytes(key));
        Interface { private_key, asks_for: None, listen_port, fwmark, addresses, dns_servers, dns_search, mtu, table, save_config, hooks }
    }
}

prop_compose! {
    fn peer()(
        key in any::<[u8; 32]>().prop_map(|mut key| { key[3] |= 1; key[4] ^= key[5]; key }),
        preshared in option::of(any::<[u8; 32]>().prop_filter("none", |key| *key != [0; 32])),
        name in option::of("[a-z=#é][a-z =#:é]{0,20}".prop_map(|text| text.parse().unwrap())),
        endpoints in vec((any::<IpAddr>(), 1u16..), 0..4),
        allowed_ips in vec(cidr().prop_map(|cidr| cidr.network()), 0..5),
        keepalive in option::of(any::<u16>().prop_map(Keepalive::from_seconds)),
    ) -> Peer {
        let mut seen = std::collections::HashSet::new();
        let mut endpoints =
            endpoints.into_iter().map(|(address, port)| adit_config::Endpoint { host: adit_config::Host::Ip(address), port });
        Peer {
            name,
            public_key: PublicKey::from_bytes(key),
            preshared_key: preshared.map(PresharedKey::from_bytes),
            endpoint: endpoints.next(),
            further_endpoints: endpoints.collect(),
            allowed_ips: allowed_ips.into_iter().filter(|network| seen.insert(*network)).collect(),
            persistent_keepalive: keepalive,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_survived_and_kept(bytes in vec(any::<u8>(), 0..300)) {
        survive(&bytes)?;
    }

    #[test]
    fn any_lines_are_survived_and_kept(text in "(\u{feff})?((\\[(Interface|Peer)\\]|(AllowedIPs|DNS|Endpoint|PostUp|Address|MTU) *= *[ -~\u{a0}é]{0,20}|[ -~\u{85}\t\r]{0,20})\r?\n?){0,12}") {
        survive(text.as_bytes())?;
    }

    #[test]
    fn a_broken_file_is_survived_and_kept(mutations in vec(mutation(), 1..8)) {
        survive(mutate(SEED.chars().collect(), mutations).as_bytes())?;
    }

    #[test]
    fn a_written_configuration_is_read_back_unchanged(interface in interface(), peers in vec(peer(), 0..4)) {
        let mut seen = std::collections::HashSet::new();
        let peers = peers.into_iter().filter(|peer| seen.insert(peer.public_key)).collect();
        let config = Config { interface, peers };
        let text = write::config(&config);
        let read = parse::config(&Document::parse(text.as_bytes()).unwrap());
        prop_assert_eq!(read.map(|(config, _)| config), Ok(config));
    }

    /// A secret that a mistake puts in any place, whole or truncated, appears in no diagnostic.
    #[test]
    fn no_diagnostic_shows_a_key(key: [u8; 32], cut in 20usize..=44, line in 0usize..40, before in "[ -~]{0,12}", after in "[ -~]{0,12}") {
        let secret = PrivateKey::from_bytes(key).dangerously_reveal_base64();
        let secret = &secret[..cut];
        let mut lines: Vec<String> = SEED.lines().map(str::to_owned).collect();
        let line = line % lines.len();
        let broken = match lines[line].split_once('=') {
            Some((name, _)) if before.len() % 2 == 0 => format!("{name}= {before}{secret}{after}"),
            _ => format!("{before}{secret}{after}"),
        };
        lines[line] = broken;
        let document = Document::parse(lines.join("\n").as_bytes()).unwrap();
        let (Ok((_, diagnostics)) | Err(diagnostics)) = parse::config(&document);
        for diagnostic in &diagnostics {
            let said = format!("{diagnostic:?}");
            let shown = (0..secret.len() - 12).any(|start| said.contains(&secret[start..start + 12]));
            prop_assert!(!shown, "{}", said);
        }
    }
}
