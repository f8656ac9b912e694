//! The result of an import.

use std::fmt;

use adit_api::{TunnelName, TunnelNameError};
use adit_config::syntax::DocumentError;
use adit_config::{Diagnostic, InterfaceName, message};
use zeroize::Zeroizing;

use crate::archive::{ArchiveError, EntryError};
use crate::picture::PictureError;

/// The drafts that can become tunnels, and the refused entries.
#[derive(Debug, Default)]
pub struct Import {
    /// Drafts, in the order of the archive.
    pub drafts: Vec<Draft>,
    /// Refused entries, in the order of the archive.
    pub refusals: Vec<Refusal>,
}

/// A configuration without errors, and a suggested name for its tunnel.
pub struct Draft {
    /// Its origin: a file's name, a path in an archive, or `photo.png, QR code 2`. It may contain any character.
    pub source: String,
    /// A name that no other tunnel or draft uses.
    pub name: TunnelName,
    /// True if [`Draft::name`] differs from the name of the source because that one was in use.
    pub renamed: bool,
    /// A suggested interface name that no other tunnel or draft uses.
    pub interface: InterfaceName,
    /// The configuration, byte for byte. It contains a private key and is erased from memory on drop.
    pub text: Zeroizing<String>,
    /// Warnings and notes, at most [`crate::limits::DIAGNOSTICS`], the worst first.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("source", &self.source).field("name", &self.name).finish_non_exhaustive()
    }
}

/// An entry that cannot become a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Its origin, as in [`Draft::source`].
    pub source: String,
    /// The reason.
    pub reason: Reason,
}

impl fmt::Display for Refusal {
    /// Writes the source for people, without characters that could move the cursor or are invisible.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.source.chars() {
            if crate::names::is_visible(character) {
                write!(f, "{character}")?
            } else {
                write!(f, "{}", character.escape_unicode())?
            }
        }
        write!(f, ": {}", self.reason)
    }
}

/// The reason why an entry cannot become a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Reason {
    /// The file is not a text, or too long.
    #[error(transparent)]
    Text(#[from] DocumentError),
    /// The text has neither `[Interface]` nor `[Peer]`.
    #[error("this is not a WireGuard configuration, which has an [Interface] section")]
    NotConfiguration,
    /// The configuration has errors. At most [`crate::limits::DIAGNOSTICS`] diagnostics, the worst first.
    #[error("{}", worst(.0))]
    Errors(Vec<Diagnostic>),
    /// No valid name could be derived.
    #[error(transparent)]
    Name(#[from] TunnelNameError),
    /// The archive was refused as a whole.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An entry of an archive was refused.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A picture, or a QR code in it, was refused.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

fn worst(diagnostics: &[Diagnostic]) -> String {
    let Some(first) = diagnostics.first() else { return "the configuration has errors".into() };
    let key = first.key.map(|key| format!("{key}: ")).unwrap_or_default();
    let others = match diagnostics.len() - 1 {
        0 => String::new(),
        1 => " (and 1 more complaint)".into(),
        others => format!(" (and {others} more complaints)"),
    };
    let advice = message::advice(&first.code, first.key).map(|advice| format!(" ({advice})")).unwrap_or_default();
    format!("line {}, column {}: {key}{}{advice}{others}", first.line, first.column, message::problem(&first.code))
}
