//! The rules as clients see them.

use serde::{Deserialize, Serialize};

use super::{RuleConsequence, RuleForm, RulesSettings, RulesState};
use crate::Diagnostic;

/// The largest text of rules, bytes.
pub const MAX_RULES_BYTES: usize = 64 * 1024;

/// The stored rules, and what follows from them now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RulesView {
    /// Counts the changes of the rules; 0: there were never any.
    pub revision: u64,
    /// The stored text.
    pub rules: RulesCheck,
    /// True if the stored text cannot be read, so that the last rules, or the most protective ones, hold.
    pub is_broken: bool,
    /// The rules, choices and pauses in force now.
    pub now: RulesState,
}

/// A text of rules, what is wrong with it, and its parts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RulesCheck {
    /// The text: after the edit, if there was one.
    pub text: String,
    /// All errors, or else all warnings, in the order of their places. `section` and `key` are None. With an error, the text cannot be saved.
    pub diagnostics: Vec<Diagnostic>,
    /// The mistakes in the values of an edit, which was then not made.
    pub form_problems: Vec<FormProblem>,
    /// The settings; those without an error.
    pub settings: RulesSettings,
    /// The rules, in their order.
    pub rules: Vec<RuleView>,
    /// The consequence if no rule matches; None if the text has none, or with an error.
    pub otherwise: Option<RuleConsequence>,
}

/// A rule in a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleView {
    /// Its form; None if it has an error.
    pub form: Option<RuleForm>,
    /// Its line, from 1.
    pub line: u32,
    /// Its first byte.
    pub start: u32,
    /// The byte after it. A comment behind it is not part of it.
    pub end: u32,
}

/// A mistake in a value of a form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FormProblem {
    /// The index of the condition; None if the problem is elsewhere.
    pub condition: Option<u32>,
    /// The problem. Its line and column mean nothing.
    pub problem: Diagnostic,
}
