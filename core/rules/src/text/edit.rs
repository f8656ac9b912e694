//! Edits of a text that leave everything else as it is: comments, spacing and line ends.

use std::ops::Range;

use super::lexer::Kind;
use super::parse::RESERVED;
use super::{Document, DocumentError, write};
use crate::rule::{Name, Rule, Then};

/// The reason why an edit is not possible.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// There is no rule of this index.
    #[error("there is no rule {0}")]
    NoRule(usize),
    /// The result would be too large.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl Document {
    /// Returns the number of rules, those with errors included.
    pub fn rule_count(&self) -> usize {
        self.statements.iter().filter(|statement| statement.is_rule).count()
    }

    /// Inserts a rule so that it has this index, on a line of its own. `index` is at most the number of rules.
    pub fn insert(&self, index: usize, rule: &Rule) -> Result<Self, EditError> {
        let line = write::rule(rule);
        let mut rules = self.rule_spans().skip(index);
        if let Some(next) = rules.next() {
            return self.with_line(next.start, &line);
        }
        if index > self.rule_count() {
            return Err(EditError::NoRule(index));
        }
        match self.otherwise() {
            Some(default) => self.with_line(default.start, &line),
            None => self.with_last_line(&line),
        }
    }

    /// Puts a rule in the place of the one of this index. A comment behind it stays.
    pub fn replace(&self, index: usize, rule: &Rule) -> Result<Self, EditError> {
        let span = self.rule_spans().nth(index).ok_or(EditError::NoRule(index))?;
        self.spliced(span, &write::rule(rule))
    }

    /// Removes the rule of this index with its lines. Comments above it stay.
    pub fn remove(&self, index: usize) -> Result<Self, EditError> {
        let span = self.rule_spans().nth(index).ok_or(EditError::NoRule(index))?;
        let start = self.text[..span.start].rfind('\n').map_or(0, |before| before + 1).max(self.bom());
        let end = self.text[span.end..].find('\n').map_or(self.text.len(), |after| span.end + after + 1);
        self.spliced(start..end, "")
    }

    /// Changes the default, or adds it at the end.
    pub fn set_otherwise(&self, then: &Then) -> Result<Self, EditError> {
        let line = format!("otherwise {}", write::then(then));
        match self.otherwise() {
            Some(span) => self.spliced(span, &line),
            None => self.with_last_line(&line),
        }
    }

    /// Gives a tunnel another name wherever the text names it.
    pub fn rename(&self, old: &Name, new: &Name) -> Result<Self, EditError> {
        let replacement = write::name(new);
        let mut text = self.text.clone();
        for span in self.names_of(old).into_iter().rev() {
            text.replace_range(span, &replacement);
        }
        Ok(Self::parse(text.as_bytes())?)
    }

    /// Returns the places of a tunnel's name: after `up`, and after an `and` that follows a tunnel.
    fn names_of(&self, name: &Name) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for statement in &self.statements {
            let word = |index: usize| {
                let token = statement.tokens.get(index).filter(|token| token.kind == Kind::Word);
                token.map(|token| self.text[token.span.clone()].to_ascii_lowercase()).unwrap_or_default()
            };
            let mut is_action = false;
            for (index, token) in statement.tokens.iter().enumerate() {
                let is_after = index > 0 && (word(index - 1) == "up" || (is_action && word(index - 1) == "and"));
                is_action |= word(index) == "up";
                let text = &self.text[token.span.clone()];
                let is_named = match token.kind {
                    Kind::Word => {
                        !RESERVED.contains(&word(index).as_str()) && text.parse::<Name>().is_ok_and(|found| found.is(name))
                    }
                    Kind::Quoted => quoted_name(text).is_some_and(|found| found.is(name)),
                    Kind::Unclosed | Kind::Comma | Kind::Colon => false,
                };
                if is_after && is_named {
                    found.push(token.span.clone());
                }
            }
        }
        found
    }

    fn rule_spans(&self) -> impl Iterator<Item = Range<usize>> {
        self.statements.iter().filter(|statement| statement.is_rule).map(|statement| statement.span.clone())
    }

    fn otherwise(&self) -> Option<Range<usize>> {
        let is_default = |span: &Range<usize>| {
            self.text[span.clone()].split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("otherwise"))
        };
        self.statements.iter().map(|statement| statement.span.clone()).find(is_default)
    }

    fn with_line(&self, at: usize, line: &str) -> Result<Self, EditError> {
        self.spliced(at..at, &format!("{line}{}", self.line_end()))
    }

    fn with_last_line(&self, line: &str) -> Result<Self, EditError> {
        let end = self.line_end();
        let is_complete = self.text.len() == self.bom() || self.text.ends_with('\n');
        let before = if is_complete { "" } else { end };
        self.spliced(self.text.len()..self.text.len(), &format!("{before}{line}{end}"))
    }

    /// The length of the byte order mark, if there is one.
    fn bom(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn spliced(&self, span: Range<usize>, replacement: &str) -> Result<Self, EditError> {
        let mut text = self.text.clone();
        text.replace_range(span, replacement);
        Ok(Self::parse(text.as_bytes())?)
    }
}

fn quoted_name(text: &str) -> Option<Name> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut bytes = Vec::new();
    for unit in crate::escape::read(inner, "\\\"") {
        unit.ok()?.unit.push_to(&mut bytes);
    }
    String::from_utf8(bytes).ok()?.parse().ok()
}
