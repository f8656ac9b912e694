//! The result of an import.

use std::fmt;

use adit_api::{TunnelName, TunnelNameError};
use adit_config::syntax::DocumentError;
use adit_config::{Diagnostic, InterfaceName};
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

/// The reason why an entry cannot become a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The file is not a text, or too long.
    Text(DocumentError),
    /// The text has neither `[Interface]` nor `[Peer]`.
    NotConfiguration,
    /// The configuration has errors. At most [`crate::limits::DIAGNOSTICS`] diagnostics, the worst first.
    Errors(Vec<Diagnostic>),
    /// No valid name could be derived.
    Name(TunnelNameError),
    /// The archive was refused as a whole.
    Archive(ArchiveError),
    /// An entry of an archive was refused.
    Entry(EntryError),
    /// A picture, or a QR code in it, was refused.
    Picture(PictureError),
}
