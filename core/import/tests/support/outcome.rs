//! Helpers for the result of an import.

use adit_import::{Import, Reason};

/// Returns the names of the drafts.
pub(crate) fn names(import: &Import) -> Vec<&str> {
    import.drafts.iter().map(|draft| draft.name.as_str()).collect()
}

/// Returns the reason why the whole archive `source` was refused.
pub(crate) fn refused_whole(source: &str, import: &Import) -> Reason {
    assert!(import.drafts.is_empty(), "{import:?}");
    let [refusal] = import.refusals.as_slice() else { panic!("{import:?}") };
    assert_eq!(refusal.source, source);
    refusal.reason.clone()
}
