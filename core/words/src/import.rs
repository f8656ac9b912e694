//! Sentences for files that cannot become a tunnel.

use adit_api::{Diagnostic, ImportReason};
use fluent_bundle::FluentValue;

use crate::diagnostic::{id, key};
use crate::{Words, visible};

impl Words {
    /// Describes the reason, without a full stop.
    pub fn import_reason(&self, reason: &ImportReason) -> String {
        let ImportReason { code, arguments, worst } = reason;
        let mut values = self.values(arguments);
        if let Some(worst) = worst {
            let Diagnostic { line, column, .. } = worst;
            let texts = [key(worst), self.problem(worst), self.advice_in_brackets(worst)].map(FluentValue::from);
            values.extend(["key", "problem", "advice"].into_iter().zip(texts));
            values.extend([("line", line.into()), ("column", column.into())]);
        }
        let said = self.say_if_known(&id("refusal", code), &values);
        said.unwrap_or_else(|| self.say("refusal-unknown", &[("code", visible(code).into())]))
    }
}
