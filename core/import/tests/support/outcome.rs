//! What came of an import.

use adit_import::{Import, Reason};

/// What the drafts are called.
pub(crate) fn names(import: &Import) -> Vec<&str> {
    import.drafts.iter().map(|draft| draft.name.as_str()).collect()
}

/// Why all of the archive `source` was refused.
pub(crate) fn refused_whole(source: &str, import: &Import) -> Reason {
    assert!(import.drafts.is_empty(), "{import:?}");
    let [refusal] = import.refusals.as_slice() else { panic!("{import:?}") };
    assert_eq!(refusal.source, source);
    refusal.reason.clone()
}
