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

#[test]
fn a_rule_that_is_moved_takes_its_lines_and_its_comment_with_it_and_nothing_else() {
    let text = "# first\nwhen wifi then leave # a\nwhen ethernet\n  then down\n# last\notherwise leave\n";
    let document = Document::parse(text.as_bytes()).unwrap();
    let moved = document.move_rule(0, 1).unwrap();
    assert_eq!(moved.text(), "# first\nwhen ethernet\n  then down\n# last\nwhen wifi then leave # a\notherwise leave\n");
    assert_eq!(
        moved.move_rule(1, 0).unwrap().text(),
        "# first\nwhen wifi then leave # a\nwhen ethernet\n  then down\n# last\notherwise leave\n"
    );
    assert_eq!(document.move_rule(0, 0).unwrap().rules(), document.rules());
    for (from, to) in [(2, 0), (0, 2)] {
        assert!(document.move_rule(from, to).is_err(), "{from} to {to}");
    }
}

#[test]
fn settings_are_changed_added_and_removed_where_they_are() {
    let text = "# mine\nwhen wifi then leave\nkill switch off # for now\notherwise leave\n";
    let document = Document::parse(text.as_bytes()).unwrap();
    let mut frame = document.frame();
    frame.kill_switch = Some(adit_rules::rule::KillSwitch::Always);
    frame.manual = Some("2 h".parse().unwrap());
    let edited = document.set_settings(&frame).unwrap();
    assert_eq!(
        edited.text(),
        "# mine\nmanual choice for 2 h\nwhen wifi then leave\nkill switch always # for now\notherwise leave\n"
    );
    assert_eq!(edited.frame(), frame);
    assert_eq!(
        edited.set_settings(&adit_rules::RuleSet::default()).unwrap().text(),
        "# mine\nwhen wifi then leave\notherwise leave\n"
    );
    assert_eq!(document.set_otherwise(None).unwrap().text(), "# mine\nwhen wifi then leave\nkill switch off # for now\n");
}

#[test]
fn a_rule_beside_one_with_an_error_is_read() {
    let document = Document::parse(b"when nonsense then down\nwhen wifi then leave\notherwise perhaps\n").unwrap();
    assert!(document.rules().is_err());
    assert!(document.rule(0).is_none() && document.rule(1).is_some() && document.rule(2).is_none());
    assert!(document.frame().otherwise.is_none());
}
