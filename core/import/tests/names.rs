//! Tests how names of tunnels and interfaces are derived from file names of any system.

mod support;

use adit_api::{ImportReason, TunnelName};
use adit_config::InterfaceName;
use adit_import::{Draft, Names, file_names, import};
use proptest::prelude::*;
use support::conf;

fn draft(file_name: &str, names: &mut Names) -> Draft {
    let mut import = import(file_name, conf(1).as_bytes(), names);
    assert!(import.refusals.is_empty(), "{file_name:?} {import:?}");
    import.drafts.remove(0)
}

fn named(file_name: &str) -> (String, String) {
    let draft = draft(file_name, &mut Names::default());
    (draft.name.to_string(), draft.interface.to_string())
}

#[test]
fn names_are_made_of_file_names() {
    let long = "a".repeat(255);
    for (file_name, tunnel, interface) in [
        ("wg0.conf", "wg0", "wg0"),
        ("WG0.CONF", "WG0", "WG0"),
        ("wg0", "wg0", "wg0"),
        ("photo.jpeg", "photo", "photo"),
        ("my.office.conf", "my.office", "my.office"),
        ("Büro Köln (2).conf", "Büro Köln (2)", "Buro-Koln-2"),
        ("Bu\u{308}ro.conf", "Büro", "Buro"),
        ("Straße.conf", "Straße", "Strasse"),
        ("家.conf", "家", "wg"),
        ("CON.conf", "CON", "_CON"),
        ("nul.conf", "nul", "_nul"),
        ("com1.conf", "com1", "_com1"),
        ("NUL.a-long-name.conf", "NUL.a-long-name", "_NUL.a-long-nam"),
        ("lo.conf", "lo", "_lo"),
        ("all.conf", "all", "_all"),
        ("../../etc/cron.d/x", "x", "x"),
        ("/etc/wireguard/office.conf", "office", "office"),
        ("C:\\Users\\me\\office.conf", "office", "office"),
        ("C:x.conf", "C:x", "C-x"),
        ("..", "Tunnel", "wg"),
        ("", "Tunnel", "wg"),
        (".conf", "Tunnel", "wg"),
        ("-rf.conf", "rf", "rf"),
        ("--.conf", "Tunnel", "wg"),
        (" spaces  inside .conf", "spaces inside", "spaces-inside"),
        ("%i.conf", "%i", "i"),
        ("$(reboot).conf", "$(reboot)", "reboot"),
        ("<img src=x>.conf", "<img src=x>", "img-src=x"),
        ("a\nb\0c\u{1b}[31m.conf", "a b c [31m", "a-b-c-31m"),
        ("\u{202e}gpj.conf", "gpj", "gpj"),
        ("zero\u{200b}width.conf", "zero width", "zero-width"),
        ("a-name-of-more-than-fifteen.conf", "a-name-of-more-than-fifteen", "a-name-of-more"),
        (&long, &long[..64], &long[..15]),
        ("😀.conf", "😀", "wg"),
    ] {
        assert_eq!(named(file_name), (tunnel.to_owned(), interface.to_owned()), "{file_name:?}");
    }
}

#[test]
fn no_name_is_given_twice_however_it_is_spelled() {
    let taken: TunnelName = "Büro".parse().unwrap();
    let interface: InterfaceName = "buro".parse().unwrap();
    let mut names = Names::new([&taken], [&interface]);
    let given: Vec<(String, String, bool)> = ["büro.conf", "BU\u{308}RO.conf", "Buro.conf", "Ｂüro.conf"]
        .iter()
        .map(|file| {
            let draft = draft(file, &mut names);
            (draft.name.to_string(), draft.interface.to_string(), draft.renamed)
        })
        .collect();
    let expected =
        [("büro (2)", "buro-2", true), ("BÜRO (3)", "BURO-3", true), ("Buro", "Buro-4", false), ("Ｂüro (2)", "Buro-5", true)];
    let given: Vec<(&str, &str, bool)> =
        given.iter().map(|(name, interface, renamed)| (&**name, &**interface, *renamed)).collect();
    assert_eq!(given[..3], expected[..3]);
    assert!(given[3].2 && given[3].1 == "Buro-5", "a wide B looks like one: {given:?}");
}

#[test]
fn a_number_makes_room_for_itself() {
    let mut names = Names::default();
    let long = "é".repeat(100);
    let first = draft(&long, &mut names);
    let second = draft(&long, &mut names);
    assert_eq!(first.name.as_str().chars().count(), 64);
    assert_eq!(second.name.as_str(), format!("{} (2)", "é".repeat(60)));
    let interfaces: Vec<String> =
        (0..3).map(|_| draft("a-name-of-more-than-fifteen.conf", &mut names).interface.to_string()).collect();
    assert_eq!(interfaces, ["a-name-of-more", "a-name-of-mor-2", "a-name-of-mor-3"]);
}

#[test]
fn a_refused_file_takes_no_name() {
    let mut names = Names::default();
    assert_eq!(import("wg0.conf", b"[Interface]\n", &mut names).refusals.len(), 1);
    assert_eq!(draft("wg0.conf", &mut names).name.as_str(), "wg0");
}

#[test]
fn several_files_are_one_import() {
    let mut names = Names::default();
    let mut all = import("wg0.conf", conf(1).as_bytes(), &mut names);
    all.append(import("wg0.conf", conf(2).as_bytes(), &mut names));
    all.append(import("x.conf", b"", &mut names));
    assert_eq!(all.drafts.iter().map(|draft| draft.name.as_str()).collect::<Vec<_>>(), ["wg0", "wg0 (2)"]);
    let refusal = &all.refusals[0];
    let worst = ImportReason::from(&refusal.reason).worst.unwrap();
    assert_eq!((refusal.source.as_str(), worst.code.as_str()), ("x.conf", "empty"));
}

#[test]
fn exported_files_have_names_that_every_system_takes() {
    let names: Vec<TunnelName> = ["Office", "office", "CON", "a:b", "a?b", "end.", "Büro", "lpt1.x", &"家".repeat(64)]
        .iter()
        .map(|name| name.parse().unwrap())
        .collect();
    let files = file_names(&names);
    assert_eq!(
        files[..8],
        ["Office.conf", "office (2).conf", "_CON.conf", "a_b.conf", "a_b (2).conf", "end.conf", "Büro.conf", "_lpt1.x.conf"]
    );
    assert!(files[8].len() <= 255 && files[8].ends_with("家.conf"));
}

proptest! {
    #[test]
    fn any_file_name_gives_names_that_are_free(file_names in prop::collection::vec("\\PC{0,80}|.{0,30}|[A-Z.a-z /\\\\-]{0,20}", 1..8)) {
        let mut names = Names::default();
        let mut seen = Vec::new();
        for file_name in file_names.iter().chain(&file_names) {
            let draft = draft(file_name, &mut names);
            prop_assert!(draft.name.as_str().parse::<TunnelName>().is_ok());
            prop_assert!(draft.interface.as_str().len() <= 15);
            let key = (draft.name.as_str().to_lowercase(), draft.interface.as_str().to_lowercase());
            prop_assert!(seen.iter().all(|(name, interface)| *name != key.0 && *interface != key.1));
            seen.push(key);
        }
    }
}
