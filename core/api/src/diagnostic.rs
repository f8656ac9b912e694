//! The errors, warnings and notes about a configuration, as part of the contract.

use adit_config::Document;
use adit_config::detect::Foreign;
use serde::{Deserialize, Serialize};

mod arguments;
mod names;

/// The severity of a diagnostic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Severity {
    /// Information.
    Note,
    /// The configuration is accepted, but probably does not mean what was intended.
    Warning,
    /// The configuration cannot be used until this is corrected.
    Error,
}

/// One error, warning or note about a configuration, with its position. Never contains a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// The kind of problem, such as `missing_private_key`. The codes never change.
    pub code: String,
    /// The section: `Interface` or `Peer`.
    pub section: Option<String>,
    /// The key as the configuration language spells it, such as `AllowedIPs`.
    pub key: Option<String>,
    /// Line, 1-based.
    pub line: u32,
    /// Column, 1-based, in characters.
    pub column: u32,
    /// First byte of the text that it concerns.
    pub start: u32,
    /// The byte after that text.
    pub end: u32,
    /// The correction, such as `write_port`. The names never change.
    pub advice: Option<String>,
    /// The values that a sentence about the problem or the correction needs.
    #[serde(default)]
    pub arguments: Vec<Argument>,
    /// Edits of the text, each of which corrects the problem.
    #[serde(default)]
    pub fixes: Vec<Fix>,
}

/// A value that a sentence needs, with its name. The argument `kind` tells the cases of one code apart. Never contains a key: the argument
/// `text`, which is a quotation from the file, is missing if it could be one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Argument {
    /// A text.
    Text {
        /// Name of the argument.
        name: String,
        /// The text, without control and invisible characters.
        text: String,
    },
    /// A number.
    Number {
        /// Name of the argument.
        name: String,
        /// The number.
        number: u32,
    },
}

impl Argument {
    /// Creates a text; control and invisible characters are spelled out.
    pub fn text(name: &str, text: &str) -> Self {
        Self::Text { name: name.to_owned(), text: adit_config::visible(text) }
    }

    /// Creates the argument `kind` for a kind of file.
    pub fn foreign(foreign: Foreign) -> Self {
        arguments::foreign(foreign)
    }

    /// Creates the argument `character`, which is spelled out if it cannot be seen.
    pub fn character(character: char) -> Self {
        let quoted = format!("{character:?}");
        let shown = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        Self::text("character", shown.unwrap_or(&quoted))
    }

    /// Creates the arguments of the problem `cidr`.
    pub fn of_cidr(error: adit_config::value::CidrError) -> Vec<Self> {
        arguments::of_cidr(error)
    }

    /// Creates a number, or the largest possible one if it is too large.
    pub fn number(name: &str, number: impl TryInto<u32>) -> Self {
        Self::Number { name: name.to_owned(), number: number.try_into().unwrap_or(u32::MAX) }
    }
}

/// An edit of a configuration that corrects a problem: it replaces some bytes by other text. Never contains a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fix {
    /// First byte to replace.
    pub start: u32,
    /// The byte after the last one to replace; equal to `start` if the edit only inserts.
    pub end: u32,
    /// The new text; empty if the edit only deletes.
    pub text: String,
}

impl Diagnostic {
    /// Converts a diagnostic of `document`, with the edits that correct it.
    pub fn in_document(document: &Document, found: &adit_config::Diagnostic) -> Self {
        let fixes = adit_config::fix::fixes(document, found);
        Self { fixes: fixes.into_iter().map(Fix::from).collect(), ..Self::from(found) }
    }
}

impl From<adit_config::fix::Fix> for Fix {
    fn from(fix: adit_config::fix::Fix) -> Self {
        Self { start: offset(fix.span.start), end: offset(fix.span.end), text: fix.text }
    }
}

fn offset(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Converts a diagnostic without edits, which need the text.
impl From<&adit_config::Diagnostic> for Diagnostic {
    fn from(diagnostic: &adit_config::Diagnostic) -> Self {
        let adit_config::Diagnostic { severity, code, section, key, line, column, span } = diagnostic;
        Self {
            severity: (*severity).into(),
            code: names::code(code).to_owned(),
            section: section.map(|section| section.name().to_owned()),
            key: key.map(|key| key.name().to_owned()),
            line: *line,
            column: *column,
            start: offset(span.start),
            end: offset(span.end),
            advice: names::advice(code, *key).map(str::to_owned),
            arguments: arguments::arguments(code, *key),
            fixes: Vec::new(),
        }
    }
}

impl From<adit_config::Severity> for Severity {
    fn from(severity: adit_config::Severity) -> Self {
        match severity {
            adit_config::Severity::Note => Self::Note,
            adit_config::Severity::Warning => Self::Warning,
            adit_config::Severity::Error => Self::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    use adit_config::parse;

    use super::*;

    #[test]
    fn a_diagnostic_says_the_same_on_both_sides_of_the_boundary() {
        let document = Document::parse(b"[Interface]\nAddress = 10.0.0.1/33\n").unwrap();
        let found: Vec<Diagnostic> = parse::config(&document).unwrap_err().iter().map(Diagnostic::from).collect();
        let shown: Vec<(&str, Option<&str>, u32, Severity)> =
            found.iter().map(|found| (found.code.as_str(), found.key.as_deref(), found.line, found.severity)).collect();
        assert!(shown.contains(&("cidr", Some("Address"), 2, Severity::Error)), "{shown:?}");
        assert!(shown.iter().any(|(code, ..)| *code == "missing_private_key"), "{shown:?}");
    }
}
