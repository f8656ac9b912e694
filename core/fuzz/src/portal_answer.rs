//! Answers of a network that may have a captive portal, to the request that looks for one.
//!
//! The division of the bytes into reads has no effect, and the known page alone counts as online.

use adit_proxy::portal::{LONGEST_ANSWER, Verdict, judge};

const PAGE: &str = "success\n";

/// Checks one answer.
pub fn check(answer: &[u8]) {
    let whole = judge(answer, true, PAGE).expect("a whole answer is judged");
    for length in 0..=answer.len().min(LONGEST_ANSWER + 1) {
        if let Some(early) = judge(&answer[..length], false, PAGE) {
            assert_eq!(early, whole, "more bytes do not change what {length} said");
            break;
        }
    }
    if whole == Verdict::Online {
        assert!(answer.windows(7).any(|window| window == b"success"), "the known page is there");
    }
}
