//! The tokens of one statement, and what is wrong with them.

use std::ops::Range;

use adit_config::diagnostic::Quoted;

use super::super::diagnostic::{Code, Expected};
use super::super::lexer::{Kind, Token};
use super::STATEMENTS;
use crate::escape;
use crate::rule::Name;

/// The tokens of a statement that are not read yet, and the errors so far.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) end: usize,
    pub(super) errors: Vec<(Range<usize>, Code)>,
}

impl<'a> Cursor<'a> {
    pub(super) fn slice(&self, token: &Token) -> &'a str {
        &self.text[token.span.clone()]
    }

    pub(super) fn step(&mut self) {
        self.tokens = self.tokens.get(1..).unwrap_or_default();
    }

    /// The place of the next token, or the end of the statement.
    pub(super) fn place(&self) -> Range<usize> {
        self.tokens.first().map_or(self.end..self.end, |token| token.span.clone())
    }

    /// The next token in lower case, if it is a word.
    pub(super) fn word(&self) -> Option<String> {
        self.word_at(0)
    }

    pub(super) fn word_at(&self, index: usize) -> Option<String> {
        let token = self.tokens.get(index).filter(|token| token.kind == Kind::Word)?;
        Some(self.slice(token).to_ascii_lowercase())
    }

    pub(super) fn next_is(&self, word: &str) -> bool {
        self.word().as_deref() == Some(word)
    }

    /// Takes the word, if it is the next one.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is_next = self.next_is(word);
        if is_next {
            self.step();
        }
        is_next
    }

    /// Takes the word, or reports that it is missing.
    pub(super) fn require(&mut self, word: &'static str) -> Option<()> {
        if self.take(word) {
            return Some(());
        }
        self.expected(Expected::Word(word));
        None
    }

    pub(super) fn error(&mut self, code: Code) {
        let place = self.place();
        self.errors.push((place, code));
    }

    pub(super) fn expected(&mut self, expected: Expected) {
        let code = match self.tokens.first() {
            Some(token) if token.kind == Kind::Unclosed => Code::Unclosed,
            Some(token) => match self.slice(token).chars().next() {
                Some(mark @ ('“' | '”' | '„' | '‟' | '«' | '»')) => Code::TypographicQuote(mark),
                _ => Code::Expected(expected, Some(Quoted::new(self.slice(token)))),
            },
            None => Code::Expected(expected, None),
        };
        self.error(code);
    }

    pub(super) fn unknown_statement(&mut self) {
        match self.word() {
            Some(word) if !starts_with_quote(&word) => {
                let suggestion = nearest(&word, &STATEMENTS);
                self.error(Code::UnknownStatement(Quoted::new(&word), suggestion));
            }
            _ => self.expected(Expected::When),
        }
    }

    pub(super) fn leftover(&mut self) {
        let Some(token) = self.tokens.first() else { return };
        if token.kind == Kind::Unclosed {
            self.error(Code::Unclosed);
        } else {
            self.error(Code::Leftover(Quoted::new(self.slice(token))));
        }
    }

    pub(super) fn once(&mut self, slot: &mut Option<u32>, line: u32, place: &Range<usize>) {
        match *slot {
            None => *slot = Some(line),
            Some(first) => self.errors.push((place.clone(), Code::Repeated { first })),
        }
    }

    pub(super) fn no_label(&mut self, has_label: bool, place: &Range<usize>) {
        if has_label {
            self.errors.push((place.clone(), Code::Label));
        }
    }

    /// Skips to the next of these words, which is not taken.
    pub(super) fn skip_to(&mut self, words: &[&str]) {
        while !self.tokens.is_empty() && !self.word().is_some_and(|word| words.contains(&word.as_str())) {
            self.step();
        }
    }

    /// `"A name":`
    pub(super) fn label(&mut self) -> Option<Name> {
        let [first, second, ..] = self.tokens else { return None };
        if first.kind != Kind::Quoted || second.kind != Kind::Colon {
            return None;
        }
        let label = self.name();
        self.step();
        label
    }

    /// A name in quotation marks. Takes the token also if it is wrong.
    pub(super) fn name(&mut self) -> Option<Name> {
        let text = self.tokens.first().map(|token| self.slice(token)).unwrap_or_default();
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let mut bytes = Vec::new();
        let mut name = Err(Code::Escape);
        if escape::read(inner, "\\\"").all(|unit| unit.map(|unit| unit.unit.push_to(&mut bytes)).is_ok()) {
            name = String::from_utf8(bytes).map_err(|_| Code::Escape).and_then(|text| text.parse().map_err(Code::Name));
        }
        let name = name.map_err(|code| self.error(code)).ok();
        self.step();
        name
    }
}

/// Returns the word that was probably meant.
pub(super) fn nearest(word: &str, words: &[&'static str]) -> Option<&'static str> {
    let distance = |other: &&'static str| strsim::damerau_levenshtein(word, other);
    words.iter().filter(|other| distance(other) <= 2.min(other.len() / 2)).min_by_key(|other| distance(other)).copied()
}

pub(super) fn starts_with_quote(word: &str) -> bool {
    word.starts_with(['“', '”', '„', '‟', '«', '»'])
}
