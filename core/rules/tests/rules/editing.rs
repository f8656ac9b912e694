//! Edits of a text: everything else stays as it is, byte for byte.

use adit_rules::text::{Document, EditError};

use crate::support::{name, rules};

const TEXT: &str = "\
# Rules of this laptop

kill switch always
# at home
when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down   # cable modem
when wifi open
  # over two lines
  then up office everything
otherwise up Office   # the rest
";

fn document() -> Document {
    Document::parse(TEXT.as_bytes()).unwrap()
}

fn rule(text: &str) -> adit_rules::Rule {
    rules(text).rules.remove(0)
}

#[test]
fn a_document_keeps_every_byte() {
    assert_eq!(document().text(), TEXT);
    assert_eq!((document().rule_count(), document().line_of_rule(1), document().line_of_rule(2)), (2, Some(6), None));
}

#[test]
fn a_rule_is_inserted_on_a_line_of_its_own() {
    let new = rule("when metered then up nas");
    let first = document().insert(0, &new).unwrap();
    assert_eq!(first.text(), TEXT.replace("when wifi \"Home\"", "when metered then up nas\nwhen wifi \"Home\""));
    let last = document().insert(2, &new).unwrap();
    assert_eq!(last.text(), TEXT.replace("otherwise", "when metered then up nas\notherwise"));
    assert_eq!(last.rules().unwrap().rules[2], new);
    assert_eq!(document().insert(3, &new), Err(EditError::NoRule(3)));
}

#[test]
fn a_rule_is_added_to_a_text_without_a_last_line_end() {
    let new = rule("when metered then up nas");
    for (before, after) in [
        ("", "when metered then up nas\n"),
        ("# x", "# x\nwhen metered then up nas\n"),
        ("when wifi then down", "when wifi then down\nwhen metered then up nas\n"),
        ("# x\r\n", "# x\r\nwhen metered then up nas\r\n"),
        ("\u{feff}", "\u{feff}when metered then up nas\n"),
    ] {
        let document = Document::parse(before.as_bytes()).unwrap();
        assert_eq!(document.insert(document.rule_count(), &new).unwrap().text(), after);
    }
}

#[test]
fn a_replaced_rule_keeps_the_comment_behind_it() {
    let changed = document().replace(0, &rule("when ethernet then leave")).unwrap();
    assert_eq!(
        changed.text(),
        TEXT.replace("when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down", "when ethernet then leave")
    );
    assert_eq!(document().replace(2, &rule("when wifi then down")), Err(EditError::NoRule(2)));
}

#[test]
fn a_removed_rule_goes_with_its_lines() {
    let shorter = document().remove(1).unwrap();
    assert_eq!(shorter.text(), TEXT.replace("when wifi open\n  # over two lines\n  then up office everything\n", ""));
    let shorter = shorter.remove(0).unwrap();
    assert!(shorter.rules().unwrap().rules.is_empty() && shorter.text().contains("# at home\notherwise"));
}

#[test]
fn the_default_is_changed_in_its_place() {
    let leave = rules("otherwise leave").otherwise.unwrap();
    assert_eq!(document().set_otherwise(Some(&leave)).unwrap().text(), TEXT.replace("otherwise up Office ", "otherwise leave "));
    let empty = Document::parse(b"").unwrap();
    assert_eq!(empty.set_otherwise(Some(&leave)).unwrap().text(), "otherwise leave\n");
}

#[test]
fn a_renamed_tunnel_is_renamed_wherever_it_is_meant() {
    let renamed = document().rename(&name("office"), &name("My \"HQ\"")).unwrap();
    assert_eq!(
        renamed.text(),
        TEXT.replace("up office everything", "up \"My \\\"HQ\\\"\" everything").replace("up Office", "up \"My \\\"HQ\\\"\"")
    );
    let text =
        "without answer for 30 s then up wifi\n\"up wifi\": when wifi \"wifi\" and wifi then up nas and \"WIFI\" everything\n";
    let renamed = Document::parse(text.as_bytes()).unwrap().rename(&name("wifi"), &name("x")).unwrap();
    assert_eq!(
        renamed.text(),
        "without answer for 30 s then up x\n\"up wifi\": when wifi \"wifi\" and wifi then up nas and x everything\n"
    );
}

/// WireGuide's editor was wiped by its own file watcher: an edit of the text it has itself written changes nothing else.
#[test]
fn an_edit_and_its_opposite_leave_the_text_as_it_was() {
    let new = rule("when metered then up nas");
    for index in 0..=2 {
        assert_eq!(document().insert(index, &new).unwrap().remove(index).unwrap(), document());
    }
}
