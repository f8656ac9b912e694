//! The errors, warnings and notes about a configuration, as part of the contract.

use adit_config::{Code, Document, message};
use serde::{Deserialize, Serialize};

/// The severity of a diagnostic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Severity {
    /// Information.
    Note,
    /// The configuration is accepted, but probably does not mean what was intended.
    Warning,
    /// The configuration cannot be used until this is corrected.
    Error,
}

/// One error, warning or note about a configuration, with its position. Never contains a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// The kind of problem, such as `missing_private_key`. The codes never change.
    pub code: String,
    /// The section: `Interface` or `Peer`.
    pub section: Option<String>,
    /// The key as the configuration language spells it, such as `AllowedIPs`.
    pub key: Option<String>,
    /// Line, 1-based.
    pub line: u32,
    /// Column, 1-based, in characters.
    pub column: u32,
    /// First byte of the text that it concerns.
    pub start: u32,
    /// The byte after that text.
    pub end: u32,
    /// The problem in English, without a full stop; for clients without a text for the code.
    pub problem: String,
    /// The correction in English.
    pub advice: Option<String>,
    /// Edits of the text, each of which corrects the problem.
    #[serde(default)]
    pub fixes: Vec<Fix>,
}

/// An edit of a configuration that corrects a problem: it replaces some bytes by other text. Never contains a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fix {
    /// First byte to replace.
    pub start: u32,
    /// The byte after the last one to replace; equal to `start` if the edit only inserts.
    pub end: u32,
    /// The new text; empty if the edit only deletes.
    pub text: String,
}

impl Diagnostic {
    /// Converts a diagnostic of `document`, with the edits that correct it.
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

/// Converts a diagnostic without edits, which need the text.
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
