//! Text in the log, which is always one line.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text in a line of the log, such as an error of the system. It contains no control characters: lines are joined by `; `,
/// other control characters are escaped, so that no value can start another line or control a terminal.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct LogText(String);

impl LogText {
    /// Makes the text from the value's `Display` form.
    pub fn of(value: impl fmt::Display) -> Self {
        Self::from(value.to_string())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for LogText {
    fn from(text: String) -> Self {
        if !text.contains(char::is_control) {
            return Self(text);
        }
        let escape = |letter: char| if letter.is_control() { letter.escape_debug().to_string() } else { letter.to_string() };
        let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
        Self(lines.map(|line| line.chars().map(escape).collect::<String>()).collect::<Vec<_>>().join("; "))
    }
}

impl From<&str> for LogText {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<LogText> for String {
    fn from(text: LogText) -> Self {
        text.0
    }
}

impl fmt::Display for LogText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_begin_another_line_or_steer_a_terminal() {
        let text = LogText::from("a\r\n\nb\u{1b}[31m");
        assert_eq!(text.as_str(), "a; b\\u{1b}[31m");
        assert_eq!(LogText::from(text.as_str()), text, "escaping twice changes nothing");
        let read: LogText = serde_json::from_str(r#""x\ny""#).unwrap();
        assert_eq!(read.as_str(), "x; y", "also what arrives is escaped");
    }
}
