//! The text in a QR code: any text has the same meaning in a QR code as in a file.

use adit_config::{Document, detect};
use adit_import::{Import, Names, QrCode, import};

/// Maximum length in bytes. The search in larger codes takes so long that few inputs would be tried.
const LONGEST: usize = 400;

/// Checks one text.
pub fn check(text: &[u8]) {
    let Some(document) = Document::parse(text).ok().filter(|_| text.len() <= LONGEST && !text.is_empty()) else { return };
    // In a file these bytes would be recognized as another type, whatever follows them.
    if detect::binary(text).is_some() {
        return;
    }
    let code = QrCode::new(&document).expect("a short text fits into a code");
    assert!(code.svg().ends_with("</svg>\n") && code.terminal().ends_with("\n"));
    let picture = code.png().expect("a picture");
    let from_picture = import("x", &picture, &mut Names::default());
    let from_file = import("x", text, &mut Names::default());
    assert_eq!(meaning(&from_picture), meaning(&from_file), "a text means the same in a picture and in a file");
}

fn meaning(import: &Import) -> (Vec<String>, String) {
    (import.drafts.iter().map(|draft| draft.text.to_string()).collect(), format!("{:?}", import.refusals))
}
