//! The reasons for refusals, as part of the contract: codes with arguments. `adit-words` has the sentences.

use adit_api::{Argument, Diagnostic, ImportReason, TunnelNameError};
use adit_config::syntax::DocumentError;

use crate::archive::{ArchiveError, EntryError};
use crate::outcome::Reason;
use crate::picture::PictureError;

impl From<&Reason> for ImportReason {
    fn from(reason: &Reason) -> Self {
        match reason {
            Reason::Text(error) => of_text(error),
            Reason::NotConfiguration => plain("not_configuration"),
            Reason::Errors(found) => of_errors(found),
            Reason::Name(error) => Self::new("name", of_name(error)),
            Reason::Archive(error) => of_archive(*error),
            Reason::Entry(error) => of_entry(*error),
            Reason::Picture(error) => of_picture(*error),
        }
    }
}

fn plain(code: &str) -> ImportReason {
    ImportReason::new(code, Vec::new())
}

fn of_text(error: &DocumentError) -> ImportReason {
    let place = |line: u32, column: u32| vec![Argument::number("line", line), Argument::number("column", column)];
    match error {
        DocumentError::TooLarge { bytes } => ImportReason::new("too_large", vec![Argument::number("bytes", *bytes)]),
        DocumentError::Utf16 => plain("utf16"),
        DocumentError::Nul { line, column } => ImportReason::new("nul", place(*line, *column)),
        DocumentError::NotUtf8 { line, column } => ImportReason::new("not_utf8", place(*line, *column)),
        DocumentError::Foreign(foreign) => ImportReason::new("foreign", vec![Argument::foreign(*foreign)]),
    }
}

fn of_errors(found: &[adit_config::Diagnostic]) -> ImportReason {
    let others = vec![Argument::number("others", found.len().saturating_sub(1))];
    ImportReason { worst: found.first().map(Diagnostic::from), ..ImportReason::new("errors", others) }
}

fn of_name(error: &TunnelNameError) -> Vec<Argument> {
    let kind = |kind| Argument::text("kind", kind);
    match error {
        TunnelNameError::Empty => vec![kind("empty")],
        TunnelNameError::TooLong(characters) => vec![kind("too_long"), Argument::number("characters", *characters)],
        TunnelNameError::Invisible(found) => vec![kind("invisible"), Argument::character(*found)],
        TunnelNameError::LikeAPath => vec![kind("like_a_path")],
        TunnelNameError::Space => vec![kind("space")],
    }
}

fn of_archive(error: ArchiveError) -> ImportReason {
    match error {
        ArchiveError::TooLarge { bytes } => ImportReason::new("archive_too_large", vec![Argument::number("bytes", bytes)]),
        ArchiveError::TooManyEntries => plain("archive_too_many_entries"),
        ArchiveError::Damaged => plain("archive_damaged"),
        ArchiveError::Trailing => plain("archive_trailing"),
        ArchiveError::Overlapping => plain("archive_overlapping"),
        ArchiveError::Unpacked => plain("archive_unpacked"),
        ArchiveError::NoArchive => plain("archive_missing"),
        ArchiveError::Empty => plain("archive_empty"),
    }
}

fn of_entry(error: EntryError) -> ImportReason {
    plain(match error {
        EntryError::PathTooLong => "entry_path_too_long",
        EntryError::Encrypted => "entry_encrypted",
        EntryError::NotAFile => "entry_not_a_file",
        EntryError::Hidden => "entry_hidden",
        EntryError::SameName => "entry_same_name",
        EntryError::Nested => "entry_nested",
        EntryError::Method => "entry_method",
        EntryError::TooLarge => "entry_too_large",
        EntryError::Bomb => "entry_bomb",
        EntryError::Damaged => "entry_damaged",
    })
}

fn of_picture(error: PictureError) -> ImportReason {
    match error {
        PictureError::Format => plain("picture_format"),
        PictureError::TooLarge { bytes } => ImportReason::new("picture_too_large", vec![Argument::number("bytes", bytes)]),
        PictureError::TooManyPixels { width, height } => {
            let size = vec![Argument::number("width", width), Argument::number("height", height)];
            ImportReason::new("picture_too_many_pixels", size)
        }
        PictureError::Damaged => plain("picture_damaged"),
        PictureError::NoCode => plain("picture_no_code"),
        PictureError::Unreadable => plain("picture_unreadable"),
        PictureError::TooConfusing => plain("picture_too_confusing"),
    }
}

macro_rules! reasons {
    ($($error:ident: $variant:ident),+ $(,)?) => {$(
        impl From<$error> for Reason {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )+};
}

reasons!(DocumentError: Text, TunnelNameError: Name, ArchiveError: Archive, EntryError: Entry, PictureError: Picture);
