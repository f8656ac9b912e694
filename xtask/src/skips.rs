//! The checks that continuous integration may skip: the list `.ci/allowed-skips`. Skipping any other check there fails the run,
//! so that a missing program or a wrongly set up machine is noticed.

use anyhow::{Context as _, ensure};

use crate::root;

const LIST: &str = ".ci/allowed-skips";

/// The checks that may be skipped.
pub(crate) enum Allowed {
    /// On a developer's machine, all checks. A skipped check is counted and printed.
    All,
    /// In continuous integration, the checks whose message begins with one of these texts.
    Listed(Vec<String>),
}

impl Allowed {
    /// Decides by the environment variable `CI`, which all continuous integration services and `.ci/run` set.
    pub(crate) fn here() -> anyhow::Result<Self> {
        if std::env::var_os("CI").is_none_or(|value| value.is_empty()) {
            return Ok(Self::All);
        }
        let text = std::fs::read_to_string(root().join(LIST)).with_context(|| format!("cannot read {LIST}"))?;
        Self::listed(&text)
    }

    fn listed(text: &str) -> anyhow::Result<Self> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let entries = lines.map(|(index, line)| {
            let (start, reason) = line.split_once(" -- ").unwrap_or((line, ""));
            ensure!(!start.is_empty() && !reason.trim().is_empty(), "{LIST}:{}: want `START -- REASON`", index + 1);
            Ok(start.to_owned())
        });
        entries.collect::<anyhow::Result<_>>().map(Self::Listed)
    }

    /// Returns true if the check with the message `why` may be skipped.
    pub(crate) fn allows(&self, why: &str) -> bool {
        match self {
            Self::All => true,
            Self::Listed(starts) => starts.iter().any(|start| why.starts_with(start)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_listed_check_may_be_skipped() {
        let allowed = Allowed::listed("# a comment\n\nno fast kernel -- kernels differ\n").unwrap();
        assert!(allowed.allows("no fast kernel here"));
        assert!(!allowed.allows("no root") && !allowed.allows(""));
    }

    #[test]
    fn an_entry_without_a_reason_is_an_error() {
        for text in ["no root", "no root -- ", " -- because"] {
            assert!(Allowed::listed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_list_in_the_repository_can_be_read() {
        Allowed::listed(&std::fs::read_to_string(root().join(LIST)).unwrap()).unwrap();
    }
}
