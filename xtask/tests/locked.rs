//! Every command that we run or document builds with exactly the crate versions of `Cargo.lock`.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

/// Subcommands of cargo that resolve dependencies.
const RESOLVE: &[&str] = &["build", "run", "test", "check", "clippy", "bench", "install", "tree", "metadata", "doc", "fetch"];

/// Files that contain commands for people or machines.
const PLACES: &[&str] = &["README.md", "CONTRIBUTING.md", "docs", ".ci", ".cargo", "tools", "installers", "core", "xtask/src"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(place: &Path, found: &mut Vec<PathBuf>) {
    if place.is_file() {
        found.push(place.to_path_buf());
    } else if !place.ends_with("target") && !place.ends_with("node_modules") {
        for entry in place.read_dir().unwrap_or_else(|error| panic!("{}: {error}", place.display())) {
            files(&entry.expect("an entry").path(), found);
        }
    }
}

/// Returns the lines of `text` that run cargo without `--locked`, or install a program without naming its version. A command
/// that a sentence mentions in backticks and without an option is no instruction.
fn unlocked(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| {
            let Some((_, rest)) = line.split_once("cargo ") else { return false };
            let mut words = rest.split_whitespace().map(|word| word.trim_matches(['`', '(', ')', ',', ';', '"']));
            let Some(subcommand) = words.next().filter(|word| RESOLVE.contains(word)) else { return false };
            let words: Vec<&str> = words.collect();
            if !words.iter().any(|word| word.starts_with('-')) {
                return false;
            }
            let pinned = subcommand != "install" || words.iter().any(|word| word.contains('@') || word.contains("{package}"));
            !words.contains(&"--locked") || !pinned
        })
        .collect()
}

#[test]
fn every_command_that_is_documented_or_run_is_locked_and_names_a_version() {
    let mut found = Vec::new();
    PLACES.iter().for_each(|place| files(&root().join(place), &mut found));
    let mut faults = Vec::new();
    for file in found {
        // Captures and pictures contain no commands.
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        faults.extend(unlocked(&text).into_iter().map(|line| format!("{}: {}", file.display(), line.trim())));
    }
    assert!(faults.is_empty(), "without --locked or without a version:\n{}", faults.join("\n"));
}

#[test]
fn a_command_without_locked_or_without_a_version_is_found() {
    for line in
        ["    cargo build --release --package adit", "cargo install --locked gotatun-cli", "x || cargo install -q a@1.0.0"]
    {
        assert_eq!(unlocked(line), [line]);
    }
    for line in
        ["cargo build --release --locked", "cargo install --locked a@1.0.0", "as `cargo build` made it", "cargo fmt --all"]
    {
        assert!(unlocked(line).is_empty(), "{line}");
    }
}

#[test]
fn the_alias_xtask_is_locked() {
    let alias = std::fs::read_to_string(root().join(".cargo/config.toml")).expect("the alias");
    assert!(alias.contains("xtask = \"run --quiet --locked "), "{alias}");
}
