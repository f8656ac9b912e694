//! Reads rules from a document. An error in one part of a statement does not hide those in its other parts.

mod condition;
mod consequence;
mod cursor;

use std::ops::Range;

use cursor::Cursor;

use super::diagnostic::{Code, Diagnostic, Expected};
use super::lexer::Kind;
use super::{Document, Statement};
use crate::facts::{LinkKind, Security};
use crate::rule::{Name, Rule, RuleSet};

/// The largest number of errors that are reported.
const MAX_DIAGNOSTICS: usize = 100;

/// The words that begin a statement.
const STATEMENTS: [&str; 5] = ["when", "otherwise", "kill", "without", "manual"];

/// The words that begin a condition.
const CONDITIONS: [&str; 14] = [
    "wifi", "ethernet", "cellular", "other", "bssid", "gateway", "subnet", "dns", "metered", "time", "home", "no", "not",
    "network",
];

/// Words that cannot name a tunnel without quotation marks.
pub(super) const RESERVED: [&str; 16] = [
    "and",
    "or",
    "then",
    "when",
    "otherwise",
    "kill",
    "switch",
    "everything",
    "private",
    "except",
    "only",
    "up",
    "down",
    "leave",
    "next",
    "not",
];

/// Returns the kind of link that a word names.
pub(super) fn link_kind(word: &str) -> Option<LinkKind> {
    Some(match word {
        "wifi" | "wi-fi" => LinkKind::Wifi,
        "ethernet" => LinkKind::Ethernet,
        "cellular" => LinkKind::Cellular,
        _ => return None,
    })
}

/// Returns the protection that a word names.
pub(super) fn security(word: &str) -> Option<Security> {
    Some(match word {
        "open" => Security::Open,
        "wep" => Security::Wep,
        "wpa" => Security::Wpa,
        "wpa2" => Security::Wpa2,
        "wpa3" => Security::Wpa3,
        "enterprise" => Security::Enterprise,
        _ => return None,
    })
}

/// Returns true if a statement is a rule, whether it has errors or not.
pub(super) fn is_rule(text: &str, statement: &Statement) -> bool {
    let words = statement.tokens.iter().skip_while(|token| token.kind != Kind::Word);
    words.map(|token| &text[token.span.clone()]).next().is_some_and(|word| word.eq_ignore_ascii_case("when"))
}

/// Reads all statements.
pub(super) fn rules(document: &Document) -> Result<RuleSet, Vec<Diagnostic>> {
    let mut reader = Reader { document, set: RuleSet::default(), first: First::default(), found: Vec::new() };
    for statement in &document.statements {
        reader.statement(statement);
    }
    let Reader { set, mut found, .. } = reader;
    if found.is_empty() {
        return Ok(set);
    }
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    if found.len() > MAX_DIAGNOSTICS {
        found.truncate(MAX_DIAGNOSTICS);
        let last = found[MAX_DIAGNOSTICS - 1].clone();
        found.push(Diagnostic { code: Code::TooMany, ..last });
    }
    Err(found)
}

/// The lines of the statements that can stand only once.
#[derive(Default)]
struct First {
    otherwise: Option<u32>,
    kill_switch: Option<u32>,
    failover: Option<u32>,
    manual: Option<u32>,
}

struct Reader<'a> {
    document: &'a Document,
    set: RuleSet,
    first: First,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn report(&mut self, span: Range<usize>, code: Code) {
        // Far more than the limit is enough to know that there are more, and less than a file can ask for.
        if self.found.len() <= 2 * MAX_DIAGNOSTICS {
            let (line, column) = self.document.position(span.start);
            self.found.push(Diagnostic { code, line, column, span });
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let line = statement.line;
        let mut cursor =
            Cursor { text: &self.document.text, tokens: &statement.tokens, end: statement.span.end, errors: Vec::new() };
        let label = cursor.label();
        let start = cursor.place();
        match cursor.word().as_deref() {
            Some("when") => {
                cursor.step();
                let rule = cursor.rule(label.clone());
                if let Some(first) = self.first.otherwise {
                    cursor.errors.push((start, Code::AfterOtherwise { first }));
                }
                self.set.rules.extend(rule);
            }
            Some("otherwise") => {
                cursor.step();
                let then = cursor.then();
                let slot = &mut self.first.otherwise;
                cursor.once(slot, line, &start);
                self.set.otherwise = self.set.otherwise.take().or(then);
                cursor.no_label(label.is_some(), &start);
            }
            Some("kill") => {
                let policy = cursor.kill_switch();
                cursor.once(&mut self.first.kill_switch, line, &start);
                self.set.kill_switch = self.set.kill_switch.or(policy);
                cursor.no_label(label.is_some(), &start);
            }
            Some("without") => {
                let failover = cursor.failover();
                cursor.once(&mut self.first.failover, line, &start);
                self.set.failover = self.set.failover.take().or(failover);
                cursor.no_label(label.is_some(), &start);
            }
            Some("manual") => {
                let time = cursor.manual();
                cursor.once(&mut self.first.manual, line, &start);
                self.set.manual = self.set.manual.or(time);
                cursor.no_label(label.is_some(), &start);
            }
            _ if label.is_some() => cursor.expected(Expected::When),
            _ => cursor.unknown_statement(),
        }
        if cursor.errors.is_empty() && !cursor.tokens.is_empty() {
            cursor.leftover();
        }
        for (span, code) in cursor.errors {
            self.report(span, code);
        }
    }
}

impl Cursor<'_> {
    /// The rest of a rule after `when`.
    fn rule(&mut self, label: Option<Name>) -> Option<Rule> {
        let mut conditions = Vec::new();
        loop {
            let errors = self.errors.len();
            conditions.extend(self.condition());
            if self.errors.len() > errors {
                self.skip_to(&["and", "then"]);
            }
            if self.take("and") {
                continue;
            }
            break;
        }
        if !self.take("then") {
            self.expected(Expected::AndOrThen);
            return None;
        }
        let then = self.then()?;
        Some(Rule { label, when: conditions.try_into().ok()?, then })
    }
}
