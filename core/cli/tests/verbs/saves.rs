//! `adit save`, and reminders of old keys.

use crate::bench::{Bench, office};

#[test]
fn nothing_to_save_is_said_and_is_no_error() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    assert!(bench.adit(&["save", "office"]).fails(11).contains("office is not up"));
    bench.adit(&["up", "office", "--wait"]).ok();
    assert_eq!(bench.adit(&["save", "office"]).ok(), "office runs as its configuration says; there is nothing to save\n");
    let unchanged = bench.adit(&["save", "office", "--json"]).json();
    assert_eq!((&unchanged["version"], &unchanged["applied"]), (&1.into(), &serde_json::json!([])));
    assert_eq!(bench.text(id), office());
    assert_eq!(bench.adit(&["save", "/no/such.conf", "--json"]).code, 2);
}

#[test]
fn reminders_are_switched_on_and_off() {
    let bench = Bench::new();
    bench.keep("office", &office());
    assert_eq!(bench.adit(&["remind", "office", "365"]).ok(), "office reminds of keys that are 365 days old\n");
    assert!(bench.adit(&["status", "office"]).ok().contains("Reminder      when a key is 365 days old\n"));
    assert_eq!(bench.adit(&["remind", "office", "off", "--json"]).json()["key_reminder_days"], serde_json::Value::Null);
    for wrong in ["0", "-1", "soon", "1.5"] {
        assert_eq!(bench.adit(&["remind", "office", wrong]).code, 2, "{wrong}");
    }
}
