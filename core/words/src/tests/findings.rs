//! Findings about configurations and refusals of files: each case has its sentence in every language, and no text is without one.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use adit_api::{Argument, Diagnostic, ImportReason};
use adit_config::detect::Foreign;
use adit_config::diagnostic::{KeyDefect, Quoted};
use adit_config::keyword::Dialect;
use adit_config::value::{CidrError, EndpointError, HookError, HostNameError, NumberError, SearchDomainError, TableError};
use adit_config::{Code, Document, Key, PrivateKey, Section, parse};
use proptest::prelude::*;

use super::diagnostics;
use crate::Words;

/// Returns a diagnostic for every case of every code, with every correction that its key makes a difference for.
fn findings() -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    for code in codes() {
        for key in [None].into_iter().chain(Key::ALL.map(Some)) {
            let severity = code.severity();
            let found =
                adit_config::Diagnostic { severity, code: code.clone(), section: None, key, line: 3, column: 5, span: 0..1 };
            let found = Diagnostic::from(&found);
            let is_like = |other: &Diagnostic| {
                (&other.code, &other.advice, &other.arguments) == (&found.code, &found.advice, &found.arguments)
            };
            if !findings.iter().any(is_like) {
                findings.push(found);
            }
        }
    }
    // Only the service, which knows the other tunnels, finds this one.
    findings.push(Diagnostic {
        code: "shared_private_key".into(),
        advice: Some("make_own_key".into()),
        arguments: vec![Argument::text("tunnel", "home")],
        ..diagnostics().remove(0)
    });
    findings
}

fn codes() -> Vec<Code> {
    let mut codes = samples!(Code:
        Empty,
        Foreign(Foreign::OpenVpn),
        MissingInterface,
        TooMany,
        OutsideSection,
        MissingEquals,
        SemicolonComment,
        UnknownSection { found: Quoted::new("[Pear]"), suggestion: Some(Section::Peer) },
        UnknownSection { found: Quoted::new("[Server]"), suggestion: None },
        SpacesInHeader,
        RepeatedInterface { first: 1 },
        UnknownKey { found: Quoted::new("Adress"), suggestion: Some(Key::Address) },
        UnknownKey { found: Quoted::new("Colour"), suggestion: None },
        NamelessKey,
        WrongSection,
        Dialect { dialect: Dialect::AmneziaWg, name: "Jc" },
        EmptyValue,
        LeftOut,
        RepeatedKey { first: 2 },
        Invisible('\u{200b}'),
        LineBreak('\u{2028}'),
        Key(KeyDefect::Length(1)),
        Mask,
        Cidr(Quoted::new("10.0.0.1/33"), CidrError::Empty),
        EmptyItem,
        Endpoint(Quoted::new("vpn.example.org"), EndpointError::Empty),
        Brackets("[::1]:51820".parse().unwrap()),
        Number(Quoted::new("1e3"), NumberError::NotANumber),
        Number(Quoted::new("1 ; one"), NumberError::NotANumber),
        Table(Quoted::new("vpn"), TableError::Word),
        Boolean(Quoted::new("yes")),
        DnsServer(Quoted::new("10.0.0.256")),
        DnsServer(Quoted::new("10.0.0.53:53")),
        DnsServer(Quoted::new("https://dns.example")),
        SearchDomain(Quoted::new("a..b"), SearchDomainError(HostNameError::Empty)),
        Hook(HookError::Empty),
        HashInHook,
        MissingPrivateKey,
        PrivateKeyFromHook,
        MissingPublicKey,
        PrivateKeyPublished,
        OwnPeer,
        ZeroPresharedKey,
        NoFirstEndpoint,
        TooManyEndpoints,
        RepeatedPeer { first: 6 },
        HostBits { network: "10.0.0.0/24".parse().unwrap() },
        NoPrefix { taken: "10.0.0.1/32".parse().unwrap() },
        AllowedIpMoved { network: "10.0.0.0/24".parse().unwrap(), first: 9 },
        AllowedIpRepeated { network: "10.0.0.0/24".parse().unwrap() },
        Incremental,
        NothingToRemove { network: "10.0.0.0/24".parse().unwrap() },
        TooManyAllowedIps,
        OnlyIpv4Default,
        OnlyIpv6Default,
        DefaultBesideOthers { others: 1 },
        DefaultBesideOthers { others: 2 },
        DefaultBesideOthers { others: 5 },
        DefaultBesideOthers { others: 11 },
        DefaultBesideOthers { others: 100 },
        Unreachable,
        SearchWithoutServer,
        SmallMtu,
        MtuTooSmallForIpv6,
    );
    let dialects = samples!(Dialect: AmneziaWg, WireSock, Android);
    codes.extend(dialects.into_iter().map(|dialect| Code::Dialect { dialect, name: "Jc" }));
    let defects = samples!(KeyDefect:
        Length(1), Length(43), Padding, Alphabet, UrlSafe, Hexadecimal, NotCanonical, Zero, LowOrder,
    );
    codes.extend(defects.into_iter().map(Code::Key));
    codes.extend(errors_with_a_sentence().into_iter().map(|(code, _)| code));
    codes.push(Code::Number(Quoted::new("70000"), NumberError::Range { minimum: 0, maximum: 65_535 }));
    // A text that may be a key is not quoted.
    codes.push(Code::Boolean(Quoted::new("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=")));
    codes
}

/// Returns the codes whose errors other programs show as they are, each with the sentence that it must have for that reason.
fn errors_with_a_sentence() -> Vec<(Code, String)> {
    let text = || Quoted::new("a b");
    let mut said = Vec::new();
    for error in samples!(CidrError: Empty, Address, Prefix, Netmask(Some(24)), Netmask(None), PrefixTooLong { maximum: 32 }) {
        said.push((Code::Cidr(text(), error), format!("{}: {error}", text())));
    }
    let names = samples!(HostNameError: Empty, TooLong, Label, NotAscii, Character(' '));
    let mut endpoints = samples!(EndpointError:
        Empty, PortMissing, Port, Bracket, Ipv6, NameInBrackets, Ipv4, Name(HostNameError::Empty), Zone, Prefix, Url,
    );
    endpoints.extend(names.iter().copied().map(EndpointError::Name));
    for error in endpoints {
        said.push((Code::Endpoint(text(), error), format!("{}: {error}", text())));
    }
    for error in samples!(TableError: Word, Range) {
        said.push((Code::Table(text(), error), format!("{}: {error}", text())));
    }
    for error in names {
        let error = SearchDomainError(error);
        said.push((Code::SearchDomain(text(), error), format!("{} is not a search domain: {error}", text())));
    }
    for error in samples!(HookError: Empty, Control('\u{1}')) {
        said.push((Code::Hook(error), error.to_string()));
    }
    let foreign = samples!(Foreign:
        OpenVpn, Ikev2Profile, AppleProfile, CiscoPcf, StrongSwan, Pem, Html, Xml, Json, WireGuardLink, Link, Zip, Tar, Gzip, Compressed,
        Image, Pdf, Program,
    );
    for foreign in foreign {
        said.push((Code::Foreign(foreign), format!("this is {foreign}, not a WireGuard configuration")));
    }
    said
}

fn reasons() -> Vec<ImportReason> {
    let number = |name: &str| vec![Argument::number(name, 20_000_000_u32)];
    let place = || vec![Argument::number("line", 3_u32), Argument::number("column", 1_u32)];
    let name = |kind: &str, more: Option<Argument>| {
        ImportReason::new("name", [Argument::text("kind", kind)].into_iter().chain(more).collect())
    };
    let mut reasons = vec![
        ImportReason::new("too_large", number("bytes")),
        ImportReason::new("nul", place()),
        ImportReason::new("not_utf8", place()),
        ImportReason::new("foreign", vec![Argument::foreign(Foreign::Zip)]),
        name("empty", None),
        name("too_long", Some(Argument::number("characters", 65_u32))),
        name("invisible", Some(Argument::character('\u{202e}'))),
        name("like_a_path", None),
        name("space", None),
        ImportReason::new("folder_unreadable", vec![Argument::text("why", "Permission denied (os error 13)")]),
        ImportReason::new("archive_too_large", number("bytes")),
        ImportReason::new("picture_too_large", number("bytes")),
        ImportReason::new("picture_too_many_pixels", [number("width"), number("height")].concat()),
    ];
    for others in [0_u32, 1, 2, 5, 100] {
        let worst = diagnostics().pop();
        reasons.push(ImportReason { worst, ..ImportReason::new("errors", vec![Argument::number("others", others)]) });
    }
    let plain = [
        "utf16",
        "not_configuration",
        "archive_too_many_entries",
        "archive_damaged",
        "archive_trailing",
        "archive_overlapping",
        "archive_unpacked",
        "archive_missing",
        "archive_empty",
        "entry_path_too_long",
        "entry_encrypted",
        "entry_not_a_file",
        "entry_hidden",
        "entry_same_name",
        "entry_nested",
        "entry_method",
        "entry_too_large",
        "entry_bomb",
        "entry_damaged",
        "picture_format",
        "picture_damaged",
        "picture_no_code",
        "picture_unreadable",
        "picture_too_confusing",
        "not_base64",
        "pictures_too_many_pixels",
        "files_too_large",
        "files_too_many",
        "file_too_large",
        "file_unreadable",
        "folder_empty",
        "folder_too_many_files",
        "from_a_later_version",
    ];
    reasons.extend(plain.map(|code| ImportReason::new(code, Vec::new())));
    reasons
}

/// Formats everything, for the golden file.
pub(super) fn lines(words: &Words) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for found in findings() {
        lines.push(("problem", words.problem(&found)));
        lines.extend(words.advice(&found).map(|advice| ("  advice", advice)));
    }
    lines.push(("problem", words.problem(&from_a_later_version())));
    lines.extend(diagnostics().iter().map(|found| ("complaint", words.complaint("wg0.conf", found))));
    lines.extend(reasons().iter().map(|reason| ("refusal", words.import_reason(reason))));
    lines
}

/// The samples as JSON, one on a line, with which the tests of the window compare its sentences. `ADIT_BLESS=1` rewrites the file.
#[test]
fn the_window_says_the_same_of_these() {
    let diagnostics: Vec<String> = findings().iter().map(|found| serde_json::to_string(found).unwrap()).collect();
    let reasons: Vec<String> = reasons().iter().map(|reason| serde_json::to_string(reason).unwrap()).collect();
    let (diagnostics, reasons) = (diagnostics.join(",\n"), reasons.join(",\n"));
    let said = format!("{{\"diagnostics\": [\n{diagnostics}\n], \"reasons\": [\n{reasons}\n]}}\n");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/findings.json");
    if std::env::var_os("ADIT_BLESS").is_some() {
        fs::write(&golden, &said).unwrap();
    }
    assert_eq!(said, fs::read_to_string(golden).unwrap(), "read it over, and write it with ADIT_BLESS=1");
}

fn from_a_later_version() -> Diagnostic {
    let (code, advice) = ("from_a\u{202e}_later_version".into(), Some("from_a_later_version".into()));
    Diagnostic { code, advice, ..diagnostics().remove(0) }
}

#[test]
fn a_code_of_a_later_version_is_shown_by_its_name() {
    let words = Words::english();
    let found = from_a_later_version();
    assert_eq!(words.problem(&found), "a problem that this version does not know (from_a\\u{202e}_later_version)");
    assert_eq!(words.advice(&found), None);
    let reason = ImportReason::new("from_a_later_version", Vec::new());
    assert_eq!(words.import_reason(&reason), "this cannot become a tunnel (from_a_later_version)");
}

#[test]
fn an_error_says_the_same_wherever_it_is_shown() {
    for (code, sentence) in errors_with_a_sentence() {
        let (severity, section, key) = (code.severity(), None, None);
        let found = adit_config::Diagnostic { severity, code, section, key, line: 1, column: 1, span: 0..0 };
        assert_eq!(Words::english().problem(&Diagnostic::from(&found)), sentence);
    }
}

#[test]
fn every_code_has_a_problem_and_every_correction_its_advice_in_every_language() {
    for words in LANGUAGES.iter() {
        for found in findings() {
            assert_ne!(words.problem(&found), words.say("problem-unknown", &[("code", found.code.as_str().into())]));
            assert_eq!(words.advice(&found).is_some(), found.advice.is_some(), "{found:?}");
        }
    }
}

#[test]
fn every_case_of_a_code_has_a_sentence_of_its_own_in_every_language() {
    let with_other_kind = |arguments: &[Argument]| -> Vec<Argument> {
        let other = |argument: &Argument| match argument {
            Argument::Text { name, .. } if name == "kind" => Argument::text("kind", "from_a_later_version"),
            Argument::Text { .. } | Argument::Number { .. } => argument.clone(),
        };
        arguments.iter().map(other).collect()
    };
    for words in LANGUAGES.iter() {
        for found in findings() {
            let other = Diagnostic { arguments: with_other_kind(&found.arguments), ..found.clone() };
            assert_eq!(words.problem(&other) == words.problem(&found), other == found, "{}", words.problem(&found));
        }
        for reason in reasons() {
            let other = ImportReason { arguments: with_other_kind(&reason.arguments), ..reason.clone() };
            assert_eq!(words.import_reason(&other) == words.import_reason(&reason), other == reason, "{reason:?}");
        }
    }
}

#[test]
fn what_could_be_a_key_is_not_quoted() {
    let text = "[Interface]\nSaveConfig = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n";
    let found = parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap_err();
    let problems: Vec<String> = found.iter().map(|found| Words::english().problem(&found.into())).collect();
    assert!(problems.contains(&"(not shown, it could be a key) is neither `true` nor `false`".to_owned()), "{problems:?}");
}

static LANGUAGES: LazyLock<Vec<Words>> = LazyLock::new(|| Words::languages().map(Words::of).collect());

/// Says everything about a text in every language, and fails if an argument is missing.
fn say_everything(text: &str) -> String {
    let document = Document::parse(text.as_bytes()).unwrap();
    let (Ok((_, found)) | Err(found)) = parse::config(&document);
    let mut said = String::new();
    for found in found.iter().map(|found| Diagnostic::in_document(&document, found)) {
        let worst = Some(found.clone());
        let reason = ImportReason { worst, ..ImportReason::new("errors", vec![Argument::number("others", 1_u32)]) };
        for words in LANGUAGES.iter() {
            said.push_str(&words.complaint("x.conf", &found));
            said.push_str(&words.diagnostic(&found));
            said.push_str(&words.import_reason(&reason));
        }
        said.push_str(&format!("{found:?}"));
    }
    let faults: Vec<String> = LANGUAGES.iter().flat_map(|words| words.said.lock().unwrap().1.clone()).collect();
    assert_eq!(faults, Vec::<String>::new());
    said
}

const SEED: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = 10.0.0.2/24\nDNS = 10.0.0.1, corp.example\n\
    MTU = 1420\nTable = auto\nFwMark = off\nListenPort = 51820\nSaveConfig = false\nPostUp = echo %i\n[Peer]\n\
    PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nEndpoint = vpn.example.org:51820\nAllowedIPs = 10.0.0.0/24, ::/0\n\
    PersistentKeepalive = 25\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_finding_about_any_text_can_be_said_in_every_language(line in 0usize..15, value in "\\PC{0,40}|[0-9a-f:./%;,+ -]{0,24}", whole: bool) {
        let mut lines: Vec<String> = SEED.lines().map(str::to_owned).collect();
        let name = lines[line].split('=').next().unwrap_or_default().to_owned();
        lines[line] = if whole { value } else { format!("{name}= {value}") };
        say_everything(&lines.join("\n"));
    }

    #[test]
    fn no_sentence_shows_a_key(key: [u8; 32], cut in 20usize..=44, line in 0usize..15, before in "[ -~]{0,12}", whole: bool) {
        let secret = PrivateKey::from_bytes(key).dangerously_reveal_base64();
        let secret = &secret[..cut];
        let mut lines: Vec<String> = SEED.lines().map(str::to_owned).collect();
        let name = lines[line].split('=').next().unwrap_or_default().to_owned();
        lines[line] = if whole { format!("{before}{secret}") } else { format!("{name}= {before}{secret}") };
        let said = say_everything(&lines.join("\n"));
        let shown = (0..secret.len() - 12).any(|start| said.contains(&secret[start..start + 12]));
        prop_assert!(!shown, "{}", said);
    }
}
