//! Links between the pages of the repository lead to a file that exists, and to a heading in it.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the pages at the top of the repository and in `docs`.
fn pages() -> Vec<PathBuf> {
    let files = ["", "docs"].map(|folder| root().join(folder)).into_iter().flat_map(|folder| {
        folder
            .read_dir()
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("an entry").path())
    });
    files.filter(|file| file.extension().is_some_and(|kind| kind == "md")).collect()
}

/// Returns the targets of the links in `page`, except those to other sites.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    targets.filter(|target| !target.contains("://"))
}

/// Returns the anchors of the headings of `page`, as Git hosting services make them.
fn anchors(page: &str) -> impl Iterator<Item = String> {
    page.lines().filter(|line| line.starts_with('#')).map(|line| {
        let kept = line.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|char| char.is_alphanumeric() || [' ', '-', '_'].contains(char));
        kept.map(|char| if char == ' ' { '-' } else { char }).collect()
    })
}

/// Returns why `target` is broken in the page `from`, if it is.
fn fault(from: &Path, target: &str) -> Option<String> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if file.is_empty() { from.to_path_buf() } else { from.parent()?.join(file) };
    if !file.exists() {
        return Some(format!("there is no {}", file.display()));
    }
    let is_there = anchor.is_empty() || anchors(&read(&file)).any(|known| known == anchor);
    (!is_there).then(|| format!("{} has no heading {anchor}", file.display()))
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 10, "{pages:?}");
    let faults: Vec<String> = pages
        .iter()
        .flat_map(|page| {
            let text = read(page);
            links(&text)
                .filter_map(|target| Some(format!("{}: {target}: {}", page.display(), fault(page, target)?)))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_link_to_a_missing_page_or_heading_is_found() {
    let page = root().join("README.md");
    assert!(fault(&page, "docs/NOTHING.md").is_some_and(|fault| fault.contains("there is no")));
    assert!(fault(&page, "docs/SECURITY.md#nothing").is_some_and(|fault| fault.contains("has no heading")));
    assert_eq!(fault(&page, "docs/SECURITY.md#the-sandbox-of-aditd"), None);
    assert_eq!(links("a [b](c.md#d) ![e](f.svg) [g](https://example.org)").collect::<Vec<_>>(), ["c.md#d", "f.svg"]);
}
