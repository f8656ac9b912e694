//! The program's own documentation: help, completions, the manual.

use std::process::{Command, Stdio};

use crate::bench::{ADIT, Ran};

fn adit(arguments: &[&str]) -> Ran {
    Command::new(ADIT).args(arguments).output().unwrap().into()
}

#[test]
fn completions_are_scripts_that_their_shells_understand() {
    for (shell, check) in [("bash", &["bash", "-n"][..]), ("zsh", &["zsh", "-n"]), ("fish", &["fish", "--no-execute"])] {
        let script = adit(&["completions", shell]).ok();
        assert!(script.contains("take-over"), "{shell}");
        let checker = Command::new(check[0]).args(&check[1..]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let Ok(mut checker) = checker else {
            println!("SKIPPED: no {shell}");
            continue;
        };
        std::io::Write::write_all(&mut checker.stdin.take().unwrap(), script.as_bytes()).unwrap();
        let checked = Ran::from(checker.wait_with_output().unwrap());
        assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{shell}");
    }
    for shell in ["elvish", "powershell"] {
        assert!(adit(&["completions", shell]).ok().contains("take-over"), "{shell}");
    }
    assert_eq!(adit(&["completions", "cmd"]).code, 2);
}

#[test]
fn the_manual_has_a_page_for_each_verb_and_renders() {
    let folder = tempfile::tempdir().unwrap();
    adit(&["man", "--dir", folder.path().to_str().unwrap()]).ok();
    for page in ["adit.1", "adit-up.1", "adit-wg-set.1", "adit-import.1"] {
        assert!(folder.path().join(page).is_file(), "{page}");
    }
    let main = adit(&["man"]).ok();
    assert!(main.starts_with(".ie") && main.contains("EXIT STATUS"), "{main}");
    let rendered =
        Command::new("man").args(["-l", "--warnings"]).arg(folder.path().join("adit-up.1")).env("MANPAGER", "cat").output();
    match rendered {
        Ok(rendered) => {
            let rendered = Ran::from(rendered);
            assert!(rendered.code == 0 && rendered.out.contains("despite") && rendered.err.is_empty(), "{rendered:#?}");
        }
        Err(_) => println!("SKIPPED: man is not installed"),
    }
}

#[test]
fn exit_codes_are_in_the_help_and_in_the_document() {
    let help = adit(&["help", "exit-codes"]).ok();
    let table = adit(&["exit-codes"]).ok();
    let document = include_str!("../../../../docs/CLI.md");
    for line in table.lines() {
        let (number, meaning) = line.trim().split_once("  ").unwrap();
        assert!(help.contains(meaning), "{line}");
        assert!(document.contains(&format!("| {number} | {meaning} |")), "docs/CLI.md lacks: | {number} | {meaning} |");
    }
}

#[test]
fn every_verb_is_in_the_document() {
    let help = adit(&["--help"]).ok();
    let document = include_str!("../../../../docs/CLI.md");
    let verbs = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let verbs: Vec<&str> =
        verbs.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() > 30, "{verbs:?}");
    for verb in verbs.iter().filter(|verb| **verb != "help") {
        assert!(document.contains(&format!("adit {verb}")), "docs/CLI.md has no example of {verb}");
    }
}
