//! Sentences for diagnostics of a configuration.

use adit_api::{Argument, Diagnostic, Severity};
use fluent_bundle::FluentValue;

use crate::{Words, visible};

impl Words {
    /// Describes the problem, without the place and without a full stop.
    pub fn problem(&self, found: &Diagnostic) -> String {
        let problem = self.say_if_known(&id("problem", &found.code), &self.values(&found.arguments));
        problem.unwrap_or_else(|| self.say("problem-unknown", &[("code", visible(&found.code).into())]))
    }

    /// Describes the correction, if one is known.
    pub fn advice(&self, found: &Diagnostic) -> Option<String> {
        self.say_if_known(&id("advice", found.advice.as_ref()?), &self.values(&found.arguments))
    }

    /// Formats a diagnostic on one line, with line and column.
    pub fn diagnostic(&self, found: &Diagnostic) -> String {
        let Diagnostic { line, column, .. } = found;
        self.say(
            "diagnostic",
            &[
                ("line", line.into()),
                ("column", column.into()),
                ("severity", self.severity(found.severity).into()),
                ("key", key(found).into()),
                ("problem", self.problem(found).into()),
                ("advice", self.advice_in_brackets(found).into()),
            ],
        )
    }

    /// Formats a diagnostic of a file as `wg0.conf:12:14: error: AllowedIPs: …` and, indented on a line of its own, the advice.
    /// There is no line feed at the end. `file` is shown as given.
    pub fn complaint(&self, file: &str, found: &Diagnostic) -> String {
        let Diagnostic { line, column, .. } = found;
        let (severity, key, problem) = (self.severity(found.severity), key(found), self.problem(found));
        let advice = self.advice(found).map(|advice| format!("\n    {advice}")).unwrap_or_default();
        format!("{file}:{line}:{column}: {severity}: {key}{problem}{advice}")
    }

    pub(crate) fn advice_in_brackets(&self, found: &Diagnostic) -> String {
        self.advice(found).map(|advice| format!(" ({advice})")).unwrap_or_default()
    }

    /// Returns the arguments as Fluent takes them. A message may always use `text`: without one, it says why nothing is quoted.
    pub(crate) fn values<'a>(&self, arguments: &'a [Argument]) -> Vec<(&'a str, FluentValue<'a>)> {
        let mut values = vec![("text", FluentValue::from(self.say("quoted-hidden", &[])))];
        values.extend(arguments.iter().map(|argument| match argument {
            Argument::Text { name, text } if name == "text" => {
                ("text", self.say("quoted", &[("text", visible(text).into())]).into())
            }
            Argument::Text { name, text } => (name.as_str(), visible(text).into()),
            Argument::Number { name, number } => (name.as_str(), number.into()),
        }));
        values
    }

    fn severity(&self, severity: Severity) -> String {
        let id = match severity {
            Severity::Note => "severity-note",
            Severity::Warning => "severity-warning",
            Severity::Error => "severity-error",
        };
        self.say(id, &[])
    }
}

/// Returns the id of the message for a name of the contract.
pub(crate) fn id(kind: &str, name: &str) -> String {
    format!("{kind}-{}", name.replace('_', "-"))
}

pub(crate) fn key(found: &Diagnostic) -> String {
    found.key.as_ref().map(|key| format!("{}: ", visible(key))).unwrap_or_default()
}
