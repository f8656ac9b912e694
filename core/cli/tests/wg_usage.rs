//! `adit wg` explains its subcommands, and ends with the exit codes of the stock `wg` after each mistyped command line.
#![cfg(target_os = "linux")]

use std::process::{Command, Output, Stdio};

const VERBS: [&str; 9] = ["show", "showconf", "set", "setconf", "addconf", "syncconf", "genkey", "genpsk", "pubkey"];

fn run(program: &[&str], words: &[&str]) -> Output {
    let (program, first) = program.split_first().unwrap();
    Command::new(program).args(first).args(words).stdin(Stdio::null()).output().unwrap()
}

fn adit(words: &[&str]) -> Output {
    run(&[env!("CARGO_BIN_EXE_adit"), "wg"], words)
}

fn text(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).unwrap()
}

#[test]
fn help_lists_every_subcommand_with_a_line() {
    for words in [["--help"], ["-h"], ["help"]] {
        let output = adit(&words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        let help = text(&output.stdout);
        for verb in VERBS {
            let line = help.lines().find(|line| line.split_whitespace().next() == Some(verb));
            assert!(line.is_some_and(|line| line.split_whitespace().count() > 3), "{verb} in\n{help}");
        }
    }
}

#[test]
fn help_on_a_subcommand_says_what_it_does_and_how_it_is_typed() {
    for verb in VERBS {
        let output = adit(&[verb, "--help"]);
        let help = text(&output.stdout) + &text(&output.stderr);
        assert!(help.contains(&format!("Usage: adit wg {verb}")), "{help}");
        assert!(!help.starts_with("Usage") && !help.contains("WORDS"), "{help}");
    }
    let help = text(&adit(&["set", "--help"]).stderr);
    for word in ["listen-port <port>", "private-key <file path>", "[remove]", "allowed-ips <ip1>/<cidr1>"] {
        assert!(help.contains(word), "{word} in {help}");
    }
}

#[test]
fn an_unknown_subcommand_is_named_beside_the_known_ones() {
    let output = adit(&["\u{1b}bogus"]);
    let error = text(&output.stderr);
    assert!(error.starts_with("Invalid subcommand: `\\u{1b}bogus'\n") && error.contains("\n  syncconf  "), "{error}");
    assert!(output.stdout.is_empty());
}

#[test]
fn mistyped_command_lines_end_as_those_of_wg_do() {
    if Command::new("wg").arg("--version").output().is_err() {
        println!("SKIPPED: no wg");
        return;
    }
    let mut lines: Vec<Vec<&str>> = vec![
        vec!["help"],
        vec!["version"],
        vec!["--version"],
        vec!["-v"],
        vec!["bogus"],
        vec!["--bogus"],
        vec!["show", "a", "b", "c"],
    ];
    for verb in VERBS {
        // `wg showconf --help` looks for an interface of that name.
        lines.extend([vec![verb, "--help"], vec![verb, "-h"], vec![verb, "a", "b", "c"]]);
        if !["show", "genkey", "genpsk", "pubkey"].contains(&verb) {
            lines.push(vec![verb]);
        }
    }
    lines.extend([vec!["set", "a"], vec!["setconf", "a"], vec!["genkey", "a"], vec!["genpsk", "a"], vec!["pubkey", "a"]]);
    for line in lines {
        let (theirs, ours) = (run(&["wg"], &line), adit(&line));
        assert_eq!(ours.status.code(), theirs.status.code(), "{line:?}: {}", text(&ours.stderr));
        if ours.status.code() != Some(0) {
            assert!(ours.stdout.is_empty() && theirs.stdout.is_empty(), "{line:?}");
        }
        let usage = text(&theirs.stderr);
        if usage.starts_with("Usage: wg ") && line.len() == 1 {
            assert_eq!(text(&ours.stderr), usage.replace("Usage: wg ", "Usage: adit wg "), "{line:?}");
        }
    }
}
