//! Every rule and fault that the code and the documentation cite by number has a row in docs/PROTOCOL-RULES.md or
//! docs/FAULTS.md.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The pages that define rules: each row of a table that begins with a number such as `| R17 |`.
const PAGES: &[&str] = &["docs/PROTOCOL-RULES.md", "docs/FAULTS.md"];

/// Files and folders that cite rules.
const PLACES: &[&str] = &["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "tools", "core", "xtask"];

/// Extensions of files that cite rules; other files contain data.
const KINDS: &[&str] = &["rs", "md", "sh"];

/// Keys of AmneziaWG, which look like rules.
const NO_RULES: &[&str] = &["S1", "S2", "S3", "S4"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns all files of `KINDS` at and below `place`, except this one, whose examples are no rules.
fn files(place: &Path, found: &mut Vec<PathBuf>) {
    if place.is_dir() {
        if !place.ends_with("target") && !place.ends_with("node_modules") {
            for entry in place.read_dir().unwrap_or_else(|error| panic!("{}: {error}", place.display())) {
                files(&entry.expect("an entry").path(), found);
            }
        }
    } else if place.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known)) && !place.ends_with(file!()) {
        found.push(place.to_path_buf());
    }
}

fn all_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    PLACES.iter().for_each(|place| files(&root().join(place), &mut found));
    found
}

/// Parses a rule's number: `R3` for `R3`, `R03`, and also `r03` if `lower`.
fn rule(word: &str, lower: bool) -> Option<String> {
    let letters = if lower { "pqrsf" } else { "PQRSF" };
    let (letter, digits) = word.split_at_checked(1)?;
    let is_rule = letters.contains(letter) && (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u8 = digits.parse().ok().filter(|_| is_rule)?;
    Some(format!("{}{number}", letter.to_uppercase()))
}

/// Returns the rules that `text` cites, as words and as prefixes of test functions' names (`fn r17_...`).
fn cited(text: &str) -> BTreeSet<String> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_');
    let by_word = words.filter_map(|word| rule(word, false));
    by_word.chain(tested(text)).filter(|rule| !NO_RULES.contains(&rule.as_str())).collect()
}

/// Returns the rules that test functions of `text` are named after.
fn tested(text: &str) -> BTreeSet<String> {
    text.split("fn ").skip(1).filter_map(|name| rule(name.split_once('_')?.0, true)).collect()
}

/// Returns the rules that a page defines, with their rows.
fn defined(page: &str) -> Vec<(String, &str)> {
    page.lines().filter_map(|line| Some((rule(line.strip_prefix("| ")?.split_once(" |")?.0, false)?, line))).collect()
}

fn pages() -> BTreeMap<String, String> {
    let mut rows = BTreeMap::new();
    for page in PAGES {
        for (rule, row) in defined(&read(&root().join(page))) {
            let earlier = rows.insert(rule.clone(), row.to_owned());
            assert!(earlier.is_none(), "{page}: {rule} stands there twice");
        }
    }
    rows
}

#[test]
fn every_cited_rule_is_on_its_page() {
    let pages = pages();
    let faults: Vec<String> = all_files()
        .iter()
        .flat_map(|file| cited(&read(file)).into_iter().map(move |rule| (rule, file)))
        .filter(|(rule, _)| !pages.contains_key(rule))
        .map(|(rule, file)| format!("{}: {rule}", file.display()))
        .collect();
    assert!(faults.is_empty(), "cited, and in none of {PAGES:?}:\n{}", faults.join("\n"));
}

#[test]
fn every_protocol_rule_has_a_test_named_after_it() {
    let tested: BTreeSet<String> = all_files().iter().flat_map(|file| tested(&read(file))).collect();
    let without: Vec<String> = pages().into_keys().filter(|rule| !rule.starts_with('F') && !tested.contains(rule)).collect();
    assert!(without.is_empty(), "no test is named after {without:?}");
}

#[test]
fn every_test_that_the_page_of_faults_names_exists() {
    for (fault, row) in pages().into_iter().filter(|(rule, _)| rule.starts_with('F')) {
        let paths: Vec<&str> = row.split('`').filter(|part| part.ends_with(".rs")).collect();
        assert!(!paths.is_empty(), "{fault} names no test");
        paths.iter().for_each(|path| assert!(root().join(path).is_file(), "{fault}: there is no {path}"));
    }
}

#[test]
fn citations_are_recognized() {
    let text = "/// Dropped (rules R1 and R02, row Q12).\nfn p04_every_size() {}\nkey S1, PQ1, R123, F, x_R3, Rule R17: x";
    assert_eq!(cited(text).into_iter().collect::<Vec<_>>(), ["P4", "Q12", "R1", "R17", "R2"]);
    assert_eq!(tested(text).into_iter().collect::<Vec<_>>(), ["P4"]);
    assert_eq!(defined("| R17 | text |\n| Rule | Statement |\nR18 |\n"), [("R17".to_owned(), "| R17 | text |")]);
}
