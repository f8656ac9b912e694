//! Checks the files in `core/config/tests/golden`: each is named after its mistake, and the `.expected` file beside it has the exact
//! sentences. `ADIT_BLESS=1 cargo test --locked -p adit-words` rewrites the expectations, for a person to review.

use std::fs;
use std::path::{Path, PathBuf};

use adit_config::{Diagnostic, Document, Severity, parse};
use adit_words::Words;

#[test]
fn accepted_files_have_no_complaint() {
    for path in files("accepted") {
        assert_eq!(complaints(&path), (true, String::new()), "{}", path.display());
    }
}

#[test]
fn warned_files_are_accepted_with_these_words() {
    for path in files("warned") {
        let (accepted, said) = complaints(&path);
        assert!(accepted && !said.is_empty(), "{}: {said}", path.display());
        compare(&path, &said);
    }
}

#[test]
fn refused_files_are_refused_with_these_words() {
    for path in files("refused") {
        let (accepted, said) = complaints(&path);
        assert!(!accepted, "{}", path.display());
        compare(&path, &said);
    }
}

fn complaints(path: &Path) -> (bool, String) {
    let bytes = fs::read(path).unwrap();
    let document = Document::parse(&bytes).unwrap();
    let (accepted, diagnostics) = match parse::config(&document) {
        Ok((_, diagnostics)) => (true, diagnostics),
        Err(diagnostics) => (false, diagnostics),
    };
    let has_error = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(accepted, !has_error, "{}", path.display());
    let name = path.file_name().and_then(|name| name.to_str()).unwrap();
    let say = |diagnostic: &Diagnostic| Words::english().complaint(name, &diagnostic.into()) + "\n";
    (accepted, diagnostics.iter().map(say).collect())
}

fn compare(path: &Path, said: &str) {
    let expected = path.with_extension("expected");
    if std::env::var_os("ADIT_BLESS").is_some() {
        fs::write(&expected, said).unwrap();
    }
    assert_eq!(said, fs::read_to_string(&expected).unwrap_or_default(), "{}", path.display());
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/tests/golden").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "conf"));
    files.sort();
    assert!(files.len() > 8, "the golden files are gone");
    files
}
