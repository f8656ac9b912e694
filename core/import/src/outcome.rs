//! What an import comes to.

use std::fmt;

use adit_api::{TunnelName, TunnelNameError};
use adit_config::syntax::DocumentError;
use adit_config::{Diagnostic, InterfaceName, message};
use zeroize::Zeroizing;

use crate::archive::{ArchiveError, EntryError};
use crate::picture::PictureError;

/// What can become tunnels, and what cannot.
#[derive(Debug, Default)]
pub struct Import {
    /// In the order of the archive.
    pub drafts: Vec<Draft>,
    /// In the order of the archive.
    pub refusals: Vec<Refusal>,
}

/// A configuration without errors, and what its tunnel could be called.
pub struct Draft {
    /// Where it was: a file's name, a path in an archive, `photo.png, QR code 2`. May have any character in it.
    pub source: String,
    /// Not taken by another tunnel or draft.
    pub name: TunnelName,
    /// Whether [`Draft::name`] is another name than its source has, because that one was taken.
    pub renamed: bool,
    /// A suggestion; not taken by another tunnel or draft either.
    pub interface: InterfaceName,
    /// The configuration, byte for byte. It has a private key in it, and is erased from memory on drop.
    pub text: Zeroizing<String>,
    /// Warnings and notes, at most [`crate::limits::DIAGNOSTICS`], the worst first.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("source", &self.source).field("name", &self.name).finish_non_exhaustive()
    }
}

/// Something that cannot become a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Where it was, as in [`Draft::source`].
    pub source: String,
    /// Why.
    pub reason: Reason,
}

impl fmt::Display for Refusal {
    /// For people: without what could move the cursor or hide.
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

/// Why something cannot become a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Reason {
    /// Not a text, or too long a one.
    #[error(transparent)]
    Text(#[from] DocumentError),
    /// A text without `[Interface]` and `[Peer]`.
    #[error("this is not a WireGuard configuration, which has an [Interface] section")]
    NotConfiguration,
    /// A configuration with errors. At most [`crate::limits::DIAGNOSTICS`], the worst first.
    #[error("{}", worst(.0))]
    Errors(Vec<Diagnostic>),
    /// There is no name to be made for it.
    #[error(transparent)]
    Name(#[from] TunnelNameError),
    /// An archive that is not read at all.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An entry of an archive.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A picture, or a QR code in it.
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
