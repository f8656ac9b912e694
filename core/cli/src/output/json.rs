//! JSON for programs: an object or an array, ended by a line feed.

use serde::Serialize;

/// Formats a value as JSON on several lines, indented.
pub(crate) fn json_text(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Formats a value as JSON on one line, so that a program can read a stream of values line by line.
pub(crate) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(value)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_ends_with_a_line_feed_and_a_line_has_no_other() {
        assert_eq!(json_line(&[1, 2]).unwrap(), "[1,2]\n");
        assert_eq!(json_text(&[1]).unwrap(), "[\n  1\n]\n");
    }
}
