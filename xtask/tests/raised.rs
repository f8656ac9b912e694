//! Every variant that the contract declares is raised somewhere, so that windows and translations handle no case that cannot
//! occur. The test searches the text of the sources: a variant counts if it occurs as a value, not in a pattern.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders of the crates that create the contract's values.
const RAISED_BY: &[&str] = &[
    "core/manager",
    "core/daemon",
    "core/ipc",
    "core/activation",
    "core/import",
    "core/local",
    "core/backup",
    "core/api",
    "src-tauri",
];

/// Enums that are not answers, with the reason.
const NOT_RAISED: &[(&str, &str)] = &[
    ("CallError", "what a client makes of an answer"),
    ("Role", "what a method needs; its declaration names it"),
    ("KillSwitch", "what a client asks for"),
    ("LocalRequest", "what a client asks for"),
    ("RulesEdit", "what a client asks for"),
    ("RulesPreset", "what a client asks for"),
    ("DesktopRequest", "what a window asks for"),
    ("Argument", "made by the contract's own conversions of texts and numbers"),
    ("LogLevel", "each log code has one in its declaration"),
];

#[test]
fn every_variant_of_the_contract_is_raised_by_something() {
    let sources: Vec<(PathBuf, String)> = RAISED_BY.iter().flat_map(|name| sources(&folder(name))).collect();
    let contract: Vec<&(PathBuf, String)> = sources.iter().filter(|(file, _)| file.starts_with(folder("core/api"))).collect();
    let enums: BTreeMap<String, Vec<String>> = contract.iter().flat_map(|(_, text)| enums(text)).collect();
    assert!(enums.len() > 20 && enums["LogCode"].len() > 50 && enums["ApiError"].len() > 20, "not all are found: {enums:?}");
    let mut silent = Vec::new();
    for (name, variants) in enums.iter().filter(|(name, _)| !NOT_RAISED.iter().any(|(other, _)| other == name)) {
        for variant in variants {
            let is_value = |(_, text): &(PathBuf, String)| stands_as_value(text, name, variant);
            // The contract itself converts another type to the variant.
            let is_converted = |(_, text): &&(PathBuf, String)| {
                text.contains(&format!("for {name} {{")) && text.contains(&format!("=> Self::{variant},"))
            };
            if !sources.iter().any(is_value) && !contract.iter().any(is_converted) {
                silent.push(format!("{name}::{variant}"));
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new(), "declared in core/api, and nothing raises them");
}

#[test]
fn a_variant_that_is_only_matched_is_not_raised() {
    for matched in [
        "match error { ApiError::Io { doing, .. } => 1 }",
        "ApiError::Io { .. }\n    | ApiError::Busy => true",
        "ApiError::Busy | ApiError::Io(Some(_)) if x => 2",
        "let ApiError::Io { doing: (a, b) } = error else { return };",
        "if let Some(ApiError::Io { .. }) = error {}",
        "matches!(error, ApiError::Io { .. })",
        "ApiError::IoOther",
    ] {
        assert!(!stands_as_value(matched, "ApiError", "Io"), "{matched}");
    }
    for raised in [
        "Err(ApiError::Io { doing: x(1), detail })",
        "A => ApiError::Io,",
        "return ApiError::Io { a };",
        "x.map(|e| adit_api::ApiError::Io { e }).or(y)",
        "other == ApiError::Io { a }",
        "Err(x) if !matches!(x, ApiError::Busy) => { f(x, ApiError::Io { a }, 1) }",
    ] {
        assert!(stands_as_value(raised, "ApiError", "Io"), "{raised}");
    }
}

/// Returns the public enums of a source with their variants, including the list of log codes.
fn enums(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("\npub enum ") {
        let head = &text[start + "\npub enum ".len()..];
        let name: String = head.chars().take_while(|letter| letter.is_alphanumeric()).collect();
        let body = head.split("\n}").next().unwrap_or_default();
        found.push((name, body.lines().filter_map(variant).collect()));
    }
    if let Some(list) = text.split("\nlog_codes! {").nth(1) {
        let lines = list.split("\n}").next().unwrap_or_default().lines();
        found.push(("LogCode".to_owned(), lines.filter_map(log_code).collect()));
    }
    found
}

/// Parses a variant: `    Busy,`, `    Io {`, `    Up(UpState),`.
fn variant(line: &str) -> Option<String> {
    let name = line.strip_prefix("    ").filter(|rest| rest.starts_with(char::is_uppercase))?;
    Some(name.chars().take_while(|letter| letter.is_alphanumeric()).collect())
}

/// Parses a log code: `    Info Imported = "imported";`.
fn log_code(line: &str) -> Option<String> {
    let (declared, _) = line.strip_prefix("    ").filter(|rest| rest.starts_with(char::is_uppercase))?.split_once(" = \"")?;
    let (_level, name) = declared.split_once(' ')?;
    Some(name.to_owned())
}

/// Returns true if `name::variant` occurs in the text outside patterns.
fn stands_as_value(text: &str, name: &str, variant: &str) -> bool {
    let path = format!("{name}::{variant}");
    text.match_indices(&path).any(|(start, _)| {
        let (before, rest) = (&text[..start], &text[start + path.len()..]);
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let is_whole = !before.ends_with(is_word) && !rest.starts_with(is_word);
        is_whole && !is_pattern(before, rest)
    })
}

/// Returns true if the rest continues like a pattern, after fields and enclosing brackets: with an arrow, another pattern, a
/// condition or an equals sign.
fn is_pattern(before: &str, rest: &str) -> bool {
    let after = behind_fields(rest).trim_start_matches([' ', '\n', ')']);
    let follows = after.starts_with("=>")
        || after.starts_with('|') && !after.starts_with("||")
        || after.starts_with("if ")
        || after.starts_with('=') && !after.starts_with("==");
    let in_matches = before.rsplit(';').next().unwrap_or_default().rfind("matches!(").is_some_and(|begin| {
        let inside = &before[before.len() - (before.rsplit(';').next().unwrap_or_default().len() - begin)..];
        let mut depth = 0;
        !inside.chars().any(|letter| {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            letter == ')' && depth == 0
        })
    });
    follows || in_matches
}

/// Returns the text after `{ … }` or `( … )`, if that comes next.
fn behind_fields(rest: &str) -> &str {
    let trimmed = rest.trim_start();
    if !trimmed.starts_with(['{', '(']) {
        return rest;
    }
    let mut depth = 0_usize;
    for (index, letter) in trimmed.char_indices() {
        match letter {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return &trimmed[index + letter.len_utf8()..];
        }
    }
    ""
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src")
}

/// Returns the sources below a folder, without comments and tests.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("sources can be listed") {
        let path = entry.expect("sources can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "fake.rs" {
            let text = std::fs::read_to_string(&path).expect("sources can be read");
            let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path, lines.map(|line| format!("{line}\n")).collect()));
        }
    }
    found
}
