//! Takes a private key out of a file and puts it back; nothing else changes.

use adit_config::{Config, Document, edit, parse};
use adit_protocol::PrivateKey;

const KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const OTHER: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes()).unwrap()
}

fn config(text: &str) -> Config {
    parse::config(&document(text)).unwrap().0
}

fn out(text: &str) -> (String, Option<PrivateKey>) {
    let (without, key) = edit::take_key_out(&document(text)).unwrap();
    (without.text().to_owned(), key)
}

#[test]
fn a_comment_stands_where_the_key_stood_and_every_other_byte_stays() {
    let text = format!(
        "# my laptop\r\n[Interface] # this end\r\n\tprivate key   ={KEY} # from {KEY}, never change\r\n\tAddress =10.0.0.2/24\r\n"
    );
    let (without, key) = out(&text);
    assert_eq!(
        without,
        format!(
            "# my laptop\r\n[Interface] # this end\r\n\t# AskForKey = {PUBLIC} # from (asked for), never change\r\n\tAddress =10.0.0.2/24\r\n"
        )
    );
    let key = key.unwrap();
    assert_eq!(key, KEY.parse().unwrap());
    let asks = config(&without);
    assert_eq!((asks.interface.private_key.clone(), asks.interface.asks_for), (None, Some(PUBLIC.parse().unwrap())));
    let back = edit::put_key_in(&document(&without), &key).unwrap();
    assert_eq!(back.text(), without.replace(&format!("# AskForKey = {PUBLIC}"), &format!("PrivateKey = {KEY}")));
    assert_eq!(config(back.text()).interface.private_key, Some(key));
    assert_eq!(config(back.text()).interface.asks_for, None);
}

#[test]
fn the_last_key_counts_and_none_stays() {
    let text = format!("[Interface]\nPrivateKey = {OTHER}\n# was {OTHER}\nPrivateKey = {KEY}\nAddress = 10.0.0.2/24\n");
    let (without, key) = out(&text);
    assert_eq!(without, format!("[Interface]\n# was (asked for)\n# AskForKey = {PUBLIC}\nAddress = 10.0.0.2/24\n"));
    assert_eq!(key, Some(KEY.parse().unwrap()));
}

#[test]
fn a_malformed_key_is_removed_too_and_a_preshared_key_stays() {
    let (without, key) = out("[Interface]\nPrivateKey = almost\nMTU = 1400\n");
    assert_eq!((without.as_str(), key), ("[Interface]\nMTU = 1400\n", None));
    let text = format!("[Interface]\nPrivateKey = {KEY}\n[Peer]\nPublicKey = {PUBLIC}\nPresharedKey = {KEY}\n");
    assert!(out(&text).0.ends_with(&format!("PresharedKey = {KEY}\n")), "the same bytes, another key");
    let unchanged = format!("[Interface]\n# AskForKey = {PUBLIC}\n");
    assert_eq!(out(&unchanged), (unchanged.clone(), None));
}

#[test]
fn only_a_whole_key_in_an_interface_is_asked_for() {
    for (comment, asks) in [
        (format!("# AskForKey = {PUBLIC}"), true),
        (format!("##askforkey={PUBLIC}"), true),
        (format!("# AskForKey = {PUBLIC} # laptop"), true),
        (format!("# AskForKey = {PUBLIC}x"), false),
        ("# AskForKey = somewhere".to_owned(), false),
        (format!("# Ask for key = {PUBLIC}"), false),
    ] {
        let found = parse::config(&document(&format!("[Interface]\n{comment}\n")));
        assert_eq!(found.is_ok_and(|(config, _)| config.interface.asks_for.is_some()), asks, "{comment}");
    }
    let in_peer = format!("[Interface]\nPrivateKey = {KEY}\n[Peer]\n# AskForKey = {PUBLIC}\nPublicKey = {PUBLIC}\n");
    assert_eq!(config(&in_peer).interface.asks_for, None);
    let both = format!("[Interface]\n# AskForKey = {PUBLIC}\nPrivateKey = {OTHER}\n");
    assert_eq!((config(&both).interface.asks_for, config(&both).interface.private_key), (None, Some(OTHER.parse().unwrap())));
}

#[test]
fn a_configuration_that_asks_is_written_and_read_back() {
    let asks = config(&format!("[Interface]\n# AskForKey = {PUBLIC}\nAddress = 10.0.0.2/24\n"));
    assert_eq!(config(&adit_config::write::config(&asks)), asks);
}
