//! Cuts a text into words, quoted texts and commas.

use std::ops::Range;

/// One token and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// The kind of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Characters without white space.
    Word,
    /// A text in quotation marks, which are part of the span.
    Quoted,
    /// A text whose second quotation mark is missing. It ends with its line.
    Unclosed,
    /// A comma.
    Comma,
    /// The colon after a label.
    Colon,
}

/// Returns the tokens of a text. White space and comments (from `#` at the start of a token to the end of the line) are between
/// them.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let after_quoted = tokens.last().is_some_and(|token| token.kind == Kind::Quoted && token.span.end == at);
        let (kind, length) = match first {
            character if is_space(character) => {
                at += character.len_utf8();
                continue;
            }
            '#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '"' => quoted(rest),
            ',' => (Kind::Comma, 1),
            ':' if after_quoted => (Kind::Colon, 1),
            _ => (Kind::Word, rest.find(|character| is_space(character) || matches!(character, ',' | '"')).unwrap_or(rest.len())),
        };
        tokens.push(Token { kind, span: at..at + length });
        at += length;
    }
    tokens
}

/// White space of a text of rules. A byte order mark may stand at its start.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{feff}')
}

/// Returns the length of a text in quotation marks. A backslash takes the next character with it.
fn quoted(text: &str) -> (Kind, usize) {
    let mut is_escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            '\n' => return (Kind::Unclosed, text[..index].trim_end().len()),
            '"' if !is_escaped => return (Kind::Quoted, index + 1),
            _ => is_escaped = character == '\\' && !is_escaped,
        }
    }
    (Kind::Unclosed, text.trim_end().len())
}
