//! The reasons for which a file does not become a tunnel: each has its sentence in every language.

use adit_api::{ImportReason, TunnelNameError};
use adit_config::detect::Foreign;
use adit_config::syntax::DocumentError;
use adit_import::{ArchiveError, EntryError, PictureError, Reason};
use adit_words::Words;

/// Lists values of an enum. Does not compile unless each variant is named.
macro_rules! samples {
    ($type:ident: $($variant:ident $({ $($field:ident: $value:expr),+ })? $(($inner:expr))?),+ $(,)?) => {{
        let _ = |value: &$type| match value {
            $($type::$variant { .. } => (),)+
        };
        [$($type::$variant $({ $($field: $value),+ })? $(($inner))?),+]
    }};
}

fn reasons() -> Vec<Reason> {
    let texts = samples!(DocumentError:
        TooLarge { bytes: 2_000_000 }, Utf16, Nul { line: 1, column: 2 }, NotUtf8 { line: 1, column: 2 }, Foreign(Foreign::Pdf),
    );
    let names = samples!(TunnelNameError: Empty, TooLong(65), Invisible('\u{202e}'), LikeAPath, Space);
    let archives = samples!(ArchiveError:
        TooLarge { bytes: 20_000_000 }, TooManyEntries, Damaged, Trailing, Overlapping, Unpacked, NoArchive, Empty,
    );
    let entries = samples!(EntryError:
        PathTooLong, Encrypted, NotAFile, Hidden, SameName, Nested, Method, TooLarge, Bomb, Damaged,
    );
    let pictures = samples!(PictureError:
        Format, TooLarge { bytes: 20_000_000 }, TooManyPixels { width: 9_000, height: 9_000 }, Damaged, NoCode, Unreadable, TooConfusing,
    );
    let wrong = adit_config::Document::parse(b"[Interface]\nMTU = 0\n").unwrap();
    let mut reasons = vec![Reason::NotConfiguration, Reason::Errors(adit_config::parse::config(&wrong).unwrap_err())];
    reasons.extend(texts.map(Reason::from));
    reasons.extend(names.map(Reason::from));
    reasons.extend(archives.map(Reason::from));
    reasons.extend(entries.map(Reason::from));
    reasons.extend(pictures.map(Reason::from));
    reasons
}

#[test]
fn every_reason_has_a_sentence_in_every_language() {
    for words in Words::languages().map(Words::of) {
        for reason in reasons() {
            let reason = ImportReason::from(&reason);
            let said = words.import_reason(&reason);
            assert!(!said.contains(&format!("({})", reason.code)) && !said.contains("{$"), "{said}");
        }
    }
}

#[test]
fn the_error_of_a_text_is_the_same_wherever_it_is_shown() {
    for reason in reasons() {
        let error = match &reason {
            Reason::Text(error) => error.to_string(),
            Reason::Name(error) => error.to_string(),
            _ => continue,
        };
        assert_eq!(Words::english().import_reason(&ImportReason::from(&reason)), error);
    }
}
