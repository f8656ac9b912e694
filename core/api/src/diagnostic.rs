//! What is to be said about a configuration, as it crosses a boundary.

use adit_config::{Code, Document, message};
use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Accepted, and probably not what was meant.
    Warning,
    /// There is no configuration until this is put right.
    Error,
}

/// One thing that is to be said about a configuration, and its place. Never holds a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, such as `missing_private_key`. Stable.
    pub code: String,
    /// `Interface` or `Peer`.
    pub section: Option<String>,
    /// As the configuration language writes it, such as `AllowedIPs`.
    pub key: Option<String>,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// First byte of the text that it is about.
    pub start: u32,
    /// The byte behind it.
    pub end: u32,
    /// What is wrong, in English, without a full stop; for clients without a text for the code.
    pub problem: String,
    /// What would be right, in English.
    pub advice: Option<String>,
    /// Edits of the text, each of which puts it right.
    #[serde(default)]
    pub fixes: Vec<Fix>,
}

/// An edit of a configuration that puts a problem right: other text in place of some bytes. Never holds a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fix {
    /// First byte that is replaced.
    pub start: u32,
    /// The byte behind the last one; the same as `start` where nothing is replaced.
    pub end: u32,
    /// What stands there instead; empty where bytes are only removed.
    pub text: String,
}

impl Diagnostic {
    /// What is said about `document`, with the edits that put it right.
    pub fn in_document(document: &Document, found: &adit_config::Diagnostic) -> Self {
        let fixes = adit_config::fix::fixes(document, found);
        Self { fixes: fixes.into_iter().map(Fix::from).collect(), ..Self::from(found) }
    }
}

impl From<adit_config::fix::Fix> for Fix {
    fn from(fix: adit_config::fix::Fix) -> Self {
        Self { start: offset(fix.span.start), end: offset(fix.span.end), text: fix.text }
    }
}

fn offset(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Without edits, which need the text.
impl From<&adit_config::Diagnostic> for Diagnostic {
    fn from(diagnostic: &adit_config::Diagnostic) -> Self {
        let adit_config::Diagnostic { severity, code, section, key, line, column, span } = diagnostic;
        Self {
            severity: (*severity).into(),
            code: code_name(code).to_owned(),
            section: section.map(|section| section.name().to_owned()),
            key: key.map(|key| key.name().to_owned()),
            line: *line,
            column: *column,
            start: offset(span.start),
            end: offset(span.end),
            problem: message::problem(code),
            advice: message::advice(code, *key),
            fixes: Vec::new(),
        }
    }
}

impl From<adit_config::Severity> for Severity {
    fn from(severity: adit_config::Severity) -> Self {
        match severity {
            adit_config::Severity::Note => Self::Note,
            adit_config::Severity::Warning => Self::Warning,
            adit_config::Severity::Error => Self::Error,
        }
    }
}

const fn code_name(code: &Code) -> &'static str {
    match code {
        Code::Empty => "empty",
        Code::Foreign(..) => "foreign",
        Code::MissingInterface => "missing_interface",
        Code::TooMany => "too_many",
        Code::OutsideSection => "outside_section",
        Code::MissingEquals => "missing_equals",
        Code::SemicolonComment => "semicolon_comment",
        Code::UnknownSection { .. } => "unknown_section",
        Code::SpacesInHeader => "spaces_in_header",
        Code::RepeatedInterface { .. } => "repeated_interface",
        Code::UnknownKey { .. } => "unknown_key",
        Code::NamelessKey => "nameless_key",
        Code::WrongSection => "wrong_section",
        Code::Dialect { .. } => "dialect",
        Code::EmptyValue => "empty_value",
        Code::LeftOut => "left_out",
        Code::RepeatedKey { .. } => "repeated_key",
        Code::Invisible(..) => "invisible",
        Code::LineBreak(..) => "line_break",
        Code::Key(..) => "key",
        Code::Mask => "mask",
        Code::Cidr(..) => "cidr",
        Code::EmptyItem => "empty_item",
        Code::Endpoint(..) => "endpoint",
        Code::Brackets(..) => "brackets",
        Code::Number(..) => "number",
        Code::Table(..) => "table",
        Code::Boolean(..) => "boolean",
        Code::DnsServer(..) => "dns_server",
        Code::SearchDomain(..) => "search_domain",
        Code::Hook(..) => "hook",
        Code::HashInHook => "hash_in_hook",
        Code::MissingPrivateKey => "missing_private_key",
        Code::PrivateKeyFromHook => "private_key_from_hook",
        Code::MissingPublicKey => "missing_public_key",
        Code::PrivateKeyPublished => "private_key_published",
        Code::OwnPeer => "own_peer",
        Code::ZeroPresharedKey => "zero_preshared_key",
        Code::RepeatedPeer { .. } => "repeated_peer",
        Code::HostBits { .. } => "host_bits",
        Code::NoPrefix { .. } => "no_prefix",
        Code::AllowedIpMoved { .. } => "allowed_ip_moved",
        Code::AllowedIpRepeated { .. } => "allowed_ip_repeated",
        Code::Incremental => "incremental",
        Code::NothingToRemove { .. } => "nothing_to_remove",
        Code::TooManyAllowedIps => "too_many_allowed_ips",
        Code::OnlyIpv4Default => "only_ipv4_default",
        Code::OnlyIpv6Default => "only_ipv6_default",
        Code::DefaultBesideOthers { .. } => "default_beside_others",
        Code::Unreachable => "unreachable",
        Code::SearchWithoutServer => "search_without_server",
        Code::SmallMtu => "small_mtu",
        Code::MtuTooSmallForIpv6 => "mtu_too_small_for_ipv6",
    }
}

#[cfg(test)]
mod tests {
    use adit_config::parse;

    use super::*;

    #[test]
    fn a_diagnostic_says_the_same_on_both_sides_of_the_boundary() {
        let document = Document::parse(b"[Interface]\nAddress = 10.0.0.1/33\n").unwrap();
        let found: Vec<Diagnostic> = parse::config(&document).unwrap_err().iter().map(Diagnostic::from).collect();
        let shown: Vec<(&str, Option<&str>, u32, Severity)> =
            found.iter().map(|found| (found.code.as_str(), found.key.as_deref(), found.line, found.severity)).collect();
        assert!(shown.contains(&("cidr", Some("Address"), 2, Severity::Error)), "{shown:?}");
        assert!(shown.iter().any(|(code, ..)| *code == "missing_private_key"), "{shown:?}");
    }
}
