//! Checks that memory grows with the text and not with the number of secrets on a line. There is only one test, so that nothing
//! else is measured.
#![cfg(target_os = "linux")]

use std::fs;

use adit_config::Document;
use adit_config::mask::{mask, unmask};

/// Returns the additional memory in MiB that `work` takes.
fn peak(work: impl FnOnce()) -> u64 {
    let read = |field: &str| {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    // Resets the recorded peak.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = read("VmRSS:");
    work();
    read("VmHWM:").saturating_sub(before)
}

#[test]
fn a_line_with_thousands_of_secrets_is_stored_once() {
    let text = format!("[Interface]\n# {}\n", format!("{}= ", "A".repeat(43)).repeat(5_000));
    let original = Document::parse(text.as_bytes()).unwrap();
    let taken = peak(|| {
        let masked = mask(&original).unwrap();
        assert_eq!(unmask(&masked, &original).unwrap().text(), text);
    });
    // One copy of the line for each secret would take more than 1 GiB.
    assert!(taken < 64, "{taken} MiB");
}
