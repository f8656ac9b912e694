//! The errors of a text of rules as data: the place and the problem. [`super::message`] turns them into sentences.

use std::ops::Range;

use adit_config::Cidr;
use adit_config::diagnostic::Quoted;
use adit_config::value::CidrError;

use crate::rule::{GlobError, NameError, SecondsError, SuffixError, WindowError};

/// One error and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The problem.
    pub code: Code,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// The place in bytes of the text.
    pub span: Range<usize>,
}

/// The problem that a diagnostic reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// A line that begins with none of the words that begin one.
    UnknownStatement(Quoted, Option<&'static str>),
    /// Something else stands where this is expected; `None` is the end of the statement.
    Expected(Expected, Option<Quoted>),
    /// Words after the end of a statement.
    Leftover(Quoted),
    /// A condition that does not exist.
    UnknownCondition(Quoted, Option<&'static str>),
    /// The second quotation mark is missing.
    Unclosed,
    /// A quotation mark of typography.
    TypographicQuote(char),
    /// A text in quotation marks has a backslash before a character that needs none.
    Escape,
    /// A pattern for Wi-Fi names.
    Glob(GlobError),
    /// A hardware address.
    Mac(Quoted),
    /// A network.
    Cidr(Quoted, CidrError),
    /// An address where a network is expected.
    HostBits(Cidr),
    /// A DNS suffix.
    Suffix(Quoted, SuffixError),
    /// A public key.
    PublicKey,
    /// A time window.
    Window(Quoted, WindowError),
    /// A time span.
    Seconds(Quoted, SecondsError),
    /// The name of a tunnel or rule.
    Name(NameError),
    /// A setting, or the default, for the second time.
    Repeated {
        /// Line of the first one.
        first: u32,
    },
    /// A rule after the default, which would never be reached.
    AfterOtherwise {
        /// Line of the default.
        first: u32,
    },
    /// A setting or the default with a label.
    Label,
    /// There are more errors than the limit; the others are left out.
    TooMany,
}

/// What would be right at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is named after what is expected")]
pub enum Expected {
    Condition,
    AndOrThen,
    Action,
    TunnelName,
    KillSwitch,
    KillSwitchSetting,
    WifiName,
    Mac,
    Network,
    Suffix,
    PublicKey,
    Window,
    Seconds,
    Step,
    When,
    Word(&'static str),
}
