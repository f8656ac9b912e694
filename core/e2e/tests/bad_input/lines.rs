//! Command lines: mistyped verbs, names, numbers and options.

use crate::at_a_desk;

/// Command line, exit code, and the words that must be printed.
const LINES: &[(&[&str], i32, &[&str])] = &[
    // Verbs and words
    (&[], 2, &["Usage: adit"]),
    (&["statsu"], 2, &["'statsu'", "'status'"]),
    (&["conect", "office"], 2, &["'conect'"]),
    (&["rotate", "office", "begn"], 2, &["'begn'", "'begin'"]),
    (&["boot", "office", "yes"], 2, &["'yes'", "on, off"]),
    (&["block", "office"], 2, &["<STRENGTH>"]),
    (&["completions", "tcsh"], 2, &["'tcsh'", "bash"]),
    // Names
    (&["status", "ofice"], 5, &["no tunnel `ofice`", "did you mean `office`?"]),
    (&["up", "ofice"], 5, &["no tunnel `ofice`", "did you mean `office`?"]),
    (&["down", "ofice"], 5, &["no tunnel `ofice`", "did you mean `office`?"]),
    (&["preview", "zzz"], 5, &["no tunnel `zzz`", "adit list"]),
    (&["export", "\u{1b}[31m"], 5, &["\\u{1b}[31m"]),
    (&["remove", "office", "nobody", "--yes"], 5, &["no tunnel `nobody`"]),
    (&["logs", "ofice"], 5, &["did you mean `office`?"]),
    (&["watch", "ofice"], 5, &["did you mean `office`?"]),
    (&["rename", "office", ""], 2, &["<NEW_NAME>"]),
    (&["rename", "office", "two\nlines"], 2, &["<NEW_NAME>"]),
    (&["take-over", "../../etc/passwd"], 2, &["'../../etc/passwd'"]),
    (&["take-over", "wg-none"], 5, &["adit take-over"]),
    (&["import", "-", "--interface", "a-name-that-is-too-long"], 2, &["'a-name-that-is-too-long'", "15"]),
    (&["import", "-", "--interface", "a/b"], 2, &["'a/b'"]),
    // Numbers
    (&["pause", "office", "0"], 2, &["`0` is not a duration", "15m"]),
    (&["pause", "office", "99999999999h"], 2, &["is not a duration"]),
    (&["pause", "office", "soon"], 2, &["`soon` is not a duration"]),
    (&["pause", "office", "-5m"], 2, &["'-5'"]),
    (&["undo", "office", "--to", "x"], 2, &["'x'", "--to"]),
    (&["undo", "office", "--to", "99"], 5, &["no version 99", "adit versions office"]),
    (&["undo", "office"], 1, &["no earlier version"]),
    (&["up", "office", "--wait=0"], 2, &["'0'", "--wait"]),
    (&["up", "office", "--wait=x"], 2, &["'x'", "--wait"]),
    (&["watch", "-n", "0"], 2, &["'0'"]),
    (&["demo", "--seconds", "0"], 2, &["'0'"]),
    (&["route", "10.0.0.999"], 2, &["'10.0.0.999'"]),
    (&["route", "office"], 2, &["'office'"]),
    (&["calc", "10.0.0.0/33"], 1, &["33"]),
    (&["calc", "everything", "exept", "10.0.0.0/8"], 1, &["exept"]),
    (&["proxy", "x.conf", "--socks5", "127.0.0.1:70000"], 2, &["70000"]),
    (&["wg", "set", "wg-none", "listen-port", "70000"], 1, &["70000"]),
    // Options
    (&["list", "--jsn"], 2, &["'--jsn'", "'--json'"]),
    (&["logs", "--level", "loud"], 2, &["'loud'", "error, warn, info, debug"]),
    (&["up", "office", "--allow-hooks"], 2, &["adit approve"]),
    (&["up", "./office.conf", "--wait=5"], 2, &["--wait"]),
    (&["up", "./office.conf", "--json"], 2, &["--dry-run"]),
    (&["export", "--all"], 2, &["--zip", "--dir"]),
    (&["export", "office", "--qr", "--zip", "x"], 2, &["--zip"]),
    (&["export", "office", "--qr"], 1, &["--png"]),
    (&["qr", "office"], 1, &["--png"]),
    (&["remove", "office"], 2, &["--yes"]),
    (&["approve", "office", "--yess"], 2, &["'--yes'"]),
    (&["rotate", "office", "show", "--despite-silence"], 2, &["finish"]),
    // Commands in the wrong state
    (&["pause", "office"], 11, &["office is not up", "adit up office"]),
    (&["restart", "office"], 11, &["office is not up", "adit up office"]),
    (&["reload", "office"], 11, &["office is not up", "adit up office"]),
    (&["resume", "office"], 11, &["office is not paused"]),
    (&["resume"], 2, &["no tunnel that is paused"]),
    (&["rotate", "office", "show"], 11, &["adit rotate office begin"]),
    (&["rotate", "office", "finish"], 11, &["adit rotate office begin"]),
];

#[test]
fn a_command_line_that_is_wrong_is_answered_with_what_would_be_right() -> anyhow::Result<()> {
    at_a_desk("mistyped command lines", |desk| {
        LINES.iter().try_for_each(|(arguments, code, says)| desk.fails(arguments, "", &[*code], says))
    })
}

#[test]
fn programs_are_told_the_same_as_people() -> anyhow::Result<()> {
    at_a_desk("errors as JSON", |desk| {
        for (arguments, code, name) in [
            (["status", "ofice", "--json"].as_slice(), 5, "no_such_tunnel"),
            (&["pause", "office", "--json"], 11, "not_up"),
            (&["remove", "office", "--json"], 2, "usage"),
            (&["undo", "office", "--to", "99", "--json"], 5, "no_such_version"),
        ] {
            let ran = desk.adit(arguments, "")?;
            let json: serde_json::Value = serde_json::from_str(&ran.err)?;
            anyhow::ensure!(json["error"]["code"] == name && json["exit"] == code && ran.code == Some(code), "{ran:#?}");
            anyhow::ensure!(json["error"]["message"].is_string() && ran.out.is_empty(), "{ran:#?}");
        }
        Ok(())
    })
}
