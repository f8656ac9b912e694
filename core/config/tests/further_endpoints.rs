//! Tests the comment `# adit:Endpoint`, with which a peer has several endpoints, and which other programs ignore.

use adit_config::diagnostic::{Code, Severity};
use adit_config::syntax::Class;
use adit_config::{Diagnostic, Document, Endpoint, Key, parse, strip, write};

const TOP: &str = "[Interface]\nPrivateKey = 6EmJXfd7R6tV+pMnLqCfeuFbXlnRIbvuBoa/gf5MmUw=\n\n[Peer]\nPublicKey = HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=\nAllowedIPs = 10.8.0.0/24\n";

/// Returns a file whose peer has these lines.
fn file(lines: &str) -> Document {
    Document::parse(format!("{TOP}{lines}\n").as_bytes()).unwrap()
}

fn endpoints(lines: &str) -> Vec<String> {
    let document = file(lines);
    let (config, said) = parse::config(&document).unwrap_or_else(|errors| panic!("{lines}: {errors:?}"));
    assert!(said.is_empty(), "{lines}: {said:?}");
    config.peers[0].endpoints().map(Endpoint::to_string).collect()
}

/// Returns the only error of such a file, with the text at its place.
fn error(lines: &str) -> (Diagnostic, String) {
    let document = file(lines);
    let error = only_error(&document);
    let text = document.slice(&error.span).to_owned();
    (error, text)
}

fn only_error(document: &Document) -> Diagnostic {
    let found = parse::config(document).unwrap_err().into_iter();
    let errors: Vec<Diagnostic> = found.filter(|found| found.severity == Severity::Error).collect();
    let [error] = errors.try_into().unwrap();
    error
}

#[test]
fn the_endpoints_of_a_peer_are_in_the_order_of_the_file() {
    let lines =
        "Endpoint = vpn.example.org:51820\n# adit:Endpoint = vpn.example.org:443\n#adit:endpoint=[2001:db8::1]:53 # the last";
    assert_eq!(endpoints(lines), ["vpn.example.org:51820", "vpn.example.org:443", "[2001:db8::1]:53"]);
    let before = "# adit:Endpoint = 192.0.2.2:1\nEndpoint = 192.0.2.1:1";
    assert_eq!(endpoints(before), ["192.0.2.1:1", "192.0.2.2:1"], "the comment may come first");
}

#[test]
fn several_ports_of_one_host_are_several_endpoints() {
    let lines = "Endpoint = 192.0.2.1:51820\n# adit:Endpoint = backup.example.org:51820, 443,53";
    assert_eq!(
        endpoints(lines),
        ["192.0.2.1:51820", "backup.example.org:51820", "backup.example.org:443", "backup.example.org:53"]
    );
}

#[test]
fn other_comments_are_comments() {
    for comment in [
        "# # adit:Endpoint = 192.0.2.2:1",
        "## adit:Endpoint = nonsense",
        "# Endpoint = nonsense",
        "# adit: see the wiki",
        "# adit:Endpoint",
        "# see adit:Endpoint = x",
        "# adit:a b = c",
    ] {
        assert_eq!(endpoints(&format!("Endpoint = 192.0.2.1:1\n{comment}")), ["192.0.2.1:1"], "{comment}");
    }
}

#[test]
fn a_bad_value_is_named_with_its_place_and_what_would_be_right() {
    let first = "Endpoint = 192.0.2.1:1\n";
    for (line, place) in [
        ("# adit:Endpoint = vpn.example.org", "vpn.example.org"),
        ("# adit:Endpoint = 192.0.2.2:70000", "192.0.2.2:70000"),
        ("# adit:Endpoint = 192.0.2.2:443, dns", "dns"),
    ] {
        let (found, text) = error(&format!("{first}{line}"));
        assert!(matches!(found.code, Code::Endpoint(..)), "{line}: {found:?}");
        assert_eq!((text.as_str(), found.key), (place, Some(Key::Endpoint)), "{line}");
    }
    let cases: [(&str, Code, &str); 3] = [
        ("Endpoint = 192.0.2.1:1\n# adit:Endpoint =", Code::EmptyValue, "adit:Endpoint"),
        ("Endpoint = 192.0.2.1:1\n# adit:Endpoint = 192.0.2.2:443,,53", Code::EmptyItem, ""),
        ("# adit:Endpoint = 192.0.2.2:443", Code::NoFirstEndpoint, "adit:Endpoint"),
    ];
    for (lines, code, place) in cases {
        let (found, text) = error(lines);
        assert_eq!((found.code, text.as_str()), (code, place), "{lines}");
    }
}

#[test]
fn a_misspelled_key_is_named_and_its_fix_is_the_right_one() {
    let (found, text) = error("Endpoint = 192.0.2.1:1\n# adit:Endpont = 192.0.2.2:1");
    assert_eq!(text, "Endpont");
    let document = file("Endpoint = 192.0.2.1:1\n# adit:Endpont = 192.0.2.2:1");
    let [fix] = adit_config::fix::fixes(&document, &found).try_into().unwrap();
    assert_eq!(fix.text, "Endpoint");
}

#[test]
fn an_endpoint_belongs_to_a_peer() {
    let text = TOP.replace("\n\n[Peer]", "\n# adit:Endpoint = 192.0.2.2:1\n\n[Peer]");
    let error = only_error(&Document::parse(text.as_bytes()).unwrap());
    assert_eq!((error.code, error.line), (Code::WrongSection, 3));
}

#[test]
fn a_peer_has_at_most_sixteen_endpoints() {
    let ports: Vec<String> = (1..=16).map(|port| port.to_string()).collect();
    let lines = |count: usize| format!("Endpoint = 192.0.2.1:1\n# adit:Endpoint = 192.0.2.2:{}", ports[..count].join(","));
    assert_eq!(endpoints(&lines(15)).len(), 16);
    assert_eq!(error(&lines(16)).0.code, Code::TooManyEndpoints);
}

#[test]
fn the_last_of_several_sections_of_a_peer_that_has_further_endpoints_counts() {
    let again = "[Peer]\nPublicKey = HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
    let lines = format!("Endpoint = 192.0.2.1:1\n# adit:Endpoint = 192.0.2.2:1\n{again}\n# adit:Endpoint = 192.0.2.3:1\n{again}");
    let (config, _) = parse::config(&file(&lines)).unwrap();
    assert_eq!(config.peers[0].endpoints().map(Endpoint::to_string).collect::<Vec<_>>(), ["192.0.2.1:1", "192.0.2.3:1"]);
}

#[test]
fn the_comment_is_coloured_as_a_key_and_stays_byte_for_byte() {
    let document = file("Endpoint = 192.0.2.1:1\n  # adit:Endpoint = 192.0.2.2:443, 53 # why");
    assert_eq!(*document.to_bytes(), *document.text().as_bytes());
    let line = document.lines().iter().rev().find(|line| document.slice(&line.span).contains("adit:")).unwrap();
    let painted: Vec<(&str, Class)> = document
        .tokens()
        .iter()
        .filter(|token| line.span.contains(&token.span.start) && token.class != Class::Space)
        .map(|token| (document.slice(&token.span), token.class))
        .collect();
    assert_eq!(
        painted,
        [
            ("# ", Class::Comment),
            ("adit:Endpoint", Class::Key),
            ("=", Class::Delimiter),
            ("192.0.2.2", Class::Address),
            (":", Class::Delimiter),
            ("443", Class::Port),
            (",", Class::Delimiter),
            ("53", Class::Port),
            ("# why", Class::Comment),
        ]
    );
    let all: String = document.tokens().iter().map(|token| document.slice(&token.span)).collect();
    assert_eq!(all, document.text());
}

#[test]
fn programs_that_do_not_know_it_get_a_valid_file() {
    let document = file("Endpoint = 192.0.2.1:1\n# adit:Endpoint = 192.0.2.2:443");
    assert!(strip::strip(&document).contains("# adit:Endpoint = 192.0.2.2:443\n"), "wg ignores the comment");
    let (config, _) = parse::config(&document).unwrap();
    let written = write::config(&config);
    assert!(written.contains("Endpoint = 192.0.2.1:1\n# adit:Endpoint = 192.0.2.2:443\n"), "{}", written.as_str());
}
