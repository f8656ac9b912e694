//! Sentences for diagnostics of a configuration. The problem itself is in English, from `adit-config`.

use adit_api::{Diagnostic, Severity};

use crate::{Words, visible};

impl Words {
    /// Formats a diagnostic on one line, with line and column.
    pub fn diagnostic(&self, diagnostic: &Diagnostic) -> String {
        let Diagnostic { severity, key, line, column, problem, advice, code: _, section: _, start: _, end: _, fixes: _ } =
            diagnostic;
        let severity = self.say(
            match severity {
                Severity::Note => "severity-note",
                Severity::Warning => "severity-warning",
                Severity::Error => "severity-error",
            },
            &[],
        );
        let key = key.as_ref().map(|key| format!("{}: ", visible(key))).unwrap_or_default();
        let advice = advice.as_ref().map(|advice| format!(" ({})", visible(advice))).unwrap_or_default();
        self.say(
            "diagnostic",
            &[
                ("line", line.into()),
                ("column", column.into()),
                ("severity", severity.into()),
                ("key", key.into()),
                ("problem", visible(problem).into()),
                ("advice", advice.into()),
            ],
        )
    }
}
