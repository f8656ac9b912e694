//! The part of the contract that the program around a window answers in its own process: functions of what the page hands over, and
//! parsers of foreign files, which the privileged service must not contain. `adit-local` answers them.

use std::fmt;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{ConfigText, Diagnostic, TunnelId, TunnelName};

/// A question that is answered without the service, or by what the service answers to other methods. In JSON as a request to the service:
/// `{"method":"outline","params":{"config":"…"}}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LocalRequest {
    /// The parts of a configuration, as far as an editor needs them. Works for texts with errors too.
    Outline {
        /// The text.
        config: ConfigText,
    },
    /// The tunnels that files can become: configurations, zip and tar archives of them, pictures of QR codes. Saves nothing; the drafts'
    /// names are taken by no tunnel of the service.
    ReadImport {
        /// In the order in which they were handed over.
        files: Vec<ImportFile>,
    },
    /// The networks of `include` without those of `exclude`, as few as possible.
    AllowedIps {
        /// What is in it.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        include: Vec<Cidr>,
        /// What is not.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        exclude: Vec<Cidr>,
    },
    /// A tunnel's configuration, with its keys, as a QR code. Needs the same right as `export`.
    ExportQr {
        /// Which.
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
    /// The drafts, and what cannot become a tunnel.
    ReadImport(ImportReading),
    /// In order, none in another.
    AllowedIps(#[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))] Vec<Cidr>),
    /// The code.
    ExportQr(QrModules),
}

/// A configuration taken apart as far as an editor needs it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigOutline {
    /// Every byte of the text, in order and without gaps.
    pub spans: Vec<Span>,
    /// The `[Interface]` and `[Peer]` sections, in order.
    pub sections: Vec<OutlineSection>,
}

/// A run of bytes of one class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte behind it.
    pub end: u32,
    /// What it is.
    pub class: SpanClass,
}

/// What a run of bytes of a configuration is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SpanClass {
    /// At the very beginning only.
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
    /// A secret.
    PrivateKey,
    /// Not a secret.
    PublicKey,
    /// A secret.
    PresharedKey,
    /// An IP address.
    Address,
    /// A prefix length.
    Prefix,
    /// A host name or a search domain.
    Host,
    /// A UDP port.
    Port,
    /// Seconds.
    Keepalive,
    /// Bytes.
    Mtu,
    /// A firewall mark.
    FwMark,
    /// A routing table.
    Table,
    /// `true` or `false`.
    Boolean,
    /// A command.
    Command,
    /// Nothing that this language knows.
    Unknown,
}

/// A section of a configuration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OutlineSection {
    /// Which.
    pub kind: SectionKind,
    /// The peer's name, from a comment.
    pub name: Option<String>,
    /// First byte of its header's line.
    pub start: u32,
    /// The byte behind its last line that is neither empty nor a comment: a new line belongs there.
    pub end: u32,
    /// Its lines `Key = Value` whose key the language knows, in order.
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

/// A line `Key = Value`. Offsets are bytes of the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Entry {
    /// As the configuration language writes it, such as `AllowedIPs`.
    pub key: String,
    /// As it stands there, without white space around it.
    pub value: String,
    /// First byte of the value; its place where it is empty.
    pub value_start: u32,
    /// The byte behind it.
    pub value_end: u32,
    /// First byte of the line.
    pub line_start: u32,
    /// The byte behind the line's end.
    pub line_end: u32,
}

impl fmt::Debug for Entry {
    /// Without the value, which may be a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("key", &self.key).field("line_start", &self.line_start).finish_non_exhaustive()
    }
}

/// A file that somebody hands over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportFile {
    /// What it is called, with or without a path.
    pub name: String,
    /// What is in it.
    pub bytes: FileBytes,
}

/// The bytes of a file as base64. Wiped when dropped, and never printed: a file may hold keys.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct FileBytes(String);

impl FileBytes {
    /// Takes the base64 over.
    pub fn new(base64: String) -> Self {
        Self(base64)
    }

    /// The base64, as it was given.
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[redacted, {} characters]", self.0.len())
    }
}

/// What files can become.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportReading {
    /// Tunnels that can be imported.
    pub drafts: Vec<ImportDraft>,
    /// The rest.
    pub refusals: Vec<ImportRefusal>,
}

/// A tunnel that can be made of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportDraft {
    /// The file, and the part of it, such as `all.zip: home.conf`.
    pub from: String,
    /// Taken by no tunnel, and by no other draft of the answer.
    pub name: TunnelName,
    /// Taken by no tunnel, and by no other draft of the answer.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// The text, keys and all.
    pub config: ConfigText,
    /// Warnings and notes, the worst first.
    pub diagnostics: Vec<Diagnostic>,
}

/// What cannot become a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportRefusal {
    /// The file, and the part of it, such as `all.zip: notes.txt`.
    pub from: String,
    /// Why not, in English.
    pub reason: String,
}

/// A QR code, with the light margin that scanners need.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct QrModules {
    /// Modules of a side, with the margin.
    pub size: u32,
    /// `size` × `size` characters, row by row: `1` is dark, `0` is light.
    pub modules: String,
}

impl fmt::Debug for QrModules {
    /// Without the modules, which hold keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrModules").field("size", &self.size).finish_non_exhaustive()
    }
}
