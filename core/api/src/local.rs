//! The part of the contract that the program around a window answers in its own process: functions of their parameters only, and
//! parsers of foreign files, which the privileged service must not contain. `adit-local` implements them.

use std::fmt;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{Argument, ConfigCheck, ConfigText, Diagnostic, Imported, Preview, TunnelId, TunnelName};

/// A request that is answered without the service, or with its answers to other methods. The JSON has the form of a request to
/// the service:
/// `{"method":"outline","params":{"config":"…"}}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LocalRequest {
    /// The parts of a configuration for an editor. Works for texts with errors too.
    Outline {
        /// The text.
        config: ConfigText,
    },
    /// Drafts of tunnels from files: configurations, zip and tar archives of them, pictures of QR codes. Saves nothing; no tunnel
    /// of the service has the drafts' names.
    ReadImport {
        /// The files, in the user's order.
        files: Vec<ImportFile>,
    },
    /// Drafts of tunnels from the QR codes in one picture of a camera. Saves nothing; no tunnel of the service has the drafts'
    /// names.
    ReadFrame {
        /// The picture's origin, for people, in the user's language: it is part of each draft's `from`.
        from: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The brightness of each pixel, one byte, row by row from the top.
        luma: FileBytes,
    },
    /// The diagnostics of an edited draft. Saves nothing.
    CheckDraft {
        /// The draft.
        draft: DraftId,
        /// Its text, with marks in place of the keys that stay.
        config: ConfigText,
    },
    /// The changes that bringing up a tunnel with the configuration of a draft would make on this computer. Saves nothing.
    PreviewDraft {
        /// The draft.
        draft: DraftId,
        /// The interface.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
        /// Its text, with marks in place of the keys that stay.
        config: ConfigText,
    },
    /// Makes a tunnel of a draft, and discards the draft then.
    ImportDraft {
        /// The draft.
        draft: DraftId,
        /// The tunnel's name.
        name: TunnelName,
        /// Its interface.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
        /// Its text, with marks in place of the keys that stay.
        config: ConfigText,
    },
    /// Erases the texts of drafts; those that are gone already are ignored.
    DiscardDrafts {
        /// The drafts.
        drafts: Vec<DraftId>,
    },
    /// The networks of `include` without those of `exclude`, as few as possible.
    AllowedIps {
        /// Networks to include.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        include: Vec<Cidr>,
        /// Networks to exclude.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        exclude: Vec<Cidr>,
    },
    /// Text files for somebody who looks for the cause of a problem, without keys, commands and comments: versions, states,
    /// configurations, diagnostics, the log. What the caller may not see is replaced by the reason.
    SupportBundle {
        /// Replace IP addresses and names of endpoints by numbers.
        hide_addresses: bool,
    },
    /// A tunnel's configuration, with its keys, as a QR code. Needs the same right as `export`.
    ExportQr {
        /// The tunnel.
        id: TunnelId,
    },
}

/// The answer to the request of the same name. In JSON: `{"method":"outline","result":…}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "result", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LocalResponse {
    /// The parts of the configuration.
    Outline(ConfigOutline),
    /// The drafts, and the files that cannot become a tunnel.
    ReadImport(ImportReading),
    /// The drafts, and the codes that cannot become a tunnel; null where no code is to be seen.
    ReadFrame(Option<ImportReading>),
    /// The diagnostics, and the public key; no changes, because there is no tunnel yet.
    CheckDraft(ConfigCheck),
    /// The changes.
    PreviewDraft(Preview),
    /// The tunnel.
    ImportDraft(Imported),
    /// Nothing.
    DiscardDrafts(()),
    /// The networks, sorted; none contains another.
    AllowedIps(#[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))] Vec<Cidr>),
    /// The text files.
    SupportBundle(Vec<SupportFile>),
    /// The QR code.
    ExportQr(QrModules),
}

/// A text file of a bundle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SupportFile {
    /// Its path in the bundle, such as `tunnels/office/state.json`.
    pub name: String,
    /// Its content, in English.
    pub text: String,
}

/// The parts of a configuration for an editor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigOutline {
    /// Every byte of the text, in order and without gaps.
    pub spans: Vec<Span>,
    /// The `[Interface]` and `[Peer]` sections, in order.
    pub sections: Vec<OutlineSection>,
}

/// A range of bytes of one class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// The class.
    pub class: SpanClass,
}

/// The class of a range of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SpanClass {
    /// A byte order mark, only at the beginning.
    ByteOrderMark,
    /// White space, visible or not.
    Space,
    /// `\n` or `\r\n`.
    LineEnd,
    /// From `#` to the end of the line.
    Comment,
    /// `[Interface]` or `[Peer]`.
    Section,
    /// The name of a key.
    Key,
    /// `=`, `,`, `/`, and the colon and brackets of an endpoint.
    Delimiter,
    /// A private key, which is secret.
    PrivateKey,
    /// A public key, which is not secret.
    PublicKey,
    /// A preshared key, which is secret.
    PresharedKey,
    /// An IP address.
    Address,
    /// A prefix length.
    Prefix,
    /// A host name or a search domain.
    Host,
    /// A UDP port.
    Port,
    /// A number of seconds.
    Keepalive,
    /// A number of bytes.
    Mtu,
    /// A firewall mark.
    FwMark,
    /// A routing table.
    Table,
    /// `true` or `false`.
    Boolean,
    /// A command.
    Command,
    /// Text that the language does not know.
    Unknown,
}

/// A section of a configuration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OutlineSection {
    /// The kind.
    pub kind: SectionKind,
    /// The peer's name, from a comment.
    pub name: Option<String>,
    /// First byte of its header's line.
    pub start: u32,
    /// The byte after its last line that is neither empty nor a comment: the place for a new line.
    pub end: u32,
    /// Its lines `Key = Value` with keys that the language knows, in order.
    pub entries: Vec<Entry>,
}

/// A kind of section.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SectionKind {
    /// `[Interface]`.
    Interface,
    /// `[Peer]`.
    Peer,
}

/// A line `Key = Value`. Offsets are bytes of the text. It is wiped when dropped, because the value may be a key.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Entry {
    /// The key as the configuration language spells it, such as `AllowedIPs`.
    pub key: String,
    /// The value as written, without white space around it.
    pub value: String,
    /// First byte of the value; its position if it is empty.
    pub value_start: u32,
    /// The byte after the value.
    pub value_end: u32,
    /// First byte of the line.
    pub line_start: u32,
    /// The byte after the line's end.
    pub line_end: u32,
}

impl fmt::Debug for Entry {
    /// Omits the value, which may be a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("key", &self.key).field("line_start", &self.line_start).finish_non_exhaustive()
    }
}

/// A file that the user hands over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportFile {
    /// Its name, with or without a path.
    pub name: String,
    /// Its content.
    pub bytes: FileBytes,
}

/// The bytes of a file as base64. They are wiped when dropped, and never printed: a file may contain keys.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct FileBytes(String);

impl FileBytes {
    /// Takes ownership of the base64 text.
    pub fn new(base64: String) -> Self {
        Self(base64)
    }

    /// Returns the base64 text as it was given.
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[redacted, {} characters]", self.0.len())
    }
}

/// The tunnels that files can become.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportReading {
    /// Tunnels that can be imported.
    pub drafts: Vec<ImportDraft>,
    /// Files and parts of files that cannot become a tunnel.
    pub refusals: Vec<ImportRefusal>,
}

/// The number of a draft, among all drafts of this process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct DraftId(pub u32);

/// A tunnel that can be made from a file. The process that read the file keeps the text with its keys, until the draft is imported or
/// discarded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportDraft {
    /// Its number, for the other requests about it.
    pub id: DraftId,
    /// The file and its part, such as `all.zip: home.conf`.
    pub from: String,
    /// A name that no tunnel and no other draft of the answer has.
    pub name: TunnelName,
    /// An interface that no tunnel and no other draft of the answer has.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// The text, with a mark in place of each private and preshared key.
    pub config: ConfigText,
    /// Warnings and notes, the worst first.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file, or a part of one, that cannot become a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportRefusal {
    /// The file and its part, such as `all.zip: notes.txt`.
    pub from: String,
    /// The reason.
    pub reason: ImportReason,
}

/// The reason why a file cannot become a tunnel. Never contains a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportReason {
    /// The kind of reason, such as `archive_damaged`. The codes never change.
    pub code: String,
    /// The values that a sentence about the reason needs.
    #[serde(default)]
    pub arguments: Vec<Argument>,
    /// The worst error of a configuration. The argument `others` is the number of other errors, warnings and notes.
    #[serde(default)]
    pub worst: Option<Diagnostic>,
}

impl ImportReason {
    /// Creates the reason with this code.
    pub fn new(code: &str, arguments: Vec<Argument>) -> Self {
        Self { code: code.to_owned(), arguments, worst: None }
    }
}

/// A QR code, with the light margin that scanners need. It is wiped when dropped, because it contains keys.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct QrModules {
    /// Modules on one side, including the margin.
    pub size: u32,
    /// `size` × `size` characters, row by row: `1` is dark, `0` is light.
    pub modules: String,
}

impl fmt::Debug for QrModules {
    /// Omits the modules, which contain keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrModules").field("size", &self.size).finish_non_exhaustive()
    }
}
