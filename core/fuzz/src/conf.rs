//! The `.conf` language.
//!
//! For every text: no byte is lost; each byte is in one token; a written configuration is read back equal; `strip` keeps the
//! meaning and has no effect the second time; an edit shows in the result; and no message contains a key of the text.

use adit_config::diff::Diff;
use adit_config::{Diagnostic, Document, Hooks, InterfaceSettings, Key, Section, edit, parse, strip, write};
use adit_words::Words;

/// Checks one text.
pub fn check(bytes: &[u8]) {
    let Ok(document) = Document::parse(bytes) else { return };
    assert_eq!(document.to_bytes().as_slice(), bytes, "a document keeps every byte");
    each_byte_has_a_token(&document);
    let parsed = parse::config(&document);
    let (Ok((_, found)) | Err(found)) = &parsed;
    found.iter().for_each(|diagnostic| points_into(&document, diagnostic));
    edits(&document);
    let Ok((config, found)) = parsed else { return };
    let keys = config.interface.private_key.iter().map(adit_config::PrivateKey::dangerously_reveal_base64);
    let preshared = config.peers.iter().filter_map(|peer| peer.preshared_key.as_ref());
    let keys: Vec<_> = keys.chain(preshared.map(adit_protocol::PresharedKey::dangerously_reveal_base64)).collect();
    for diagnostic in &found {
        let said = said(diagnostic) + &format!("{diagnostic:?}");
        assert!(keys.iter().all(|key| !said.contains(key.trim_end_matches('='))), "a message with a key");
    }
    let written = write::config(&config);
    if config.interface.private_key.is_some() {
        assert_eq!(reread(&written), Some(config.clone()), "what is written is read back");
    }
    assert!(Diff::between(&config, &config).is_empty());
    let stripped = strip::strip(&document);
    let again = Document::parse(stripped.as_bytes()).expect("what strip leaves is a text");
    // `strip` adds an empty line each time, as wg-quick does.
    assert_eq!(*strip::strip(&again), format!("{}\n", *stripped), "strip has nothing left to do the second time");
    if let Ok((bare, _)) = parse::config(&again) {
        assert_eq!(bare.interface.private_key, config.interface.private_key);
        assert_eq!(bare.interface.listen_port, config.interface.listen_port);
        assert!(bare.peers.iter().map(|peer| peer.public_key).eq(config.peers.iter().map(|peer| peer.public_key)));
        assert_eq!(bare.interface.hooks, Hooks::default());
    }
    let _ = InterfaceSettings::from(&config, "wg0".parse().expect("a name"));
}

fn reread(text: &str) -> Option<adit_config::Config> {
    parse::config(&Document::parse(text.as_bytes()).ok()?).ok().map(|(config, _)| config)
}

fn each_byte_has_a_token(document: &Document) {
    let mut end = 0;
    for token in document.tokens() {
        assert_eq!(token.span.start, end);
        assert!(token.span.end > end && document.text().get(token.span.clone()).is_some());
        end = token.span.end;
    }
    assert_eq!(end, document.text().len());
}

fn points_into(document: &Document, diagnostic: &Diagnostic) {
    assert!(diagnostic.line >= 1 && diagnostic.column >= 1);
    assert!(document.text().get(diagnostic.span.clone()).is_some());
    assert!(said(diagnostic).starts_with("x.conf:"));
}

fn said(diagnostic: &Diagnostic) -> String {
    Words::english().complaint("x.conf", &diagnostic.into())
}

/// Checks that an edit is present when the text is read again, and that nothing else has changed.
fn edits(document: &Document) {
    let sections = edit::sections(document);
    // With several `[Interface]` sections, a later one may override the edit.
    let is_only_one = sections.iter().filter(|section| **section == Some(Section::Interface)).count() == 1;
    let Some(interface) = edit::interface(document).filter(|_| is_only_one) else { return };
    let Ok(edited) = edit::set(document, interface, Key::ListenPort, &["51820"]) else { return };
    assert_eq!(edit::sections(&edited), sections);
    if let (Ok((before, _)), Ok((after, _))) = (parse::config(document), parse::config(&edited)) {
        assert_eq!(after.interface.listen_port, Some(51820));
        let mut expected = before;
        expected.interface.listen_port = Some(51820);
        assert_eq!(after, expected, "only the port has changed");
    }
}
