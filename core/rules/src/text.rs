//! Rules as text: one rule a line, in plain words.
//!
//! ```text
//! # Everywhere except at home
//! "At home": when wifi "Home" and gateway aa:bb:cc:dd:ee:ff then down
//! when wifi open then up office everything, kill switch always
//! otherwise up office
//! ```
//!
//! A [`Document`] keeps every byte, so that comments and spacing survive an edit. [`Document::rules`] reads all of it and reports
//! all errors at once. `docs/RULES.md` describes the language.

mod diagnostic;
mod edit;
mod lexer;
pub mod message;
mod parse;
mod write;

use std::ops::Range;

pub use diagnostic::{Code, Diagnostic, Expected};
pub use edit::EditError;
pub use write::{condition, rule, write};

use crate::rule::RuleSet;

/// The largest text, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// A text of rules. Every byte has its place; nothing is lost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    text: String,
    /// The statements in their order. A statement goes on over following lines that begin with white space.
    statements: Vec<Statement>,
}

/// One statement: a rule, the default, or a setting.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Statement {
    /// From its first to its last token, without a comment behind it.
    span: Range<usize>,
    /// The line of its first token, counted from 1.
    line: u32,
    tokens: Vec<lexer::Token>,
    is_rule: bool,
}

/// The reason why bytes are not a text of rules at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    /// More than [`MAX_BYTES`] bytes.
    #[error("rules have at most 65536 bytes, this has {0}")]
    TooLarge(usize),
    /// The bytes are not UTF-8 from this byte on.
    #[error("this is not text in UTF-8 (byte {0})")]
    NotUtf8(usize),
}

impl Document {
    /// Reads the structure of a text. Errors in its statements are found by [`Document::rules`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| DocumentError::NotUtf8(error.valid_up_to()))?;
        Ok(Self { text: text.to_owned(), statements: statements(text) })
    }

    /// Returns the text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the rules of the text, or all of its errors in the order of their places.
    pub fn rules(&self) -> Result<RuleSet, Vec<Diagnostic>> {
        parse::rules(self)
    }

    /// Returns the line (counted from 1) and the column (counted from 1, in characters) of a byte.
    pub fn position(&self, byte: usize) -> (u32, u32) {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{feff}').chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// Returns the line of the rule of this index, counted from 1.
    pub fn line_of_rule(&self, index: usize) -> Option<u32> {
        self.statements.iter().filter(|statement| statement.is_rule).nth(index).map(|rule| rule.line)
    }
}

/// Groups the tokens of a text into statements.
fn statements(text: &str) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for token in lexer::tokens(text) {
        let begins = text[..token.span.start].chars().next_back().is_none_or(|before| matches!(before, '\n' | '\u{feff}'));
        match statements.last_mut() {
            Some(statement) if !begins => {
                statement.span.end = token.span.end;
                statement.tokens.push(token);
            }
            _ => {
                line += u32::try_from(text[counted..token.span.start].matches('\n').count()).unwrap_or(u32::MAX);
                counted = token.span.start;
                statements.push(Statement { span: token.span.clone(), line, tokens: vec![token], is_rule: false });
            }
        }
    }
    for statement in &mut statements {
        statement.is_rule = parse::is_rule(text, statement);
    }
    statements
}
