//! Edits of a text that leave everything else as it is: comments, spacing and line ends.

use std::ops::Range;

use super::lexer::Kind;
use super::parse::RESERVED;
use super::{Document, DocumentError, write};
use crate::rule::{Name, Rule, RuleSet, Then};

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
        self.spliced(self.lines(&span), "")
    }

    /// Moves the rule of the index `from` with its lines, so that it has the index `to`. Comments above it stay.
    pub fn move_rule(&self, from: usize, to: usize) -> Result<Self, EditError> {
        let span = self.rule_spans().nth(from).ok_or(EditError::NoRule(from))?;
        if to >= self.rule_count() {
            return Err(EditError::NoRule(to));
        }
        let lines = self.lines(&span);
        let moved = self.text[lines.clone()].trim_end_matches(['\r', '\n']);
        let rest = self.spliced(lines.clone(), "")?;
        let next = rest.rule_spans().nth(to).or_else(|| rest.otherwise());
        match next {
            Some(next) => rest.with_line(next.start, moved),
            None => rest.with_last_line(moved),
        }
    }

    /// Returns the place of the rule of this index in bytes, without a comment behind it.
    pub fn rule_span(&self, index: usize) -> Option<Range<usize>> {
        self.rule_spans().nth(index)
    }

    /// Returns the rule of this index; `None` if it does not exist or has an error. Errors elsewhere do not matter.
    pub fn rule(&self, index: usize) -> Option<Rule> {
        self.alone(&self.rule_span(index)?)?.rules.pop()
    }

    /// Returns the settings and the default, each without one that has an error. There are no rules in the answer.
    pub fn frame(&self) -> RuleSet {
        let mut frame = RuleSet::default();
        for statement in self.statements.iter().filter(|statement| !statement.is_rule) {
            let Some(RuleSet { kill_switch, manual, failover, rules: _, otherwise }) = self.alone(&statement.span) else {
                continue;
            };
            frame.kill_switch = frame.kill_switch.or(kill_switch);
            frame.manual = frame.manual.or(manual);
            frame.failover = frame.failover.or(failover);
            frame.otherwise = frame.otherwise.or(otherwise);
        }
        frame
    }

    /// Changes the default, or adds it at the end; `None` removes it with its line.
    pub fn set_otherwise(&self, then: Option<&Then>) -> Result<Self, EditError> {
        match (self.otherwise(), then) {
            (Some(span), Some(then)) => self.spliced(span, &write::otherwise(then)),
            (None, Some(then)) => self.with_last_line(&write::otherwise(then)),
            (Some(span), None) => self.spliced(self.lines(&span), ""),
            (None, None) => Ok(self.clone()),
        }
    }

    /// Makes the settings those of `set`, of which nothing else counts. A setting that is not there yet comes before the first
    /// statement.
    pub fn set_settings(&self, set: &RuleSet) -> Result<Self, EditError> {
        let mut edited = self.clone();
        for (word, line) in write::settings(set) {
            let place = edited.statement(word);
            edited = match (place, line) {
                (Some(span), Some(line)) => edited.spliced(span, &line)?,
                (Some(span), None) => edited.spliced(edited.lines(&span), "")?,
                (None, Some(line)) => match edited.statements.first().map(|first| first.span.start) {
                    Some(first) => edited.with_line(first, &line)?,
                    None => edited.with_last_line(&line)?,
                },
                (None, None) => edited,
            };
        }
        Ok(edited)
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
        self.statement("otherwise")
    }

    /// Returns the place of the first statement that begins with this word.
    fn statement(&self, first: &str) -> Option<Range<usize>> {
        let begins = |span: &Range<usize>| {
            self.text[span.clone()].split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case(first))
        };
        self.statements.iter().map(|statement| statement.span.clone()).find(begins)
    }

    /// Reads one statement without the others.
    fn alone(&self, span: &Range<usize>) -> Option<RuleSet> {
        Self::parse(self.text[span.clone()].as_bytes()).ok()?.rules().ok()
    }

    /// Returns the lines of a statement, with their ends and a comment behind it.
    fn lines(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.text[..span.start].rfind('\n').map_or(0, |before| before + 1).max(self.bom());
        let end = self.text[span.end..].find('\n').map_or(self.text.len(), |after| span.end + after + 1);
        start..end
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
