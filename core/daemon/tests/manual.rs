//! The manual page that packages install.
#![forbid(unsafe_code)]

use std::process::Command;

#[test]
fn the_manual_page_names_every_option_and_renders_without_warnings() {
    let page = Command::new(env!("CARGO_BIN_EXE_aditd")).arg("--man-page").output().unwrap();
    assert!(page.status.success() && page.stderr.is_empty(), "{page:?}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("aditd.8");
    std::fs::write(&file, &page.stdout).unwrap();
    let rendered = Command::new("man").args(["-l", "--warnings"]).arg(&file).env("MANPAGER", "cat").output().expect("man");
    assert!(rendered.status.success() && rendered.stderr.is_empty(), "{rendered:?}");
    let text = String::from_utf8(rendered.stdout).unwrap();
    for part in ["aditd(8)", "--state-dir", "--conf-files", "--close-first", "--metrics", "SIGHUP", "FILES", "SEE ALSO"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("man-page"), "{text}");
}
