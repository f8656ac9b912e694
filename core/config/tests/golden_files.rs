//! Checks the files under `golden/`: each is named after its mistake. The `.expected` file beside it has the sentences, which the tests of
//! `adit-words` compare.

use std::fs;
use std::path::{Path, PathBuf};

use adit_config::{Document, parse};

#[test]
fn a_file_is_refused_exactly_if_it_is_among_those_with_an_error() {
    for (folder, is_refused) in [("accepted", false), ("warned", false), ("refused", true)] {
        for path in files(folder) {
            let parsed = parse::config(&Document::parse(&fs::read(&path).unwrap()).unwrap());
            assert_eq!(parsed.is_err(), is_refused, "{}", path.display());
        }
    }
}

#[test]
fn every_file_survives_byte_for_byte_and_every_byte_has_a_class() {
    for path in ["accepted", "warned", "refused"].into_iter().flat_map(files) {
        let bytes = fs::read(&path).unwrap();
        let document = Document::parse(&bytes).unwrap();
        assert_eq!(*document.to_bytes(), bytes, "{}", path.display());
        let mut end = 0;
        for token in document.tokens() {
            assert_eq!(token.span.start, end, "{}", path.display());
            end = token.span.end;
        }
        assert_eq!(end, bytes.len(), "{}", path.display());
    }
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "conf"));
    files.sort();
    assert!(files.len() > 8, "the golden files are gone");
    files
}
