//! Properties of every import, in particular of archives.

use std::collections::HashSet;

use adit_import::{Import, Names, ToExport, import, limits};
use adit_words::Words;

/// Imports `bytes` and checks the result: limits are kept, names are free, no message can move the cursor, the same bytes give
/// the same drafts, and exported tunnels can be imported again.
pub(crate) fn check(file_name: &str, bytes: &[u8]) {
    let first = import(file_name, bytes, &mut Names::default());
    is_bounded(&first);
    assert_eq!(shown(&first), shown(&import(file_name, bytes, &mut Names::default())), "an import depends on its bytes only");
    for draft in &first.drafts {
        let alone = import("x.conf", draft.text.as_bytes(), &mut Names::default());
        assert!(alone.refusals.is_empty() && alone.drafts.len() == 1, "a draft is a configuration");
        assert_eq!(alone.drafts[0].text, draft.text);
    }
    exported_is_imported(&first);
}

fn is_bounded(import: &Import) {
    assert!(import.drafts.len() + import.refusals.len() <= limits::ARCHIVE_ENTRIES + 1);
    let mut total = 0;
    let (mut tunnels, mut interfaces) = (HashSet::new(), HashSet::new());
    for draft in &import.drafts {
        assert!(draft.text.len() <= limits::ENTRY_BYTES);
        assert!(draft.diagnostics.len() <= limits::DIAGNOSTICS);
        total += draft.text.len();
        assert!(tunnels.insert(draft.name.as_str().to_lowercase()), "two tunnels have one name");
        assert!(interfaces.insert(draft.interface.as_str().to_lowercase()), "two interfaces have one name");
    }
    assert!(total <= limits::UNPACKED_BYTES);
    for refusal in &import.refusals {
        let said = Words::english().import_reason(&(&refusal.reason).into());
        assert!(!said.contains(|character: char| character.is_control()), "{said:?}");
    }
}

/// Returns everything that an import returns, including what its `Debug` omits.
fn shown(import: &Import) -> String {
    let drafts = import.drafts.iter();
    let drafts = drafts.map(|draft| format!("{draft:?} {} {} {:?}", draft.interface, *draft.text, draft.diagnostics));
    let refusals = import.refusals.iter().map(|refusal| format!("{refusal:?}"));
    drafts.chain(refusals).collect::<Vec<_>>().join("\n")
}

fn exported_is_imported(import: &Import) {
    if import.drafts.is_empty() {
        return;
    }
    let tunnels: Vec<_> = import.drafts.iter().map(|draft| ToExport { name: &draft.name, text: &draft.text }).collect();
    let archive = adit_import::zip(&tunnels).expect("what was imported is not too much to be exported");
    let again = adit_import::import("tunnels.zip", &archive, &mut Names::default());
    assert!(again.refusals.is_empty(), "{:?}", again.refusals);
    let texts = |import: &Import| import.drafts.iter().map(|draft| draft.text.to_string()).collect::<Vec<_>>();
    assert_eq!(texts(&again), texts(import));
}
