//! The errors and warnings of a text of rules as the contract's diagnostics.

use std::ops::Range;

use adit_api::{Argument, Diagnostic, Severity};
use adit_config::diagnostic::Quoted;
use adit_config::value::CidrError;
use adit_rules::lint::{Warning, WarningKind};
use adit_rules::rule::{GlobError, NameError, SecondsError, WindowError};
use adit_rules::text::{self, Code, Document, Expected};

/// Converts an error of a text.
pub(super) fn error(found: &text::Diagnostic) -> Diagnostic {
    of(&found.code, found.line, found.column, found.span.clone())
}

/// Converts a problem that has no place in a text.
pub(super) fn without_place(code: &Code) -> Diagnostic {
    of(code, 1, 1, 0..0)
}

fn of(code: &Code, line: u32, column: u32, span: Range<usize>) -> Diagnostic {
    let severity = Severity::Error;
    let (name, advice, arguments) = (name(code), advice(code), arguments(code));
    made(severity, name, advice, arguments, (line, column, span))
}

/// Converts a warning about the rules of `document`.
pub(super) fn warning(document: &Document, warning: &Warning) -> Diagnostic {
    let line_of = |rule: usize| document.line_of_rule(rule).unwrap_or(1);
    let span = warning.rule.and_then(|rule| document.rule_span(rule)).unwrap_or_default();
    let (line, column) = document.position(span.start);
    let (name, advice, arguments) = match &warning.kind {
        WarningKind::NameAlone => ("rule_name_alone", Some("rule_add_proof"), Vec::new()),
        WarningKind::AnyNetwork => ("rule_any_network", Some("rule_add_proof"), Vec::new()),
        WarningKind::RelaxesOnOpen => ("rule_relaxes_on_open", None, Vec::new()),
        WarningKind::NeverReached { by } => {
            ("rule_never_reached", Some("rule_move_up"), vec![Argument::number("first", line_of(*by))])
        }
        WarningKind::NeverMatches => ("rule_never_matches", None, Vec::new()),
        WarningKind::TunnelUnknown(tunnel) => ("rule_tunnel_unknown", None, vec![Argument::text("tunnel", tunnel.as_str())]),
        WarningKind::NoDefault => ("rule_no_default", Some("rule_add_default"), Vec::new()),
    };
    made(Severity::Warning, name, advice, arguments, (line, column, span))
}

fn made(
    severity: Severity,
    code: &str,
    advice: Option<&str>,
    arguments: Vec<Argument>,
    (line, column, span): (u32, u32, Range<usize>),
) -> Diagnostic {
    let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Diagnostic {
        severity,
        code: code.to_owned(),
        section: None,
        key: None,
        line,
        column,
        start: offset(span.start),
        end: offset(span.end),
        advice: advice.map(str::to_owned),
        arguments,
        fixes: Vec::new(),
    }
}

const fn name(code: &Code) -> &'static str {
    match code {
        Code::UnknownStatement(..) => "rule_unknown_statement",
        Code::Expected(..) => "rule_expected",
        Code::Leftover(_) => "rule_leftover",
        Code::UnknownCondition(..) => "rule_unknown_condition",
        Code::Unclosed => "rule_unclosed",
        Code::TypographicQuote(_) => "rule_typographic_quote",
        Code::Escape => "rule_escape",
        Code::Glob(_) => "rule_pattern",
        Code::Mac(_) => "rule_mac",
        Code::Cidr(..) => "cidr",
        Code::HostBits(_) => "rule_host_bits",
        Code::Suffix(..) => "rule_suffix",
        Code::PublicKey => "rule_public_key",
        Code::Window(..) => "rule_window",
        Code::Seconds(..) => "rule_seconds",
        Code::Name(_) => "rule_name",
        Code::Repeated { .. } => "rule_repeated",
        Code::AfterOtherwise { .. } => "rule_after_otherwise",
        Code::Label => "rule_label",
        Code::TooMany => "rule_too_many",
    }
}

const fn advice(code: &Code) -> Option<&'static str> {
    Some(match code {
        Code::UnknownStatement(_, Some(_)) | Code::UnknownCondition(_, Some(_)) => "rule_did_you_mean",
        Code::UnknownStatement(_, None) => "rule_begin_line",
        Code::UnknownCondition(_, None) => "rule_choose_condition",
        Code::Expected(..) => "rule_expected",
        Code::Leftover(_) => "rule_join",
        Code::Unclosed | Code::TypographicQuote(_) => "rule_quote",
        Code::Escape | Code::Glob(GlobError::Escape) => "rule_double_backslash",
        Code::Mac(_) => "rule_write_mac",
        Code::Cidr(..) => "write_network",
        Code::HostBits(_) => "write_value",
        Code::Suffix(..) => "rule_write_suffix",
        Code::PublicKey => "rule_write_public_key",
        Code::Window(..) => "rule_write_window",
        Code::Seconds(..) => "rule_write_seconds",
        Code::Repeated { .. } => "remove_one",
        Code::AfterOtherwise { .. } => "rule_move_up",
        Code::Label => "rule_remove_label",
        Code::Glob(_) | Code::Name(_) | Code::TooMany => return None,
    })
}

fn arguments(code: &Code) -> Vec<Argument> {
    match code {
        Code::UnknownStatement(found, suggestion) | Code::UnknownCondition(found, suggestion) => {
            quoted(found).chain(suggestion.map(|word| Argument::text("suggestion", word))).collect()
        }
        Code::Expected(expected, found) => expected_arguments(*expected, found.as_ref()),
        Code::Leftover(found) | Code::Mac(found) | Code::Suffix(found, _) => quoted(found).collect(),
        Code::TypographicQuote(mark) => vec![Argument::character(*mark)],
        Code::Glob(error) => match error {
            GlobError::Empty => vec![kind("empty")],
            GlobError::Escape => vec![kind("escape")],
            GlobError::TooLong(bytes) => vec![kind("too_long"), Argument::number("bytes", *bytes)],
        },
        Code::Cidr(found, error) => quoted(found).chain(of_cidr(*error)).collect(),
        Code::HostBits(network) => vec![Argument::text("value", &network.to_string())],
        Code::Window(found, error) => quoted(found)
            .chain([kind(match error {
                WindowError::Form => "form",
                WindowError::Time => "time",
                WindowError::Empty => "empty",
            })])
            .collect(),
        Code::Seconds(found, error) => quoted(found)
            .chain([kind(match error {
                SecondsError::Form => "form",
                SecondsError::Range => "range",
            })])
            .collect(),
        Code::Name(error) => match error {
            NameError::Empty => vec![kind("empty")],
            NameError::TooLong(characters) => vec![kind("too_long"), Argument::number("characters", *characters)],
            NameError::Invisible(character) => {
                vec![kind("invisible"), Argument::text("character", &character.escape_unicode().to_string())]
            }
            NameError::Space => vec![kind("space")],
        },
        Code::Repeated { first } | Code::AfterOtherwise { first } => vec![Argument::number("first", *first)],
        Code::Unclosed | Code::Escape | Code::PublicKey | Code::Label | Code::TooMany => Vec::new(),
    }
}

fn of_cidr(error: CidrError) -> Vec<Argument> {
    Argument::of_cidr(error)
}

fn expected_arguments(expected: Expected, found: Option<&Quoted>) -> Vec<Argument> {
    let (what, word) = match expected {
        Expected::Condition => ("condition", None),
        Expected::AndOrThen => ("and_or_then", None),
        Expected::Action => ("action", None),
        Expected::TunnelName => ("tunnel_name", None),
        Expected::KillSwitch => ("kill_switch", None),
        Expected::KillSwitchSetting => ("kill_switch_setting", None),
        Expected::WifiName => ("wifi_name", None),
        Expected::Mac => ("mac", None),
        Expected::Network => ("network", None),
        Expected::Suffix => ("suffix", None),
        Expected::PublicKey => ("public_key", None),
        Expected::Window => ("window", None),
        Expected::Seconds => ("seconds", None),
        Expected::Step => ("step", None),
        Expected::When => ("when", None),
        Expected::Word(word) => ("word", Some(word)),
    };
    let word = word.map(|word| Argument::text("word", word));
    let place = Argument::text("found", if found.is_some() { "other" } else { "end" });
    [kind(what), place].into_iter().chain(word).chain(found.into_iter().flat_map(quoted)).collect()
}

fn quoted(text: &Quoted) -> impl Iterator<Item = Argument> + use<> {
    text.as_str().map(|text| Argument::text("text", text)).into_iter()
}

fn kind(kind: &str) -> Argument {
    Argument::text("kind", kind)
}
